"""A crawl at full speed beside the console, over the same store: feeds that always have something new, and the service that asks them.

``python -m benchmarks.console_load FEEDS`` serves the feeds, in a process of its own. Five entries in a hundred are relevant and each
new; of the others a supply is repeated with other numbers, so that serving takes little of the machine.
"""

from __future__ import annotations

import asyncio
import random
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from starlette.responses import Response

from alerts.operations.live_config import Live
from alerts.service import service
from alerts.web.console import gate
from alerts.web.serving import Pages
from benchmarks import loopback
from benchmarks.feeds import RELEVANT, item, language, wrapped
from crawler.config.settings import Settings
from crawler.runtime import fork_server
from crawler.store import Store

ENTRIES = 30
"""Entries of each answer, all of them new."""
SUPPLY = 400
"""Entries that are not relevant, for each language, which come again with other numbers."""
EVERY = timedelta(seconds=1)
"""Until each source is asked again: more often than any machine can take in what they bring."""


async def serve(feeds: int) -> None:
    """Serve the feeds, print the port, and go on until the process is ended."""
    supply = {
        language(n): [item(n, i, relevant=0).replace(f"{n}-{i}", "\0") for i in range(SUPPLY)]
        for n in range(10)
    }
    numbers, chance = count(SUPPLY), random.Random(7)

    def entry(feed: int) -> str:
        number = next(numbers)
        if chance.random() < RELEVANT:
            return item(feed, number, relevant=1)
        made = chance.choice(supply[language(feed)])
        return made.replace("\0", f"{feed}-{number}").replace("?utm", f"-{feed}-{number}?utm")

    def answer(head: bytes) -> bytes:
        feed = int(head.split(b" ", 2)[1].strip(b"/"))
        return loopback.given(
            "application/rss+xml", wrapped(feed, "".join(entry(feed) for _ in range(ENTRIES)))
        )

    server, port = await loopback.listening(answer)
    print(port, flush=True)
    await server.serve_forever()


def busy(settings: Settings, port: int) -> Settings:
    """The same configuration with its sources at a local server, asked as often as can be."""
    sources = tuple(
        source.model_copy(update={"url": f"http://127.0.0.1:{port}/{n}", "pages": "never", "every": EVERY})
        for n, source in enumerate(settings.sources)
        if source.name.startswith("feed-")
    )
    asked = {"allow_private": ("127.0.0.1",), "per_host": 64, "delay": timedelta()}
    return settings.model_copy(
        update={
            "sources": sources,
            "schedule": settings.schedule.model_copy(update={"every": EVERY, "fastest": EVERY, "budget": 10}),
            "crawl": settings.crawl.model_copy(update=asked),
        }
    )


class TimeParts(NamedTuple):
    """Of what the time of a page consists, in milliseconds: its thread computes, waits for a core, or for anything else.

    The last is nearly all for the interpreter, which other threads of the process have. It is the only one that does not grow with
    what else the machine does.
    """

    computing: float
    core: float
    else_: float


def timed_in_parts(handled: Callable[..., Response]) -> Callable[..., Response]:
    """A handler of pages whose answers say of what their time consisted (``Server-Timing``; Linux)."""

    def timed(*args: Any) -> Response:
        own = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        begun, (on, waited, *_) = time.perf_counter(), map(int, own.read_text().split())
        answer = handled(*args)
        all_of_it, (on_then, waited_then, *_) = time.perf_counter() - begun, map(int, own.read_text().split())
        parts = ((on_then - on) / 1e6, (waited_then - waited) / 1e6)
        parts += (all_of_it * 1000 - sum(parts),)
        answer.headers["Server-Timing"] = ", ".join(
            f"{name};dur={part:.3f}" for name, part in zip(TimeParts._fields, parts, strict=True)
        )
        return answer

    return timed


def parts_of(header: str) -> TimeParts:
    """What such an answer says."""
    return TimeParts(*(float(part.partition("=")[2]) for part in header.split(",")))


def serve_busy(settings: Settings, start: datetime) -> None:
    """Serve the console in a service that crawls as fast as it can, from a moment of its own on; prints the port."""
    fork_server.begin()
    gate._handled = timed_in_parts(gate._handled)
    begun = time.time()

    def clock() -> datetime:
        return start + timedelta(seconds=time.time() - begun)

    def pages_beside(live: Live, store: Store) -> Pages:
        pages = Pages(live, store, clock, with_service=True)
        pages.start()
        print(pages.port, flush=True)
        return pages

    service.pages_beside = pages_beside
    asyncio.run(service.Service(Live(None, settings), Store(settings.storage.url), clock).run())


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
