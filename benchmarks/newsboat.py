"""newsboat (Debian): a feed reader for the terminal, in C++; fetches, parses and stores; no judging."""

from __future__ import annotations

import sqlite3
import subprocess
from pathlib import Path

from benchmarks.measuring import Laps, addresses, measured


def run(port: int, feeds: int, folder: Path, laps: Laps) -> int:
    """Reload all feeds twice, and return the number of stored entries."""
    (folder / "urls").write_text("\n".join(addresses(port, feeds)) + "\n", encoding="utf-8")
    (folder / "config").write_text("reload-threads 16\nmax-items 0\n", encoding="utf-8")
    files = ["-u", folder / "urls", "-c", folder / "cache.db", "-C", folder / "config"]
    for _ in range(2):
        subprocess.run(
            ["newsboat", *map(str, files), "-x", "reload"], check=True, capture_output=True, timeout=900
        )
        laps.ended()
    return int(sqlite3.connect(folder / "cache.db").execute("SELECT count(*) FROM rss_item").fetchone()[0])


if __name__ == "__main__":
    measured(run)
