"""Entries a second from feed to store, beside bare Scrapy and beside lemon24/reader: ``python -m benchmarks.end_to_end``.

Each peer runs in a process of its own against one server, several times in turn; the median counts. Ours also judges
every entry (language, relevance, topics, duplicates, stories, bases); the peers only store.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from typing import Any

PEERS = {"aseanwatch": "benchmarks.ours", "bare Scrapy": "benchmarks.bare_scrapy", "reader": "benchmarks.lemon24_reader"}


def once(module: str, port: int, feeds: int) -> dict[str, Any]:
    """One run of one peer in an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", module, str(port), str(feeds), folder]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Run everything and print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--feeds", type=int, default=500)
    options.add_argument("--entries", type=int, default=30, help="in each feed")
    options.add_argument("--rounds", type=int, default=3)
    given = options.parse_args()
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.server", str(given.feeds), str(given.entries)], stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    port = int(server.stdout.readline())
    try:
        rounds = [{name: once(module, port, given.feeds) for name, module in PEERS.items()} for _ in range(given.rounds)]
    finally:
        server.terminate()
        server.wait()
    rates = {name: statistics.median(r[name]["entries"] / r[name]["seconds"] for r in rounds) for name in PEERS}
    print(f"{given.feeds} feeds of {given.entries} entries, median of {given.rounds} rounds")
    print(f"{'':12} {'entries':>8} {'entries/s':>10} {'ours is':>9} {'peak MB':>8}")
    for name in PEERS:
        entries = {r[name]["entries"] for r in rounds}
        peak = max(r[name]["peak_mb"] for r in rounds)
        print(
            f"{name:12} {'/'.join(map(str, sorted(entries))):>8} {rates[name]:>10.0f} {rates['aseanwatch'] / rates[name]:>8.2f}x {peak:>8.0f}"
        )


if __name__ == "__main__":
    main()
