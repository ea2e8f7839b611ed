"""The spider: takes sources from a queue, asks them, hands what they hold to the intake, and fetches article pages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.config.settings import Source
from crawler.intake import PageOrder
from crawler.model import Document
from crawler.reading.feeds import FeedError
from crawler.reading.pages import PageError, read_page
from crawler.spiders.failures import describe
from crawler.spiders.kinds import KINDS, Answer, Fetched
from crawler.store.sources import Validators

FEED_PRIORITY, PAGE_PRIORITY = 10, 0


class Desk(Protocol):
    """Where the spider hands over: see `crawler.intake.Intake`."""

    def validators(self, source: Source) -> dict[str, Validators]: ...  # noqa: D102
    def receive(self, source: Source, url: str, fetched: Any, new: Validators) -> list[PageOrder]: ...  # noqa: D102
    def unchanged(self, source: Source, url: str) -> None: ...  # noqa: D102
    def failed(self, source: Source, url: str, kind: str, message: str) -> None: ...  # noqa: D102
    def settle(self, order: PageOrder, document: Document | None, problem: str | None) -> None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Work:
    """What the spider needs: a queue of sources and page orders that ends with None, and the desk with its one thread."""

    orders: asyncio.Queue[Source | PageOrder | None]
    desk: Desk
    thread: Executor
    clock: Callable[[], datetime]


class NewsSpider(Spider):
    """Polls sources and fetches the pages of their new entries. Ends when its queue does; else it waits for more."""

    name = "news"

    def __init__(self, work: Work, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.work = work

    async def start(self) -> AsyncIterator[Request]:
        """The requests of the sources and pages in the queue, as they come."""
        while (order := await self.work.orders.get()) is not None:
            if isinstance(order, PageOrder):
                yield self.page_request(order)
            else:
                known = await self.at_desk(self.work.desk.validators, order)
                yield self.source_request(order, order.address, known)

    async def at_desk(self, call: Callable[..., Any], *args: Any) -> Any:
        """Run a call of the desk in its one thread, so that judging and writing never hold up the network."""
        return await asyncio.get_running_loop().run_in_executor(self.work.thread, call, *args)

    def source_request(self, source: Source, url: str, known: dict[str, Validators]) -> Request:
        """The request of one address of a source, conditional where its validators are known (RFC 9110, 13.1)."""
        headers = dict(source.headers)
        if seen := known.get(url):
            headers |= {"If-None-Match": seen.etag} if seen.etag else {}
            headers |= {"If-Modified-Since": seen.last_modified} if seen.last_modified else {}
        return Request(
            url,
            headers=headers,
            callback=self.parse_source,
            errback=self.source_failed,
            priority=FEED_PRIORITY,
            meta={"handle_httpstatus_list": [304], "dont_obey_robotstxt": True},
            cb_kwargs={"source": source, "asked": url, "known": known},
        )

    def page_request(self, order: PageOrder) -> Request:
        """The request of one article's page; robots.txt is kept."""
        return Request(
            order.url,
            callback=self.parse_page,
            errback=self.page_failed,
            priority=PAGE_PRIORITY,
            headers=dict(order.source.headers),
            dont_filter=order.revisit is not None,
            cb_kwargs={"order": order},
        )

    async def parse_source(
        self, response: Response, source: Source, asked: str, known: dict[str, Validators]
    ) -> AsyncIterator[Request]:
        """An answer of a source: its entries go to the intake, its new pages and child sitemaps are asked for."""
        if response.status == 304:
            await self.at_desk(self.work.desk.unchanged, source, asked)
            # An index that did not change says nothing of the sitemaps that it names.
            for child in known.keys() - {asked} if asked == source.address else ():
                yield self.source_request(source, child, known)
            return
        try:
            fetched = await self.at_desk(self._read, response, source)
        except FeedError as error:
            await self.at_desk(self.work.desk.failed, source, asked, error.kind, str(error))
            return
        new = Validators(_header(response, "ETag"), _header(response, "Last-Modified"))
        for order in await self.at_desk(self.work.desk.receive, source, asked, fetched, new):
            yield self.page_request(order)
        for child in fetched.children:
            yield self.source_request(source, child, known)

    def _read(self, response: Response, source: Source) -> Fetched:
        content_type = _header(response, "Content-Type") or ""
        answer = Answer(response.url, response.body, content_type, self.work.clock())
        return KINDS[source.kind](answer, source)

    async def source_failed(self, failure: Failure) -> None:
        """A request of a source that got no usable answer."""
        request: Any = failure.request  # type: ignore[attr-defined]
        kind, message = describe(failure)
        await self.at_desk(self.work.desk.failed, request.cb_kwargs["source"], request.cb_kwargs["asked"], kind, message)

    async def parse_page(self, response: Response, order: PageOrder) -> None:
        """A page's answer: its article goes to the intake; without one the feed's own words have to do."""
        try:
            document, problem = await self.at_desk(self._page, response, order), None
        except PageError as error:
            document, problem = None, str(error)
        await self.at_desk(self.work.desk.settle, order, document, problem)

    def _page(self, response: Response, order: PageOrder) -> Document:
        content_type = (_header(response, "Content-Type") or "").lower()
        charset = content_type.partition("charset=")[2].partition(";")[0].strip(" \"'") or None
        select = order.source.select.article
        return read_page(response.body, url=response.url, seen=self.work.clock(), select=select, charset=charset)

    async def page_failed(self, failure: Failure) -> None:
        """A page that could not be fetched: the feed's own words have to do."""
        request: Any = failure.request  # type: ignore[attr-defined]
        await self.at_desk(self.work.desk.settle, request.cb_kwargs["order"], None, describe(failure)[1])


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
