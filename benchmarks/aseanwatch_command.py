"""aseanwatch as a newcomer starts it: ``aseanwatch crawl`` as a process of its own, then once more without news.

Run as ``python -m benchmarks.aseanwatch_command PORT FEEDS FOLDER``.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from benchmarks.aseanwatch_crawl import configuration
from benchmarks.measuring import Laps, measured


def run(port: int, feeds: int, folder: Path, laps: Laps) -> int:
    """Crawl all feeds twice, and return the number of articles that were judged and stored."""
    path = configuration(port, feeds, folder)
    command = [sys.executable, "-m", "alerts", "crawl", "--config", str(path)]
    found = 0
    for _ in range(2):
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=1800)
        laps.ended()
        found = found or int(re.search(r"New articles: (\d+)", done.stdout)[1])  # type: ignore[index]
    return found


if __name__ == "__main__":
    measured(run)
