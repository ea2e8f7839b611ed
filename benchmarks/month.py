"""A month of a team's desk within the memory of a small machine: ``python -m benchmarks.month [--limit 512] [--days 30] [--minutes 30]``.

The service runs in a memory control group, as under systemd's ``MemoryMax=``: the kernel ends a process when the group needs more than that.
The clock of feeds and service runs so fast that the days take the minutes; what comes by the real clock (the console's sessions, rounds
of a few seconds) keeps its pace. The feeds publish one to three items an hour, five in a hundred relevant; those of the first have pages,
which are fetched when they may be relevant. Somebody reads the console each second. One subscription is told at once, one daily.

Prints each minute what the group is charged, and what of that is no file. At the end, every published item must be stored once and no
process have been ended; else the status is 1. On a machine that is too slow for the pace polls come late, and bring more.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib import import_module
from pathlib import Path

from benchmarks import loopback
from benchmarks.feeds import item, wrapped
from benchmarks.memory import WITH_PAGES, Console, family, name_of, stored, use_of, written_pages
from benchmarks.memory_group import MemoryGroup, join, memory_group
from tests.newsroom.configuration import over_packaged

FEEDS, LISTED = 146, 60
LAST = timedelta(minutes=2)
"""For so long, by the real clock, what was published last is waited for."""
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Pace:
    """A clock that runs from a simulated moment on.

    Attributes:
        begun: the real moment at which it showed ``start``, in seconds of the epoch.
        start: the first simulated moment.
        speed: simulated seconds in a real one.
        end: from this simulated moment on nothing new is published.
    """

    begun: float
    start: datetime
    speed: float
    end: datetime

    def now(self) -> datetime:
        """The simulated moment."""
        return self.start + timedelta(seconds=(time.time() - self.begun) * self.speed)

    def published(self, feed: int) -> int:
        """How many items a feed has by now: between one and three an hour."""
        return 1 + int((min(self.now(), self.end) - self.start) / HOUR * rate(feed))

    def given(self) -> list[str]:
        """The same as words of a command; `taken` reads them."""
        return [str(self.begun), self.start.isoformat(), str(self.speed), self.end.isoformat()]


def taken(words: list[str]) -> Pace:
    """What `Pace.given` wrote."""
    return Pace(
        float(words[0]), datetime.fromisoformat(words[1]), float(words[2]), datetime.fromisoformat(words[3])
    )


def rate(feed: int) -> float:
    """Items of a feed in an hour."""
    return 1 + feed % 5 / 2


async def serve(pace: Pace) -> None:
    """Serve the feeds as they are at each moment, and the pages; print the port; go on until the process is ended."""
    page = written_pages()

    @lru_cache(maxsize=FEEDS * 2 * LISTED)
    def row(feed: int, number: int) -> str:
        return item(feed, number, at=pace.start + number / rate(feed) * HOUR).replace(
            "http://127.0.0.1/", own
        )

    def answer(head: bytes) -> bytes:
        words = head.split(b" ", 2)
        path = words[1].decode().strip("/").split("?")[0]
        if not path.isdigit():
            return loopback.given("text/html; charset=utf-8", page(path))
        newest = pace.published(int(path))
        tag = f'ETag: "{newest}"\r\n'
        if f'"{newest}"'.encode() in words[2]:
            return f"HTTP/1.1 304 Not Modified\r\n{tag}Content-Length: 0\r\n\r\n".encode()
        rows = "".join(row(int(path), n) for n in range(max(0, newest - LISTED), newest))
        found = loopback.given(
            "application/rss+xml", wrapped(int(path), rows).replace(b"http://127.0.0.1/", own.encode())
        )
        return found.replace(b"\r\n", f"\r\n{tag}".encode(), 1)

    server, port = await loopback.listening(answer)
    own = f"http://127.0.0.1:{port}/"
    print(port, flush=True)
    await server.serve_forever()


def configuration(port: int, folder: Path) -> Path:
    """Write the configuration of the desk, and return its path."""
    sources = [
        {
            "name": f"feed-{n}",
            "url": f"http://127.0.0.1:{port}/{n}",
            "pages": "matching" if n < WITH_PAGES else "never",
        }
        for n in range(FEEDS)
    ]
    to = {"channel": "mails", "to": ["desk@example.org"]}
    sections = {
        "storage": {"url": f"sqlite:///{folder / 'aseanwatch.db'}"},
        "crawl": {"allow_private": ["127.0.0.1"], "per_host": 64, "delay": "0s"},
        "sources": sources, "web": {"port": 0},
        "delivery": {"from": "Desk <desk@example.org>", "channels": {"mails": {"type": "maildir", "path": str(folder / "mails")}}},
        "subscriptions": [
            {"name": "at-once", "when": "instant", **to},
            {"name": "daily", "when": "daily 07:00", **to},
        ],
    }  # fmt: skip
    path = folder / "config.yaml"
    path.write_text(over_packaged(**sections), encoding="utf-8")
    return path


def run_service(group: str, config: str, pace: Pace) -> None:
    """``aseanwatch run`` by the simulated clock, in a group."""
    join(Path(group))
    # In the order of the command: what is forked later has nothing of the rest.
    import_module("crawler.ingest.judging_process")
    import_module("crawler.runtime.fork_server").begin()
    from alerts.commands.running import logging_as  # noqa: PLC0415 - as above
    from alerts.operations.live_config import live_at  # noqa: PLC0415 - as above
    from alerts.service.service import Service  # noqa: PLC0415 - as above
    from crawler.commands.context import open_store  # noqa: PLC0415 - as above
    from crawler.runtime.memory import use_one_arena  # noqa: PLC0415 - as above

    use_one_arena()
    live = live_at(config)
    with logging_as(live, "service"):
        asyncio.run(Service(live, open_store(live.settings), pace.now).run())


def watched(service: subprocess.Popen[bytes], group: MemoryGroup, pace: Pace, database: Path) -> int:
    """Print what the group takes each minute until all is published and stored; gives the number of entries stored."""
    wanted, minute, entries = sum(published_at_last(pace)), 1, 0
    last = pace.begun + (pace.end - pace.start).total_seconds() / pace.speed + LAST.total_seconds()
    while service.poll() is None and entries < wanted and time.time() < last:
        with suppress(subprocess.TimeoutExpired):
            service.wait(max(0.1, min(pace.begun + 60 * minute, last) - time.time()))
        minute, entries = minute + 1, stored(database)
        day = (min(pace.now(), pace.end) - pace.start) / timedelta(days=1)
        print(
            f"day {day:4.1f}: {group.now() / 1e6:5.0f} MB charged, {group.own() / 1e6:4.0f} of them no files ({each_of(service.pid)});"
            f" {entries:>7} entries",
            flush=True,
        )
    return entries


def each_of(process: int) -> str:
    """What each process has that is no file."""
    found = []
    for one in family(process):
        with suppress(OSError, KeyError, ValueError):
            name = "main" if one == process else name_of(one).removeprefix("aseanwatch ")
            found.append(f"{name} {use_of(one).without_files / 1e6:.0f}")
    return ", ".join(found)


def published_at_last(pace: Pace) -> list[int]:
    """How many items each feed has in the end."""
    return [1 + int((pace.end - pace.start) / HOUR * rate(n)) for n in range(FEEDS)]


def counted(database: Path) -> tuple[int, int, int]:
    """Entries by source and identity, all entries, and alerts told."""
    with closing(sqlite3.connect(database)) as connection:

        def one(query: str) -> int:
            return int(connection.execute(query).fetchone()[0])

        return (
            one("SELECT count(*) FROM (SELECT DISTINCT source, guid FROM entries)"),
            one("SELECT count(*) FROM entries"),
            one("SELECT count(*) FROM alerts"),
        )


def month(limit: int, days: float, minutes: float) -> bool:
    """Run it, print what it took, and say whether all went well."""
    begun = time.time()
    start = datetime.fromtimestamp(begun, UTC) - timedelta(days=days)
    speed = days * 1440 / minutes
    pace = Pace(begun, start, speed, start + timedelta(days=days))
    with (
        tempfile.TemporaryDirectory() as name,
        loopback.apart("benchmarks.month", "--serve", *pace.given()) as port,
        memory_group(limit) as group,
    ):
        folder = Path(name)
        database, log = folder / "aseanwatch.db", folder / "service.log"
        command = [
            sys.executable,
            "-u",
            "-m",
            "benchmarks.month",
            "--run",
            str(group.folder),
            str(configuration(port, folder)),
            *pace.given(),
        ]
        with log.open("wb") as stream:
            service = subprocess.Popen(command, stdout=stream, stderr=stream)
        console = Console(log)
        try:
            watched(service, group, pace, database)
        finally:
            console.end()
            service.terminate()
            ended = service.wait(60)
        distinct, entries, alerts = counted(database)
        wanted = sum(published_at_last(pace))
        print(
            f"{days:g} days of {FEEDS} sources within {limit / 1e6:.0f} MB: {group.most() / 1e6:.0f} MB charged at most, {group.killed()}"
            f" processes ended by the kernel\n{wanted} items published, {distinct} stored, {entries - distinct} twice; {alerts} alerts,"
            f" {len(list((folder / 'mails').rglob('new/*')))} mails; {console.read} pages of the console read; status {ended}"
        )
        if wrong := log.read_text(encoding="utf-8", errors="replace").count("Traceback"):
            print(log.read_text(encoding="utf-8", errors="replace")[-3000:], file=sys.stderr)
        return distinct == wanted == entries and not group.killed() and not ended and not wrong


def main() -> None:
    """Run a simulated month, or what it consists of."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "--limit", type=int, default=512, help="megabytes that the service may take (default: 512)"
    )
    options.add_argument("--days", type=float, default=30)
    options.add_argument("--minutes", type=float, default=30, help="that the days take")
    options.add_argument("--serve", nargs=4, help=argparse.SUPPRESS)
    options.add_argument("--run", nargs=6, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.serve:
        asyncio.run(serve(taken(given.serve)))
    elif given.run:
        run_service(given.run[0], given.run[1], taken(given.run[2:]))
    elif not month(given.limit * 1_000_000, given.days, given.minutes):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
