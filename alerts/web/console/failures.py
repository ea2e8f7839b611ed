"""Limits the failed sign-ins in the audit log: the first ones each, a flood as a number now and then."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

MOST, SPAN = 20, 3600.0
"""At most this many notes about one actor go into the audit log in this many seconds."""


@dataclass
class _Tally:
    since: float
    notes: int = 0
    unwritten: int = 0


class Failures:
    """Counts the failures of each actor. Names that nobody has are one actor, so that there are no more counts than operators.

    Args:
        ticks: a monotonic clock, in seconds.
    """

    def __init__(self, ticks: Callable[[], float] = time.monotonic) -> None:
        self._ticks = ticks
        self._tallies: dict[str, _Tally] = {}
        self._lock = threading.Lock()

    def record(self, actor: str) -> int:
        """Count a failure; returns how many failures to note in the audit log now; 0: none."""
        with self._lock:
            found = self._tallies.setdefault(actor, _Tally(self._ticks()))
            if self._ticks() - found.since > SPAN:
                found.since, found.notes = self._ticks(), 0
            found.unwritten += 1
            if found.notes >= MOST:
                return 0
            found.notes += 1
            return self._take(found)

    def take_unwritten(self, actor: str) -> int:
        """How many failures were not noted yet. They count as noted from now on."""
        with self._lock:
            return self._take(self._tallies.get(actor, _Tally(0.0)))

    @staticmethod
    def _take(found: _Tally) -> int:
        count, found.unwritten = found.unwritten, 0
        return count
