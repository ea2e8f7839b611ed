"""A worker process: takes tasks from the queue until it is stopped.

The queue, retries and locks are procrastinate's. Here its tasks are bound to our handlers, and
tasks of dead workers are freed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from typing import Any

from procrastinate import App, BaseRetryStrategy, PsycopgConnector, RetryDecision
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from psycopg import OperationalError

from alerts.operations.live_config import Live
from alerts.service.duties import Duty, duties, perform
from alerts.service.planner import QueuePlanner
from alerts.service.task_endings import TaskEndings
from alerts.service.tasks import DeliveryHandlers
from alerts.web.serving import pages_beside
from crawler.config.settings import Settings
from crawler.net.reactor import running_reactor
from crawler.runtime.clock import now
from crawler.runtime.log_context import log_context
from crawler.runtime.memory import release_memory
from crawler.runtime.stopping import stop_on_signals
from crawler.runtime.tracing import span
from crawler.store import Store, StoreError
from crawler.store.database import KEEPALIVES
from crawler.store.jobs import QUEUES, enqueue
from crawler.store.serving import ServiceLock
from crawler.store.units import MAX_TRIES, SILENT_AFTER, free_stalled
from crawler.tasks.handlers import CrawlHandlers

log = logging.getLogger("aseanwatch")

PLANNING = "schedule"
"""The queue of the periodic duties."""
GRACE = 6.0
"""Seconds that tasks under way have to end.

A task that has not ended by then is done again by another worker.
"""
SILENT = 3
"""After so many missed heartbeats the tasks of a worker are taken by others."""
HEARTBEAT = SILENT_AFTER / SILENT
"""Seconds between the heartbeats of a worker, and between two looks for tasks of workers that are gone."""
SPARE_THREADS = 8
"""Threads besides those of tasks: duties and freeing must not wait until slow servers have answered."""
LOOK = 0.5
"""Seconds between two looks whether it is to stop, or the configuration has changed."""
POLLING = 0.5
"""Seconds until the queue is polled without a notification.

A notification that comes during a poll is lost.
"""
AWAY = (1.0, 15.0)
"""Seconds until an unreachable database is tried again: the first wait, and the longest."""


class Backoff(BaseRetryStrategy):
    """Retries a task that failed after 1, 2, 4, … seconds, a minute at most.

    If the store cannot be reached, that is no task's fault. Any other failure counts, and after
    `MAX_TRIES` the task is left for an operator.
    """

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When to try again; None for never."""
        if job.attempts >= MAX_TRIES and not isinstance(exception, StoreError | asyncio.CancelledError):
            return None
        return RetryDecision(retry_in={"seconds": min(60, 2 ** min(job.attempts, 6))})


class Worker:
    """Takes tasks until it is stopped.

    Args:
        live: the configuration; when its file changes the worker goes on by what it says then.
        store: where everything is kept, in PostgreSQL.
        queues: what is taken: some of `QUEUES`, and `PLANNING`.
        concurrency: tasks under way at once.
        clock: gives the present moment.
        heartbeat: seconds between signs of life.
    """

    def __init__(
        self, live: Live, store: Store, queues: Collection[str] = QUEUES, concurrency: int = 16,
        clock: Callable[[], datetime] = now, heartbeat: float = HEARTBEAT,
    ) -> None:  # fmt: skip
        self.live, self.store, self.clock = live, store, clock
        self.queues, self.concurrency, self.heartbeat = tuple(queues), concurrency, heartbeat
        self._stop = asyncio.Event()

    def stop(self) -> None:
        """Ask it to end; `run` returns when tasks under way have ended, or after `GRACE`."""
        self._stop.set()

    async def run(self) -> None:
        """Work until `stop`. A database that is away is waited for. Must run inside `crawler.net.reactor.running_reactor`."""
        asyncio.get_running_loop().set_default_executor(
            # The loop's own pool has few threads on small
            # machines, where slow servers would hold all of them.
            ThreadPoolExecutor(self.concurrency + SPARE_THREADS, thread_name_prefix="task")
        )
        wait = AWAY[0]
        while not self._stop.is_set():
            try:
                await self._work(self.live.settings)
                wait = AWAY[0]
            except (ConnectorException, StoreError, OperationalError) as error:
                # The last from the queue's pool of connections
                log.warning(
                    "the database cannot be used, next try in %.0f s: %s", wait, error.__cause__ or error
                )
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stop.wait(), wait)
                wait = min(wait * 2, AWAY[1])

    async def _work(self, settings: Settings) -> None:
        """Work by one configuration, until it changes, the database goes away, or `stop`."""
        # Says at once what the queue's pool would wait half a minute for
        await asyncio.to_thread(self.store.is_ready)
        # Shared among workers: it only keeps a service that works alone off the same database.
        held = await asyncio.to_thread(ServiceLock, self.store, "worker", exclusive=False)
        try:
            await self._work_on_tasks(settings)
        finally:
            await asyncio.to_thread(held.release)

    async def _work_on_tasks(self, settings: Settings) -> None:
        planner = QueuePlanner(settings, self.store, self.clock, self.live)
        delivery = DeliveryHandlers(settings, self.store, self.clock, enqueue)
        async with CrawlHandlers(settings, self.store, self.queues, self.clock) as crawl:
            app = app_of(self.store)
            bind(app, crawl, delivery)
            if PLANNING in self.queues:
                await asyncio.to_thread(planner.begin)
                for duty in duties(planner, planner.polls, planner.rounds):
                    _schedule(app, duty)
            async with app.open_async():
                freeing = asyncio.ensure_future(self._free())
                working = asyncio.ensure_future(
                    app.run_worker_async(
                        queues=list(self.queues), concurrency=self.concurrency, install_signal_handlers=False, delete_jobs="successful",
                        shutdown_graceful_timeout=GRACE, update_heartbeat_interval=self.heartbeat,
                        stalled_worker_timeout=self.heartbeat * SILENT, fetch_job_polling_interval=POLLING,
                    )
                )  # fmt: skip
                self.live.serve(settings)
                release_memory()
                log.info("working on %s, %d tasks at once", ", ".join(self.queues), self.concurrency)
                await self._until_something_changes(working, settings, app)
                freeing.cancel()
                delivery.stop()
                planner.end()
                working.cancel()
                try:
                    await working
                except asyncio.CancelledError:
                    pass
                finally:
                    delivery.close()

    async def _until_something_changes(
        self, working: asyncio.Future[None], settings: Settings, app: App
    ) -> None:
        """Wait until the worker ends of itself, loses track of a task, the configuration changes, or `stop`."""
        while not (working.done() or self._stop.is_set()):
            await asyncio.wait({working}, timeout=LOOK)
            if isinstance(app.job_manager, TaskEndings) and app.job_manager.lost:
                log.warning("the worker begins anew, so that what it could not end is done by somebody")
                return
            if self.live.settings is not settings:
                return

    async def _free(self) -> None:
        """Look for tasks that workers left undone, for ever.

        Every worker does, and no task of the queue: that one could be left undone itself.
        """
        while True:
            try:
                await asyncio.to_thread(self.free_stalled)
            except Exception as error:
                log.warning("it could not be looked for tasks that were left undone: %s", error)
            await asyncio.sleep(self.heartbeat)

    def free_stalled(self) -> None:
        """Free the tasks of workers that sent no heartbeat, so that others take them."""
        with self.store.write(exclusive=False) as connection:
            freed = free_stalled(connection, self.heartbeat * SILENT)
        for one in freed:
            log.warning(
                "task %d %s was left undone by a worker that is gone, and %s",
                one.number,
                one.task,
                one.outcome,
            )


async def work_until_stopped(worker: Worker, *, with_pages: bool = False) -> None:
    """Run a worker until SIGTERM or SIGINT, with the web pages beside it where they are wanted."""
    loop = asyncio.get_running_loop()
    with stop_on_signals(lambda: loop.call_soon_threadsafe(worker.stop)):
        pages = pages_beside(worker.live, worker.store) if with_pages else None
        async with running_reactor():
            await worker.run()
        if pages is not None:
            pages.stop()
        worker.store.close()
        log.info("stopped")


def app_of(store: Store) -> App:
    """The queue of a store."""
    url = store.url.set(drivername="postgresql")
    # Without keepalives a machine that vanishes would keep its locks for hours.
    alive = {name: str(value) for name, value in KEEPALIVES.items() if name not in url.query}
    conninfo = url.update_query_dict(alive).render_as_string(hide_password=False)
    connector = PsycopgConnector(conninfo=conninfo, min_size=1, max_size=4, timeout=AWAY[1] / 3)
    # Duties that were missed by more than ten seconds are
    # not made up for: the next ones do the same.
    app = App(connector=connector, periodic_defaults={"max_delay": 10})
    app.job_manager = TaskEndings(connector, store)
    return app


def bind(app: App, crawl: CrawlHandlers, delivery: DeliveryHandlers) -> None:
    """Make our handlers the tasks of an app. Their names are stored in the queue, and never changed."""
    handlers: dict[str, Callable[..., Awaitable[Any]]] = {
        "poll": crawl.poll,
        "pages": crawl.pages,
        "judge": crawl.judge,
        "select": _in_thread(delivery.select),
        "render": _in_thread(delivery.render),
        "send": _in_thread(delivery.send),
    }
    for name, handler in handlers.items():
        app.task(name=name, retry=Backoff())(_logged(name, handler))


def _logged(name: str, handler: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """The same handler; its failures are logged with the task's context."""

    async def logged(**kwargs: Any) -> None:
        with log_context(task=name), span(f"task {name}"):
            try:
                await handler(**kwargs)
            except StoreError as error:
                log.warning("it is done again: %s", error)
                raise
            except Exception:
                log.exception("it failed and is tried again")
                raise

    return logged


def _in_thread(call: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
    async def handler(**kwargs: Any) -> None:
        await asyncio.to_thread(call, **kwargs)

    return handler


def _schedule(app: App, duty: Duty) -> None:
    """Have a duty done at its time, by one worker at a time."""

    async def task(timestamp: int) -> None:
        await perform(duty, asyncio.to_thread)

    lock = f"plan:{duty.name}"
    # Two schedulers may run: the queueing lock keeps the second
    # task out, the lock keeps it from running beside the first.
    made = app.task(name=duty.name, queue=PLANNING, queueing_lock=lock, lock=lock)(task)
    app.periodic(cron=duty.cron)(made)
