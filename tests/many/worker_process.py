"""One worker process whose clock is a file: ``python -m tests.many.worker_process CONFIG CLOCK QUEUES CONCURRENCY``.

If the environment names a function (``HALT_IN=module:function``), the process halts for ever when it reaches that function, and
writes a file beside the clock, so that a test can kill it at that very point. With ``LEAVE_POLLS`` its scheduler leaves out polls
and the start of subscriptions, because the test does both.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import os
import sys
import threading
from datetime import datetime
from functools import reduce
from pathlib import Path
from typing import Any

from alerts.operations.live_config import live_at
from alerts.service import worker
from alerts.service.planner import QueuePlanner
from crawler.commands.context import open_store
from crawler.config.logs import set_up

worker.POLLING = 0.05  # tests wait for each task; a service has the next one at hand
HEARTBEAT = 1.0
"""Seconds. Short, so that a killed worker is noticed soon."""


def clock_at(file: Path) -> datetime:
    """The moment that a file contains."""
    return datetime.fromisoformat(file.read_text())


def halted(clock: Path) -> Path:
    """The file that shows that a process has halted."""
    return clock.with_name("halted")


def halt_in(point: str, said: Path) -> None:
    """Replace a function by one that never returns.

    Args:
        point: such as ``alerts.service.tasks:DeliveryHandlers.select``.
        said: a file that is written when the function is called.
    """
    module, _, path = point.partition(":")
    *owners, name = path.split(".")
    owner = reduce(getattr, owners, importlib.import_module(module))

    async def halt_async(*_: Any, **__: Any) -> None:
        said.touch()
        await asyncio.Event().wait()

    def halt(*_: Any, **__: Any) -> None:
        said.touch()
        threading.Event().wait()

    setattr(owner, name, halt_async if inspect.iscoroutinefunction(getattr(owner, name)) else halt)


def main(config: str, clock: str, queues: str, concurrency: str) -> None:
    """Take tasks until SIGTERM."""
    if point := os.environ.get("HALT_IN"):
        halt_in(point, halted(Path(clock)))
    if os.environ.get("LEAVE_POLLS"):
        QueuePlanner.polls = lambda self: 0  # type: ignore[method-assign]
        QueuePlanner.begin = lambda self: None  # type: ignore[method-assign]
    live = live_at(config)
    set_up(live.settings)
    store = open_store(live.settings)

    async def work() -> None:
        one = worker.Worker(
            live, store, queues.split(","), int(concurrency), lambda: clock_at(Path(clock)), HEARTBEAT
        )
        await worker.work_until_stopped(one)

    asyncio.run(work())


if __name__ == "__main__":
    main(*sys.argv[1:])
