"""Counts failed attempts to sign in, and slows down the next one. No stranger can lock a person out.

| who tries | counted | then |
|---|---|---|
| a browser from which this person signed in before (it has a cookie that we signed) | that browser alone | from the tenth on each next one waits twice as long |
| anybody else | name and source together | from the fifth on, likewise |
| anybody else, with the right password and a wrong code | the name | from the fifth on, likewise: only who knows the password comes so far |
| anybody else, from however many sources | the name | no lock: from the thirtieth on they come one after the other, a second or more apart |

Time is measured by a monotonic clock. A count is forgotten half an hour after its last failure.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

LOCKS = {"device": 10, "pair": 5, "code": 5}
"""The failures of each kind before the first wait."""
LONGEST = 900
"""The longest wait, in seconds."""
CROWD, STEP, WIDEST = 30, 10, 5.0
"""From `CROWD` failures of one name on, strangers' attempts are a second apart; one second more for each further `STEP`
failures, up to `WIDEST` seconds."""
PATIENCE = 5.0
"""Seconds that a request waits for its turn. If that is not enough, it is asked to come again."""
FORGOTTEN = 1800.0
KEPT = 50_000
"""Counters of each kind. Each failure costs the hash of a password, and one is made at a time: half an hour cannot fill them."""


class Attempt(NamedTuple):
    """An attempt: the name, whether a person has it, the client, and the device id of a browser that the name used before."""

    name: str
    is_real: bool
    source: str
    device: str = ""

    @property
    def locks(self) -> tuple[tuple[str, str], ...]:
        """The kinds and keys of the counters that can make this attempt wait."""
        if self.device:
            return (("device", self.device),)
        # Never the name alone, except behind the right
        # password: otherwise anybody could lock anybody out.
        return ("pair", f"{self.source} {self.name}"), ("code", self.name)


class _Failures(NamedTuple):
    """How many attempts failed, and when the last one did, by the clock of the counters."""

    times: int = 0
    last: float = 0.0


class Attempts:
    """The counters. Names that nobody has are counted apart, so that a flood of them does not push out the real ones.

    Args:
        ticks: a monotonic clock, in seconds.
    """

    def __init__(self, ticks: Callable[[], float] = time.monotonic) -> None:
        self._ticks = ticks
        self._counts: dict[tuple[str, bool], OrderedDict[str, _Failures]] = {}
        self._next: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait(self, who: Attempt) -> int:
        """Seconds until this attempt may be made; 0: it may be made now."""
        with self._lock:
            return max(self._wait(kind, key, who.is_real) for kind, key in who.locks)

    def _wait(self, kind: str, key: str, is_real: bool) -> int:
        failures = self._failures(kind, key, is_real)
        over = failures.times - LOCKS[kind]
        if over < 0:
            return 0
        pause = min(LONGEST, 2 ** min(20, over + 1))
        return max(0, int(pause - (self._ticks() - failures.last) + 0.999))

    def reserve_turn(self, who: Attempt) -> float:
        """Seconds until this attempt's turn among strangers' attempts with one name. The turn is reserved if it is near enough."""
        if who.device:
            return 0.0
        with self._lock:
            count = self._failures("crowd", who.name, who.is_real).times
            if count < CROWD:
                return 0.0
            now = self._ticks()
            # Past turns are forgotten here, so that names do not pile up.
            self._next = {name: at for name, at in self._next.items() if at > now}
            turn = max(now, self._next.get(who.name, now))
            # A turn that nobody will wait for is not reserved:
            # it would only put off the next attempt.
            if turn - now <= PATIENCE:
                self._next[who.name] = turn + min(WIDEST, 1 + (count - CROWD) // STEP)
            return turn - now

    def record_failure(self, who: Attempt, *, knew_password: bool = False) -> None:
        """Count a failure. ``knew_password``: only the code was wrong."""
        with self._lock:
            kind, key = who.locks[0]
            self._add(kind, key, who.is_real)
            if not who.device:
                self._add("crowd", who.name, who.is_real)
                if knew_password:
                    self._add("code", who.name, who.is_real)

    def record_success(self, who: Attempt) -> None:
        """Forget the failures that could have made this attempt wait."""
        with self._lock:
            for kind, key in who.locks:
                # Only these: the count of the crowd stays, because
                # a stranger's failures are not undone by the owner.
                self._of(kind, who.is_real).pop(key, None)

    def _failures(self, kind: str, key: str, is_real: bool) -> _Failures:
        failures = self._of(kind, is_real).get(key, _Failures())
        return failures if self._ticks() - failures.last < FORGOTTEN else _Failures()

    def _add(self, kind: str, key: str, is_real: bool) -> None:
        counts = self._of(kind, is_real)
        failures = self._failures(kind, key, is_real)
        # Taken out and put back, so that the order is that of the latest failure.
        counts.pop(key, None)
        counts[key] = _Failures(failures.times + 1, self._ticks())
        while len(counts) > KEPT:
            counts.popitem(last=False)

    def _of(self, kind: str, is_real: bool) -> OrderedDict[str, _Failures]:
        return self._counts.setdefault((kind, is_real), OrderedDict())
