"""Who reads documents: the thread that asks reads small ones, processes that can be ended read all others.

What is small is measured (``tests/security/hostile.py`` makes documents on which parsers take longest): within these bounds
the worst takes under a second, wherever it is read. So most feeds are read at once, without the way to another process;
whatever is larger costs nobody else anything, in the worst case either.
"""

from __future__ import annotations

import asyncio
import queue
from collections import defaultdict, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import ParamSpec, TypeVar
from weakref import WeakValueDictionary

from crawler.documents.process import LIMITS, Limits, ReaderProcess, UnreadableError
from crawler.net.unpacking import UnpackError, unpacked
from crawler.parsing.urls import host_of

P = ParamSpec("P")
R = TypeVar("R")

SMALL = {"listing": (8_000, 300), "page": (64_000, 1_500), "any": (64_000, 1_500)}
_SMALL_FEED = (64_000, 4_000)
"""By what it is read as: bytes and tags of a document that takes no time to speak of, whatever is in it."""
PROCESSES = 2
"""So that one that has to be ended leaves another for all other sites."""
MAX_KILLED, KILLED_WITHIN = 3, 3600.0
"""A site that sent so many documents within so many seconds that had to be ended: its next large ones are not read until then."""
MAX_WAITING = 20_000_000
"""Bytes that wait to be read before nothing more is fetched."""


def is_small(body: bytes, kind: str) -> bool:
    """Whether a document can be read at once: whatever is in it, that takes well under a second.

    Args:
        body: as it was sent, perhaps compressed.
        kind: the kind of source that it is read as, or "page".
    """
    size, tags = SMALL.get(kind, _SMALL_FEED)
    try:
        content = unpacked(body, size)
    except UnpackError as error:
        return error.kind != "too large"  # what is broken is soon told
    return len(content) <= size and content.count(b"<") <= tags


class ReaderPool:
    """Reading processes of one running event loop; they are begun when they are first needed. ``close`` it at the end."""

    def __init__(self, limits: Limits = LIMITS, clock: Callable[[], float] = monotonic) -> None:
        self._processes = [ReaderProcess(limits) for _ in range(PROCESSES)]
        self._free: queue.LifoQueue[ReaderProcess] = queue.LifoQueue()  # the last one used is there already
        for process in self._processes:
            self._free.put(process)
        self._threads = ThreadPoolExecutor(PROCESSES, thread_name_prefix="reading")
        self._turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
        self._killed: defaultdict[tuple[str, str], deque[float]] = defaultdict(lambda: deque(maxlen=MAX_KILLED))
        self._clock = clock
        self._waiting = 0
        self._capacity = asyncio.Event()
        self._capacity.set()

    async def wait_for_capacity(self) -> None:
        """Wait until there is room, so that what waits to be read does not fill the memory."""
        await self._capacity.wait()

    async def read(self, url: str, kind: str, body: bytes, call: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """What a function of a module makes of a document, in a process that can be ended.

        A site has one document under way at a time, so that one whose documents have to be ended holds up no other.

        Args:
            url: where it came from.
            kind: what it is read as; what happens to pages of a site is nothing to its feeds.
            body: the document, for its size.
            call: the function.
            args: what it is given.
            kwargs: what it is given by name.

        Raises:
            UnreadableError: it takes too long or too much memory, or too many before it did.
        """
        place = host_of(url), kind
        turn = self._turns.get(place)
        if turn is None:
            turn = self._turns[place] = asyncio.Lock()
        self._count(len(body))
        try:
            async with turn:
                self._check(place)
                try:
                    return await asyncio.get_running_loop().run_in_executor(
                        self._threads, lambda: self._call(call, *args, **kwargs)
                    )
                except UnreadableError:
                    self._killed[place].append(self._clock())
                    raise
        finally:
            self._count(-len(body))

    async def read_inline_if_small(
        self, url: str, kind: str, body: bytes, call: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """The same, for commands: of a small document at once."""
        if is_small(body, kind):
            return call(*args, **kwargs)
        return await self.read(url, kind, body, call, *args, **kwargs)

    def _call(self, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        process = self._free.get()
        try:
            return process.call(call, *args, **kwargs)
        finally:
            self._free.put(process)

    def _check(self, place: tuple[str, str]) -> None:
        ended = self._killed.get(place)
        if ended is None:
            return
        if self._clock() - ended[-1] > KILLED_WITHIN:
            del self._killed[place]
        elif len(ended) == MAX_KILLED and ended[-1] - ended[0] <= KILLED_WITHIN:
            raise UnreadableError(
                "too slow", f"{MAX_KILLED} documents of {place[0]} had to be given up within an hour; large ones are not read now"
            )

    def _count(self, size: int) -> None:
        self._waiting += size
        (self._capacity.clear if self._waiting >= MAX_WAITING else self._capacity.set)()

    def close(self) -> None:
        """End the processes, also what they are at."""
        for process in self._processes:
            process.terminate()
        self._threads.shutdown(wait=False, cancel_futures=True)
