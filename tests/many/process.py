"""One worker process whose clock is a file: ``python -m tests.many.process CONFIG CLOCK QUEUES CONCURRENCY``."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from pathlib import Path

from alerts import worker
from alerts.live import live_at
from crawler.commands.context import open_store
from crawler.logs import set_up

worker.POLLING = 0.05  # tests wait for each unit, where a service has the next at hand
HEARTBEAT = 1.0
"""Seconds: a killed worker is missed soon."""


def clock_at(file: Path) -> datetime:
    """The moment that a file says."""
    return datetime.fromisoformat(file.read_text())


def main(config: str, clock: str, queues: str, concurrency: str) -> None:
    """Work until SIGTERM."""
    live = live_at(config)
    set_up(live.settings)
    store = open_store(live.settings)

    async def work() -> None:
        one = worker.Worker(live, store, queues.split(","), int(concurrency), lambda: clock_at(Path(clock)), HEARTBEAT)
        await worker.work_until_stopped(one)

    asyncio.run(work())


if __name__ == "__main__":
    main(*sys.argv[1:])
