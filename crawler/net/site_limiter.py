"""Turns: how many requests one site gets at once, and how quickly one after another, whoever asks.

A site is a registered domain by the Public Suffix List, so that the many hosts of one publisher share its turns; a
numeric address is a site of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import lru_cache
from time import monotonic, time
from urllib.parse import urlsplit

from tldextract import TLDExtract

from crawler.net.statuses import BUSY, TOO_MANY

LONGEST_HOLD = 24 * 3600.0
"""Seconds that a server's Retry-After is kept at most."""
LONGEST_DELAY = 60.0
"""Seconds of a robots.txt Crawl-delay that are kept at most; a longer one was meant for search engines."""
_suffixes = TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
HOLD = 60.0
"""Seconds that a site is left alone which answers 429 and does not say for how long."""
PATIENCE = 5.0
"""A rest of at most so many seconds is waited for; whoever comes during a longer one is sent away."""


class RestingError(Exception):
    """A site asked to be left alone, for another ``seconds``."""

    def __init__(self, site: str, seconds: float) -> None:
        super().__init__(f"{site} asked to be left alone")
        self.site, self.seconds = site, seconds


@lru_cache(maxsize=16_384)
def site_of(host: str) -> str:
    """The registered domain of a host and port; the host and port themselves where there is none."""
    found = _suffixes(host.rpartition("@")[2].partition(":")[0] if "[" not in host else "")
    return found.top_domain_under_public_suffix or host


@dataclass(slots=True)
class _Site:
    """The turns of one site."""

    seats: asyncio.Semaphore
    delay: float
    next_start: float = 0.0
    held_until: float = 0.0
    using: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Turns:
    """Gives turns. One for all that a process fetches.

    Args:
        at_once: requests to one site at once.
        delay: seconds between the beginnings of two requests to one site.
    """

    def __init__(self, at_once: int = 2, delay: float = 0.0) -> None:
        self._at_once, self._delay = at_once, delay
        self._sites: dict[str, _Site] = {}
        self._delays: dict[str, float] = {}
        self.new_rests: set[str] = set()
        """Sites that asked for a rest since somebody last took note of it (`crawler.fetching.site_backoffs`)."""

    def _site(self, name: str) -> _Site:
        site = self._sites.get(name)
        if site is None:
            site = self._sites[name] = _Site(asyncio.Semaphore(self._at_once), max(self._delay, self._delays.get(name, 0.0)))
        return site

    @asynccontextmanager
    async def turn(self, url: str) -> AsyncIterator[None]:
        """Wait for this site's turn and hold it for the time of the block.

        Raises:
            RestingError: the site asked to be left alone, perhaps while we waited.
        """
        name = site_of(urlsplit(url).netloc.lower())
        site = self._site(name)
        site.using += 1
        try:
            async with site.seats:
                if site.delay:
                    async with site.lock:
                        wait = site.next_start - monotonic()
                        if wait > 0:
                            await asyncio.sleep(wait)
                        site.next_start = monotonic() + site.delay
                if 0 < (rest := self.rest_of(name)) <= PATIENCE:
                    await asyncio.sleep(rest)
                self.check(url)
                yield
        finally:
            site.using -= 1
            if not site.using and site.held_until < monotonic() and site.next_start < monotonic():
                self._sites.pop(name, None)  # sites come and go for years

    def slow_down(self, url: str, delay: float) -> None:
        """Keep a Crawl-delay (seconds) of a site's robots.txt."""
        name = site_of(urlsplit(url).netloc.lower())
        self._delays[name] = max(self._delay, min(delay, LONGEST_DELAY))
        if name in self._sites:
            self._sites[name].delay = self._delays[name]

    def answered(self, url: str, status: int, retry_after: str | None, date: str | None = None) -> None:
        """Note that a server is busy, so that nothing else is asked of its site for as long as it says.

        A 503 that says nothing of time is a failure of one page more often than a wish of the site.
        """
        wanted = seconds_of(retry_after, date) or (HOLD if status == TOO_MANY else 0.0)
        if status in BUSY and wanted:
            name = site_of(urlsplit(url).netloc.lower())
            self.rest(name, wanted)
            self.new_rests.add(name)

    def rest(self, site: str, seconds: float) -> None:
        """Leave a site alone for so long; a longer rest that is known stays."""
        own = self._site(site)
        own.held_until = max(own.held_until, monotonic() + min(seconds, LONGEST_HOLD))

    def rest_of(self, site: str) -> float:
        """Seconds for which a site is to be left alone; 0 when it is not."""
        known = self._sites.get(site)
        return max(0.0, known.held_until - monotonic()) if known else 0.0

    def held(self, url: str) -> float:
        """Seconds for which the site of an address is to be left alone; 0 when it is not."""
        return self.rest_of(site_of(urlsplit(url).netloc.lower()))

    def check(self, url: str) -> None:
        """Look once more before asking.

        Raises:
            RestingError: the site asked to be left alone.
        """
        if rest := self.held(url):
            raise RestingError(site_of(urlsplit(url).netloc.lower()), rest)


def seconds_of(retry_after: str | None, date: str | None = None) -> float | None:
    """A Retry-After header (RFC 9110, 10.2.3) in seconds; None where it says nothing.

    A moment is held against the server's own clock (its Date header) where it tells it: many clocks are wrong.
    """
    if not retry_after:
        return None
    value = retry_after.strip()
    try:
        found = float(value) if value.isascii() and value.isdigit() else _moment(value) - (_moment(date) if date else time())
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(found, 0.0), LONGEST_HOLD)


def _moment(text: str) -> float:
    """A date of HTTP as seconds since 1970."""
    found = parsedate_to_datetime(text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
