"""The parts that one process crawls with, and the steps that they do; the same in a crawl of its own as in a worker."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from crawler.config.settings import Settings, Source
from crawler.documents.reader import ReaderPool
from crawler.fetching.fetchers import make_fetcher
from crawler.fetching.site_backoffs import SiteBackoffs
from crawler.ingest.articles import PageOrder
from crawler.ingest.batcher import Batcher, WriterThread
from crawler.ingest.ingestor import Ingestor
from crawler.ingest.judges import (
    InlineJudge,
    Judges,
    ProcessPoolJudge,
    judges_apart,
)
from crawler.ingest.messages import PageResult, PollFollowUp, PollResult
from crawler.judging.judge import Judge
from crawler.net.scrapy_settings import scrapy_settings
from crawler.runtime import fork_server
from crawler.runtime.error_words import in_words
from crawler.runtime.memory import rare_collections, use_one_arena
from crawler.spiders.poller import Poller
from crawler.store import StoreError, websub
from crawler.store.websub import HubPush

if TYPE_CHECKING:
    from scrapy.crawler import AsyncCrawlerRunner

    from crawler.spiders.news import PageFetch

log = logging.getLogger("aseanwatch")
T = TypeVar("T")

SPIDER_GRACE = 5.0
"""Seconds that the spider of a worker has to end; its tasks have ended by then."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Which parts of the engine are started.

    Attributes:
        pages: whether pages are fetched.
        judges: whether articles are judged.
        judge: a judge that is there already, or processes of judges; without one those are made that suit so many ``sources``.
        sources: how many will be asked.
        watching: whether they are asked again and again, and what is begun for speed would stay.
    """

    pages: bool = True
    judges: bool = True
    judge: Judge | ProcessPoolJudge | None = None
    sources: int = 0
    watching: bool = False


ALL_PARTS = Parts()


class CrawlEngine:
    """Polls, fetches pages and judges from `start` to `close`, on a running reactor. See `crawler.net.reactor`.

    Args:
        settings: the configuration.
        ingestor: takes in what comes.
        parts: what is started.
    """

    def __init__(self, settings: Settings, ingestor: Ingestor, parts: Parts) -> None:
        self.settings = settings
        self.ingestor = ingestor
        self._parts = parts
        self.writer = WriterThread()
        self._judges: Judges | None = None
        self._fetches: asyncio.Queue[PageFetch | None] = asyncio.Queue()
        self._runner: AsyncCrawlerRunner | None = None
        self._spider: asyncio.Future[None] | None = None
        self._collections = rare_collections()

    def _make_judges(self) -> Judges | None:
        if not self._parts.judges:
            return None
        if isinstance(self._parts.judge, ProcessPoolJudge):
            return self._parts.judge
        if self._parts.judge is not None:
            return InlineJudge(self._parts.judge, self.writer)
        rules = self.settings.rules()
        apart = judges_apart(rules, self.settings.crawl.judges, self._parts.sources)
        return apart or InlineJudge(rules, self.writer)

    async def start(self) -> None:
        """Start the parts."""
        self._judges = self._make_judges()  # first, for processes take a while to start
        is_small = self._parts.watching and isinstance(self._judges, InlineJudge)
        if is_small:
            fork_server.end()
        use_one_arena()
        self._collections.__enter__()
        crawl = self.settings.crawl
        clock = self.ingestor.clock
        self.fetcher = make_fetcher(crawl)
        self.backoffs = SiteBackoffs(self.fetcher.limiter, self.ingestor.store, clock)
        self.readers = ReaderPool(is_small=is_small)
        polls = Batcher[PollResult, PollFollowUp](self._take_in)
        self._poller = Poller(
            self.fetcher, self.readers, self.ingestor.states, polls, clock, crawl.max_size, self
        )

    def _start_spider(self) -> None:
        """Start Scrapy with the first page that is wanted: a crawl without pages need not load it, which takes half a second."""
        from scrapy.crawler import AsyncCrawlerRunner  # noqa: PLC0415 - as above

        from crawler.spiders.news import NewsSpider, SpiderContext  # noqa: PLC0415 - as above

        self._runner = AsyncCrawlerRunner(scrapy_settings(self.settings.crawl))
        clock = self.ingestor.clock
        context = SpiderContext(self._fetches, self.fetcher, self.writer, self.readers, clock)
        # The spider stays for the life of the process, because
        # a reactor cannot be started twice (docs/adr/0001).
        self._spider = asyncio.ensure_future(self._runner.crawl(NewsSpider, context=context))

    async def poll(self, source: Source, *, is_pushed: bool = False) -> str | None:
        """Ask a source, or read what its hub pushed, and ingest what comes. Returns in words until when its site wants to be left alone, else None.

        Raises:
            StoreError: what it brought could not be stored.
        """
        return await self._poller.poll(source, is_pushed=is_pushed)

    async def read(self, source: str) -> Sequence[HubPush]:
        """What hubs pushed of a source."""
        return await self.writer.run(self._read_pushes, source)

    def _read_pushes(self, source: str) -> Sequence[HubPush]:
        with self.ingestor.store.read() as connection:
            return websub.pushes_of(connection, source, self.ingestor.clock())

    async def forget(self, ids: Sequence[int]) -> None:
        """Forget what hubs pushed and is taken in."""
        await self.writer.run(self._forget_pushes, ids)

    def _forget_pushes(self, ids: Sequence[int]) -> None:
        with self.ingestor.store.write(exclusive=False) as connection:
            websub.forget_pushes(connection, ids)

    async def _take_in(self, polls: Sequence[PollResult]) -> Sequence[PollFollowUp]:
        # Reading and writing in the one thread, judging in
        # between where others may be: three batches overlap.
        # Before what waits to be written: as long as nothing is prepared, the judging processes have nothing to do.
        batch = await self.writer.run_first(self.ingestor.prepare, polls)
        judged = (
            await self._judges.judge([r.request for r in batch.requests])
            if self._judges and batch.requests
            else []
        )
        return await self.writer.run(self.ingestor.commit, batch, judged)

    def fetch(self, order: PageOrder, deliver: Callable[[PageResult], Awaitable[None]]) -> None:
        """Fetch a page as soon as its turn comes, and deliver what comes of it."""
        from crawler.spiders.news import PageFetch  # noqa: PLC0415 - with the first page

        if self._parts.pages and self._spider is None:
            self._start_spider()
        self._fetches.put_nowait(PageFetch(order, deliver))

    async def judge_entries(self, entry_ids: Sequence[int]) -> None:
        """Judge pending entries by the feed's words, and store their articles or have their pages fetched.

        Raises:
            StoreError: the store takes nothing.
        """
        await _in_halves(entry_ids, self._judge_entries, self._give_up_entries)

    async def _judge_entries(self, entry_ids: Sequence[int]) -> None:
        assert self._judges is not None
        batch = await self.writer.run(self.ingestor.prepare_pending, entry_ids)
        judged = await self._judges.judge([r.request for r in batch.requests])
        await self.writer.run(self.ingestor.commit_pending, batch, judged)

    async def _give_up_entries(self, entry_ids: Sequence[int], problem: str) -> None:
        await self.writer.run(self.ingestor.give_up_entries, entry_ids, problem)

    async def judge_pages(self, results: Sequence[PageResult]) -> None:
        """Judge what came of pages, and store their articles.

        Raises:
            StoreError: the store takes nothing.
        """
        await _in_halves(results, self._judge_pages, self._give_up_pages)

    async def _judge_pages(self, results: Sequence[PageResult]) -> None:
        assert self._judges is not None
        requests = self.ingestor.page_requests(results)
        judged = await self._judges.judge(requests)
        await self.writer.run(self.ingestor.commit_pages, results, requests, judged)

    async def _give_up_pages(self, results: Sequence[PageResult], problem: str) -> None:
        await self.writer.run(self.ingestor.give_up_pages, [r.order for r in results], problem)

    async def keep_backoffs(self) -> None:
        """Write down which sites asked to be left alone since the last time."""
        if self.backoffs.unsaved:
            await self.writer.run(self.backoffs.save)

    async def end_spider(self, grace: float | None = None) -> None:
        """Fetch no more pages than were asked for. Returns when they have come, or after ``grace`` seconds."""
        self._fetches.put_nowait(None)
        if self._spider is None:
            return
        if grace is None:
            await self._spider
        else:
            # Tasks have ended, so nobody waits for pages any
            # more, and a worker must end within ten seconds.
            await asyncio.wait([self._spider], timeout=grace)
            await self._stop_runner()

    async def abort(self) -> None:
        """End at once. What is under way is dropped; it is pending in the store, and the next start finds it."""
        self.fetcher.close()
        self.readers.close()
        if self._judges is not None:
            self._judges.close(at_once=True)
        await self._stop_runner()

    async def _stop_runner(self) -> None:
        if self._runner is not None:
            await self._runner.stop()

    def close(self) -> None:
        """End the parts and the writer thread; nothing is under way any more."""
        self.fetcher.close()
        self.readers.close()
        if self._judges is not None:
            self._judges.close()
        self.writer.close()
        self._collections.__exit__(None, None, None)


async def _in_halves(
    things: Sequence[T],
    work: Callable[[Sequence[T]], Awaitable[None]],
    give_up: Callable[[Sequence[T], str], Awaitable[None]],
) -> None:
    """Work on things together. If that fails, work on each half alone, so that one bad thing delays no other.

    Args:
        things: at least one.
        work: does it; leaves nothing half done when it raises.
        give_up: called with the one thing that fails alone, and why.

    Raises:
        StoreError: the store takes nothing, which is no single thing's fault.
    """
    try:
        await work(things)
    except StoreError:
        raise
    except Exception as error:
        if len(things) == 1:
            log.exception("what waits to be judged cannot be")
            await give_up(things, in_words(error))
            return
        log.warning("what is judged together (%d) is judged in halves: %s", len(things), type(error).__name__)
        # Of n things one bad one costs about 2·log2(n) further calls; one by one it would cost n.
        half = (len(things) + 1) // 2
        await _in_halves(things[:half], work, give_up)
        await _in_halves(things[half:], work, give_up)
