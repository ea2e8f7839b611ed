"""The spider: fetches article pages from a queue and hands on what it can read of them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.documents.pages import read_page_answer
from crawler.documents.process import UnreadableError
from crawler.documents.reader import ReaderPool
from crawler.ingest.articles import NOTHING_OF_ENTRY, PageOrder, says_nothing_of
from crawler.ingest.batcher import WriterThread
from crawler.ingest.messages import PageResult
from crawler.model import Document
from crawler.net.fetcher import Fetcher
from crawler.net.handler import SOURCE
from crawler.parsing.headline_likeness import is_headline_of_part
from crawler.parsing.page_errors import PageError
from crawler.parsing.walls import is_wall
from crawler.runtime.error_words import in_words
from crawler.spiders.failures import describe

log = logging.getLogger("aseanwatch")
MOST_PARTS = 6
"""Pages of one article that are read: what it is about stands on the first ones."""


@dataclass(frozen=True, slots=True)
class PageFetch:
    """A page to fetch, and who gets what comes of it; the request counts as under way until that has ended."""

    order: PageOrder
    deliver: Callable[[PageResult], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class PagesRead:
    """What was read so far of an article that stands on several pages, and the addresses of these."""

    fetch: PageFetch
    result: PageResult
    urls: tuple[str, ...]

    def with_page(self, found: PageResult, url: str) -> PagesRead:
        """This and one more page. What stands on the pages before is not repeated.

        One that cannot be read, or has another headline and so is another article, ends this one.
        """
        document = self.result.document
        if (
            document is None
            or found.document is None
            or not is_headline_of_part(document.title, found.document.title)
        ):
            ended = replace(document, next_part=None) if document else None
            return replace(self, result=replace(self.result, document=ended))
        known = set(document.text.split("\n"))
        new = [line for line in found.document.text.split("\n") if line not in known]
        links = tuple(dict.fromkeys((*document.links, *found.document.links)))
        following = found.document.next_part if new else None
        text, note = "\n".join((document.text, *new)), document.note or found.document.note
        joined = replace(document, text=text, links=links, next_part=following, note=note)
        return replace(self, result=replace(self.result, document=joined), urls=(*self.urls, url))


@dataclass(frozen=True, slots=True)
class SpiderContext:
    """What the spider needs.

    Attributes:
        fetches: a queue that ends with None.
        fetcher: how pages are fetched.
        writer: small pages are read in its thread, all others by the ``readers``.
        clock: gives the present moment.
    """

    fetches: asyncio.Queue[PageFetch | None]
    fetcher: Fetcher
    writer: WriterThread
    readers: ReaderPool
    clock: Callable[[], datetime]


class NewsSpider(Spider):
    """Fetches the pages of new entries; robots.txt is kept. Ends when its queue does; else it waits for more."""

    name = "news"

    def __init__(self, context: SpiderContext, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.context = context
        self.fetcher = context.fetcher

    async def start(self) -> AsyncIterator[Request]:
        """The requests of the pages in the queue, as they come."""
        while (fetch := await self.context.fetches.get()) is not None:
            try:
                request = self._request(fetch)
            # Scrapy refuses an address without a scheme; raised out
            # of here it would end the spider, and all pages with it.
            except ValueError as error:
                await fetch.deliver(PageResult(fetch.order, problem=f"its address cannot be asked: {error}"))
                continue
            yield request

    def _request(self, fetch: PageFetch) -> Request:
        order = fetch.order
        return Request(
            order.url,
            callback=self.parse_page,
            errback=self.page_failed,
            # They may hold a key, and a feed links to any site: only its own gets them.
            headers=order.source.headers_for(order.url),
            meta={SOURCE: order.source},
            # Scrapy's own filter would forget at each start; the
            # store knows what was fetched, and revisits ask again.
            dont_filter=True,
            cb_kwargs={"fetch": fetch},
        )

    async def parse_page(self, response: Response, fetch: PageFetch) -> AsyncIterator[Request]:
        """A page's answer: its article is handed on; without one the feed's own words have to do.

        Of an article on several pages the next one is asked for first.
        """
        result = await self._read(response, fetch.order)
        following = self._following(PagesRead(fetch, result, (response.url,)))
        if following is not None:
            yield following
        else:
            await fetch.deliver(result)

    async def parse_next(self, response: Response, read: PagesRead) -> AsyncIterator[Request]:
        """Another page of an article: its text stands behind that of the pages before."""
        found = await self._read(response, read.fetch.order, first_part=read.urls[0])
        longer = read.with_page(found, response.url)
        following = self._following(longer)
        if following is not None:
            yield following
        else:
            await read.fetch.deliver(longer.result)

    async def next_failed(self, failure: Failure) -> None:
        """Another page of an article that cannot be fetched: what was read before is handed on."""
        request: Any = failure.request  # type: ignore[attr-defined]
        read: PagesRead = request.cb_kwargs["read"]
        log.info("%s: only %d pages of the article could be read", read.fetch.order.url, len(read.urls))
        await read.fetch.deliver(read.result)

    def _following(self, read: PagesRead) -> Request | None:
        """The request for the next page of an article; None where there is none, or where enough was read."""
        document = read.result.document
        url = document.next_part if document else None
        if url is None or url in read.urls or read.result.wall:
            return None
        if len(read.urls) >= MOST_PARTS:
            log.info("%s: only the first %d pages of the article are read", read.fetch.order.url, MOST_PARTS)
            return None
        source = read.fetch.order.source
        return Request(
            url,
            callback=self.parse_next,
            errback=self.next_failed,
            headers=source.headers_for(url),
            meta={SOURCE: source},
            dont_filter=True,
            cb_kwargs={"read": read},
        )

    async def _read(self, response: Response, order: PageOrder, first_part: str | None = None) -> PageResult:
        """What a page holds; whatever goes wrong in reading it is the page's problem, and ends its order."""
        try:
            return await self._result(response, order, first_part)
        except Exception as error:
            log.exception("%s cannot be read", order.url)
            return PageResult(order, problem=f"the page cannot be read: {in_words(error)}", answered=True)

    async def _document(self, response: Response, order: PageOrder, first_part: str | None) -> Document:
        """The article of a page: of a small one in the writer thread, else in a process that can be ended."""
        context = self.context
        body = response.body
        url = response.url
        content_type = _header(response, "Content-Type") or ""
        seen = context.clock()
        select = order.source.select.article
        origin = order.source.origin(url)
        read = partial(
            read_page_answer,
            body,
            url=url,
            seen=seen,
            select=select,
            content_type=content_type,
            origin=origin,
            first_part=first_part,
        )
        if context.readers.reads_apart(url, body, "page"):
            return await context.readers.read(url, "page", body, read)
        return await context.writer.run(read)

    async def _result(self, response: Response, order: PageOrder, first_part: str | None) -> PageResult:
        is_walled = partial(is_wall, response.body, asked=order.url, url=response.url)
        try:
            document = await self._document(response, order, first_part)
        except UnreadableError as error:
            problem = f"the page cannot be read: {error}"
            return PageResult(order, problem=problem, answered=True, wall=is_walled(text=""))
        except PageError as error:
            return PageResult(order, problem=str(error), answered=True, wall=is_walled(text=""))
        # A wall may let the text through; if that is more than the feed has, there is an article after all.
        wall = is_walled(text=document.text)
        if wall and len(document.text) < len(order.entry.summary or order.entry.content):
            return PageResult(
                order, problem="the page stands behind consent or payment", answered=True, wall=True
            )
        if says_nothing_of(order.entry, document):
            return PageResult(order, problem=NOTHING_OF_ENTRY, answered=True, wall=wall)
        return PageResult(order, document, answered=True, wall=wall)

    async def page_failed(self, failure: Failure) -> None:
        """A page that could not be fetched: the feed's own words have to do."""
        request: Any = failure.request  # type: ignore[attr-defined]
        fetch: PageFetch = request.cb_kwargs["fetch"]
        await fetch.deliver(PageResult(fetch.order, problem=describe(failure)))


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
