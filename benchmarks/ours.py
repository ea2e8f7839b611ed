"""aseanwatch from feed to judged store, pages left out: ``python -m benchmarks.ours PORT FEEDS FOLDER``."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from benchmarks.peer import measured
from crawler.commands.context import open_store
from crawler.config import load
from crawler.crawl import crawl
from crawler.net.reactor import running_reactor
from tests.newsroom.configuration import packaged, with_sections


def run(port: int, feeds: int, folder: Path) -> int:
    """Crawl all feeds once; gives how many articles were stored and judged."""
    logging.disable(logging.CRITICAL)
    sources = [{"name": f"feed-{n}", "url": f"http://127.0.0.1:{port}/{n}"} for n in range(feeds)]
    crawling = {"allow_private": ["127.0.0.1"], "pages": "never", "per_host": 64}
    path = folder / "config.yaml"
    storage = {"url": f"sqlite:///{folder / 'ours.db'}"}
    path.write_text(with_sections(packaged(), sources=sources, crawl=crawling, storage=storage, subscriptions=[]), encoding="utf-8")
    settings = load(path)
    store = open_store(settings)

    async def all_feeds() -> int:
        async with running_reactor():
            return (await crawl(settings, store, None, settings.sources)).report.articles

    return asyncio.run(all_feeds())


if __name__ == "__main__":
    measured(run)
