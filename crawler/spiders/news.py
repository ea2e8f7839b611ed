"""The spider: fetches article pages from a queue and hands what it can read of them to the intake."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.documents.process import UnreadableError
from crawler.documents.reader import Readers, is_small
from crawler.ingest.articles import PageOrder
from crawler.ingest.batcher import Desk, Pile
from crawler.ingest.messages import Settled
from crawler.model import Document
from crawler.net.fetcher import Fetcher
from crawler.net.handler import SOURCE
from crawler.parsing.pages import PageError, is_wall, read_page
from crawler.spiders.failures import describe

log = logging.getLogger("aseanwatch")


@dataclass(frozen=True, slots=True)
class Work:
    """What the spider needs.

    ``orders`` is a queue that ends with None; small pages are read at the ``desk``, all others by the ``readers``; the ``pile`` takes
    what came of them.
    """

    orders: asyncio.Queue[PageOrder | None]
    fetcher: Fetcher
    desk: Desk
    readers: Readers
    pile: Pile[Settled, None]
    clock: Callable[[], datetime]


class NewsSpider(Spider):
    """Fetches the pages of new entries; robots.txt is kept. Ends when its queue does; else it waits for more."""

    name = "news"

    def __init__(self, work: Work, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.work = work
        self.fetcher = work.fetcher

    async def start(self) -> AsyncIterator[Request]:
        """The requests of the pages in the queue, as they come."""
        while (order := await self.work.orders.get()) is not None:
            try:
                request = self._request(order)
            except ValueError as error:
                await self.work.pile.hand_in(Settled(order, problem=f"its address cannot be asked: {error}"))
                continue
            yield request

    def _request(self, order: PageOrder) -> Request:
        return Request(
            order.url,
            callback=self.parse_page,
            errback=self.page_failed,
            headers=order.source.headers_for(order.url),
            meta={SOURCE: order.source},
            dont_filter=True,
            cb_kwargs={"order": order},
        )

    async def parse_page(self, response: Response, order: PageOrder) -> None:
        """A page's answer: its article goes to the intake; without one the feed's own words have to do."""
        await self.work.pile.hand_in(await self._read(response, order))

    async def _read(self, response: Response, order: PageOrder) -> Settled:
        """What a page holds; whatever goes wrong in reading it is the page's problem, and ends its order."""
        try:
            return await self._settled(response, order)
        except Exception as error:
            log.exception("%s cannot be read", order.url)
            return Settled(order, problem=f"the page cannot be read: {type(error).__name__}: {error}", answered=True)

    async def _document(self, response: Response, order: PageOrder) -> Document:
        """The article of a page: of a small one in the desk's thread, else in a process that can be ended."""
        content_type = (_header(response, "Content-Type") or "").lower()
        charset = content_type.partition("charset=")[2].partition(";")[0].strip(" \"'") or None
        body, url, seen, select = response.body, response.url, self.work.clock(), order.source.select.article
        if is_small(body, "page"):
            return await self.work.desk.do(read_page, body, url=url, seen=seen, select=select, charset=charset)
        return await self.work.readers.read(url, "page", body, read_page, body, url=url, seen=seen, select=select, charset=charset)

    async def _settled(self, response: Response, order: PageOrder) -> Settled:
        wall = is_wall(response.body, asked=order.url, url=response.url)
        try:
            document = await self._document(response, order)
        except UnreadableError as error:
            return Settled(order, problem=f"the page cannot be read: {error}", answered=True, wall=wall)
        except PageError as error:
            return Settled(order, problem=str(error), answered=True, wall=wall)
        if wall and len(document.text) < len(order.entry.summary or order.entry.content):
            return Settled(order, problem="the page stands behind consent or payment", answered=True, wall=True)
        return Settled(order, document, answered=True, wall=wall)

    async def page_failed(self, failure: Failure) -> None:
        """A page that could not be fetched: the feed's own words have to do."""
        request: Any = failure.request  # type: ignore[attr-defined]
        await self.work.pile.hand_in(Settled(request.cb_kwargs["order"], problem=describe(failure)[1]))


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
