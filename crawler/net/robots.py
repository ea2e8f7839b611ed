"""Robots.txt (RFC 9309) for article pages: Scrapy's middleware, asked for one host by one request at a time.

Scrapy 2.19 lets all but the first of the requests pass that wait together for a host's robots.txt, because they
await one Deferred whose result the first of them takes. Here they take turns, so that the others find it read.
"""

from __future__ import annotations

import asyncio
from time import monotonic

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached

LONGEST = 24 * 3600.0
"""Seconds for which an answer is believed (RFC 9309, 2.4)."""


class PatientRobots(RobotsTxtMiddleware):
    """Refuses pages that their site's robots.txt forbids, however many are asked for at once."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._turns: dict[str, asyncio.Lock] = {}
        self._read: dict[str, float] = {}

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """The rules of a request's host; None where it has none."""
        host = urlparse_cached(request).netloc
        async with self._turns.setdefault(host, asyncio.Lock()):
            if monotonic() - self._read.get(host, -LONGEST) >= LONGEST:
                self._parsers.pop(host, None)
                self._read[host] = monotonic()
            return await super().robot_parser(request)
