"""lemon24/reader: a feed library that fetches, parses and stores; no judging."""

from __future__ import annotations

from pathlib import Path

from reader import make_reader

from benchmarks.peer import measured


def run(port: int, feeds: int, folder: Path) -> int:
    """Update all feeds once; gives how many entries were stored."""
    reader = make_reader(str(folder / "reader.db"))
    for number in range(feeds):
        reader.add_feed(f"http://127.0.0.1:{port}/{number}")
    reader.update_feeds(workers=16)
    return int(reader.get_entry_counts().total)


if __name__ == "__main__":
    measured(run)
