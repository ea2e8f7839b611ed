"""Feeds polled for the first time, from the command line, and again, beside other programs: `benchmarks.end_to_end`."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.end_to_end import PEERS, PROGRAMS, STARTED_APART, WORDS_OF_A_SENTENCE, once
from benchmarks.feeds import RELEVANT, SHOWN
from benchmarks.watched.ratio import Missing, Ratio, paired

FEEDS, ENTRIES, ROUNDS, LONG_WORDS = 50, 30, 3, 120
OURS, COMMAND = "aseanwatch", "its command"
FIRST = f"first poll of {FEEDS} feeds, loading included"
"""Of so few feeds what judging loads is most of it; `make bench` has more."""
COMMANDED = f"{FEEDS} feeds from the command line"


def ratios() -> Iterator[Ratio | Missing]:
    """Beside each program that is installed."""
    peers = []
    for name in PEERS:
        if name in PROGRAMS and not shutil.which(PROGRAMS[name]):
            yield Missing(name, f"{PROGRAMS[name]} is not installed")
        else:
            peers.append(name)
    rounds = _rounds(peers, SHOWN)
    yield from paired(FIRST, "processor time", [_lap(r, 0) for r in rounds], OURS)
    yield from paired(COMMANDED, "processor time", [_whole(r) for r in rounds], COMMAND)
    yield from paired("nothing new", "processor time", [_lap(r, 1) for r in rounds], OURS)
    memory = [{name: row["peak_mb"] for name, row in r.items() if name != COMMAND} for r in rounds]
    yield from paired(FIRST, "peak memory", memory, OURS)
    rounds = _rounds([p for p in peers if p != "rss2email"], LONG_WORDS // WORDS_OF_A_SENTENCE)
    yield from paired(
        f"{COMMANDED}, {LONG_WORDS} words", "processor time", [_whole(r) for r in rounds], COMMAND
    )


def _rounds(peers: list[str], shown: int) -> list[dict[str, dict[str, Any]]]:
    with _serving(shown) as port:
        return [{name: once(PEERS[name], port, FEEDS) for name in peers} for _ in range(ROUNDS)]


@contextmanager
def _serving(shown: int) -> Iterator[int]:
    command = [
        sys.executable,
        "-m",
        "benchmarks.server",
        *map(str, (FEEDS, ENTRIES, shown, RELEVANT)),
    ]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        yield int(server.stdout.readline())
    finally:
        server.terminate()
        server.wait()


def _lap(found: dict[str, dict[str, Any]], number: int) -> dict[str, float]:
    return {
        name: row["processor"][number]
        for name, row in found.items()
        if name != COMMAND and len(row["processor"]) > number
    }


def _whole(found: dict[str, dict[str, Any]]) -> dict[str, float]:
    return {
        name: row["processor"][0] + (0.0 if name in STARTED_APART else row["start"])
        for name, row in found.items()
        if name != OURS
    }
