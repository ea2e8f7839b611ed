"""Two workers over PostgreSQL, beside one: `benchmarks.workers`."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

from benchmarks.watched.ratio import Missing, Ratio, paired
from benchmarks.workers import with_workers
from tests.postgres import Postgres, programs

FEEDS, ENTRIES, ROUNDS = 40, 30, 2
ONE, TWO = "one worker", "two workers"


def ratios() -> Iterator[Ratio | Missing]:
    """By the time of an entry and of a poll, the database's included: what a second worker costs in sum."""
    if programs() is None:
        yield Missing("PostgreSQL", "its server is not installed")
        return
    os.environ.setdefault("WATCH_SECRET", "a secret of sixteen or more letters")
    command = [sys.executable, "-m", "benchmarks.server", str(FEEDS), str(ENTRIES)]
    served = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert served.stdout is not None
    port = int(served.stdout.readline())
    first, again = [], []
    try:
        with Postgres() as server:
            for _ in range(ROUNDS):
                laps = {name: with_workers(server, port, FEEDS, n) for n, name in ((1, ONE), (2, TWO))}
                first.append({name: lap[0].workers + lap[0].database for name, lap in laps.items()})
                again.append({name: lap[1].workers + lap[1].database for name, lap in laps.items()})
    finally:
        served.terminate()
        served.wait()
    yield from paired("first poll, two workers", "processor time", first, TWO)
    yield from paired("nothing new, two workers", "processor time", again, TWO)
