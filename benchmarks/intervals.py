"""A simulated month of polls, every 15 minutes and by each source's rhythm: ``python -m benchmarks.intervals``.

The rates of the sources are log-normal (half of them bring fewer than 10 entries a day, one in twenty more than 100). Each source
has its own daily and weekly rhythm: working hours in one of the region's time zones, fewer entries at night and at weekends. Our
rules learn it only from the entries. Prints requests, delays from publication to poll, and missed entries.
"""

from __future__ import annotations

import argparse
import heapq
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from crawler.polling.interval import PollingPace, next_due, pace_for
from crawler.polling.observing import Observation, observed
from crawler.polling.state import SourceState

START = datetime(2025, 11, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)
EVERY, FASTEST, SLOWEST = timedelta(minutes=15), timedelta(minutes=5), timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Feed:
    """One simulated source: the times of its entries (hours since the start), and how many it lists."""

    moments: np.ndarray[Any, np.dtype[np.float64]]
    listed: int


def feeds(count: int, days: int, seed: int = 1) -> list[Feed]:
    """Sources, each with its own rate and rhythm."""
    chance = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        rate = float(np.exp(chance.normal(np.log(10), 1.4))) / 24
        zone, night, weekend = chance.choice([6.5, 7, 8]), chance.uniform(0.02, 0.3), chance.uniform(0.2, 1.0)
        hours = np.arange(days * 24)
        local = (hours + zone) % 24
        shape = np.where((local >= 7) & (local < 22), 1.0, night) * np.where(
            ((hours + zone) // 24) % 7 >= 5, weekend, 1.0
        )
        shape = rate * shape / shape.mean()
        counts = chance.poisson(shape)
        moments = np.sort(np.repeat(hours, counts) + chance.random(int(counts.sum())))
        found.append(Feed(moments, int(chance.choice([10, 20, 30, 50]))))
    return found


def asked(simulated: Sequence[Feed], days: int, budget: float | None) -> dict[str, Any]:
    """Poll all sources for so many days: by their rhythm within a budget, or without a budget every 15 minutes.

    The first week is for learning and not counted.
    """
    chance = random.Random(2)
    states = [SourceState(str(i)) for i in range(len(simulated))]
    pace = PollingPace(1.0, EVERY, FASTEST, SLOWEST)
    due = [(chance.random() * 0.25, i) for i in range(len(simulated))]
    heapq.heapify(due)
    taken = [0] * len(simulated)
    delays: list[np.ndarray[Any, Any]] = []
    requests, lost, paced = 0, 0, -1.0
    while due[0][0] < days * 24:
        hour, i = heapq.heappop(due)
        feed = simulated[i]
        upto = int(np.searchsorted(feed.moments, hour))
        new = feed.moments[max(taken[i], upto - feed.listed) : upto]
        if hour >= 7 * 24:
            requests += 1
            lost += max(0, upto - taken[i] - feed.listed)
            if len(new):
                delays.append(hour - new)
        if budget is None:
            heapq.heappush(due, (hour + 0.25, i))
            taken[i] = upto
            continue
        if hour >= paced:
            wanted = [s.rhythm for s in states]
            pace = replace(pace, pace=pace_for(wanted, EVERY, FASTEST, SLOWEST, budget))
            paced = hour + 24
        now = START + hour * HOUR
        kept = min(upto, feed.listed)
        oldest = START + feed.moments[upto - kept] * HOUR if kept else None
        seen = Observation(
            kept, kept - len(new), [START + float(m) * HOUR for m in new], oldest, unchanged=not len(new)
        )
        states[i], _ = observed(states[i], seen, now)
        following = next_due(states[i], pace, now, chance)
        heapq.heappush(due, ((following - START) / HOUR, i))
        taken[i] = upto
    minutes = np.concatenate(delays) * 60
    return {
        "requests": requests, "median": float(np.median(minutes)), "mean": float(minutes.mean()), "p95": float(np.quantile(minutes, 0.95)),
        "entries": len(minutes), "lost": lost,
    }  # fmt: skip


def main() -> None:
    """Simulate and print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sources", type=int, default=2000)
    options.add_argument("--days", type=int, default=37, help="the first seven are for learning")
    options.add_argument("--budgets", type=float, nargs="*", default=[0.25, 0.5, 1.0])
    options.add_argument("--write", type=Path, help="a JSON file for the pictures")
    given = options.parse_args()
    simulated = feeds(given.sources, given.days)
    rows = {"every 15 minutes": asked(simulated, given.days, None)}
    for budget in given.budgets:
        rows[f"by rhythm, budget {budget:g}"] = asked(simulated, given.days, budget)
    fixed = rows["every 15 minutes"]
    print(
        f"{given.sources} sources, {given.days - 7} days after a week of learning, {fixed['entries'] + fixed['lost']} entries"
    )
    print(
        f"{'':24} {'requests':>10} {'of fixed':>9} {'median':>8} {'of fixed':>9} {'mean':>8} {'p95 (min)':>10} {'lost':>6}"
    )
    for name, row in rows.items():
        print(
            f"{name:24} {row['requests']:>10} {row['requests'] / fixed['requests']:>8.2f}x {row['median']:>8.2f} "
            f"{row['median'] / fixed['median']:>8.2f}x {row['mean']:>8.2f} {row['p95']:>10.1f} {row['lost']:>6}"
        )
    if given.write:
        given.write.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
