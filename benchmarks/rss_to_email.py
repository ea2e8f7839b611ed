"""rss2email (Debian): feedparser over all feeds, one after another, with sending switched off; no judging."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from benchmarks.measuring import Laps, addresses, measured


def run(port: int, feeds: int, folder: Path, laps: Laps) -> int:
    """Run over all feeds twice, and return the number of entries that it saw."""
    sections = [f"[feed.f{n}]\nurl = {url}\n" for n, url in enumerate(addresses(port, feeds))]
    (folder / "r2e.cfg").write_text(
        "[DEFAULT]\nfrom = a@example.org\nto = b@example.org\n\n" + "\n".join(sections), encoding="utf-8"
    )
    command = ["r2e", "-c", str(folder / "r2e.cfg"), "-d", str(folder / "r2e.json"), "run", "--no-send"]
    for _ in range(2):
        subprocess.run(command, check=True, capture_output=True, timeout=900)
        laps.ended()
    data = json.loads((folder / "r2e.json").read_text(encoding="utf-8"))
    return sum(len(feed["seen"]) for feed in data["feeds"])


if __name__ == "__main__":
    measured(run)
