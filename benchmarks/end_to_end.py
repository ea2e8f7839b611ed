"""The first poll of all feeds and a poll without news, compared with other programs: ``python -m benchmarks.end_to_end``.

Each peer runs in its own process against one server, several times in turn; the median counts. aseanwatch also judges every entry
(language, relevance, topics, duplicates, stories, bases); the peers only store it. Processor time is that of all processes of a
peer together; it says the same on a machine that others use as well. What stands apart as "from the command line" is a whole
process, start and all: for aseanwatch ``aseanwatch crawl``.
"""

from __future__ import annotations

import argparse
import compileall
import json
import math
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import loopback
from benchmarks.feeds import RELEVANT, SHOWN

PEERS = {
    "aseanwatch": "benchmarks.aseanwatch_crawl",
    "its command": "benchmarks.aseanwatch_command",
    "bare Scrapy": "benchmarks.bare_scrapy",
    "reader": "benchmarks.lemon24_reader",
    "newsboat": "benchmarks.newsboat",
    "rss2email": "benchmarks.rss_to_email",
}
PROGRAMS = {"newsboat": "newsboat", "rss2email": "r2e"}
STARTED_APART = ("its command", "newsboat", "rss2email")
"""Peers whose program is a process of its own in each round, so that its start is in the round already."""
WORDS_OF_A_SENTENCE = 12


def compiled() -> None:
    """Compile our own packages, as installing them does: the peers' are, and a shell may forbid Python to keep what it compiles."""
    for package in ("crawler", "alerts"):
        compileall.compile_dir(package, quiet=1)


def once(module: str, port: int, feeds: int) -> dict[str, Any]:
    """One run of one peer in an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", module, str(port), str(feeds), folder]
        done = subprocess.run(command, capture_output=True, text=True, timeout=1800, check=False)
    if done.returncode:
        raise SystemExit(f"{module} failed:\n{done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def table(rounds: list[dict[str, dict[str, Any]]], feeds: int) -> dict[str, dict[str, float]]:
    """The medians of each peer: entries and feeds a second, processor time, and peak memory."""
    found = {}
    for name in rounds[0]:
        runs = [r[name] for r in rounds]
        entries = runs[0]["entries"]
        start = statistics.median(0.0 if name in STARTED_APART else r["start"] for r in runs)
        first = statistics.median(r["processor"][0] for r in runs)
        found[name] = {
            "entries": entries,
            "first": entries / statistics.median(r["seconds"][0] for r in runs),
            "first_us": 1e6 * first / entries,
            "whole_us": 1e6 * (start + first) / entries,
            "again": 0.0,
            "again_us": 0.0,
            "peak": max(r["peak_mb"] for r in runs),
        }
        if len(runs[0]["seconds"]) > 1:
            found[name]["again"] = feeds / statistics.median(r["seconds"][1] for r in runs)
            found[name]["again_us"] = 1e6 * statistics.median(r["processor"][1] for r in runs) / feeds
    return found


_COLUMNS = ("first_us", "whole_us", "again_us")


def printed(rows: dict[str, dict[str, float]]) -> None:
    """Print the table; each figure with how many times as much it is of ours."""
    ours = {column: rows[_ours(column, rows)][column] for column in _COLUMNS}
    print(f"{'':12}{'entries':>8}{'first poll, us of an entry':>29}{'from the command line':>24}{'nothing new, us of a feed':>28}"
          f"{'by the clock':>16}{'peak MB':>9}")  # fmt: skip
    for name, row in rows.items():
        cells = [
            f"{row[c]:>12.0f}{row[c] / ours[c]:>7.2f}x" if row[c] and ours[c] else f"{'':20}"
            for c in _COLUMNS
        ]
        print(f"{name:12}{row['entries']:>8}{cells[0]:>29}{cells[1]:>24}{cells[2]:>28}{row['first']:>14.0f}/s{row['peak']:>9.0f}")  # fmt: skip


def _ours(column: str, rows: dict[str, dict[str, float]]) -> str:
    """Which of our own rows the others are compared with."""
    wanted = "its command" if column == "whole_us" else "aseanwatch"
    return wanted if wanted in rows else next(iter(rows))


def main() -> None:
    """Run everything and print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--feeds", type=int, default=500)
    options.add_argument("--entries", type=int, default=30, help="in each feed")
    options.add_argument("--words", type=int, default=SHOWN * WORDS_OF_A_SENTENCE, help="in each description")
    options.add_argument("--relevant", type=float, default=RELEVANT, help="the share of relevant entries")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--peers", nargs="*", default=list(PEERS), choices=list(PEERS))
    options.add_argument("--parts", action="store_true", help="also the speed of each of our parts alone")
    options.add_argument("--write", type=Path, help="a JSON file for the pictures")
    given = options.parse_args()
    peers = [p for p in given.peers if p not in PROGRAMS or shutil.which(PROGRAMS[p])]
    shown = math.ceil(given.words / WORDS_OF_A_SENTENCE)
    shape = [str(given.feeds), str(given.entries), str(shown), str(given.relevant)]
    limits = ""
    compiled()
    with loopback.apart("benchmarks.server", *shape) as port:
        rounds = [{name: once(PEERS[name], port, given.feeds) for name in peers} for _ in range(given.rounds)]
        if given.parts:
            parts = [sys.executable, "-m", "benchmarks.component_speed", str(port), *shape]
            limits = subprocess.run(parts, capture_output=True, text=True, check=True).stdout
    rows = table(rounds, given.feeds)
    print(
        f"{given.feeds} feeds of {given.entries} entries, some {given.words} words each, {given.relevant:.0%} relevant,"
        f" median of {given.rounds} rounds"
    )
    printed(rows)
    print(limits, end="")
    if given.write:
        given.write.write_text(json.dumps(rows | {"feeds": given.feeds}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
