"""A service that reloads a changed configuration many times: ``python -m tests.alerts.service.reloads FOLDER TIMES [--shipped]``.

Prints as JSON, after each reload, how many judges and crawlers were made and are still in memory, and the memory of the process in
megabytes. Without ``--shipped`` each term set has one term, so that judges are made quickly.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import weakref
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from alerts.operations.live_config import Live
from alerts.service.service import Service
from crawler.config.settings import Settings, Web
from crawler.crawl import Crawling
from crawler.ingest.judges import InlineJudge
from tests.builders import new_store, settings, shipped

MADE: weakref.WeakSet[Any] = weakref.WeakSet()
count = 0


class Switched(Live):
    """A live configuration that is changed here instead of in a file."""

    def switch(self, made: Settings) -> None:
        """Put other settings into force."""
        self._take_over(made)


def small() -> Settings:
    """The shipped settings with term sets of one term."""
    own = settings()
    return own.model_copy(
        update={"terms": {name: {"en": (f"word {name}",)} for name in own.terms}, "topics": {}}
    )


def counted(kind: type[Any]) -> None:
    """Count the instances of a class without keeping them alive."""
    plain: Callable[..., None] = kind.__init__

    def init(self: Any, *values: Any, **more: Any) -> None:
        global count  # noqa: PLW0603 - it is the process's
        count += 1
        plain(self, *values, **more)
        MADE.add(self)

    setattr(kind, "__init__", init)  # noqa: B010 - mypy will have no assignment to a method


def megabytes() -> float:
    """The memory of this process."""
    lines = Path(f"/proc/{os.getpid()}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1e3 for line in lines if line.startswith("VmRSS"))


async def taken_over(folder: Path, first: Settings, times: int) -> list[dict[str, float]]:
    """Reload so many times, and return what is in memory after each."""
    live = Switched(None, first)
    serving = Service(live, new_store(folder))
    running = asyncio.ensure_future(serving.run())
    found = []
    for number in range(times + 1):
        while serving.watching <= number:
            assert not running.done(), running.exception()
            await asyncio.sleep(0.05)
        found.append({"made": count, "alive": len(MADE), "megabytes": round(megabytes(), 1)})
        every = live.settings.schedule.model_copy(update={"every": timedelta(minutes=20 + number)})
        live.switch(live.settings.model_copy(update={"schedule": every}))
    serving.stop()
    await running
    return found


def main(folder: str, times: str, kind: str = "") -> None:
    """Print the results."""
    first = shipped().model_copy(update={"sources": (), "subscriptions": ()}) if kind else small()
    first = first.model_copy(update={"web": Web(port=0)})
    for one in (InlineJudge, Crawling):
        counted(one)
    print(json.dumps(asyncio.run(taken_over(Path(folder), first, int(times)))))


if __name__ == "__main__":
    main(*sys.argv[1:])
