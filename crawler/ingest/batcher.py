"""The desk: one thread in which everything is read, judged and written, many things at a time.

What comes in while the thread is busy waits and is then taken together, so that under load there are few large transactions
and else there is no delay. Reading and judging thus never hold up the event loop.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Generic, ParamSpec, TypeVar

from crawler.store.database import StoreError

log = logging.getLogger("aseanwatch")
P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R")

MOST_AT_ONCE, ENOUGH_BYTES = 200, 1_000_000
"""Things that are taken together: so many, or fewer that are so large."""
UNDER_WAY = 3
"""Portions that are under way at once: while one is judged, another is read or written."""
MOST_BYTES = 6_000_000
"""What waits for the thread at most before nothing more is fetched."""


class Desk:
    """The thread, and a way to run calls in it one by one."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="desk")

    async def do(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a call in the one thread that writes to the store."""
        context = copy_context()  # so that its log says what it is about
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: context.run(call, *args, **kwargs))

    def close(self) -> None:
        """Wait for what is under way and end the thread."""
        self._thread.shutdown(wait=True)


class Pile(Generic[T, R]):
    """Things that are handed in one by one and taken together.

    Where taking them fails each is taken alone, once: what is wrong with one, or what another machine wrote in that very
    moment, is nothing to the others.

    Args:
        take: takes several things and gives one result for each. It leaves nothing half done when it raises; a `StoreError`
            is no single thing's fault.
    """

    def __init__(self, take: Callable[[Sequence[T]], Awaitable[Sequence[R]]]) -> None:
        self._take = take
        self._waiting: list[tuple[T, int, asyncio.Future[R]]] = []
        self._bytes = 0
        self._room = asyncio.Event()
        self._room.set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._working = 0

    async def room(self) -> None:
        """Wait until there is room, so that what is fetched does not fill the memory."""
        await self._room.wait()

    async def hand_in(self, thing: T, size: int = 0) -> R:
        """Hand in a thing of so many bytes; gives its result once it was taken."""
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((thing, size, future))
        self._count(size)
        full = self._bytes >= ENOUGH_BYTES * (1 + self._working) or len(self._waiting) >= MOST_AT_ONCE
        if not self._working or (self._working < UNDER_WAY and full):
            self._working += 1  # before the task runs, and taken back before it ends: a task that is done may still be listed
            task = asyncio.create_task(self._work())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await future

    def _count(self, size: int) -> None:
        self._bytes += size
        (self._room.clear if self._bytes >= MOST_BYTES else self._room.set)()

    def _portion(self) -> list[tuple[T, int, asyncio.Future[R]]]:
        size = count = 0
        while count < min(MOST_AT_ONCE, len(self._waiting)) and size < ENOUGH_BYTES:
            size += self._waiting[count][1]
            count += 1
        batch, self._waiting = self._waiting[:count], self._waiting[count:]
        return batch

    async def _work(self) -> None:
        while self._waiting:
            batch = self._portion()
            try:
                await self._work_on(batch)
            except StoreError as error:
                _fail(batch, error)
            except Exception as error:
                log.warning("what came together (%d) is taken one by one: %s", len(batch), type(error).__name__)
                for one in batch:
                    try:
                        await self._work_on([one])
                    except Exception as error:
                        _fail([one], error)
            self._count(-sum(size for _, size, _ in batch))
        self._working -= 1

    async def _work_on(self, batch: Sequence[tuple[T, int, asyncio.Future[R]]]) -> None:
        results = await self._take([thing for thing, _, _ in batch])
        for (_, _, future), result in zip(batch, results, strict=True):
            if not future.done():
                future.set_result(result)


def _fail(batch: Iterable[tuple[T, int, asyncio.Future[R]]], error: Exception) -> None:
    for _, _, future in batch:
        if not future.done():
            future.set_exception(error)
