"""What commands need that ask a few addresses: a polite fetcher and readers, for as long as they are used."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import closing
from typing import TYPE_CHECKING, TypeVar

from crawler.commands.context import working
from crawler.config.settings import Settings

if TYPE_CHECKING:
    from crawler.documents.reader import ReaderPool
    from crawler.net.fetcher import Fetcher

T = TypeVar("T")


def with_fetcher(settings: Settings, use: Callable[[Fetcher, ReaderPool], Awaitable[T]]) -> T:
    """What ``use`` makes of a fetcher and readers; they are closed then."""
    from crawler.documents.reader import ReaderPool  # noqa: PLC0415 - half a second that only commands that ask need
    from crawler.fetching.fetchers import polite_fetcher  # noqa: PLC0415 - as above

    async def run() -> T:
        with polite_fetcher(settings) as fetcher, closing(ReaderPool()) as readers:
            return await use(fetcher, readers)

    with working("Asking …"):
        return asyncio.run(run())
