"""The first poll of all feeds and a poll without news, compared with other programs: ``python -m benchmarks.end_to_end``.

Each peer runs in its own process against one server, several times in turn; the median counts. aseanwatch also judges every entry
(language, relevance, topics, duplicates, stories, bases); the peers only store it.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

PEERS = {
    "aseanwatch": "benchmarks.aseanwatch_crawl",
    "bare Scrapy": "benchmarks.bare_scrapy",
    "reader": "benchmarks.lemon24_reader",
    "newsboat": "benchmarks.newsboat",
    "rss2email": "benchmarks.rss_to_email",
}
PROGRAMS = {"newsboat": "newsboat", "rss2email": "r2e"}


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
    """The medians of each peer: entries and feeds a second, and peak memory."""
    found = {}
    for name in rounds[0]:
        runs = [r[name] for r in rounds]
        first = statistics.median(r["entries"] / r["seconds"][0] for r in runs)
        again = statistics.median(feeds / r["seconds"][1] if len(r["seconds"]) > 1 else 0.0 for r in runs)
        found[name] = {
            "entries": runs[0]["entries"],
            "first": first,
            "again": again,
            "peak": max(r["peak_mb"] for r in runs),
        }
    return found


def main() -> None:
    """Run everything and print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--feeds", type=int, default=500)
    options.add_argument("--entries", type=int, default=30, help="in each feed")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--peers", nargs="*", default=list(PEERS), choices=list(PEERS))
    options.add_argument("--write", type=Path, help="a JSON file for the pictures")
    given = options.parse_args()
    peers = [p for p in given.peers if p not in PROGRAMS or shutil.which(PROGRAMS[p])]
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.server", str(given.feeds), str(given.entries)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    port = int(server.stdout.readline())
    try:
        rounds = [{name: once(PEERS[name], port, given.feeds) for name in peers} for _ in range(given.rounds)]
        limits = subprocess.run(
            [sys.executable, "-m", "benchmarks.component_speed", str(port), str(given.feeds)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    finally:
        server.terminate()
        server.wait()
    rows = table(rounds, given.feeds)
    ours = rows["aseanwatch"]
    print(f"{given.feeds} feeds of {given.entries} entries, median of {given.rounds} rounds")
    print(
        f"{'':12} {'entries':>8} {'first poll':>12} {'ours is':>9} {'nothing new':>13} {'ours is':>9} {'peak MB':>8}"
    )
    for name, row in rows.items():
        again = (
            f"{row['again']:>7.0f} feeds/s {ours['again'] / row['again']:>7.2f}x"
            if row["again"]
            else f"{'':24}"
        )
        print(
            f"{name:12} {row['entries']:>8} {row['first']:>10.0f}/s {ours['first'] / row['first']:>7.2f}x {again} {row['peak']:>8.0f}"
        )
    print(limits, end="")
    if given.write:
        given.write.write_text(json.dumps(rows | {"feeds": given.feeds}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
