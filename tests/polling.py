"""Polls sources as a crawl does, but without the spider: fetcher, poller, ingestion and one judge in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from crawler.config.settings import Settings, Source
from crawler.documents.reader import Readers
from crawler.fetching.fetchers import make_fetcher
from crawler.ingest.articles import PageOrder
from crawler.ingest.batcher import Desk, Pile
from crawler.ingest.ingestor import Intake
from crawler.ingest.judges import JudgeHere
from crawler.ingest.messages import Poll, Taken
from crawler.judging.judge import Judge
from crawler.spiders.poller import Poller
from crawler.store import Store
from tests.builders import shipped_judge


class Polling:
    """A crawl without pages. ``clock`` gives the time.

    Attributes:
        intake: ingests everything.
        seconds: how long each source's latest poll took.
    """

    def __init__(self, settings: Settings, store: Store, clock: Callable[[], datetime], judge: Judge | None = None) -> None:
        self.settings = settings
        self.intake = Intake(settings, store, clock)
        self.seconds: dict[str, float] = {}
        self._judge = judge or shipped_judge()

    def poll(self, sources: Sequence[Source] | None = None) -> None:
        """Poll sources at once; without an argument all of them."""
        asyncio.run(self._poll(self.settings.sources if sources is None else sources))

    def poll_evenly(self, seconds: float) -> None:
        """Poll all sources, spread over so many seconds as a schedule would."""
        asyncio.run(self._poll(self.settings.sources, seconds))

    async def _poll(self, sources: Sequence[Source], spread: float = 0.0) -> None:
        desk, fetcher = Desk(), make_fetcher(self.settings.crawl)
        judges = JudgeHere(self._judge, desk)

        async def take(polls: Sequence[Poll]) -> list[tuple[list[PageOrder], Taken]]:
            batch = await desk.do(self.intake.open, polls)
            verdicts = await judges.read([q for _, q in batch.questions])
            orders, taken = await desk.do(self.intake.close, batch, verdicts)
            return [(orders if i == 0 else [], one) for i, one in enumerate(taken)]

        readers = Readers()
        poller = Poller(fetcher, readers, self.intake.watch, Pile(take), lambda _: None, self.intake.clock)

        async def one(number: int, source: Source) -> None:
            await asyncio.sleep(spread * number / len(sources))
            begun = asyncio.get_running_loop().time()
            await poller.poll(source)
            self.seconds[source.name] = asyncio.get_running_loop().time() - begun

        try:
            await asyncio.gather(*(one(n * 7919 % len(sources), s) for n, s in enumerate(sources)))
            await desk.do(self.intake.end)
        finally:
            readers.close()
            fetcher.close()
            desk.close()
