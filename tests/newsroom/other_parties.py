"""``make demo-parties``: India and Africa, from ``init --for`` to a digest, over a news web on loopback; no line of code of its own.

The news is the labelled set in ``examples/desks``, one feed for each language.
"""

from __future__ import annotations

import asyncio
import json
import logging
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from sqlalchemy import select

from alerts.delivery.dispatch import dispatch
from alerts.digests.wording import words
from alerts.subscriptions.subscriptions import register
from crawler.commands.context import open_store, out, print_table
from crawler.config import load
from crawler.config.layers import packaged_values
from crawler.config.parties_config import config_text, parties_named
from crawler.crawl import crawl
from crawler.judging.judge import Judge
from crawler.net.reactor import running_reactor
from crawler.store import bases, overview
from crawler.store.schema import digests
from tests.newsroom.configuration import with_sections

FOLDER = Path("demo-parties")
NEWS = Path(__file__).parents[2] / "examples/desks/india-africa-develop.jsonl"
BEFORE, NOW = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 12, 15, 8, tzinfo=UTC)


def feed(rows: Sequence[dict[str, Any]]) -> str:
    """An RSS feed of labelled news, with whole texts."""
    entries = "".join(
        f"<item><title>{escape(r['title'])}</title><link>{r['url']}</link><guid>{r['id']}</guid>"
        f"<pubDate>{format_datetime(datetime.fromisoformat(r['published']).replace(tzinfo=UTC, hour=6))}</pubDate>"
        f"<description>{escape(r['text'])}</description></item>"
        for r in rows
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{entries}</channel></rss>'


@contextmanager
def news_web(feeds: dict[str, str]) -> Iterator[str]:
    """A server on loopback with a feed at each path; gives its address."""

    class _Feeds(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the name is the library's
            found = feeds.get(self.path.strip("/"))
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "application/rss+xml; charset=utf-8")
            self.end_headers()
            self.wfile.write((found or "").encode("utf-8"))

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing is logged."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), _Feeds)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def written(folder: Path, address: str, languages: Sequence[str]) -> Path:
    """The file that ``init --for india-africa`` writes, with the sources of the news web in place of searches."""
    text = with_sections(
        config_text(parties_named("india-africa"), packaged_values()),
        storage={"url": "sqlite:///aseanwatch.db"},
        crawl={"allow_private": ["127.0.0.1"], "pages": "never"},
        sources=[
            {"name": f"news-{lang}", "url": f"{address}/{lang}", "kind": "feed", "lang": lang}
            for lang in languages
        ],
        alerts={"fresh": "3650d"},
        subscriptions=[{"name": "india-africa-desk", "channel": "folder", "when": "instant"}],
        delivery={"channels": {"folder": {"type": "folder", "path": "."}}},
    )
    path = folder / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def main(folder: Path = FOLDER) -> None:
    """Run the demo in ``folder``, which is emptied first."""
    logging.getLogger("scrapy").setLevel(logging.CRITICAL)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    rows = [json.loads(line) for line in NEWS.read_text(encoding="utf-8").splitlines()]
    languages = sorted({r["lang"] for r in rows})
    with news_web({lang: feed([r for r in rows if r["lang"] == lang]) for lang in languages}) as address:
        settings = load(str(written(folder.absolute(), address, languages)))
        pair = words("en").pair_of(settings.parties.sides)
        out.print(
            f"News of {pair} cooperation, from {len(languages)} feeds with {len(rows)} entries.", markup=False
        )
        store = open_store(settings)
        with store.write() as connection:
            register(connection, settings, BEFORE)

        async def once() -> None:
            async with running_reactor():
                await crawl(settings, store, Judge(settings.rules()), settings.sources, clock=lambda: NOW)

        asyncio.run(once())
    dispatch(store, settings, NOW)
    with store.read() as connection:
        found = sorted(overview.find(connection, since=BEFORE), key=lambda s: (-s["reports"], s["title"]))
        print_table(
            "Stories",
            ("title", "reports", "languages"),
            [[s["title"], s["reports"], s["languages"]] for s in found],
        )
        known = bases.find(connection, [s["id"] for s in found])
        print_table(
            "Register",
            ("name", "status", "cities"),
            [[b["name"], b["status"], ", ".join(b["cities"])] for b in known],
        )
        subjects = list(connection.scalars(select(digests.c.subject)))
    store.close()
    out.print(
        f"{len(found)} stories, {len(known)} bases; the digest: {'; '.join(map(str, subjects))}",
        markup=False,
        soft_wrap=True,
    )


if __name__ == "__main__":
    main()
