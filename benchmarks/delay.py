"""The delay from publication to inbox: ``python -m benchmarks.delay``.

The service polls 500 sources, in which news appears at random moments, and every subscription is instant. The table shows how
long each stage takes.
"""

from __future__ import annotations

import argparse
import asyncio
import hmac
import json
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen
from xml.sax.saxutils import escape

from sqlalchemy import select

from alerts.operations.live_config import Live
from alerts.service.service import Service
from benchmarks.crash import sink
from crawler.config.settings import Settings, Source
from crawler.ingest.ingestor import Ingestor
from crawler.store import Store
from crawler.store.schema import alerts, articles, deliveries
from tests.builders import article, settings, shipped_judge
from tests.newsroom.news import items

BESIDES = 15
"""Seconds besides the interval of polls within which 95 of 100 news items are to arrive."""
OLD = 4
"""Items of each source at the start."""


def titles(number: int) -> list[str]:
    """Different headlines of news that is in a topic by its headline alone, so that each must be told."""
    judge = shipped_judge()
    told = dict.fromkeys(i.title for i in items() if i.labels["relevant"] and i.labels["topics"])
    pool = [title for title in told if judge.classify(article(title)).topics]
    return [f"{pool[n % len(pool)]} ({n})" for n in range(number)]


class BenchmarkHub:
    """Subscribes whoever asks, and pushes what is new in a feed as soon as it is published (WebSub)."""

    def __init__(self, sources: int, published: Sequence[tuple[float, int, str]]) -> None:
        self._of = {n: [(when, title) for when, s, title in published if s == n] for n in range(sources)}
        self._order = sorted((when, source, title) for when, source, title in published)
        self._subscribers: dict[int, tuple[str, str]] = {}

    def subscribe(self, form: dict[str, str]) -> None:
        """Ask the callback whether it was meant, and keep what it confirms."""
        query = {
            "hub.mode": form["hub.mode"],
            "hub.topic": form["hub.topic"],
            "hub.challenge": "c",
            "hub.lease_seconds": "86400",
        }
        with urlopen(f"{form['hub.callback']}?{urlencode(query)}", timeout=30) as answer:
            assert answer.read() == b"c"
        source = int(urlsplit(form["hub.topic"]).path.strip("/"))
        self._subscribers[source] = (form["hub.callback"], form["hub.secret"])

    def push_all(self, shown: Callable[[float, str, float], None], head: Callable[[int], str]) -> None:
        """Push each item at its moment, each alone."""
        for when, source, title in self._order:
            time.sleep(max(0.0, when - time.time()))
            shown(when, title, time.time())
            if source not in self._subscribers:
                continue
            callback, secret = self._subscribers[source]
            number = OLD + self._of[source].index((when, title))
            body = rss(source, [(when, title)], head(source), first=number)
            sign = "sha256=" + hmac.digest(secret.encode(), body, "sha256").hex()
            urlopen(
                Request(callback, body, {"X-Hub-Signature": sign, "Content-Type": "application/rss+xml"}),
                timeout=30,
            ).close()


def serve(sources: int, published: Sequence[tuple[float, int, str]], log: Path, *, with_hub: bool) -> None:
    """Serve the feeds and record when each item was first served. ``published`` has moments (seconds since 1970), sources and headlines."""
    shown: set[str] = set()
    lock = threading.Lock()
    hub = BenchmarkHub(sources, published)

    def show(when: float, title: str, moment: float) -> None:
        with lock, log.open("a") as stream:
            if title not in shown:
                shown.add(title)
                stream.write(json.dumps({"title": title, "published": when, "served": moment}) + "\n")

    def head(source: int) -> str:
        base = f"http://127.0.0.1:{server.server_address[1]}"
        links = f'<a:link rel="hub" href="{base}/hub"/><a:link rel="self" href="{base}/{source}"/>'
        return links if with_hub else ""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            source, moment = int(self.path.strip("/")), time.time()
            new = [(when, title) for when, s, title in published if s == source and when <= moment]
            rows = [(0.0, f"Old news {source}-{n}") for n in range(OLD)] + new
            body = rss(source, rows, head(source))
            for when, title in new:
                show(when, title, moment)
            self.send_response(200)
            self.send_header("Content-Type", "application/rss+xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()
            hub.subscribe({name: values[0] for name, values in form.items()})

        def log_message(self, *_: Any) -> None:
            """Log nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    if with_hub:
        threading.Thread(target=hub.push_all, args=(show, head), daemon=True).start()
    server.serve_forever()


def rss(source: int, rows: Sequence[tuple[float, str]], head: str = "", first: int = 0) -> bytes:
    """One feed, with what stands in its head; ``first`` is the number of its first item."""
    found = "".join(
        f"<item><title>{escape(title)}</title><link>http://127.0.0.1/{source}/{escape(title.rpartition('(')[2])}{n}</link>"
        f"<pubDate>{format_datetime(datetime.fromtimestamp(when or time.time(), UTC))}</pubDate><guid>{source}-{n}</guid></item>"
        for n, (when, title) in enumerate(rows, first)
    )
    return f'<?xml version="1.0"?><rss version="2.0" xmlns:a="http://www.w3.org/2005/Atom"><channel><title>{source}</title>{head}{found}</channel></rss>'.encode()


def configured(folder: Path, port: int, mail: int, sources: int, every: int, pages: int) -> Settings:
    """Settings that poll each source at a fixed interval and alert twenty readers instantly to every article of a topic."""
    topics = sorted(settings().topics)
    readers = [
        {
            "name": f"desk{n}",
            "to": [f"reader{n}@example.org"],
            "when": "instant",
            "topics": [topics[n % len(topics)]],
        }
        for n in range(20)
    ]
    public = {"public_url": f"http://127.0.0.1:{pages}"} if pages else {}
    own = settings(*readers, smtp={"host": "127.0.0.1", "port": mail}, **public)
    feeds = [
        {"name": f"source-{n}", "url": f"http://127.0.0.1:{port}/{n}", "pages": "never", "every": f"{every}s"}
        for n in range(sources)
    ]
    each = {name: topic.model_copy(update={"alert": "article"}) for name, topic in own.topics.items()}
    return own.model_copy(
        update={
            "sources": tuple(Source.model_validate(f) for f in feeds),
            "topics": each,
            "schedule": own.schedule.model_copy(update={"every": timedelta(seconds=every)}),
            "crawl": own.crawl.model_copy(
                update={"allow_private": ("127.0.0.1",), "per_host": 16, "websub": bool(pages)}
            ),
            "storage": own.storage.model_copy(update={"url": f"sqlite:///{folder / 'store.db'}"}),
            "web": own.web.model_copy(update={"port": pages}),
        }
    )


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as one:
        port: int = one.getsockname()[1]
        return port


class Watched(Ingestor):
    """Record when an article was judged and stored."""

    stored: ClassVar[dict[str, float]] = {}

    def _store(self, connection: Any, changes: Any, judged: Any) -> Any:
        outcome = super()._store(connection, changes, judged)
        for one in judged:
            self.stored.setdefault(one.judged.article.title, time.time())
        return outcome


def run(own: Settings, store: Store, seconds: float) -> None:
    """Run the service for a while."""
    import crawler.crawl  # noqa: PLC0415 - its ingestor is watched

    crawler.crawl.Ingestor = Watched  # type: ignore[misc]

    async def go() -> None:
        service = Service(Live(None, own), store)
        asyncio.get_running_loop().call_later(seconds, service.stop)
        await service.run()

    asyncio.run(go())


def table(rows: Sequence[dict[str, float]], every: int, untold: Sequence[str], published: int) -> None:
    """The median and 95th percentile of each stage and of the whole, and what never arrived.

    Args:
        rows: the seconds of each stage, for each news item in each message.
        every: seconds between two polls of a source.
        untold: headlines of which no message came.
        published: how many there were.
    """
    stages = (
        "waiting for the poll",
        "crawl and judging",
        "waiting for the round, selection",
        "digest and sending",
        "all",
    )
    print(f"{len(rows)} messages; seconds           median   95th percentile")
    for stage in stages:
        values = sorted(r[stage] for r in rows)
        print(f"  {stage:34} {statistics.median(values):6.1f} {values[int(len(values) * 0.95)]:17.1f}")
    worst = sorted(r["all"] for r in rows)[int(len(rows) * 0.95)]
    print(
        f"95th percentile {worst:.1f} s; the bound is one poll interval + {BESIDES} s = {every + BESIDES} s"
    )
    # Whoever counts only what arrived counts none of what is lost, or late by more than the run.
    print(f"{len(untold)} of {published} news items came in no message", *untold[:3], sep="\n  ")


def main() -> None:
    """Serve the feeds, run the service, and print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sources", type=int, default=500)
    options.add_argument("--every", type=int, default=60, help="seconds between two polls of a source")
    options.add_argument("--news", type=int, default=400)
    options.add_argument("--hub", action="store_true", help="the feeds have a hub that pushes what is new")
    options.add_argument("--serve", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.serve:
        plan = json.loads(Path(given.serve).read_text())
        serve(plan["sources"], [tuple(p) for p in plan["published"]], Path(plan["log"]), with_hub=plan["hub"])
        return
    # With a hub also until all subscriptions are confirmed: thirty are asked for in a minute.
    settling = 75 + 60 * (given.sources // 30) if given.hub else 0
    chance, begin = random.Random(1), time.time() + given.every + 20 + settling
    span = 2.5 * given.every
    published = [
        (begin + chance.random() * span, chance.randrange(given.sources), title)
        for title in titles(given.news)
    ]
    published.sort()  # an item keeps its number when others appear
    with tempfile.TemporaryDirectory() as name, sink(Path(name)) as post:
        folder = Path(name)
        plan_file, log = folder / "plan.json", folder / "served.jsonl"
        plan_file.write_text(
            json.dumps({"sources": given.sources, "published": published, "log": str(log), "hub": given.hub})
        )
        command = [sys.executable, "-m", "benchmarks.delay", "--serve", str(plan_file)]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            own = configured(
                folder,
                int(server.stdout.readline()),
                post.port,
                given.sources,
                given.every,
                free_port() if given.hub else 0,
            )
            store = Store(own.storage.url)
            store.upgrade()
            run(own, store, begin + span + given.every + 25 - time.time())
            found = stages_of(Store(own.storage.url), log, dict(post.times()))
            told = {title for title, _ in found}
            untold = [title for _, _, title in published if title not in told]
            table([row for _, row in found], given.every, untold, len(published))
        finally:
            server.kill()


def stages_of(store: Store, log: Path, arrived: dict[str, float]) -> list[tuple[str, dict[str, float]]]:
    """The headline and the seconds of each stage, for each news item in each message."""
    served = {row["title"]: row for row in map(json.loads, log.read_text().splitlines())}
    told = select(alerts.c.at, articles.c.title, deliveries.c.message_id).join(
        articles, articles.c.id == alerts.c.article_id
    )
    told = told.join(deliveries, deliveries.c.digest_id == alerts.c.digest_id)
    found = []
    with store.read() as connection:
        for at, title, identity in connection.execute(told):
            if title not in served or identity not in arrived:
                continue
            row, stored = served[title], Watched.stored.get(title, at.timestamp())
            moments = [row["published"], row["served"], stored, at.timestamp(), arrived[identity]]
            steps = [later - earlier for earlier, later in pairwise(moments)]
            names = (
                "waiting for the poll",
                "crawl and judging",
                "waiting for the round, selection",
                "digest and sending",
            )
            found.append((title, dict(zip(names, steps, strict=True)) | {"all": moments[-1] - moments[0]}))
    return found


if __name__ == "__main__":
    main()
