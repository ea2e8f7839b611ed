"""Fetchers of a configuration, and single pages for commands that need one answer: through the same fetcher and guard."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from crawler.config.settings import Crawl, Settings
from crawler.fetching.site_backoffs import SiteBackoffs
from crawler.model import AseanwatchError
from crawler.net.errors import FetchError
from crawler.net.fetcher import Fetcher
from crawler.net.guard import Guard, Refused
from crawler.net.replies import Reply
from crawler.net.site_limiter import SiteLimiter
from crawler.net.statuses import describe_status
from crawler.store import Store, StoreError


def make_fetcher(crawl: Crawl) -> Fetcher:
    """A fetcher as a configuration wants it. Call it on the running event loop, and close the fetcher at the end."""
    return Fetcher(
        guard=Guard(crawl.allow_private),
        limiter=SiteLimiter(crawl.per_host, crawl.delay.total_seconds()),
        user_agent=crawl.user_agent,
        concurrency=crawl.concurrency,
        timeout=crawl.timeout.total_seconds(),
        max_size=crawl.max_size,
        proxy=crawl.proxy,
    )


@contextmanager
def polite_fetcher(settings: Settings) -> Iterator[Fetcher]:
    """A fetcher for a command that asks a few addresses. It keeps the backoffs of the store, where there is a store.

    Use it on a running event loop.
    """
    store, fetcher = Store(settings.storage.url), make_fetcher(settings.crawl)
    try:
        # A command that only asks a few addresses must not make a store, nor migrate one.
        backoffs = SiteBackoffs(fetcher.limiter, store) if _is_usable(store) else None
        if backoffs:
            backoffs.load()
        yield fetcher
        # What this command was asked for holds for the service beside it, too.
        if backoffs and backoffs.unsaved:
            backoffs.save()
    finally:
        fetcher.close()
        store.close()


def _is_usable(store: Store) -> bool:
    try:
        return store.exists() and store.is_ready()
    except StoreError:
        return False


async def _fetch(url: str, settings: Settings) -> Reply:
    with polite_fetcher(settings) as fetcher:
        try:
            reply = await fetcher.fetch(url)
        except (FetchError, Refused) as error:
            raise AseanwatchError(f"{url}: {error}") from None
    if reply.status != 200:
        raise AseanwatchError(f"{url}: {describe_status(reply.status).message}")
    return reply


def fetch_page(url: str, settings: Settings) -> Reply:
    """The answer at the address of a page.

    Raises:
        AseanwatchError: it cannot be fetched; the message says why.
    """
    return asyncio.run(_fetch(url, settings))
