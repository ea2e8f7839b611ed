"""How often failed attempts to sign in are written down: the first ones each by itself, a flood of them as a number now and then."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

MOST, SPAN = 20, 3600.0
"""So many notes about one name go into the audit log within so many seconds."""


@dataclass
class _Noted:
    since: float
    notes: int = 0
    unwritten: int = 0


class Failures:
    """Failures that are to be written down. Names that nobody has are all one, so that there are as many counts as operators.

    Args:
        ticks: seconds of a clock that only goes forward.
    """

    def __init__(self, ticks: Callable[[], float] = time.monotonic) -> None:
        self._ticks = ticks
        self._noted: dict[str, _Noted] = {}
        self._lock = threading.Lock()

    def another(self, actor: str) -> int:
        """One more; gives how many a note must speak of, 0: no note now."""
        with self._lock:
            found = self._noted.setdefault(actor, _Noted(self._ticks()))
            if self._ticks() - found.since > SPAN:
                found.since, found.notes = self._ticks(), 0
            found.unwritten += 1
            if found.notes >= MOST:
                return 0
            found.notes += 1
            return self._taken(found)

    def left(self, actor: str) -> int:
        """How many were not written down yet; they count as written now."""
        with self._lock:
            return self._taken(self._noted.get(actor, _Noted(0.0)))

    @staticmethod
    def _taken(found: _Noted) -> int:
        count, found.unwritten = found.unwritten, 0
        return count
