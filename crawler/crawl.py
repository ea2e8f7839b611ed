"""One crawl, or a crawler that stays: sources in, stored and judged articles out, a report at the end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from types import TracebackType

from crawler.config.settings import Settings, Source
from crawler.ingest.articles import PageOrder
from crawler.ingest.batcher import Batcher
from crawler.ingest.ingestor import Ingestor
from crawler.ingest.judges import ProcessPoolJudge
from crawler.ingest.messages import PageResult
from crawler.ingest.progress import CrawlProgress, IngestProgress, NoProgress
from crawler.judging.judge import Judge
from crawler.runtime.clock import now
from crawler.sources.following import Followed, follow
from crawler.store import Store, poll_requests, websub
from crawler.store.database import StoreError
from crawler.tasks.engine import ALL_PARTS, CrawlEngine, Parts
from crawler.tasks.inline import InlineFollowUps

log = logging.getLogger("aseanwatch")

NO_PROGRESS = NoProgress()
UNSTORED = timedelta(seconds=60)
"""Until a source is asked again whose answer could not be stored."""


class Crawling:
    """A crawler that takes sources until it is closed; an async context manager inside a running reactor.

    Leaving the block waits until everything that was asked for is stored. See `crawler.net.reactor`.

    Args:
        settings: the configuration.
        store: where everything is kept; its schema must be up to date.
        clock: gives the present moment.
        parts: what the engine is made of; for how many sources it is made decides how it judges.
        since: entries published before this are left aside.
        progress: what hears of all that is stored or not, such as a report.
        news: called on the event loop when stories have grown and that is committed.
    """

    def __init__(
        self, settings: Settings, store: Store, clock: Callable[[], datetime] = now, parts: Parts = ALL_PARTS,
        since: datetime | None = None, progress: IngestProgress = NO_PROGRESS, news: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        self.settings = settings
        self.store = store
        self.clock = clock
        self.progress = progress
        self.follow_ups = InlineFollowUps(self._fetch, self._judge, news)
        self.ingestor = Ingestor(settings, store, clock, self.follow_ups, since, self.progress)
        self.engine = CrawlEngine(settings, self.ingestor, parts)
        self._pages = Batcher[PageResult, None](self._take_pages)
        # By name and address: what `crawl --url` asks is
        # named by its host, so several can share a name.
        self._polls: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._postponed: dict[str, datetime] = {}
        self._began = clock()

    async def __aenter__(self) -> Crawling:
        """Start the engine, and take up what an earlier run left undone."""
        await self.engine.start()
        await self.engine.writer.run(self.engine.backoffs.load)
        # After the backoffs: pages of sites that want to
        # be left alone must not be asked first thing.
        await self.engine.writer.run(self._take_up_all)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take no more work, finish what is under way, end the writer thread."""
        # In the order of the work: polls bring what is judged,
        # judging orders pages, pages end the spider's queue.
        await self.asked_all()
        await self.follow_ups.judging_ended()
        await self.engine.end_spider()
        try:
            await self.engine.writer.run(self.ingestor.save_states)
        except StoreError as refusal:
            self._refused("the sources", refusal)
        self.engine.close()

    async def abort(self) -> None:
        """End now. What is under way is dropped; it is pending in the store, and the next start finds it."""
        for task in list(self._polls.values()):
            task.cancel()
        self.follow_ups.abort()
        await self.engine.abort()

    def _take_up_all(self) -> None:
        """Judge all pending entries, also those that failed a moment ago: what failed may have been mended since."""
        with self.store.write(exclusive=False) as connection:
            self.follow_ups.judge(connection, self.follow_ups.entries_left(connection, None))

    # Polls

    def _is_due(self, source: Source, moment: datetime) -> bool:
        postponed = self._postponed.get(source.name)
        known = self.ingestor.states.of(source)
        # A new address is asked at once, however long the former one was to be left alone.
        if postponed is None and known.has_other_home:
            return True
        due = postponed or known.state.due
        return due is None or due <= moment

    def poll(self, source: Source, *, is_pushed: bool = False) -> None:
        """Ask a source as soon as its turn comes; one that is being asked already is left at that.

        Args:
            source: the source.
            is_pushed: whether what its hub pushed is read instead.
        """
        key = source.name, source.address
        if key not in self._polls:
            task = self._polls[key] = asyncio.create_task(self._poll(source, is_pushed=is_pushed))
            task.add_done_callback(lambda _: self._polls.pop(key, None))

    async def _poll(self, source: Source, *, is_pushed: bool) -> None:
        self._postponed.pop(source.name, None)
        try:
            if rest := await self.engine.poll(source, is_pushed=is_pushed):
                self.progress.rests(source, rest)
        except StoreError as error:
            # A full disk, say: nothing was taken in, and all is asked for again a little later
            self._refused(source.name, error)
            # Only in memory: the store, which takes nothing, still says that the source is due.
            self._postponed[source.name] = self.clock() + UNSTORED
        await self.engine.keep_backoffs()

    def poll_due(self, sources: Iterable[Source]) -> None:
        """Ask the sources that are due. Each poll decides when its source is due next."""
        moment = self.clock()
        for source in sources:
            if self._is_due(source, moment):
                self.poll(source)

    async def poll_requested(self, sources: Iterable[Source]) -> None:
        """Ask the sources now that an operator wants asked, whenever they are due, and those whose hubs pushed something."""
        # What is pushed while its source is asked stays for the next time.
        busy = {name for name, _ in self._polls}
        wanted, pushed = await self.engine.writer.run(self._take_requests, busy)
        for source in sources:
            if source.name in pushed:
                self.poll(source, is_pushed=True)
            elif source.name in wanted:
                self._postponed.pop(source.name, None)
                self.poll(source)

    def _take_requests(self, busy: set[str]) -> tuple[set[str], set[str]]:
        """The sources that operators want asked, and those of which pushes wait."""
        moment = self.clock()
        with self.store.read() as connection:
            if not poll_requests.waiting(connection) and not websub.any_push(connection, moment, self._began):
                return set(), set()  # nearly always, and a write would wait for others
        with self.store.write(exclusive=False) as connection:
            # One process takes requests up. What an earlier one had taken up when it ended is free again.
            pushed = websub.claim_pushes(connection, moment, busy, self._began)
            return poll_requests.take(connection), pushed

    async def asked_all(self) -> None:
        """Wait until no source is being asked; pages may still be on their way."""
        while self._polls:
            await asyncio.wait(list(self._polls.values()))

    async def recall_backoffs(self) -> None:
        """Take over backoffs that commands beside this process were asked for."""
        backoffs = self.engine.backoffs
        backoffs.apply(await self.engine.writer.run(backoffs.stored))

    # Pages and pending entries

    def _fetch(self, order: PageOrder) -> None:
        self.engine.fetch(order, self._deliver)

    async def _deliver(self, result: PageResult) -> None:
        try:
            await self._pages.submit(result)
        finally:  # also where it failed: the page may be ordered again
            self.follow_ups.page_ended(result.order)

    async def _take_pages(self, results: Sequence[PageResult]) -> list[None]:
        """Store what came of pages. Nothing awaits this call, so every failure is recorded here."""
        try:
            await self.engine.judge_pages(results)
        except StoreError as error:
            self._refused(", ".join(sorted({r.order.source.name for r in results})), error)
        await self.engine.keep_backoffs()
        return [None] * len(results)

    async def _judge(self, entry_ids: Sequence[int]) -> None:
        try:
            await self.engine.judge_entries(entry_ids)
        except StoreError as error:  # they are pending, and taken up again
            self._refused("the entries that wait", error)

    def _refused(self, sources: str, error: StoreError) -> None:
        """Log that the store took nothing of what sources brought. All of it is asked for again."""
        log.error("what %s brought could not be stored: %s", sources, error)
        self.progress.refused(sources, error)


async def crawl(
    settings: Settings,
    store: Store,
    judge: Judge | ProcessPoolJudge | None,
    sources: Sequence[Source],
    *,
    clock: Callable[[], datetime] = now,
    since: datetime | None = None,
    progress: CrawlProgress | None = None,
    followed: Callable[[Followed], None] = lambda _: None,
) -> CrawlProgress:
    """Poll each source once and store what is new. Returns the report and the ids of new articles.

    Must run inside `crawler.net.reactor.running_reactor`.

    Args:
        settings: the configuration.
        store: where everything is kept; its schema must be up to date.
        judge: what judges articles, perhaps in processes; without one, judges in processes of their own where that pays.
        sources: what to poll.
        clock: gives the present moment.
        since: entries published before this are left aside.
        progress: counts what is done, and tells who wants to know.
        followed: told what an address led to that was no source itself, such as a home page.
    """
    report = progress or CrawlProgress()
    crawling = Crawling(settings, store, clock, Parts(judge=judge, sources=len(sources)), since, report)
    async with crawling:
        for source in sources:
            crawling.poll(source)
        await crawling.asked_all()
        names = {s.name for s in sources}
        for source, kind in report.leads:
            engine = crawling.engine
            found = await follow(engine.fetcher, engine.readers, source, kind, clock(), names)
            followed(found)
            for one in found.sources:
                crawling.poll(one)
            if not found.sources:
                report.leads_nowhere(source, kind, found.words)
    return report
