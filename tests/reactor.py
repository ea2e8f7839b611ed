"""One loop with one reactor for all tests of a process, which can have no second reactor."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import Any, TypeVar

from crawler.net.reactor import running_reactor

T = TypeVar("T")
_runner: asyncio.Runner | None = None


def in_reactor(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end in the reactor."""
    global _runner  # noqa: PLW0603 - it is the process's
    if _runner is None:
        _runner = asyncio.Runner()
        _runner.run(AsyncExitStack().enter_async_context(running_reactor()))
    return _runner.run(work)
