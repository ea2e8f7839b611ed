"""One thread that reads and writes, and batchers that hand it many things at a time.

What is submitted while a batch is being worked on waits and is then taken together, so that under load there are few large
transactions and else there is no delay. Parsing, judging and writing thus never hold up the event loop.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import Any, Generic, NamedTuple, ParamSpec, TypeVar

from crawler.runtime.right_of_way import is_somebody_reading
from crawler.store.database import StoreError

log = logging.getLogger("aseanwatch")
P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R")

MAX_BATCH, FULL_BATCH_BYTES = 200, 1_000_000
"""A batch ends at this number of things, or at this number of bytes."""
SHARE_BESIDE_PAGES, READING = 8, 20.0
"""While somebody reads pages, and so many seconds longer, a batch ends at such a share of these bytes: what people change waits for the
transaction that is under way, which takes a second where it stores a thousand entries."""
MAX_IN_FLIGHT = 3
"""Batches that are under way at once: while one is judged, another is parsed or written."""
MAX_WAITING_BYTES = 6_000_000
"""With so many bytes waiting for the thread, nothing more is fetched."""


class WriterEndedError(RuntimeError):
    """The thread has ended, for the program does: what waits will be fetched again when it starts."""


class _Call(NamedTuple):
    """Something to run in a thread, and who waits for it."""

    work: Callable[[], Any]
    future: Future[Any]


class WriterThread:
    """The one thread of a process in which the crawl reads and writes the store."""

    def __init__(self) -> None:
        # One thread, because SQLite has one writer: calls
        # of one process never wait for each other's lock.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._first: deque[_Call] = deque()
        self._usual: deque[_Call] = deque()

    async def run(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a call in the thread, after those that were given before."""
        return await self._given(self._usual, partial(call, *args, **kwargs))

    async def run_first(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a short call in the thread, before those of `run` that wait: others have nothing to do until it is done."""
        return await self._given(self._first, partial(call, *args, **kwargs))

    async def _given(self, calls: deque[_Call], work: Callable[[], T]) -> T:
        context = copy_context()  # so that its log says what it is about
        one = _Call(partial(context.run, work), Future())
        calls.append(one)
        try:
            self._thread.submit(self._run_next)
        except RuntimeError:
            calls.remove(one)
            raise WriterEndedError from None
        found: T = await asyncio.wrap_future(one.future)
        return found

    def _run_next(self) -> None:
        work, future = (self._first or self._usual).popleft()
        if not future.set_running_or_notify_cancel():
            return
        try:
            found = work()
        except BaseException as error:  # whoever waits for it is told, as an executor does
            future.set_exception(error)
        else:
            future.set_result(found)

    def close(self) -> None:
        """Wait for what is under way and end the thread."""
        self._thread.shutdown(wait=True)


class _Item(NamedTuple, Generic[T, R]):
    """A thing that was submitted, its size in bytes, and who waits for its result."""

    thing: T
    size: int
    future: asyncio.Future[R]


class Batcher(Generic[T, R]):
    """Takes things that are submitted one by one, and hands them on in batches.

    If a batch fails, its things are taken one by one, once. So a thing that is broken, or that another process has just
    written, fails alone.

    Args:
        take: takes several things and gives one result for each. If it raises, it has changed nothing. A `StoreError`
            concerns all of them.
    """

    def __init__(self, take: Callable[[Sequence[T]], Awaitable[Sequence[R]]]) -> None:
        self._take = take
        self._waiting: list[_Item[T, R]] = []
        self._bytes = 0
        self._has_capacity = asyncio.Event()
        self._has_capacity.set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._in_flight = 0

    async def wait_for_capacity(self) -> None:
        """Wait until there is room, so that what is fetched does not fill the memory."""
        await self._has_capacity.wait()

    async def submit(self, thing: T, size: int = 0) -> R:
        """Submit a thing of so many bytes. Returns its result when its batch is done."""
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Item(thing, size, future))
        self._count(size)
        # With nothing in flight at once, however small the batch:
        # an idle crawler has no delay. Else only for a full one.
        if not self._in_flight or (self._in_flight < MAX_IN_FLIGHT and self._is_full()):
            # Counted before the task runs and taken back before
            # it ends: a task that is done may still be listed.
            self._in_flight += 1
            task = asyncio.create_task(self._work())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await future

    def _is_full(self) -> bool:
        """Whether another batch should begin beside those in flight."""
        return self._bytes >= FULL_BATCH_BYTES * (1 + self._in_flight) or len(self._waiting) >= MAX_BATCH

    def _count(self, size: int) -> None:
        self._bytes += size
        if self._bytes >= MAX_WAITING_BYTES:
            self._has_capacity.clear()
        else:
            self._has_capacity.set()

    def _next_batch(self) -> list[_Item[T, R]]:
        size = count = 0
        full = FULL_BATCH_BYTES // SHARE_BESIDE_PAGES if is_somebody_reading(READING) else FULL_BATCH_BYTES
        # At least one is taken, however large: otherwise it would wait for ever.
        while count < min(MAX_BATCH, len(self._waiting)) and size < full:
            size += self._waiting[count].size
            count += 1
        batch = self._waiting[:count]
        self._waiting = self._waiting[count:]
        return batch

    async def _work(self) -> None:
        while self._waiting:
            batch = self._next_batch()
            try:
                await self._work_on(batch)
            except (StoreError, WriterEndedError) as error:
                # A store that is away fails each thing, and each would wait
                # for the store's timeout. A thread that has ended stays so.
                _fail(batch, error)
            except Exception as error:
                log.warning(
                    "what came together (%d) is taken one by one: %s", len(batch), type(error).__name__
                )
                await self._work_one_by_one(batch)
            # Only now: what is being worked on still fills the memory.
            self._count(-sum(item.size for item in batch))
        self._in_flight -= 1

    async def _work_one_by_one(self, batch: Iterable[_Item[T, R]]) -> None:
        for item in batch:
            try:
                await self._work_on([item])
            except Exception as error:
                _fail([item], error)

    async def _work_on(self, batch: Sequence[_Item[T, R]]) -> None:
        results = await self._take([item.thing for item in batch])
        for item, result in zip(batch, results, strict=True):
            # Who waited may have been cancelled meanwhile; what was taken is stored all the same.
            if not item.future.done():
                item.future.set_result(result)


def _fail(batch: Iterable[_Item[T, R]], error: Exception) -> None:
    for item in batch:
        if not item.future.done():
            item.future.set_exception(error)
