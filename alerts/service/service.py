"""The long-running service: every source and every subscription on schedule, in one process.

The crawl has the event loop; rounds of raising, making and sending, and the web pages, have threads beside it.

Polls are due as the store says they were last made, and subscriptions remember what they were last handled for, so
that a restart goes on where it was and does due work once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from alerts.operations.live_config import Live
from alerts.service.duties import Duty, duties, perform
from alerts.service.inline_jobs import InlineJobs
from alerts.service.planner import Planner
from alerts.service.rounds import Rounds
from alerts.service.tasks import DeliveryHandlers
from alerts.web.serving import Pages, pages_beside
from crawler.config.settings import Source
from crawler.config.term_rules import forget_spellings
from crawler.crawl import Crawling
from crawler.net.reactor import running_reactor
from crawler.runtime.clock import now
from crawler.runtime.memory import give_back, release_memory
from crawler.runtime.stopping import stop_on_signals
from crawler.runtime.tracing import span
from crawler.store import Store
from crawler.store.serving import ServiceLock, StoreInUseError
from crawler.tasks.engine import Parts
from crawler.tasks.follow_ups import SELECT

log = logging.getLogger("aseanwatch")

LOOK = 1.0
"""Seconds between two looks whether the configuration has changed."""
GRACE, LAST_GRACE = 6.0, 1.0
"""Seconds that work under way is given to end before it is left to be found again, and that leaving may take."""


class Service:
    """Polls, judges, alerts and sends until it is told to stop.

    Args:
        live: the configuration; when its file changes the service goes on by what it says then.
        store: where everything is kept; its schema must be up to date.
        clock: gives the present moment.
        held: the right to serve the store, to be renewed where it is lost.

    Attributes:
        watching: how often it has begun to watch by a configuration: once, and once more for each that was taken over.
    """

    def __init__(
        self, live: Live, store: Store, clock: Callable[[], datetime] = now, held: ServiceLock | None = None
    ) -> None:
        self._held = held
        self.live, self.settings, self.store, self.clock = live, live.settings, store, clock
        self.watching = 0
        self._stop = asyncio.Event()
        self._jobs = InlineJobs()
        self._delivery = DeliveryHandlers(self.settings, store, clock, self._jobs.enqueue)
        self._round: asyncio.Future[None] | None = None

    def stop(self) -> None:
        """Ask the service to end; `run` returns soon after."""
        self._stop.set()

    async def run(self, *, with_pages: bool = True) -> None:
        """Serve until `stop` or SIGTERM or SIGINT.

        Raises:
            ListeningError: the web pages are wanted and their port is taken; nothing has begun then.
        """
        loop = asyncio.get_running_loop()
        with stop_on_signals(lambda: loop.call_soon_threadsafe(self.stop)):
            await self._serve(with_pages=with_pages)

    async def _serve(self, *, with_pages: bool) -> None:
        # First of all, so that a port that is taken ends the
        # program before anything was polled or sent.
        pages: Pages | None = pages_beside(self.live, self.store) if with_pages else None
        async with running_reactor():
            while not self._stop.is_set():
                await self._serve_by(pages)
                if not self._stop.is_set():
                    self._take_over()
        if pages is not None:
            pages.stop()
        self._delivery.close()
        self.store.close()
        log.info("stopped")

    async def _serve_by(self, pages: Pages | None) -> None:
        """Serve by one configuration, until it changes or `stop`."""
        rounds = Rounds(lambda: self._do_round(planner))
        parts = Parts(sources=len(self._sources()), watching=True)
        crawling = Crawling(self.settings, self.store, self.clock, parts, news=rounds.wake)
        planner = Planner(self.settings, self.store, self.clock, crawling.follow_ups, self.live)
        planner.begin()
        await crawling.__aenter__()
        scheduler = self._scheduled(crawling, planner, rounds)
        scheduler.start()
        self.live.serve(self.settings)
        log.info(
            "watching %d sources for %d subscriptions", len(self._sources()), len(self.settings.subscriptions)
        )
        forget_spellings()
        release_memory(all_of_it=self.watching > 0)
        self.watching += 1
        await self._until_something_changes()
        scheduler.shutdown(wait=False)
        rounds.close()
        self._delivery.stop()
        planner.end()
        if self._stop.is_set():
            log.info("stopping")
            if pages is not None:
                pages.ask_to_end()
        await self._end(crawling)

    async def _until_something_changes(self) -> None:
        """Wait until the configuration changes, or `stop`."""
        stopping = asyncio.ensure_future(self._stop.wait())
        while not stopping.done() and self.live.settings is self.settings:
            await asyncio.wait({stopping}, timeout=LOOK)
        stopping.cancel()

    def _take_over(self) -> None:
        """Go on by what the configuration says now."""
        self._delivery.close()
        self.settings = self.live.settings
        self._delivery = DeliveryHandlers(self.settings, self.store, self.clock, self._jobs.enqueue)
        self._round = None

    async def _end(self, crawling: Crawling) -> None:
        """Let work under way end; after the grace it is dropped, and pending in the store.

        A round of sending may go on as long, so that it notes what it has sent.
        """
        closing = asyncio.ensure_future(crawling.__aexit__(None, None, None))
        under_way: set[asyncio.Future[Any]] = {closing, self._round} if self._round else {closing}
        # Together with the last grace below the ten seconds that a supervisor is promised.
        ended, late = await asyncio.wait(under_way, timeout=GRACE)
        for error in (work.exception() for work in ended):
            if error is not None:
                log.error("work under way failed and is found again: %s", error)
        if late:
            # What is dropped now fails, and that is no news
            logging.getLogger("scrapy").setLevel(logging.CRITICAL)
            self._delivery.abort()
            aborting = asyncio.ensure_future(crawling.abort()) if closing in late else None
            await asyncio.wait({*late, aborting} if aborting else late, timeout=LAST_GRACE)
        for work in late:
            work.cancel()
        if late:
            log.info(
                "left %s to be found again",
                " and ".join("fetching" if w is closing else "sending" for w in late),
            )

    def _sources(self) -> list[Source]:
        return [s for s in self.settings.sources if s.enabled]

    def _scheduled(self, crawling: Crawling, planner: Planner, rounds: Rounds) -> AsyncIOScheduler:
        """A job for each duty: those of the table, and those of a process that is alone."""
        # What was missed while the machine slept is made up
        # for once, however late, and never side by side.
        options = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        scheduler = AsyncIOScheduler(timezone="UTC", job_defaults=options)
        sources = self._sources()

        async def polls() -> None:
            crawling.poll_due(sources)

        async def requests() -> None:
            await crawling.poll_requested(sources)

        own = (
            Duty(
                "requests to ask sources", timedelta(seconds=1 if self.settings.crawl.websub else 3), requests
            ),
            Duty("free memory", timedelta(seconds=10), give_back),
            Duty("the right to serve", timedelta(minutes=1), self._renew),
            Duty("site backoffs", timedelta(minutes=1), crawling.recall_backoffs),
        )
        for duty in (*duties(planner, polls, rounds.run), *own):
            scheduler.add_job(
                _perform, IntervalTrigger(seconds=int(duty.every.total_seconds())), args=[duty, crawling.engine.writer.run],
                id=duty.name, next_run_time=now() + duty.first,
            )  # fmt: skip
        return scheduler

    async def _renew(self) -> None:
        """Renew the right to serve the store; end where somebody else has it."""
        try:
            if self._held is not None:
                await asyncio.to_thread(self._held.renew)
        except StoreInUseError as error:
            log.error("stopping: %s", error)
            self.stop()

    def _dispatch(self, planner: Planner) -> None:
        """In a thread, so that neither rendering nor a slow server holds up the crawl."""
        planner.take_in_mail()
        with span("round"):
            done = self._jobs.run(SELECT, self._delivery)
        # What is only put off or held again is no line of its own: it would come every few seconds.
        if done.alerts or done.digests or done.sent or done.given_up:
            log.info("%s", done)
        planner.index_stories()

    async def _do_round(self, planner: Planner) -> None:
        """One look at what is news, what is due and what is to be sent."""
        self._round = asyncio.ensure_future(asyncio.to_thread(self._dispatch, planner))
        try:
            await asyncio.shield(self._round)  # a stop must not cut off a server's yes
        except asyncio.CancelledError:
            if not self._stop.is_set():
                raise  # else `_end` left it


async def _perform(duty: Duty, in_thread: Callable[[Callable[[], object]], Awaitable[object]]) -> None:
    """Do a duty. That the service ends meanwhile is no failure, as which APScheduler would tell it."""
    with suppress(asyncio.CancelledError):
        await perform(duty, in_thread)
