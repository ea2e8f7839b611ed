"""Fetchers of a configuration, and single pages for commands that need one answer: through the same fetcher and guard."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from crawler.config.settings import Crawl, Settings
from crawler.fetching.site_backoffs import Rests
from crawler.model import AseanwatchError
from crawler.net.fetcher import Fetcher, FetchError
from crawler.net.guard import Guard, Refused
from crawler.net.site_limiter import Turns
from crawler.net.statuses import told_by
from crawler.store import Store, StoreError


def fetcher_of(crawl: Crawl) -> Fetcher:
    """The fetcher of a configuration; made on the running loop, and to be closed."""
    turns = Turns(crawl.per_host, crawl.delay.total_seconds())
    return Fetcher(
        Guard(crawl.allow_private),
        turns,
        crawl.user_agent,
        crawl.concurrency,
        crawl.timeout.total_seconds(),
        crawl.max_size,
        crawl.proxy,
    )


@contextmanager
def considerate_fetcher(settings: Settings) -> Iterator[Fetcher]:
    """A fetcher for a command that asks a few addresses: sites that rest are left alone; without a store none is known to.

    Must be used on a running event loop.
    """
    fetcher = fetcher_of(settings.crawl)
    try:
        store = Store(settings.storage.url)
        rests = Rests(fetcher.turns, store) if _is_usable(store) else None
        if rests:
            rests.recall()
        yield fetcher
        if rests and rests.unsaved:
            rests.keep()
    finally:
        fetcher.close()


def _is_usable(store: Store) -> bool:
    try:
        return store.is_made() and store.is_ready()
    except StoreError:
        return False


async def _fetch(url: str, settings: Settings) -> bytes:
    with considerate_fetcher(settings) as fetcher:
        try:
            reply = await fetcher.fetch(url)
        except (FetchError, Refused) as error:
            raise AseanwatchError(f"{url}: {error}") from None
    if reply.status != 200:
        raise AseanwatchError(f"{url}: {told_by(reply.status)[1]}")
    return reply.body


def fetch_page(url: str, settings: Settings) -> bytes:
    """The body of a page.

    Raises:
        AseanwatchError: it cannot be fetched; the message says why.
    """
    return asyncio.run(_fetch(url, settings))
