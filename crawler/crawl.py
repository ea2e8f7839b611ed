"""One crawl, or a crawler that stays: sources in, stored and judged articles out, a report at the end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from types import TracebackType
from typing import ParamSpec, TypeVar

from scrapy.crawler import AsyncCrawlerRunner

from crawler.config.settings import Settings, Source
from crawler.intake import Intake, PageOrder
from crawler.judging.judge import Judge
from crawler.model import CrawlReport
from crawler.net.guard import Guard
from crawler.net.scrapy_settings import scrapy_settings
from crawler.spiders.news import NewsSpider, Work
from crawler.store import Store

P = ParamSpec("P")
T = TypeVar("T")


def now() -> datetime:
    """The present moment, aware."""
    return datetime.now(UTC)


class Crawling:
    """A crawler that takes sources until it is closed; an async context manager inside a running reactor.

    Leaving the block waits until everything that was asked for is stored. See `crawler.net.reactor`.
    """

    def __init__(self, settings: Settings, intake: Intake) -> None:
        self.settings, self.intake = settings, intake
        self._orders: asyncio.Queue[Source | PageOrder | None] = asyncio.Queue()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="desk")
        self._runner = AsyncCrawlerRunner(scrapy_settings(settings.crawl, Guard(settings.crawl.allow_private)))
        self._task: asyncio.Future[None] | None = None

    async def __aenter__(self) -> Crawling:
        """Start the spider, and hand it the work that an earlier run left undone."""
        work = Work(self._orders, self.intake, self._thread, self.intake.clock)
        self._task = asyncio.ensure_future(self._runner.crawl(NewsSpider, work=work))
        left = await self.at_desk(self.intake.resume, self.settings.sources)
        for order in left:
            self._orders.put_nowait(order)
        return self

    def poll(self, source: Source) -> None:
        """Ask a source as soon as its turn comes."""
        self._orders.put_nowait(source)

    def fetch(self, order: PageOrder) -> None:
        """Fetch a page as soon as its turn comes."""
        self._orders.put_nowait(order)

    async def at_desk(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a call in the one thread that writes to the store."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: call(*args, **kwargs))

    @property
    def ended(self) -> bool:
        """Whether the spider has ended, by its own fault or because it was closed."""
        return self._task is None or self._task.done()

    async def abort(self) -> None:
        """End now: what is under way is dropped; it is pending in the store and found again."""
        await self._runner.stop()

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Take no more, finish what is under way, end the desk's thread."""
        self._orders.put_nowait(None)
        if self._task is not None:
            await self._task
        self._thread.shutdown(wait=True)


async def crawl(
    settings: Settings,
    store: Store,
    judge: Judge,
    sources: Iterable[Source],
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
        judge: what judges articles.
        sources: what to poll.
        clock: gives the present moment.
        since: entries published before this are left aside.
        changed: called with the report so far whenever it changes.
    """
    intake = Intake(settings, store, judge, clock, since)
    intake.changed = lambda: changed(intake.report)
    async with Crawling(settings, intake) as crawling:
        for source in sources:
            crawling.poll(source)
    return intake
