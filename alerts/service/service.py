"""The long-running service: every source and every subscription on schedule, in one process.

The crawl has the event loop; rounds of raising, making and sending, and the web pages, have threads beside it.

Polls are due as the store says they were last made, and subscriptions remember what they were last handled for, so
that a restart goes on where it was and does due work once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from alerts.delivery.dispatch import Dispatched, dispatch
from alerts.delivery.send import Sender
from alerts.digests.packing import pack_settled
from alerts.incoming.mailbox import MAILBOX_SECONDS, take_in
from alerts.operations.incidents import look
from alerts.operations.live_config import Live
from alerts.operations.progress import Progress
from alerts.subscriptions.subscriptions import register
from alerts.web.serving import Pages, pages_beside
from crawler.config.settings import Source
from crawler.crawl import Crawling
from crawler.ingest.ingestor import Intake
from crawler.model import AseanwatchError
from crawler.net.reactor import running_reactor
from crawler.runtime.clock import now
from crawler.runtime.memory import settle
from crawler.runtime.stopping import stopped_by_signals
from crawler.runtime.tracing import span
from crawler.store import Store, search
from crawler.store.serving import ServedError, Serving
from crawler.store.upkeep import prune

log = logging.getLogger("aseanwatch")

ROUND = timedelta(seconds=5)
"""How often subscriptions and the outbox are looked at; an instant alert waits at most this long."""
TICK = timedelta(seconds=1)
"""How often it is looked which sources are due."""
REVISITS = timedelta(minutes=1)
"""How often it is looked whether pages are to be asked for again."""
LEFT = timedelta(minutes=1)
"""How often it is looked which waiting entries are to be tried again."""
WATCH = timedelta(minutes=1)
"""How often it is looked for trouble."""
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

    def __init__(self, live: Live, store: Store, clock: Callable[[], datetime] = now, held: Serving | None = None) -> None:
        self._held = held
        self.live, self.settings, self.store, self.clock = live, live.settings, store, clock
        self.watching = 0
        self._stop = asyncio.Event()
        self._turn = asyncio.Event()
        self._sender = Sender(store, self.settings)
        self._progress = Progress(store)
        self._round: asyncio.Future[Dispatched] | None = None

    def stop(self) -> None:
        """Ask the service to end; `run` returns soon after."""
        self._stop.set()
        self._turn.set()

    async def run(self, *, with_pages: bool = True) -> None:
        """Serve until `stop` or SIGTERM or SIGINT.

        Raises:
            ListeningError: the web pages are wanted and their port is taken; nothing has begun then.
        """
        loop = asyncio.get_running_loop()
        with stopped_by_signals(lambda: loop.call_soon_threadsafe(self.stop)):
            await self._serve(with_pages=with_pages)

    async def _serve(self, *, with_pages: bool) -> None:
        pages: Pages | None = pages_beside(self.live, self.store) if with_pages else None
        async with running_reactor():
            while not self._stop.is_set():
                self._turn.clear()
                with self.store.writing() as connection:
                    register(connection, self.settings, self.clock())
                intake = Intake(self.settings, self.store, self.clock)
                crawling = await Crawling(self.settings, intake, sources=len(self._sources())).__aenter__()
                scheduler = self._scheduled(crawling)
                scheduler.start()
                self.live.serve(self.settings)
                log.info("watching %d sources for %d subscriptions", len(self._sources()), len(self.settings.subscriptions))
                settle()
                self.watching += 1
                await self._turn.wait()
                scheduler.shutdown(wait=False)
                self._sender.stop()
                if self._stop.is_set():
                    log.info("stopping")
                    if pages is not None:
                        pages.ask_to_end()
                await self._end(crawling)
                if not self._stop.is_set():
                    self._take_over()
        if pages is not None:
            pages.stop()
        self._sender.close()
        self.store.close()
        log.info("stopped")

    def _take_over(self) -> None:
        """Go on by what the configuration says now."""
        self._sender.close()
        self.settings = self.live.settings
        self._sender = Sender(self.store, self.settings)
        self._round = None

    async def _look(self) -> None:
        """See whether the configuration has changed."""
        if self.live.settings is not self.settings:
            self._turn.set()

    async def _end(self, crawling: Crawling) -> None:
        """Let work under way end; after the grace it is dropped, and pending in the store.

        A round of sending may go on as long, so that it notes what it has sent.
        """
        closing = asyncio.ensure_future(crawling.__aexit__(None, None, None))
        under_way: set[asyncio.Future[Any]] = {closing, self._round} if self._round else {closing}
        ended, late = await asyncio.wait(under_way, timeout=GRACE)
        for error in (work.exception() for work in ended):
            if error is not None:
                log.error("work under way failed and is found again: %s", error)
        if late:
            logging.getLogger("scrapy").setLevel(logging.CRITICAL)  # what is dropped now fails, and that is no news
            self._sender.abort()
            aborting = asyncio.ensure_future(crawling.abort()) if closing in late else None
            await asyncio.wait({*late, aborting} if aborting else late, timeout=LAST_GRACE)
        for work in late:
            work.cancel()
        if late:
            log.info("left %s to be found again", " and ".join("fetching" if w is closing else "sending" for w in late))

    def _sources(self) -> list[Source]:
        return [s for s in self.settings.sources if s.enabled]

    def _scheduled(self, crawling: Crawling) -> AsyncIOScheduler:
        """A job that asks the sources that are due, one that looks after the subscriptions, one for pages that may have changed."""
        options = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        scheduler = AsyncIOScheduler(timezone="UTC", job_defaults=options)
        scheduler.add_job(
            self._poll_due,
            IntervalTrigger(seconds=int(TICK.total_seconds())),
            args=[crawling, self._sources()],
            id="polls",
            next_run_time=now(),
        )
        scheduler.add_job(
            self.round,
            IntervalTrigger(seconds=int(ROUND.total_seconds())),
            id="dispatch",
            next_run_time=now(),
        )
        scheduler.add_job(
            self._revisit,
            IntervalTrigger(seconds=int(REVISITS.total_seconds())),
            args=[crawling],
            id="revisits",
            next_run_time=now() + REVISITS,
        )
        scheduler.add_job(
            crawling.resume_due, IntervalTrigger(seconds=int(LEFT.total_seconds())), id="left over", next_run_time=now() + LEFT
        )
        scheduler.add_job(self._look, IntervalTrigger(seconds=int(TICK.total_seconds())), id="configuration")
        scheduler.add_job(self._watch, IntervalTrigger(seconds=int(WATCH.total_seconds())), id="trouble")
        scheduler.add_job(self._prune, IntervalTrigger(days=1), args=[crawling], id="upkeep", next_run_time=now() + REVISITS)
        scheduler.add_job(self._pack, IntervalTrigger(seconds=int(LEFT.total_seconds())), args=[crawling], id="packing")
        return scheduler

    async def _poll_due(self, crawling: Crawling, sources: list[Source]) -> None:
        """Ask the sources whose time has come; when that is next, each poll decides (see `crawler.polling.interval`)."""
        moment = self.clock()
        for source in sources:
            due = crawling.intake.watch.due(source)
            if due is None or due <= moment:
                crawling.poll(source)

    async def _watch(self) -> None:
        """Tell operators of trouble; end where somebody else serves the store."""
        try:
            if self._held is not None:
                await asyncio.to_thread(self._held.renew)
        except ServedError as error:
            log.error("stopping: %s", error)
            self.stop()
            return
        except AseanwatchError as error:
            log.warning("%s", error)
            return
        try:
            await asyncio.to_thread(look, self.store, self.settings, self.clock(), self.live.problem, self.live.restart)
        except AseanwatchError as error:
            log.error("it could not be looked for trouble: %s", error)

    async def _prune(self, crawling: Crawling) -> None:
        """Delete what is older than storage.keep."""
        moment = self.clock()
        configured = [s.name for s in self.settings.sources]
        await crawling.desk.do(prune, self.store, moment - self.settings.storage.keep, moment, configured)

    async def _pack(self, crawling: Crawling) -> None:
        """Keep digests small of which nothing is to be sent any more."""
        await crawling.desk.do(pack_settled, self.store, self.clock())

    async def _revisit(self, crawling: Crawling) -> None:
        """Ask for the pages again that are due, to see whether they were edited."""
        for order in await crawling.desk.do(crawling.intake.revisits, self._sources()):
            crawling.fetch(order)

    def _dispatch(self) -> Dispatched:
        """In a thread, so that neither rendering nor a slow server holds up the crawl."""
        if self.settings.delivery.bounces:
            try:
                take_in(self.store, self.settings, Path(self.settings.delivery.bounces), self.clock(), MAILBOX_SECONDS)
            except AseanwatchError as error:
                log.warning("%s", error)  # it must not hold up what is to be sent
        with span("round"):
            moment = self.clock()
            done = dispatch(self.store, self.settings, moment, self._sender)
            self._progress.selected(moment)
        search.refresh(self.store, 2_000)
        return done

    async def round(self) -> Dispatched | None:
        """One look at what is news, what is due and what is to be sent; a failure is logged and tried again."""
        self._round = asyncio.ensure_future(asyncio.to_thread(self._dispatch))
        try:
            done = await asyncio.shield(self._round)  # a stop must not cut off a server's yes
        except asyncio.CancelledError:
            if not self._stop.is_set():
                raise
            return None  # `_end` left it
        except Exception:
            log.exception("this round failed; the next one tries again")
            return None
        if done.alerts or done.digests or done.sent or done.given_up:
            log.info(
                "%d alerts, %d digests, %d sent, %d put off, %d held, %d given up",
                done.alerts, done.digests, done.sent, done.put_off, done.held, done.given_up,
            )  # fmt: skip
        return done
