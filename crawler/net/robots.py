"""Robots.txt (RFC 9309) for article pages: Scrapy's middleware, asked for one host by one request at a time.

When several requests wait together for a host's robots.txt, Scrapy 2.19 lets all but the first of them pass, because
they await one Deferred and the first one takes its result. A lock for each host makes the others find it parsed. Where a
server cannot give its robots.txt just now, nothing is asked of it (RFC 9309, section 2.3.1.4); Scrapy would allow everything.
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

KEPT_FOR = 24 * 3600.0
"""Seconds for which an answer is kept (RFC 9309, section 2.4)."""
RETRY_AFTER = 600.0
"""Seconds until a server that could not answer is asked again."""
MAX_SIZE = 500 * 1024
"""Bytes that are read of one (RFC 9309, 2.5: at least 500 KiB)."""
_NOTHING = b"User-agent: *\nDisallow: /\n"


class PatientRobots(RobotsTxtMiddleware):
    """Refuses pages that their site's robots.txt forbids, however many are asked for at once, and keeps its Crawl-delay."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._locks: dict[str, asyncio.Lock] = {}
        self._until: dict[str, float] = {}

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """The rules of a request's host; None where it has none."""
        fetcher: Fetcher = self.crawler.spider.fetcher  # type: ignore[union-attr]
        if rest := fetcher.limiter.backoff_remaining(request.url):
            raise SiteBackedOffError(SiteBackoffError(site_of(urlparse_cached(request).netloc), rest))
        host = urlparse_cached(request).netloc
        async with self._locks.setdefault(host, asyncio.Lock()):
            if monotonic() >= self._until.get(host, 0.0):
                self._parsers.pop(host, None)
                self._until[host] = monotonic() + KEPT_FOR
            parser = await super().robot_parser(request)
        delay = parser.crawl_delay(self._default_useragent) if parser else None
        if delay:
            fetcher.limiter.set_crawl_delay(request.url, delay)
        return parser

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500 or response.status == 429:
            self._until[netloc] = monotonic() + RETRY_AFTER
            response = response.replace(body=_NOTHING)
        elif response.status != 200:
            response = response.replace(body=b"")
        await super()._parse_robots(response.replace(body=response.body[:MAX_SIZE]), netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        """Allow nothing on an unreachable host for a while."""
        super()._robots_error(exc, netloc)
        self._until[netloc] = monotonic() + RETRY_AFTER
        self._parsers[netloc] = ProtegoRobotParser(_NOTHING, None)
