"""Failed attempts to sign in, and how they slow down the next one. Nobody can be locked out by a stranger.

| who tries | counted | then |
|---|---|---|
| a browser from which this person signed in before (it has a cookie that we signed) | that browser alone | from the tenth on each next one waits twice as long |
| anybody else | name and source together | from the fifth on, likewise |
| anybody else, with the right password and a wrong code | the name | from the fifth on, likewise: only who knows the password comes so far |
| anybody else, from however many sources | the name | no lock: from the thirtieth on they come one after the other, a second or more apart |

All is counted by a clock that nobody sets, and forgotten half an hour after the last failure.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

LOCKS = {"device": 10, "pair": 5, "code": 5}
"""So many failures are free, of each kind."""
LONGEST = 900
"""Seconds that an attempt has to wait at most."""
CROWD, STEP, WIDEST = 30, 10, 5.0
"""From so many failures of one name, strangers' attempts are a second apart, one more for each further so many, up to so many."""
PATIENCE = 5.0
"""Seconds that a request waits for its turn at most; others are told to come again."""
FORGOTTEN = 1800.0
KEPT = 50_000
"""Counters of each kind. Each failure costs a password's hash, and one is made at a time, so that half an hour does not fill them."""


class Attempt(NamedTuple):
    """Who tries: the name, whether somebody has it, the source, and the browser's mark where it signed in with that name before."""

    name: str
    is_real: bool
    source: str
    device: str = ""

    @property
    def locks(self) -> tuple[tuple[str, str], ...]:
        """The counters that can make this attempt wait."""
        if self.device:
            return (("device", self.device),)
        return ("pair", f"{self.source} {self.name}"), ("code", self.name)


class Attempts:
    """Counts of what failed. Made-up names have counters of their own, or a flood of them would push out those of real ones.

    Args:
        ticks: seconds of a clock that only goes forward.
    """

    def __init__(self, ticks: Callable[[], float] = time.monotonic) -> None:
        self._ticks = ticks
        self._counts: dict[tuple[str, bool], OrderedDict[str, tuple[int, float]]] = {}
        self._next: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait(self, who: Attempt) -> int:
        """Seconds until this attempt may be made; 0: now."""
        with self._lock:
            return max(self._wait(kind, key, who.is_real) for kind, key in who.locks)

    def _wait(self, kind: str, key: str, is_real: bool) -> int:
        count, last = self._count(kind, key, is_real)
        over = count - LOCKS[kind]
        if over < 0:
            return 0
        pause = min(LONGEST, 2 ** min(20, over + 1))
        return max(0, int(pause - (self._ticks() - last) + 0.999))

    def place(self, who: Attempt) -> float:
        """Seconds until it is this attempt's turn among those of strangers at one name, whose place it takes where that is near."""
        if who.device:
            return 0.0
        with self._lock:
            count, _ = self._count("crowd", who.name, who.is_real)
            if count < CROWD:
                return 0.0
            now = self._ticks()
            self._next = {name: at for name, at in self._next.items() if at > now}
            turn = max(now, self._next.get(who.name, now))
            if turn - now <= PATIENCE:
                self._next[who.name] = turn + min(WIDEST, 1 + (count - CROWD) // STEP)
            return turn - now

    def failed(self, who: Attempt, *, knew_password: bool = False) -> None:
        """An attempt failed; with the right password only the code was wrong."""
        with self._lock:
            kind, key = who.locks[0]
            self._add(kind, key, who.is_real)
            if not who.device:
                self._add("crowd", who.name, who.is_real)
                if knew_password:
                    self._add("code", who.name, who.is_real)

    def succeeded(self, who: Attempt) -> None:
        """Somebody is in: what failed before on the same way is forgotten."""
        with self._lock:
            for kind, key in who.locks:
                self._of(kind, who.is_real).pop(key, None)

    def _count(self, kind: str, key: str, is_real: bool) -> tuple[int, float]:
        count, last = self._of(kind, is_real).get(key, (0, 0.0))
        return (count, last) if self._ticks() - last < FORGOTTEN else (0, 0.0)

    def _add(self, kind: str, key: str, is_real: bool) -> None:
        counts = self._of(kind, is_real)
        count, _ = self._count(kind, key, is_real)
        counts.pop(key, None)
        counts[key] = count + 1, self._ticks()
        while len(counts) > KEPT:
            counts.popitem(last=False)

    def _of(self, kind: str, is_real: bool) -> OrderedDict[str, tuple[int, float]]:
        return self._counts.setdefault((kind, is_real), OrderedDict())
