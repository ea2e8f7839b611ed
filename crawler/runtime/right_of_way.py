"""Pages go first: work that can wait a moment waits while somebody's page is being made.

Threads of one process take turns at the interpreter, and a thread that computes without end has half of it, or more. A page that takes
thirty milliseconds alone then takes sixty. So whoever works through many things asks between two of them whether a page is under way.
"""

from __future__ import annotations

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

    @contextmanager
    def taken(self) -> Iterator[None]:
        """While a page is being made."""
        with self._lock:
            self._pages += 1
            self._latest = self._clock()
            self._free.clear()
        try:
            yield
        finally:
            with self._lock:
                self._pages -= 1
                if not self._pages:
                    self._free.set()

    def give_way(self) -> None:
        """Wait while a page is being made, but neither long nor all the time. Costs nothing to speak of where there is none."""
        if not self._pages:
            return
        begun = self._clock()
        if begun >= self._until and begun < self._latest + self._forgotten:
            self._free.wait(self._longest)
            now = self._clock()
            self._until = now + (now - begun)


_way = RightOfWay()
page_under_way = _way.taken
give_way = _way.give_way
