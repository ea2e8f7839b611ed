"""What is new for whom, beside asking every subscription of every story: `benchmarks.selecting`."""

from __future__ import annotations

import random
from collections.abc import Iterator

from alerts.selection.history import AlertHistory
from alerts.selection.raise_alerts import decide
from benchmarks.selecting import every_pair, everyone, stories
from benchmarks.watched.ratio import Ratio, paired
from benchmarks.watched.turns import turns
from tests.builders import shipped

STORIES, PART, SUBSCRIPTIONS, ROUNDS = 2000, 50, 1000, 5


def ratios() -> Iterator[Ratio]:
    """By the time of a story."""
    settings, views = shipped(), stories(STORIES, random.Random(1))
    subscribers = everyone(SUBSCRIPTIONS, random.Random(2))
    found = turns(
        {
            "aseanwatch": lambda: decide(subscribers, settings, views, AlertHistory()),
            "every pair": lambda: every_pair(subscribers, views[:PART]),
        },
        ROUNDS,
    )
    rounds = [{"aseanwatch": r["aseanwatch"] / STORIES, "every pair": r["every pair"] / PART} for r in found]
    yield from paired(f"a story, {SUBSCRIPTIONS:,} subscriptions", "processor time", rounds, "aseanwatch")
