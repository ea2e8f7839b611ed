"""One page fetched at once, for commands that need a single answer: through the same fetcher and guard."""

from __future__ import annotations

import asyncio

from crawler.config.settings import Crawl
from crawler.model import AseanwatchError
from crawler.net.fetcher import Fetcher, FetchError
from crawler.net.guard import Guard, Refused
from crawler.net.statuses import told_by
from crawler.net.turns import Turns


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


async def _fetch(url: str, crawl: Crawl) -> bytes:
    fetcher = fetcher_of(crawl)
    try:
        reply = await fetcher.fetch(url)
    except (FetchError, Refused) as error:
        raise AseanwatchError(f"{url}: {error}") from None
    finally:
        fetcher.close()
    if reply.status != 200:
        raise AseanwatchError(f"{url}: {told_by(reply.status)[1]}")
    return reply.body


def fetch_page(url: str, crawl: Crawl) -> bytes:
    """The body of a page.

    Raises:
        AseanwatchError: it cannot be fetched; the message says why.
    """
    return asyncio.run(_fetch(url, crawl))
