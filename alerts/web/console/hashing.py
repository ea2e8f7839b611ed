"""How many passwords are hashed at once: one for strangers, one for browsers that signed in before, and few that wait.

A hash takes 64 MB and a tenth of a second of every core, so that unbounded ones would hold up all other pages.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager


class BusyError(Exception):
    """Too many attempts are under way.

    Attributes:
        seconds: after so many it is worth trying again.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Lane:
    """Attempts go through it one by one.

    Args:
        most: so many may be in it, waiting or under way.
        each: so many of one source, and so many at one name.
    """

    def __init__(self, most: int, each: int) -> None:
        self._most, self._each = most, each
        self._all = 0
        self._inside: Counter[str] = Counter()
        self._guard, self._one = threading.Lock(), threading.Lock()

    @contextmanager
    def place(self, *shares: str) -> Iterator[threading.Lock]:
        """A place for one attempt; gives the lock under which it may hash.

        Args:
            shares: what it is counted by beside all others, such as its source and its name.

        Raises:
            BusyError: there is none.
        """
        with self._guard:
            if self._all >= self._most or any(self._inside[share] >= self._each for share in shares):
                raise BusyError(2)
            self._all += 1
            self._inside.update(shares)
        try:
            yield self._one
        finally:
            with self._guard:
                self._all -= 1
                self._inside.subtract(shares)
                self._inside += Counter()  # what is none is no longer kept
