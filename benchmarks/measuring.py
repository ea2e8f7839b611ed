"""The frame of every peer of the crawl benchmark: read arguments, measure, print one line of JSON."""

from __future__ import annotations

import ctypes
import json
import resource
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from time import perf_counter

import psutil

_PR_SET_CHILD_SUBREAPER = 36
_PATIENCE = 60.0
"""Seconds within which what a program began ends after it."""
_LOOK = 0.5
"""Seconds that one of them is waited for before the others are looked at again."""


class Laps:
    """The seconds of one peer's rounds: the first poll of all feeds, and polls without news.

    Attributes:
        seconds: of each round by the clock.
        processor: of each round in all processes together, user and system.
        start: what starting the process and loading the program has computed.
    """

    def __init__(self) -> None:
        self.start = processor_seconds()
        self.seconds: list[float] = []
        self.processor: list[float] = []
        self._begun = perf_counter(), processor_seconds()

    def ended(self) -> None:
        """End a round in which programs were run that have ended; what they began and left is waited for, and counts."""
        wait_for_orphans()
        self.done()

    def done(self) -> None:
        """End a round."""
        now = perf_counter(), processor_seconds()
        self.seconds.append(now[0] - self._begun[0])
        self.processor.append(now[1] - self._begun[1])
        self._begun = now


def adopt_orphans() -> None:
    """Have what our children began become ours when they end first: the kernel then counts what it computed as our children's.

    Else the processes of a program that does not wait for them are lost (Linux only; elsewhere nothing happens).
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def wait_for_orphans() -> None:
    """Wait for all children, none of which we need any more.

    Raises:
        RuntimeError: one does not end.
    """
    until = perf_counter() + _PATIENCE
    while children := psutil.Process().children():
        if perf_counter() > until:
            raise RuntimeError(f"what a program left behind does not end: {children}")
        for child in children:
            with suppress(psutil.TimeoutExpired, psutil.NoSuchProcess):
                child.wait(_LOOK)


def processor_seconds() -> float:
    """What this process and all that descend from it have computed so far, those that have ended included."""
    found = 0.0
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        used = resource.getrusage(who)
        found += used.ru_utime + used.ru_stime
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            times = child.cpu_times()
            found += times.user + times.system + times.children_user + times.children_system
    return found


def measured(run: Callable[[int, int, Path, Laps], int]) -> None:
    """Run with the arguments ``PORT FEEDS FOLDER``, and print entries, seconds of each round, and peak memory (MB).

    Memory is that of the process and the largest of its children together.
    """
    adopt_orphans()
    port, feeds, folder = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    laps = Laps()
    entries = run(port, feeds, folder, laps)
    peak = (
        sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        / 1024
    )
    measures = {
        "entries": entries,
        "seconds": laps.seconds,
        "processor": laps.processor,
        "start": laps.start,
        "peak_mb": peak,
    }
    print(json.dumps(measures))


def addresses(port: int, feeds: int) -> Sequence[str]:
    """The addresses of all feeds."""
    return [f"http://127.0.0.1:{port}/{number}" for number in range(feeds)]
