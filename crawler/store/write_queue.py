"""Writers of one process come in the order in which they ask.

SQLite lets a writer that waits look again from time to time, at most ten times a second, and whoever happens to ask at the right moment is
next. A crawl begins its next transaction as soon as the last one ends, so a page that wants to note one thing was passed over for
seconds. Between processes it stays so, but these write rarely.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakValueDictionary

from crawler.runtime.right_of_way import page_waits


class WriteQueue:
    """A lock that is passed on in the order in which threads asked for it.

    Args:
        longest: seconds that a thread waits. Afterwards it goes on without its turn, and the database says whether it may.
    """

    def __init__(self, longest: float) -> None:
        self._longest = longest
        self._lock = threading.Lock()
        self._holder: int | None = None
        self._waiting: deque[tuple[int, threading.Event]] = deque()

    @property
    def is_taken(self) -> bool:
        """Whether a thread has its turn."""
        return self._holder is not None

    @contextmanager
    def admitted(self) -> Iterator[None]:
        """Wait for the turn, and pass it on at the end. A thread that has it already does not wait for itself."""
        mine = self._take()
        try:
            yield
        finally:
            if mine:
                self._pass_on()

    def _take(self) -> bool:
        me = threading.get_ident()
        with self._lock:
            if self._holder is None:
                self._holder = me
                return True
            if self._holder == me:
                return False
            place = (me, threading.Event())
            self._waiting.append(place)
        try:
            with page_waits():
                has_come = place[1].wait(self._longest)
        except BaseException:  # an interrupt from the keyboard: nobody else would pass the turn on
            if not self._left(place):
                self._pass_on()
            raise
        return has_come or not self._left(place)

    def _left(self, place: tuple[int, threading.Event]) -> bool:
        """Wait no more. Returns False where the turn has come in that very moment."""
        with self._lock:
            if place not in self._waiting:
                return False
            self._waiting.remove(place)
            return True

    def _pass_on(self) -> None:
        with self._lock:
            if self._waiting:
                self._holder, come = self._waiting.popleft()
                come.set()
            else:
                self._holder = None


_of_files: WeakValueDictionary[str, WriteQueue] = WeakValueDictionary()
_looking = threading.Lock()


def queue_of(file: str, longest: float) -> WriteQueue:
    """The queue of all who write into a file, however often this process has opened it; ``longest`` as for `WriteQueue`."""
    with _looking:
        name = os.path.realpath(file)
        queue = _of_files.get(name)
        if queue is None:
            queue = _of_files[name] = WriteQueue(longest)
        return queue
