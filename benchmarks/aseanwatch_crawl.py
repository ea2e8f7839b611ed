"""aseanwatch from feed to judged store, without pages, then a poll without news.

Run as ``python -m benchmarks.aseanwatch_crawl PORT FEEDS FOLDER``.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from benchmarks.measuring import Laps, addresses, measured
from crawler.commands.context import open_store
from crawler.config import load
from crawler.crawl import Crawling
from crawler.ingest.progress import CrawlProgress
from crawler.net.reactor import running_reactor
from crawler.tasks.engine import Parts
from tests.newsroom.configuration import packaged, with_sections


def configuration(port: int, feeds: int, folder: Path) -> Path:
    """Write a configuration that asks all feeds, and return its path."""
    sources = [{"name": f"feed-{n}", "url": url} for n, url in enumerate(addresses(port, feeds))]
    crawling = {"allow_private": ["127.0.0.1"], "pages": "never", "per_host": 64}
    path = folder / "config.yaml"
    storage = {"url": f"sqlite:///{folder / 'ours.db'}"}
    path.write_text(
        with_sections(packaged(), sources=sources, crawl=crawling, storage=storage, subscriptions=[]),
        encoding="utf-8",
    )
    return path


def run(port: int, feeds: int, folder: Path, laps: Laps) -> int:
    """Poll all feeds twice, and return the number of articles that were judged and stored."""
    logging.disable(logging.CRITICAL)
    settings = load(configuration(port, feeds, folder))
    store = open_store(settings)

    async def all_feeds() -> int:
        async with running_reactor():
            progress = CrawlProgress()
            async with Crawling(settings, store, parts=Parts(sources=feeds), progress=progress) as crawling:
                for _ in range(2):
                    for source in settings.sources:
                        crawling.poll(source)
                    await crawling.asked_all()
                    laps.done()
            assert progress.report.unchanged == feeds
            return progress.report.articles

    return asyncio.run(all_feeds())


if __name__ == "__main__":
    measured(run)
