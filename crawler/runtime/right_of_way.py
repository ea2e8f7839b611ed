"""Pages go first: work that can wait a moment waits while somebody's page is being made.

Threads of one process take turns at the interpreter, and a thread that computes without end has half of it, or more. A page that takes
thirty milliseconds alone then takes sixty. So whoever works through many things asks between two of them whether a page is under way.
The garbage collector, which goes through fifty thousand objects at once, waits for pages, too. So do the processes that judge, where
they are forked: a page that has a core for itself is made sooner.
"""

from __future__ import annotations

import gc
import math
import mmap
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic, sleep

LONGEST = 0.05
"""Seconds that work waits at once. Afterwards it goes on for as long as it has waited, so that pages take at most half of its time."""
FORGOTTEN = 1.0
"""Seconds after which a page is waited for no more: it waits itself, for another server perhaps, or computes for long."""


LOOK_AGAIN = 0.002
"""Seconds after which a process looks again whether another one still makes a page."""


class PageBoard:
    """Says to processes that are forked later whether a page is under way in this one, in memory that they share."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, 16)

    def write(self, pages: int, latest: float) -> None:
        """Say how many pages are under way, and when the latest began (on the clock of `time.monotonic`)."""
        struct.pack_into("=d", self._memory, 8, latest)
        self._memory[0] = min(pages, 255)

    @property
    def pages(self) -> int:
        """How many pages are under way; 255 for more."""
        return self._memory[0]

    @property
    def latest(self) -> float:
        """When the latest began."""
        moment: float = struct.unpack_from("=d", self._memory, 8)[0]
        return moment


class RightOfWay:
    """Who makes pages, and who waits for them. Threads may share it.

    Args:
        longest: seconds that work waits at once.
        forgotten: seconds after which a page is waited for no more.
        clock: gives seconds that only grow.
    """

    def __init__(
        self, longest: float = LONGEST, forgotten: float = FORGOTTEN, clock: Callable[[], float] = monotonic
    ) -> None:
        self._longest, self._forgotten, self._clock = longest, forgotten, clock
        self._pages = 0
        self._lock = threading.Lock()
        self._free = threading.Event()
        self._free.set()
        self._until, self._latest = 0.0, -math.inf
        self._stopped: float | None = None
        self._own = threading.local()
        self._board: PageBoard | None = None

    def share(self) -> None:
        """Let processes that are forked from now on wait for the pages of this one, each between two things that it does."""
        self._board = PageBoard()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """While this thread makes a page."""
        self._begin()
        self._own.makes_page = True
        try:
            yield
        finally:
            self._own.makes_page = False
            self._end()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """While this thread waits for what work has, such as the turn to write: then nothing is won by holding up the work."""
        if not getattr(self._own, "makes_page", False):
            yield
            return
        self._end()
        try:
            yield
        finally:
            self._begin()

    def is_lately(self, seconds: float) -> bool:
        """Whether a page was made within so many seconds: somebody reads, and will want another one soon."""
        return self._pages > 0 or self._clock() < self._latest + seconds

    def _begin(self) -> None:
        with self._lock:
            self._pages += 1
            self._latest = self._clock()
            self._free.clear()
            self._tell()
            self._hold_collector()

    def _end(self) -> None:
        with self._lock:
            self._pages -= 1
            self._tell()
            if not self._pages:
                self._free.set()
                self._let_collector_go()

    def _tell(self) -> None:
        if self._board is not None:
            self._board.write(self._pages, self._latest)

    def _hold_collector(self) -> None:
        """Stop the garbage collector, unless pages that overlap have kept it from its work for long."""
        if self._stopped is None:
            if self._pages == 1 and gc.isenabled():
                self._stopped = self._latest
                gc.disable()
        elif self._latest >= self._stopped + self._forgotten:
            self._let_collector_go()

    def _let_collector_go(self) -> None:
        if self._stopped is not None:
            self._stopped = None
            gc.enable()

    def give_way(self) -> None:
        """Wait while a page is being made, but neither long nor all the time. Costs nothing to speak of where there is none."""
        if not self._pages:
            if self._board is not None and self._board.pages:
                self._give_way_to_another(self._board)
            return
        if getattr(self._own, "makes_page", False):
            return  # a page does some of what work does, and must not wait for itself
        begun = self._clock()
        if begun >= self._latest + self._forgotten:
            with self._lock:
                self._let_collector_go()
        elif begun >= self._until:
            self._free.wait(self._longest)
            now = self._clock()
            self._until = now + (now - begun)

    def _give_way_to_another(self, board: PageBoard) -> None:
        """The same for pages of the process that this one was forked from: it needs the core."""
        now = begun = self._clock()
        if begun < self._until or begun >= board.latest + self._forgotten:
            return
        while board.pages and now < begun + self._longest:
            sleep(LOOK_AGAIN)
            now = self._clock()
        self._until = now + (now - begun)


_way = RightOfWay()
page_under_way = _way.taken
page_waits = _way.waiting
is_somebody_reading = _way.is_lately
give_way = _way.give_way
share_with_forked = _way.share
