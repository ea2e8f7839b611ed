"""Polls sources as a crawl does, without the spider: fetcher, poller, ingestor and one judge in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from crawler.config.settings import Settings, Source
from crawler.judging.judge import Judge
from crawler.store import Store
from crawler.tasks.engine import CrawlEngine, Parts
from tests.builders import shipped_judge
from tests.ingesting import OneProcess


class Polling:
    """A crawl without pages. ``clock`` gives the time.

    Attributes:
        ingestor: where everything goes.
        seconds: how long each source's latest poll took.
    """

    def __init__(
        self, settings: Settings, store: Store, clock: Callable[[], datetime], judge: Judge | None = None
    ) -> None:
        self.settings = settings
        self.ingestor = OneProcess(settings, store, clock)
        self.seconds: dict[str, float] = {}
        self._judge = judge or shipped_judge()

    def poll(self, sources: Sequence[Source] | None = None) -> None:
        """Poll sources at once; without an argument all of them."""
        asyncio.run(self._poll(self.settings.sources if sources is None else sources))

    def poll_evenly(self, seconds: float) -> None:
        """Poll all sources, spread over so many seconds as a schedule would."""
        asyncio.run(self._poll(self.settings.sources, seconds))

    async def _poll(self, sources: Sequence[Source], spread: float = 0.0) -> None:
        engine = CrawlEngine(self.settings, self.ingestor, Parts(pages=False, judge=self._judge))
        await engine.start()

        async def one(number: int, source: Source) -> None:
            await asyncio.sleep(spread * number / len(sources))
            begun = asyncio.get_running_loop().time()
            await engine.poll(source)
            self.seconds[source.name] = asyncio.get_running_loop().time() - begun

        try:
            await asyncio.gather(*(one(n * 7919 % len(sources), s) for n, s in enumerate(sources)))
            await engine.writer.run(self.ingestor.save_states)
        finally:
            engine.close()
