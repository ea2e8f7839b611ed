"""Twisted's reactor on the asyncio loop that is already running, so that crawls live beside everything else in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from threading import Thread
from typing import Any


@asynccontextmanager
async def running_reactor() -> AsyncIterator[None]:
    """Run Twisted's asyncio reactor on the current loop for the time of the block.

    A process has one reactor for its life, so this can be entered once; make it the outermost block.
    """
    from twisted.internet import asyncioreactor  # noqa: PLC0415 - importing it earlier would bind another loop

    asyncioreactor.install(asyncio.get_running_loop())  # type: ignore[no-untyped-call]
    from twisted.internet import reactor as installed  # noqa: PLC0415

    reactor: Any = installed
    reactor.startRunning(installSignalHandlers=False)
    # The reactor ends with its loop, which Twisted's own shutdown would stop too early for asyncio. As daemons its threads
    # hold up no one's end.
    reactor.getThreadPool().threadFactory = partial(Thread, daemon=True)
    yield
