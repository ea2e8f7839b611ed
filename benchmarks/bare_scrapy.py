"""A minimal Scrapy program: Scrapy, feedparser and SQLite, without judging or conditional requests."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import feedparser
from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response

from benchmarks.measuring import Laps, addresses, measured


class FeedSpider(Spider):
    """Reads feeds and writes their entries, in one transaction for each feed."""

    name = "feeds"

    def __init__(self, urls: list[str], connection: sqlite3.Connection, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.urls, self.connection = urls, connection

    async def start(self) -> AsyncIterator[Request]:
        """Request all feeds."""
        for url in self.urls:
            yield Request(url)

    def parse(self, response: Response, **_: Any) -> None:
        """Write one feed's entries into the table."""
        rows = [
            (e.get("id"), e.get("link"), e.get("title"), e.get("summary"), e.get("published"))
            for e in feedparser.parse(response.body).entries
        ]
        with self.connection:
            self.connection.executemany("INSERT OR IGNORE INTO entries VALUES (?, ?, ?, ?, ?)", rows)


def run(port: int, feeds: int, folder: Path, laps: Laps) -> int:
    """Crawl all feeds once, and return the number of stored entries."""
    connection = sqlite3.connect(folder / "bare.db")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE entries (guid PRIMARY KEY, url, title, summary, published)")
    process = CrawlerProcess(
        {
            "LOG_ENABLED": False,
            "CONCURRENT_REQUESTS": 64,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 64,
            "DOWNLOAD_DELAY": 0,
        }
    )
    process.crawl(FeedSpider, urls=list(addresses(port, feeds)), connection=connection)
    process.start()
    laps.done()
    return int(connection.execute("SELECT count(*) FROM entries").fetchone()[0])


if __name__ == "__main__":
    measured(run)
