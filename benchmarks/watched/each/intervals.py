"""Polls by each source's rhythm, beside polls every 15 minutes: `benchmarks.intervals`."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.intervals import asked, feeds
from benchmarks.watched.ratio import Ratio

SOURCES, DAYS, FIXED = 60, 14, "every 15 minutes"


def ratios() -> Iterator[Ratio]:
    """By requests and by the delay of an entry, simulated."""
    simulated = feeds(SOURCES, DAYS)
    fixed, quarter, same = (asked(simulated, DAYS, budget) for budget in (None, 0.25, 1.0))
    yield Ratio("by rhythm, budget 0.25", FIXED, "requests", (fixed["requests"] / quarter["requests"],))
    yield Ratio("by rhythm, budget 1", FIXED, "median delay", (fixed["median"] / same["median"],))
    yield Ratio("by rhythm, budget 1", FIXED, "mean delay", (fixed["mean"] / same["mean"],))
