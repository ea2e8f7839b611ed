"""Where documents are parsed: small ones in the thread that asks, all others in processes that can be killed.

The bounds of small documents are measured (``tests/security/hostile.py`` makes those on which parsers take longest): the
worst one within them takes under a second. So most feeds need no way to another process, and a larger document costs
nobody else anything, even in the worst case.
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
from crawler.parsing.content_kinds import is_pdf
from crawler.parsing.urls import host_of

P = ParamSpec("P")
R = TypeVar("R")

SMALL = {"listing": (8_000, 300), "page": (64_000, 1_500), "any": (64_000, 1_500)}
_SMALL_FEED = (64_000, 4_000)
"""By what it is read as: bytes and tags of a document that takes no time to speak of, whatever is in it."""
PROCESSES = 2
"""Two, so that killing one leaves another for all other sites."""
MAX_KILLED, KILLED_WITHIN = 3, 3600.0
"""Large documents of a site are refused after so many within so many seconds had to be given up."""
MAX_WAITING = 12_000_000
"""Bytes that wait to be parsed; with more, nothing else is fetched."""


def is_small(body: bytes, kind: str) -> bool:
    """Whether a document can be parsed at once: that takes under a second, whatever is in it.

    Args:
        body: as it was sent, perhaps compressed.
        kind: the kind of source that it is read as, or "page".
    """
    size, tags = SMALL.get(kind, _SMALL_FEED)
    try:
        content = unpacked(body, size)
    except UnpackError as error:
        return error.kind != "too large"  # a parser refuses a broken document quickly
    return len(content) <= size and content.count(b"<") <= tags and not is_pdf(content)


class ReaderPool:
    """Processes that parse for one running event loop; they start when they are first needed. ``close`` it at the end.

    Args:
        limits: what a document may take.
        clock: seconds since some moment.
        is_small: whether memory counts for more than speed. Then there is one process, for which all others wait while it reads, and
            every page is read there: what reads pages has 16 MB, and is loaded once.
    """

    def __init__(
        self, limits: Limits = LIMITS, clock: Callable[[], float] = monotonic, *, is_small: bool = False
    ) -> None:
        processes = 1 if is_small else PROCESSES
        self._is_small = is_small
        self._processes = [ReaderProcess(limits) for _ in range(processes)]
        self._free: queue.LifoQueue[ReaderProcess] = queue.LifoQueue()  # the last one used is there already
        for process in self._processes:
            self._free.put(process)
        self._threads = ThreadPoolExecutor(processes, thread_name_prefix="reading")
        self._turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
        self._killed: defaultdict[tuple[str, str], deque[float]] = defaultdict(
            lambda: deque(maxlen=MAX_KILLED)
        )
        self._clock = clock
        self._waiting = 0
        self._capacity = asyncio.Event()
        self._capacity.set()

    async def wait_for_capacity(self) -> None:
        """Wait until fewer bytes are queued than `MAX_WAITING`, so that documents do not fill the memory."""
        await self._capacity.wait()

    async def read(
        self, url: str, kind: str, body: bytes, call: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Call a function of a module with a document in a process that can be killed; gives what it gives.

        Each site has one document of a kind under way at a time, so that a site whose documents take too long holds up no
        other.

        Args:
            url: where it came from.
            kind: what it is read as; pages and feeds of a site do not count against each other.
            body: the document, for its size.
            call: the function.
            args: what it is given.
            kwargs: what it is given by name.

        Raises:
            UnreadableError: it takes too long or too much memory, or too many documents of its site did.
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
                        self._threads, lambda: self._call(kind, call, *args, **kwargs)
                    )
                except UnreadableError:
                    self._killed[place].append(self._clock())
                    raise
        finally:
            self._count(-len(body))

    def reads_apart(self, url: str, body: bytes, kind: str) -> bool:
        """Whether a document is to be read in a process, and not where it is needed; small ones can be, whatever others of their site did."""
        if not is_small(body, kind):
            return True
        return self._is_small and kind == "page" and (host_of(url), kind) not in self._killed

    async def read_inline_if_small(
        self, url: str, kind: str, body: bytes, call: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """As `read`, but call the function here if the document is small: commands have nothing else to do."""
        if is_small(body, kind):
            return call(*args, **kwargs)
        return await self.read(url, kind, body, call, *args, **kwargs)

    def _call(self, kind: str, call: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        process = self._free.get()
        try:
            return process.call(kind, call, *args, **kwargs)
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
                "too slow",
                f"{MAX_KILLED} documents of {place[0]} had to be given up within an hour; large ones are not read now",
            )

    def _count(self, size: int) -> None:
        self._waiting += size
        (self._capacity.clear if self._waiting >= MAX_WAITING else self._capacity.set)()

    def close(self) -> None:
        """Kill the processes, also while they work."""
        for process in self._processes:
            process.terminate()
        self._threads.shutdown(wait=False, cancel_futures=True)
