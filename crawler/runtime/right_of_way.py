"""Pages go first: work that can wait a moment waits while somebody's page is being made.

Threads of one process take turns at the interpreter, and a thread that computes without end has half of it, or more. A page that takes
thirty milliseconds alone then takes sixty. So whoever works through many things asks between two of them whether a page is under way.
The garbage collector, which goes through fifty thousand objects at once, waits for pages, too.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

LONGEST = 0.05
"""Seconds that work waits at once. Afterwards it goes on for as long as it has waited, so that pages take at most half of its time."""
FORGOTTEN = 1.0
"""Seconds after which a page is waited for no more: it waits itself, for another server perhaps, or computes for long."""


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
        self._until = self._latest = 0.0
        self._stopped: float | None = None

    @contextmanager
    def taken(self) -> Iterator[None]:
        """While a page is being made."""
        with self._lock:
            self._pages += 1
            self._latest = self._clock()
            self._free.clear()
            self._hold_collector()
        try:
            yield
        finally:
            with self._lock:
                self._pages -= 1
                if not self._pages:
                    self._free.set()
                    self._let_collector_go()

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
            return
        begun = self._clock()
        if begun >= self._latest + self._forgotten:
            with self._lock:
                self._let_collector_go()
        elif begun >= self._until:
            self._free.wait(self._longest)
            now = self._clock()
            self._until = now + (now - begun)


_way = RightOfWay()
page_under_way = _way.taken
give_way = _way.give_way
