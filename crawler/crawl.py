"""One crawl, or a crawler that stays: sources in, stored and judged articles out, a report at the end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from types import TracebackType

from scrapy.crawler import AsyncCrawlerRunner

from crawler.config.settings import Settings, Source
from crawler.documents.reader import Readers
from crawler.fetching.fetchers import make_fetcher
from crawler.fetching.site_backoffs import SiteBackoffs
from crawler.ingest.articles import PageOrder
from crawler.ingest.batcher import Desk, Pile
from crawler.ingest.ingestor import Intake
from crawler.ingest.judges import JudgeHere, Judges, judges_for
from crawler.ingest.messages import Poll, Settled, Taken
from crawler.judging.judge import Judge
from crawler.model import CrawlReport, SourceFailure
from crawler.net.scrapy_settings import scrapy_settings
from crawler.runtime.clock import now
from crawler.runtime.memory import one_arena, rare_collections
from crawler.spiders.news import NewsSpider, Work
from crawler.spiders.poller import Poller
from crawler.store import Store
from crawler.store.database import StoreError

log = logging.getLogger("aseanwatch")

UNSTORED = 60.0
"""Seconds until a source is asked again whose answer could not be stored."""


class Crawling:
    """A crawler that takes sources until it is closed; an async context manager inside a running reactor.

    Leaving the block waits until everything that was asked for is stored. See `crawler.net.reactor`.

    Args:
        settings: the configuration.
        intake: where answers and pages go.
        judge: a judge that is there already; without one those are made that suit so many ``sources``.
        sources: how many will be asked.
    """

    def __init__(self, settings: Settings, intake: Intake, judge: Judge | None = None, sources: int = 0) -> None:
        self.settings, self.intake = settings, intake
        self.desk = Desk()
        self._judges: Judges = (
            JudgeHere(judge, self.desk) if judge else judges_for(settings.rules(), settings.crawl.judges, self.desk, sources)
        )
        self._orders: asyncio.Queue[PageOrder | None] = asyncio.Queue()
        self._polls: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._spider: asyncio.Future[None] | None = None
        self._collections = rare_collections()

    async def __aenter__(self) -> Crawling:
        """Start the spider, and hand it the work that an earlier run left undone."""
        one_arena()
        self._collections.__enter__()
        self.fetcher = make_fetcher(self.settings.crawl)
        self._backoffs = SiteBackoffs(self.fetcher.limiter, self.intake.store, self.intake.clock)
        await self.desk.do(self._backoffs.load)
        self._runner = AsyncCrawlerRunner(scrapy_settings(self.settings.crawl))
        polls = Pile[Poll, tuple[list[PageOrder], Taken]](self._take)
        self._readers = Readers()
        self._poller = Poller(self.fetcher, self._readers, self.intake.watch, polls, self._fetch_all, self.intake.clock)
        work = Work(self._orders, self.fetcher, self.desk, self._readers, Pile[Settled, None](self._settle_all), self.intake.clock)
        self._spider = asyncio.ensure_future(self._runner.crawl(NewsSpider, work=work))
        await self.resume()
        return self

    async def resume(self) -> None:
        """Take up all that was left undone, as a new process does."""
        await self._resume(None)

    async def resume_due(self) -> None:
        """Take up what was left undone and may be tried again now, and the rests of sites that commands beside this one learned of.

        A store that takes nothing is asked again the next time.
        """
        try:
            self._backoffs.apply(await self.desk.do(self._backoffs.stored))
            await self._resume(self.intake.clock())
        except StoreError as error:
            log.error("what waits could not be taken up: %s", error)

    async def _resume(self, due: datetime | None) -> None:
        orders, left = await self.desk.do(self.intake.resume, self.settings.sources, due)
        self._fetch_all(orders)
        if left:
            await self._settle_all(left)

    async def _take(self, polls: Sequence[Poll]) -> list[tuple[list[PageOrder], Taken]]:
        batch = await self.desk.do(self.intake.open, polls)
        verdicts = await self._judges.read([question for _, question in batch.questions])
        orders, taken = await self.desk.do(self.intake.close, batch, verdicts)
        return [(orders if i == 0 else [], one) for i, one in enumerate(taken)]

    async def _settle_all(self, settled: Sequence[Settled]) -> list[None]:
        """Store what came of orders. Nobody awaits them, so that whatever fails is put on record here."""
        try:
            await self._settle(settled)
        except StoreError as error:
            self._refused(", ".join(sorted({s.order.source.name for s in settled})), error)
            self.intake.let_go(settled)
        except Exception as error:  # what nobody thought of
            if len(settled) > 1:
                for one in settled:
                    await self._settle_all([one])
                return [None] * len(settled)
            log.exception("what came of %s cannot be taken in", settled[0].order.url)
            await self._leave(settled, f"{type(error).__name__}: {error}")
        return [None] * len(settled)

    async def _settle(self, settled: Sequence[Settled]) -> None:
        questions = self.intake.to_judge(settled)
        verdicts = await self._judges.read(questions)
        await self.desk.do(self.intake.settle, settled, questions, verdicts)
        await self._save_backoffs()

    async def _leave(self, settled: Sequence[Settled], problem: str) -> None:
        try:
            await self.desk.do(self.intake.leave, settled, problem)
        except StoreError as error:
            self._refused(settled[0].order.source.name, error)

    def _refused(self, source: str, error: StoreError) -> None:
        """The store took nothing of what a source brought: it is told at once, and all of it is asked for again."""
        log.error("what %s brought could not be stored: %s", source, error)
        self.intake.report.failures.append(SourceFailure(source, "store", f"what it brought could not be stored: {error}"))

    def _fetch_all(self, orders: Iterable[PageOrder]) -> None:
        for order in orders:
            self._orders.put_nowait(order)

    def poll(self, source: Source) -> None:
        """Ask a source as soon as its turn comes; one that is being asked already is left at that."""
        key = source.name, source.address
        if key not in self._polls:
            task = self._polls[key] = asyncio.create_task(self._poll(source))
            task.add_done_callback(lambda _: self._polls.pop(key, None))

    async def _poll(self, source: Source) -> None:
        try:
            if rest := await self._poller.poll(source):
                self.intake.report.resting.append(SourceFailure(source.name, "resting", rest))
                self.intake.changed()
        except StoreError as error:  # a full disk, say: nothing was taken in, and all is asked for again a little later
            self._refused(source.name, error)
            self.intake.watch.held(source, UNSTORED, self.intake.clock())
        await self._save_backoffs()

    async def _save_backoffs(self) -> None:
        if self._backoffs.unsaved:
            await self.desk.do(self._backoffs.save)

    async def asked_all(self) -> None:
        """Wait until no source is being asked; pages may still be on their way."""
        while self._polls:
            await asyncio.wait(list(self._polls.values()))

    def fetch(self, order: PageOrder) -> None:
        """Fetch a page as soon as its turn comes."""
        self._orders.put_nowait(order)

    @property
    def ended(self) -> bool:
        """Whether the spider has ended, by its own fault or because it was closed."""
        return self._spider is None or self._spider.done()

    async def abort(self) -> None:
        """End now: what is under way is dropped; it is pending in the store and found again."""
        for task in list(self._polls.values()):
            task.cancel()
        self.fetcher.close()
        self._readers.close()
        self._judges.close(at_once=True)
        await self._runner.stop()

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Take no more, finish what is under way, end the desk's thread."""
        await self.asked_all()
        self._orders.put_nowait(None)
        if self._spider is not None:
            await self._spider
        try:
            await self.desk.do(self.intake.end)
        except StoreError as refusal:
            self._refused("the sources", refusal)
        self.fetcher.close()
        self._readers.close()
        self._judges.close()
        self.desk.close()
        self._collections.__exit__(None, None, None)


async def crawl(
    settings: Settings,
    store: Store,
    judge: Judge | None,
    sources: Sequence[Source],
    *,
    clock: Callable[[], datetime] = now,
    since: datetime | None = None,
    changed: Callable[[CrawlReport], None] = lambda _: None,
) -> Intake:
    """Poll each source once and store what is new; gives the intake with its report and the new articles' ids.

    Must run inside `crawler.net.reactor.running_reactor`.

    Args:
        settings: the configuration.
        store: where everything is kept; its schema must be up to date.
        judge: what judges articles; without one, judges in processes of their own where that pays.
        sources: what to poll.
        clock: gives the present moment.
        since: entries published before this are left aside.
        changed: called with the report so far whenever it changes.
    """
    intake = Intake(settings, store, clock, since)
    intake.changed = lambda: changed(intake.report)
    async with Crawling(settings, intake, judge, len(sources)) as crawling:
        for source in sources:
            crawling.poll(source)
    return intake
