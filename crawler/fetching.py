"""One page fetched at once, for commands that need a single answer: through the same spider settings and guard."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.config.settings import Crawl
from crawler.model import AseanwatchError
from crawler.net.guard import Guard
from crawler.net.reactor import running_reactor
from crawler.net.scrapy_settings import scrapy_settings
from crawler.spiders.failures import describe


class _PageSpider(Spider):
    name = "page"

    def __init__(self, url: str, answer: list[bytes | str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.url, self.answer = url, answer

    async def start(self) -> AsyncIterator[Request]:
        yield Request(self.url, callback=self.arrived, errback=self.failed)

    def arrived(self, response: Response) -> None:
        self.answer.append(response.body)

    def failed(self, failure: Failure) -> None:
        self.answer.append(describe(failure)[1])


async def _fetch(url: str, crawl: Crawl) -> bytes | str:
    guard = Guard(crawl.allow_private)
    answer: list[bytes | str] = []
    async with running_reactor(guard):
        await AsyncCrawlerRunner(scrapy_settings(crawl, guard)).crawl(_PageSpider, url=url, answer=answer)
    return answer[0] if answer else "no answer"


def fetch_page(url: str, crawl: Crawl) -> bytes:
    """The body of a page.

    Raises:
        AseanwatchError: it cannot be fetched; the message says why.
    """
    answer = asyncio.run(_fetch(url, crawl))
    if isinstance(answer, str):
        raise AseanwatchError(f"{url}: {answer}")
    return answer
