"""One worker process whose clock is a file: ``python -m tests.many.process CONFIG CLOCK QUEUES CONCURRENCY``.

Where the environment names a function (``HALT_IN=module:function``), the process halts for ever when it comes there, and says
so by a file beside the clock, so that it can be killed at that very point. With ``LEAVE_POLLS`` it does all that is planned but
for polls and the beginning of subscriptions, where somebody else says what is asked and since when news is told.
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
from alerts.service.planner import Planning
from crawler.commands.context import open_store
from crawler.config.logs import set_up

worker.POLLING = 0.05  # tests wait for each unit, where a service has the next at hand
HEARTBEAT = 1.0
"""Seconds: a killed worker is missed soon."""


def clock_at(file: Path) -> datetime:
    """The moment that a file says."""
    return datetime.fromisoformat(file.read_text())


def halted(clock: Path) -> Path:
    """The file that says that a process has come to where it halts."""
    return clock.with_name("halted")


def halt_in(point: str, said: Path) -> None:
    """Replace a function by one that never returns.

    Args:
        point: such as ``alerts.service.tasks:Delivering.select``.
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
    """Work until SIGTERM."""
    if point := os.environ.get("HALT_IN"):
        halt_in(point, halted(Path(clock)))
    if os.environ.get("LEAVE_POLLS"):
        Planning.polls = lambda self: 0  # type: ignore[method-assign]
        Planning.begin = lambda self: None  # type: ignore[method-assign]
    live = live_at(config)
    set_up(live.settings)
    store = open_store(live.settings)

    async def work() -> None:
        one = worker.Worker(live, store, queues.split(","), int(concurrency), lambda: clock_at(Path(clock)), HEARTBEAT)
        await worker.work_until_stopped(one)

    asyncio.run(work())


if __name__ == "__main__":
    main(*sys.argv[1:])
