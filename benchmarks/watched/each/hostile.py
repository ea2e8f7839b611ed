"""A healthy poll beside hostile sources, and with healthy ones in their place: `benchmarks.hostile`."""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Iterator

from benchmarks.hostile import seconds
from benchmarks.watched.ratio import Ratio

ROUNDS = 2


def ratios() -> Iterator[Ratio]:
    """By the clock, for what hostile sources cost is waiting; 1 is unhurt."""
    command = [sys.executable, "-m", "benchmarks.hostile", "--serve"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    port = int(server.stdout.readline())
    try:
        rounds = [
            [statistics.median(seconds(port, hostile, 1)) for hostile in (False, True)] for _ in range(ROUNDS)
        ]
    finally:
        server.kill()
        server.wait()
    values = tuple(alone / beside for alone, beside in rounds)
    yield Ratio("a healthy poll beside hostile sources", "only healthy sources", "time by the clock", values)
