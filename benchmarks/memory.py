"""What the service takes in memory: ``python -m benchmarks.memory [--feeds 146 2000] [--limit MB]``.

A local server has the feeds (`benchmarks.feeds`) and the pages of their articles. ``aseanwatch run`` polls them for the first time with
the shipped terms and topics; meanwhile somebody reads the console. Every tenth of a second the memory of each of its processes is read
from the kernel: its share (PSS, where a page that several processes have in common counts once in all), what is its own alone (USS) and
what it has mapped (RSS). Prints the most that each process had, and the most of the sum of the shares at one moment, beside the aim. The sum
of what is mapped would count what forked processes share once for each. The shares of memory that is no file (``without files``) are what
a control group is charged beside its page cache, which the system takes back when it needs memory.

``--limit`` runs it as on a machine of that many megabytes: in a memory control group (`benchmarks.memory_group`), which the service sees, too.
If the sum of the shares passes it for a moment, or the kernel ends a process, the run ends with status 1.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing, nullcontext, suppress
from dataclasses import astuple, dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from benchmarks import loopback
from benchmarks.feeds import feed, sentences
from benchmarks.memory_group import memory_group
from tests.newsroom.configuration import over_packaged

AIMS = {146: 180, 2000: 250}
"""Megabytes that a service with so many sources may take at most: the shipped desk, and a large one."""
LOOK = 0.1
"""Seconds between two looks at the memory."""
WITH_PAGES = 100
"""The first so many sources have pages of their articles fetched."""
PAGES = (
    "/console/",
    "/console/register",
    "/console/sources",
    "/console/volume",
    "/console/health",
    "/console/topics",
)
"""What is read in the console meanwhile."""
AFTER = 12.0
"""Seconds that it is watched on after the last entry was stored."""
STUCK = 120.0
"""Seconds without a further entry after which no more are waited for."""
LONGEST = 900.0
"""Seconds after which a run is given up."""


def written_pages() -> Callable[[str], bytes]:
    """What makes the page of an article at a path: the same for the same path, and long enough to be worth a tree."""
    ordinary, news = sentences()["en", False], sentences()["en", True]
    menu = "".join(
        f'<li class="m{n}"><a href="/s/{n}">{ordinary[n % len(ordinary)]}</a></li>' for n in range(400)
    )

    def page(path: str) -> bytes:
        chance = random.Random(path)
        parts = [
            *chance.choices(news, k=3),
            *(" ".join(chance.sample(s.split(), len(s.split()))) for s in chance.choices(ordinary, k=12)),
        ]
        text = "".join(f"<p>{part} {chance.randrange(10**6)}.</p>" for part in parts)
        title = f"{parts[0][:80]} {path}"
        return f"<!doctype html><html><head><title>{title}</title></head><body><ul>{menu}</ul><article><h1>{title}</h1>{text}</article></body></html>".encode()

    return page


async def serve(feeds: int, entries: int) -> None:
    """Serve feeds and pages, print the port, and go on until the process is ended."""
    bodies: list[bytes] = []
    page = written_pages()

    def answer(head: bytes) -> bytes:
        number = head.split(b" ", 2)[1].decode().strip("/").split("?")[0]
        if number.isdigit() and int(number) < len(bodies):
            return loopback.given("application/rss+xml", bodies[int(number)])
        return loopback.given("text/html; charset=utf-8", page(number))

    server, port = await loopback.listening(answer)
    own = f"http://127.0.0.1:{port}/".encode()
    bodies += [feed(number, entries).replace(b"http://127.0.0.1/", own) for number in range(feeds)]
    print(port, flush=True)
    await server.serve_forever()


@dataclass
class Use:
    """The memory of one process in bytes: its share (PSS), what of that is no file, what is its own alone (USS), what it has mapped (RSS)."""

    share: int = 0
    without_files: int = 0
    own: int = 0
    mapped: int = 0

    def most(self, other: Use) -> Use:
        """The larger one of each."""
        return Use(*map(max, astuple(self), astuple(other)))

    def __add__(self, other: Use) -> Use:
        return Use(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))


def use_of(process: int) -> Use:
    """What the kernel says of a process."""
    found = {}
    for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:]:
        name, number = line.split()[:2]
        found[name] = int(number) * 1024
    own = found["Private_Clean:"] + found["Private_Dirty:"]
    return Use(found["Pss:"], found["Pss_Anon:"] + found["Pss_Shmem:"], own, found["Rss:"])


def name_of(process: int) -> str:
    """What a process calls itself."""
    return Path(f"/proc/{process}/comm").read_text().strip()


def family(process: int) -> list[int]:
    """A process and all that it started."""
    children = [
        int(c) for task in Path(f"/proc/{process}/task").glob("*/children") for c in task.read_text().split()
    ]
    return [process, *(one for child in children for one in family(child))]


@dataclass
class Watch:
    """What processes had at most, and all of them at the moment when the sum of their shares was largest."""

    together: Use = field(default_factory=Use)
    at_most: dict[int, Use] = field(default_factory=dict)
    each: dict[int, Use] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)

    def look(self, process: int) -> Use:
        """Read the memory of a process and of those that it started; gives the sum."""
        now = {}
        for one in family(process):
            with suppress(OSError, KeyError, ValueError):
                now[one] = use_of(one)
                self.names[one] = "main" if one == process else name_of(one)
        for one, use in now.items():
            self.each[one] = use.most(self.each.get(one, Use()))
        total = sum(now.values(), Use())
        if total.share > self.together.share:
            self.together, self.at_most = total, now
        return total


def _cookies(answer: HTTPResponse) -> str:
    """The cookies that an answer sets, as the next request sends them."""
    return "; ".join(cookie.split(";")[0] for cookie in answer.msg.get_all("Set-Cookie", ()))


class Console:
    """Somebody who reads the console, from when its link is printed."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._host = self._cookie = self._text = ""
        self.read = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._go, daemon=True)
        self._thread.start()

    def _go(self) -> None:
        while not self._ended.wait(1.0):
            with suppress(OSError, HTTPException):
                self._once()

    def _once(self) -> None:
        if not self._host:
            found = re.search(r"works once: (\S+)", self._log.read_text(encoding="utf-8", errors="replace"))
            if found is None:
                return
            parts = urlsplit(found[1])
            self._host = parts.netloc
            # As its page does: the secret stands in the fragment, and is posted with the token of the form.
            page = self._asked("GET", parts.path)
            token = re.search(r'name="form" value="([^"]+)"', self._text)
            if token is None:
                return
            body = f"{parts.fragment}&{urlencode({'form': token[1]})}"
            answer = self._asked("POST", parts.path, body, _cookies(page))
            if answer.status != 303:
                raise SystemExit(f"the console lets nobody in: {answer.status}")
            self._cookie = _cookies(answer)
        for path in PAGES:
            self.read += self._asked("GET", path, None, self._cookie).status == 200

    def _asked(self, method: str, path: str, body: str | None = None, cookie: str = "") -> HTTPResponse:
        headers = {"Cookie": cookie} | ({"Content-Type": "application/x-www-form-urlencoded"} if body else {})
        with closing(HTTPConnection(self._host, timeout=60)) as connection:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            self._text = answer.read().decode()
            return answer

    def end(self) -> None:
        """Read no more."""
        self._ended.set()
        self._thread.join(60)


def stored(database: Path) -> int:
    """Entries in the store, none before it is there."""
    with (
        suppress(sqlite3.Error),
        closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection,
    ):
        return int(connection.execute("SELECT count(*) FROM entries").fetchone()[0])
    return 0


def configuration(port: int, feeds: int, folder: Path) -> Path:
    """Write a configuration that asks all feeds, and return its path."""
    sources = [
        {
            "name": f"feed-{n}",
            "url": f"http://127.0.0.1:{port}/{n}",
            "pages": "matching" if n < WITH_PAGES else "never",
        }
        for n in range(feeds)
    ]
    sections = {
        "storage": {"url": f"sqlite:///{folder / 'aseanwatch.db'}"},
        "crawl": {"allow_private": ["127.0.0.1"], "per_host": 64, "delay": "0s"},
        "sources": sources, "subscriptions": [], "web": {"port": 0}, "delivery": {}, "alerts": {"fresh": "3650d"},
    }  # fmt: skip
    path = folder / "config.yaml"
    path.write_text(over_packaged(**sections), encoding="utf-8")
    return path


@dataclass
class Run:
    """A run of the service: what was watched, entries stored, seconds, and console pages read."""

    watch: Watch
    entries: int
    seconds: float
    pages: int
    first: int
    rest: Use = field(default_factory=Use)
    survived: bool = True


def run(feeds: int, entries: int, limit: int | None) -> Run:
    """Run the service over so many feeds with so many entries each, within so many bytes."""
    with (
        tempfile.TemporaryDirectory() as name,
        loopback.apart("benchmarks.memory", "--serve", feeds, entries) as port,
        nullcontext() if limit is None else memory_group(limit) as group,
    ):
        folder = Path(name)
        command = [sys.executable, "-m", "alerts", "run", "--config", str(configuration(port, feeds, folder))]
        if group is not None:
            command[1:1] = ["-m", "benchmarks.memory_group", str(group.folder), sys.executable]
        log = folder / "service.log"
        with log.open("wb") as stream:
            process = subprocess.Popen(
                command, stdout=stream, stderr=stream, env={**os.environ, "PYTHONUNBUFFERED": "1"}
            )
        console, watch, began, database = Console(log), Watch(), time.monotonic(), folder / "aseanwatch.db"
        found = Run(watch, 0, 0.0, 0, process.pid)
        changed, checked = began, began
        while process.poll() is None and time.monotonic() - began < LONGEST:
            time.sleep(LOOK)
            found.rest = watch.look(process.pid)
            if limit is not None and found.rest.share > limit:
                found.survived = False
                break
            now = time.monotonic()
            if now - checked > 1.0:
                checked, there = now, stored(database)
                if there != found.entries:
                    found.entries, found.seconds, changed = there, now - began, now
                # A large batch on a busy machine may take longer than that; a store that stands still for long stays so.
                patience = AFTER if there == feeds * entries else STUCK
                if there and now - changed > patience:
                    break
        console.end()
        found.pages = console.read
        process.terminate()
        process.wait(30)
        found.survived &= group is None or not group.killed()
    return found


def printed(found: Run, feeds: int) -> None:
    """Print what one run took."""
    mb = 1e6
    watch = found.watch
    aim = f", aim {AIMS[feeds]}" if feeds in AIMS else ""
    print(
        f"{feeds} feeds, {found.entries} entries in {found.seconds:.0f} s, {found.pages} pages of the console read"
    )
    print(f"  {'MB at most':24}{'PSS':>7}{'no files':>9}{'USS':>7}{'RSS':>7}   PSS when all had most")
    for one, use in watch.each.items():
        at_most = watch.at_most.get(one, Use()).share
        print(f"  {watch.names[one]:24}{_columns(use)}{at_most / mb:7.0f}")
    print(f"  {'together at one moment':24}{_columns(watch.together)}{aim}")
    print(f"  {'together at rest':24}{_columns(found.rest)}", flush=True)


def _columns(use: Use) -> str:
    share, without_files, own, mapped = (number / 1e6 for number in astuple(use))
    return f"{share:7.0f}{without_files:9.0f}{own:7.0f}{mapped:7.0f}"


def main() -> None:
    """Run and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--feeds", type=int, nargs="*", default=list(AIMS))
    options.add_argument("--entries", type=int, default=30, help="in each feed")
    options.add_argument("--limit", type=int, help="megabytes that it may take")
    options.add_argument("--serve", type=int, nargs=2, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.serve:
        asyncio.run(serve(*given.serve))
        return
    limit = given.limit * 1_000_000 if given.limit else None
    for feeds in given.feeds:
        found = run(feeds, given.entries, limit)
        printed(found, feeds)
        if not found.survived:
            raise SystemExit(f"{feeds} feeds: passed the limit of {given.limit} MB")


if __name__ == "__main__":
    main()
