"""lemon24/reader: a feed library that fetches, parses and stores; no judging."""

from __future__ import annotations

from pathlib import Path

from reader import make_reader

from benchmarks.measuring import Laps, addresses, measured


def run(port: int, feeds: int, folder: Path, laps: Laps) -> int:
    """Update all feeds twice, and return the number of stored entries."""
    reader = make_reader(str(folder / "reader.db"))
    for url in addresses(port, feeds):
        reader.add_feed(url)
    for _ in range(2):
        reader.update_feeds(workers=16, scheduled=False)
        laps.done()
    return int(reader.get_entry_counts().total)


if __name__ == "__main__":
    measured(run)
