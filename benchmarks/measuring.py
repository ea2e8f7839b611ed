"""The frame of every peer of the crawl benchmark: read arguments, measure, print one line of JSON."""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter


class Laps:
    """The seconds of one peer's rounds: the first poll of all feeds, and polls without news."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self._begun = perf_counter()

    def done(self) -> None:
        """End a round."""
        now = perf_counter()
        self.seconds.append(now - self._begun)
        self._begun = now


def measured(run: Callable[[int, int, Path, Laps], int]) -> None:
    """Run with the arguments ``PORT FEEDS FOLDER``, and print entries, seconds of each round, and peak memory (MB).

    Memory is that of the process and the largest of its children together.
    """
    port, feeds, folder = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    laps = Laps()
    entries = run(port, feeds, folder, laps)
    peak = (
        sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        / 1024
    )
    print(json.dumps({"entries": entries, "seconds": laps.seconds, "peak_mb": peak}))


def addresses(port: int, feeds: int) -> Sequence[str]:
    """The addresses of all feeds."""
    return [f"http://127.0.0.1:{port}/{number}" for number in range(feeds)]
