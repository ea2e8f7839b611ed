"""Robots.txt (RFC 9309) for article pages: Scrapy's middleware, asked for one host by one request at a time.

Scrapy 2.19 lets all but the first of the requests pass that wait together for a host's robots.txt, because they
await one Deferred whose result the first of them takes. Here they take turns, so that the others find it read. And where a
server cannot give its robots.txt just now, nothing is asked of it (section 2.3.1.4), which Scrapy takes for leave.
"""

from __future__ import annotations

import asyncio
from time import monotonic

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.http import Response
from scrapy.robotstxt import ProtegoRobotParser, RobotParser
from scrapy.utils.httpobj import urlparse_cached

from crawler.net.errors import SiteBackedOffError
from crawler.net.fetcher import Fetcher
from crawler.net.site_limiter import SiteBackoffError, site_of

LONGEST = 24 * 3600.0
"""Seconds for which an answer is believed (RFC 9309, 2.4)."""
SHORT = 600.0
"""Seconds until a server is asked again that could not answer."""
MOST = 500 * 1024
"""Bytes that are read of one (RFC 9309, 2.5: at least 500 KiB)."""
_NOTHING = b"User-agent: *\nDisallow: /\n"


class PatientRobots(RobotsTxtMiddleware):
    """Refuses pages that their site's robots.txt forbids, however many are asked for at once, and keeps its Crawl-delay."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._turns: dict[str, asyncio.Lock] = {}
        self._until: dict[str, float] = {}

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """The rules of a request's host; None where it has none."""
        fetcher: Fetcher = self.crawler.spider.fetcher  # type: ignore[union-attr]
        if rest := fetcher.limiter.backoff_remaining(request.url):
            raise SiteBackedOffError(SiteBackoffError(site_of(urlparse_cached(request).netloc.lower()), rest))
        host = urlparse_cached(request).netloc
        async with self._turns.setdefault(host, asyncio.Lock()):
            if monotonic() >= self._until.get(host, 0.0):
                self._parsers.pop(host, None)
                self._until[host] = monotonic() + LONGEST
            parser = await super().robot_parser(request)
        delay = parser.crawl_delay(self._default_useragent) if parser else None
        if delay:
            fetcher.limiter.set_crawl_delay(request.url, delay)
        return parser

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500 or response.status == 429:
            self._until[netloc] = monotonic() + SHORT
            response = response.replace(body=_NOTHING)
        elif response.status != 200:
            response = response.replace(body=b"")
        await super()._parse_robots(response.replace(body=response.body[:MOST]), netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        """An unreachable host: nothing is allowed there for a while."""
        super()._robots_error(exc, netloc)
        self._until[netloc] = monotonic() + SHORT
        self._parsers[netloc] = ProtegoRobotParser(_NOTHING, None)
