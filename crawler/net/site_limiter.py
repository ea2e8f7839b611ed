"""Limits for each site: how many requests at once, how quickly one after another, and for how long none at all.

A site is a registered domain by the Public Suffix List, so that the many hosts of one publisher share
its limits. A numeric address is a site of its own.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import lru_cache
from time import monotonic, time

from publicsuffixlist import PublicSuffixList

from crawler.net.statuses import BUSY, TOO_MANY
from crawler.runtime.url_hosts import location_in, net_location, plain_host, without_login

DEFAULT_BACKOFF = 60.0
"""Seconds without requests after a 429 that does not say for how long."""
MAX_BACKOFF = 24 * 3600.0
"""A Retry-After (seconds) counts for no more than this: some servers send one of years."""
MAX_CRAWL_DELAY = 60.0
"""A Crawl-delay (seconds) of robots.txt counts for no more than this: a longer one was meant for search engines."""
MAX_WAIT = 5.0
"""A request waits for a backoff of at most so many seconds; during a longer one it fails at once."""

_NAME = re.compile(r"^(?:\[[^]]*\]|[^:]*)")
_suffixes = PublicSuffixList(accept_unknown=False)


class SiteBackoffError(Exception):
    """A site asked to be left alone, for another ``seconds``."""

    def __init__(self, site: str, seconds: float) -> None:
        super().__init__(f"{site} asked to be left alone")
        self.site, self.seconds = site, seconds


@lru_cache(maxsize=16_384)
def site_of(host: str) -> str:
    """The registered domain of a host and port, as an address has them; the host and port themselves where there is none."""
    location = without_login(host)
    port = _NAME.sub("", location)
    name = plain_host(location.removesuffix(port))
    registered = None if ":" in name else _suffixes.privatesuffix(name)
    return registered or net_location(name) + port.lower()


def _site_of_url(url: str) -> str:
    return site_of(location_in(url))


@dataclass(slots=True)
class _Site:
    """The state of one site. Moments are those of `time.monotonic`."""

    slots: asyncio.Semaphore
    delay: float
    next_start: float = 0.0
    backoff_until: float = 0.0
    using: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class SiteLimiter:
    """Limits requests by site. One instance serves everything that a process fetches.

    Args:
        at_once: requests to one site at once.
        delay: seconds between the beginnings of two requests to one site.
    """

    def __init__(self, at_once: int = 2, delay: float = 0.0) -> None:
        self._at_once, self._delay = at_once, delay
        self._sites: dict[str, _Site] = {}
        self._delays: dict[str, float] = {}
        self.new_backoffs: set[str] = set()
        """Sites that asked for a backoff which is not stored yet (`crawler.fetching.site_backoffs`)."""

    def _site(self, name: str) -> _Site:
        site = self._sites.get(name)
        if site is None:
            delay = max(self._delay, self._delays.get(name, 0.0))
            site = self._sites[name] = _Site(asyncio.Semaphore(self._at_once), delay)
        return site

    @asynccontextmanager
    async def slot(self, url: str) -> AsyncIterator[None]:
        """Wait until a request to the site of an address may begin, and occupy one of its slots for the block.

        Raises:
            SiteBackoffError: the site asked to be left alone, perhaps while we waited.
        """
        name = _site_of_url(url)
        site = self._site(name)
        site.using += 1
        try:
            async with site.slots:
                if site.delay:
                    await self._wait_for_delay(site)
                if 0 < (seconds := self.site_backoff(name)) <= MAX_WAIT:
                    await asyncio.sleep(seconds)
                self._check_site(name)
                yield
        finally:
            site.using -= 1
            if not site.using and site.backoff_until < monotonic() and site.next_start < monotonic():
                self._sites.pop(name, None)  # sites come and go for years: an idle one needs no memory

    @staticmethod
    async def _wait_for_delay(site: _Site) -> None:
        async with site.lock:
            wait = site.next_start - monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            site.next_start = monotonic() + site.delay

    def set_crawl_delay(self, url: str, delay: float) -> None:
        """Keep a Crawl-delay (seconds) of a site's robots.txt."""
        name = _site_of_url(url)
        self._delays[name] = max(self._delay, min(delay, MAX_CRAWL_DELAY))
        if name in self._sites:
            self._sites[name].delay = self._delays[name]

    def record_response(
        self, url: str, status: int, retry_after: str | None, date: str | None = None
    ) -> None:
        """Back off from a site whose server says that it is busy, for as long as it says.

        A 503 without Retry-After counts for nothing: it is more often the failure of one page than a
        wish of the whole site. A 429 without one counts for `DEFAULT_BACKOFF`.
        """
        seconds = parse_retry_after(retry_after, date) or (DEFAULT_BACKOFF if status == TOO_MANY else 0.0)
        if status in BUSY and seconds:
            name = _site_of_url(url)
            self.back_off(name, seconds)
            self.new_backoffs.add(name)

    def back_off(self, site: str, seconds: float) -> None:
        """Send a site no requests for so long; a longer backoff that is known stays."""
        own = self._site(site)
        own.backoff_until = max(own.backoff_until, monotonic() + min(seconds, MAX_BACKOFF))

    def site_backoff(self, site: str) -> float:
        """Seconds for which a site is still to be left alone; 0 when it is not."""
        known = self._sites.get(site)
        return max(0.0, known.backoff_until - monotonic()) if known else 0.0

    def backoff_remaining(self, url: str) -> float:
        """Seconds for which the site of an address is still to be left alone; 0 when it is not."""
        return self.site_backoff(_site_of_url(url))

    def check(self, url: str) -> None:
        """Make sure that the site of an address may be asked now.

        Raises:
            SiteBackoffError: the site asked to be left alone.
        """
        self._check_site(_site_of_url(url))

    def _check_site(self, name: str) -> None:
        if seconds := self.site_backoff(name):
            raise SiteBackoffError(name, seconds)


def parse_retry_after(retry_after: str | None, date: str | None = None) -> float | None:
    """A Retry-After header (RFC 9110, section 10.2.3) in seconds; None where it says nothing.

    A moment is compared with the server's own Date header where there is one: many servers' clocks are wrong.
    """
    if not retry_after:
        return None
    value = retry_after.strip()
    try:
        if value.isascii() and value.isdigit():
            seconds = float(value)
        else:
            seconds = _timestamp(value) - (_timestamp(date) if date else time())
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(seconds, 0.0), MAX_BACKOFF)


def _timestamp(http_date: str) -> float:
    """A date of HTTP as seconds since 1970."""
    found = parsedate_to_datetime(http_date)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
