"""Archives and news that is listed for ever, at full size: ``python -m benchmarks.archives flood`` or ``quiet``.

``flood`` adds 50 outlets with ten years of weekly news each to a running service. ``quiet`` runs the service for a year. Every day
it prunes what is older than 30 days, while ten outlets go on listing everything they ever wrote. Both print the number of alerts,
of missed events, of alerts about old events, and of repeated alerts.
"""

from __future__ import annotations

import argparse
import logging
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from tests.archive_outlets import FORMS, Outlet, a_year, alerted, flooded, news_of, stored


def report(headlines: Sequence[str], wanted: Sequence[str], began: float) -> int:
    """Print the figures and return the number of errors."""
    counts = Counter(headlines)
    missed = [t for t in wanted if t not in counts]
    old = [t for t in counts if t not in set(wanted)]
    twice = [t for t, count in counts.items() if count > 1]
    print(
        f"{len(wanted)} pieces of news, {len(headlines)} told: {len(missed)} missed, {len(old)} old, {len(twice)} twice"
    )
    for title in (*missed, *old, *twice):
        print(f"  {title}")
    print(f"{time.monotonic() - began:.0f} s")
    return len(missed) + len(old) + len(twice)


def flood(folder: Path) -> int:
    """50 outlets with ten years of archives."""
    began = time.monotonic()
    rounds, outlets = flooded(folder, count=50, items=520)
    print(
        f"{len(outlets) - 1} outlets with {sum(len(o.events) for o in outlets)} items added; {stored(rounds.store)} articles stored"
    )
    return report(alerted(rounds.store)[0], news_of(outlets), began)


def quiet(folder: Path) -> int:
    """A year, day by day."""
    began = time.monotonic()
    headlines, outlets = a_year(folder, FORMS * 2, timedelta(days=1), timedelta(days=9))
    return report(headlines, _titles(outlets), began)


def _titles(outlets: Sequence[Outlet]) -> list[str]:
    return [e.title for o in outlets for e in o.events]


def main() -> None:
    """Run one of both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("flood", "quiet"))
    what = parser.parse_args().what
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        raise SystemExit(1 if {"flood": flood, "quiet": quiet}[what](Path(folder)) else 0)


if __name__ == "__main__":
    main()
