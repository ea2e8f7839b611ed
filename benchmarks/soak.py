"""A simulated day of the service in ten real minutes: ``python -m benchmarks.soak [--kills]``.

The clock of feeds and service runs 144 times as fast. Without ``--kills`` it prints the memory of the service each minute. With
``--kills`` the service is killed (SIGKILL) every 10 to 30 seconds and started again; for one minute in the middle its files
cannot grow, as on a full disk. At the end every published item must be stored once, and no article twice.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil

from alerts.operations.live_config import Live
from alerts.service.service import Service
from benchmarks.feeds import item, wrapped
from crawler.commands.context import open_store
from crawler.config import load
from tests.newsroom.configuration import packaged, with_sections

FEEDS, SPEED, LISTED = 60, 144.0, 60
FULL = 100_000
"""The largest size of a file while the disk is full: less than the store's log needs."""
START = datetime(2025, 11, 28, tzinfo=UTC)


def simulated(base: float) -> Callable[[], datetime]:
    """A clock that showed ``START`` at the real moment ``base``."""
    return lambda: START + timedelta(seconds=(time.time() - base) * SPEED)


def published(number: int, until: datetime) -> int:
    """The number of items that a feed has by then: between half and three an hour."""
    rate = 0.5 + (number % 6) / 2
    return 1 + int((until - START) / timedelta(hours=1) * rate)


def serve(base: float) -> ThreadingHTTPServer:
    """Serve the feeds, as they are at each moment."""
    clock = simulated(base)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if not self.path[1:].isdigit():
                self.send_error(404)
                return
            number, now = int(self.path[1:]), clock()
            newest = published(number, min(now, START + timedelta(days=1)))
            rate = 0.5 + (number % 6) / 2
            rows = (
                item(number, n, at=START + timedelta(hours=n / rate))
                for n in range(max(0, newest - LISTED), newest)
            )
            body = wrapped(number, "".join(rows))
            self.send_response(200)
            self.send_header("Content-Type", "application/rss+xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def child(folder: Path, base: float, limit: int) -> None:
    """Run the service with the simulated clock until it is ended."""
    if limit:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    logging.basicConfig(level=logging.WARNING)
    settings = load(folder / "config.yaml")
    asyncio.run(Service(Live(None, settings), open_store(settings), simulated(base)).run())


def begun(folder: Path, base: float, limit: int = 0) -> subprocess.Popen[bytes]:
    """Start the service; ``limit`` is the largest size of its files in bytes."""
    command = [sys.executable, "-m", "benchmarks.soak", "--child", str(folder), str(base), str(limit)]
    with (folder / "service.log").open("ab") as log:
        return subprocess.Popen(command, stdout=log, stderr=log)


def megabytes(process: subprocess.Popen[bytes]) -> float:
    """The memory of a process and its children."""
    try:
        top = psutil.Process(process.pid)
        return float(sum(p.memory_info().rss for p in [top, *top.children(recursive=True)])) / 1e6
    except psutil.Error:
        return 0.0


def checked(folder: Path) -> None:
    """Compare the store with what was published."""
    connection = sqlite3.connect(folder / "aseanwatch.db")

    def one(query: str) -> int:
        return int(connection.execute(query).fetchone()[0])

    wanted = sum(published(n, START + timedelta(days=1)) for n in range(FEEDS))
    stored, entries = (
        one("SELECT count(DISTINCT source || guid) FROM entries"),
        one("SELECT count(*) FROM entries"),
    )
    articles, addresses = (
        one("SELECT count(*) FROM articles"),
        one("SELECT count(DISTINCT url_key) FROM articles"),
    )
    print(
        f"published {wanted}, stored {stored}: {wanted - stored} lost; {entries - stored} entries and {articles - addresses} articles twice"
    )
    print(
        f"pending {one('SELECT count(*) FROM pending')}; integrity: {connection.execute('PRAGMA integrity_check').fetchone()[0]}"
    )


def main() -> None:
    """Run a simulated day."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", action="store_true")
    options.add_argument("--minutes", type=float, default=10.5)
    options.add_argument("--child", nargs=3)
    given = options.parse_args()
    if given.child:
        child(Path(given.child[0]), float(given.child[1]), int(given.child[2]))
        return
    chance, base = random.Random(1), time.time()
    server = serve(base)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sources = [
            {"name": f"feed-{n}", "url": f"http://127.0.0.1:{server.server_port}/{n}", "pages": "never"}
            for n in range(FEEDS)
        ]
        sections = {
            "storage": {"url": f"sqlite:///{folder / 'aseanwatch.db'}"}, "crawl": {"allow_private": ["127.0.0.1"], "per_host": 16},
            "sources": sources, "subscriptions": [], "web": {"port": 0}, "delivery": {},
        }  # fmt: skip
        (folder / "config.yaml").write_text(with_sections(packaged(), **sections), encoding="utf-8")
        process, end, kills, full = begun(folder, base), base + given.minutes * 60, 0, False
        minute = 1
        while time.time() < end:
            if given.kills:
                time.sleep(chance.uniform(10, 30))
                process.kill()
                process.wait()
                kills += 1
                middle = not full and time.time() - base > given.minutes * 30
                process = begun(folder, base, FULL if middle else 0)
                if middle:
                    full = True
                    time.sleep(60)
                    process.kill()
                    process.wait()
                    process = begun(folder, base)
            else:
                time.sleep(max(0.0, base + minute * 60 - time.time()))
                stored = (
                    sqlite3.connect(folder / "aseanwatch.db")
                    .execute("SELECT count(*) FROM entries")
                    .fetchone()[0]
                )
                print(f"minute {minute:>2}: {megabytes(process):6.0f} MB, {stored} entries", flush=True)
                minute += 1
        time.sleep(20)  # the last entries come in
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
        if given.kills:
            print(f"killed {kills} times, one minute of a full disk")
        checked(folder)
        log = (folder / "service.log").read_text(encoding="utf-8", errors="replace")
        print(f"{log.count('disk')} lines of the log speak of the disk, {log.count('Traceback')} tracebacks")
    server.shutdown()


if __name__ == "__main__":
    main()
