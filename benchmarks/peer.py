"""What every peer of the benchmark does alike: take its arguments, measure itself, print one line of JSON."""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter


def measured(run: Callable[[int, int, Path], int]) -> None:
    """Run with the arguments ``PORT FEEDS FOLDER``; prints entries, seconds and peak memory (MB)."""
    port, feeds, folder = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    begun = perf_counter()
    entries = run(port, feeds, folder)
    seconds = perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"entries": entries, "seconds": seconds, "peak_mb": peak}))
