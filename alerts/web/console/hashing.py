"""Limits how many passwords are hashed at once: one for strangers, one for browsers that signed in before; few may wait.

A hash takes 64 MB and a tenth of a second of every core. Without a limit, attempts would hold up all other pages.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager


class BusyError(Exception):
    """Too many attempts are under way.

    Attributes:
        seconds: after this time it is worth trying again.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class AttemptLane:
    """Lets attempts through one by one.

    Args:
        most: the attempts that may wait or be under way.
        each: of these, the attempts that may share a client or a name.
    """

    def __init__(self, most: int, each: int) -> None:
        self._most, self._each = most, each
        self._all = 0
        self._inside: Counter[str] = Counter()
        self._guard = threading.Lock()
        self._one = threading.Lock()

    @contextmanager
    def slot(self, *shares: str) -> Iterator[threading.Lock]:
        """Take a slot for one attempt; yields the lock under which the attempt may hash.

        Args:
            shares: the keys that it is also counted by, such as its client and its name.

        Raises:
            BusyError: no slot is free.
        """
        with self._guard:
            if self._all >= self._most or any(self._inside[share] >= self._each for share in shares):
                # Refused and not queued: each waiting attempt holds a thread of the server.
                raise BusyError(2)
            self._all += 1
            self._inside.update(shares)
        try:
            yield self._one
        finally:
            with self._guard:
                self._all -= 1
                self._inside.subtract(shares)
                self._inside += Counter()  # drops the counts that are zero
