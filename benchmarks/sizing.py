"""How many machines it takes for how many feeds and subscriptions: a simulation, ``python -m benchmarks.sizing``.

It uses the costs of tasks that ``benchmarks.workers`` measured. It simulates the busiest minutes of a day: polls come at random,
bring entries at random, wait for a worker's core, and their judged entries wait for the one writer. It takes the fewest cores
with which nineteen of twenty tasks wait less than five seconds.
"""

from __future__ import annotations

import argparse
import heapq
import json
import math
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")
import matplotlib.pyplot as plt

SCALES = ((133, 20), (2_000, 200), (20_000, 1_000), (60_000, 4_000), (180_000, 10_000))
"""Feeds and subscriptions."""
ENTRIES_A_DAY, PEAK = 20.0, 3.0
"""New entries of a feed a day on average, and the factor of the busiest hour. Assumed, not measured."""
POLLS_A_DAY = 96.0
"""One every quarter of an hour: `schedule.budget` 1."""
RELEVANT, READERS, DIGESTS_A_DAY = 0.05, 3.0, 2.0
"""Share of entries that are news of cooperation; readers and digests a day of one subscription. Assumed."""
DECISION_US, SENDING_MS = 6.0, 2.0
"""The cost of one decision of selection (`make selecting`), and of one message with rendering (`make sending`)."""
MINUTES, BUSY = 3.0, 5.0
"""Simulated minutes, and the seconds that nineteen of twenty tasks may wait."""
CONNECTIONS = 8
"""Of one worker process: four of the queue, one that listens, two of the store, one that holds the right to serve it."""
CORES_A_MACHINE = 4
DAYS = 30
"""Of a month."""
SOURCE_KB = 6.7
"""Memory of each process for one source of its configuration; measured with 180,000."""
PEER = (180_000, 2.8)
"""The feeds of Media Cloud, and the new entries of a feed a day, as published: docs/scaling.md names the sources."""


@dataclass(frozen=True)
class Costs:
    """Seconds for each poll, entry and batch of the one writer, of workers and of the database; bytes of an entry."""

    poll: float
    entry: float
    database_poll: float
    database_entry: float
    writer: float
    size: float

    @classmethod
    def of(cls, measured: dict[str, Any]) -> Costs:
        """Take the costs from the benchmark's figures for two workers, which had a core each."""
        row, one = measured["workers"]["2"], measured["embedded PostgreSQL"]
        return cls(
            row["worker_ms_poll"] / 1000, row["worker_ms_entry"] / 1000, row["database_ms_poll"] / 1000, row["database_ms_entry"] / 1000,
            one["writer_ms_entry"] / 1000, one["bytes_entry"],
        )  # fmt: skip


@dataclass(frozen=True)
class Minutes:
    """The result of a simulation: how long tasks wait for a core and the writer (95th percentile), and how busy both are."""

    wait: float
    writer_wait: float
    cores_busy: float
    writer_busy: float


def simulate(feeds: int, cores: int, costs: Costs, chance: random.Random) -> Minutes:
    """Simulate the busiest minutes of a day with so many cores for workers."""
    rate = feeds * POLLS_A_DAY / 86_400
    each = ENTRIES_A_DAY * PEAK / POLLS_A_DAY
    span, now = MINUTES * 60, 0.0
    free = [0.0] * cores
    writer, waits, writer_waits, busy, written = 0.0, [], [], 0.0, 0.0
    while (now := now + chance.expovariate(rate)) < span:
        start = max(now, free[0])
        count = _poisson(each, chance)
        work = (costs.poll + count * costs.entry) * chance.uniform(0.5, 1.5)
        heapq.heapreplace(free, start + work)
        waits.append(start - now)
        busy += work
        if count:
            begins = max(start + work, writer)
            writer_waits.append(begins - start - work)
            writer = begins + count * costs.writer
            written += count * costs.writer
    return Minutes(_p95(waits), _p95(writer_waits), busy / span / cores, written / span)


def _poisson(mean: float, chance: random.Random) -> int:
    count, left = 0, math.exp(-mean)
    product = chance.random()
    while product > left:
        product *= chance.random()
        count += 1
    return count


def _p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)] if values else 0.0


def fewest(feeds: int, costs: Costs) -> tuple[int, Minutes]:
    """The fewest cores with which tasks do not wait too long."""
    load = feeds * (POLLS_A_DAY * costs.poll + ENTRIES_A_DAY * PEAK * costs.entry) / 86_400
    cores = max(1, int(load))
    while True:
        seen = simulate(feeds, cores, costs, random.Random(7))
        if seen.wait < BUSY and seen.cores_busy < 0.85:
            return cores, seen
        cores += 1


def row(feeds: int, subscriptions: int, costs: Costs) -> dict[str, Any]:
    """What so many feeds and subscriptions need."""
    cores, seen = fewest(feeds, costs)
    entries = feeds * ENTRIES_A_DAY
    peak_entries = entries * PEAK / 86_400
    polls = feeds * POLLS_A_DAY / 86_400
    stories_a_day = entries * RELEVANT * 0.5
    deliver = (
        (
            stories_a_day * subscriptions * DECISION_US / 1e6 * 0.2
            + subscriptions * DIGESTS_A_DAY * READERS * SENDING_MS / 1000
        )
        / 86_400
        * PEAK
    )
    database = polls * costs.database_poll + peak_entries * costs.database_entry + deliver
    limits = {
        "the one writer": seen.writer_busy,
        "the database": database / 8,
        "connections": cores * CONNECTIONS / 400,
    }
    workers = max(1, math.ceil(cores / 0.9))
    return {
        "feeds": feeds, "subscriptions": subscriptions, "polls_s": polls, "entries_day": entries, "cores": cores, "wait": seen.wait,
        "writer": seen.writer_busy, "writer_wait": seen.writer_wait, "database": database, "deliver": deliver, "workers": workers,
        "machines": max(1, math.ceil((cores + deliver) / CORES_A_MACHINE)) + (1 if feeds > 10_000 else 0),
        "connections": workers * CONNECTIONS + 20, "rows_day": entries * (2.2 + RELEVANT * 6) + polls * 86_400 * 0.3,
        "gb_year": entries * 365 * costs.size / 1e9, "first_limit": max(limits, key=lambda name: limits[name]), "limit": max(limits.values()),
    }  # fmt: skip


def table(rows: list[dict[str, Any]]) -> str:
    """The table in Markdown."""
    lines = [
        "| feeds | subscriptions | polls/s | entries a day | workers' cores (95 % wait less than) | database cores | the one writer is busy |"
        " worker processes | machines of 4 cores | connections | million rows a day | GB a year | first limit |",
        "|" + "---:|" * 12 + "---|",
    ]
    for r in rows:
        lines.append(
            f"| {r['feeds']:,} | {r['subscriptions']:,} | {r['polls_s']:.1f} | {r['entries_day']:,.0f} | {r['cores']} ({max(0.1, r['wait']):.1f} s) |"
            f" {r['database']:.2f} | {r['writer']:.0%} | {r['workers']} | {r['machines']} | {r['connections']} | {r['rows_day'] / 1e6:.2f} |"
            f" {r['gb_year']:,.0f} | {r['first_limit']} |"
        )
    return "\n".join(lines)


@dataclass(frozen=True)
class Month:
    """What a month takes.

    Attributes:
        feeds: how many are polled.
        entries: new ones a day.
        cores: in use on average, of workers, database and delivery.
        busiest: in use in the busiest hour.
        memory: gigabytes of workers and scheduler; those of the database are what it is given.
        disk: gigabytes that come in; what is older than `storage.keep` goes again.
    """

    feeds: int
    entries: float
    cores: float
    busiest: float
    memory: float
    disk: float


def month(
    feeds: int, subscriptions: int, costs: Costs, worker_mb: float, each: float = ENTRIES_A_DAY
) -> Month:
    """What a month takes with so many feeds that bring so many new entries a day each."""
    entries = feeds * each
    decisions = entries * RELEVANT * 0.5 * subscriptions * DECISION_US / 1e6 * 0.2
    messages = subscriptions * DIGESTS_A_DAY * READERS * SENDING_MS / 1000
    steady = feeds * POLLS_A_DAY * (costs.poll + costs.database_poll)
    moving = entries * (costs.entry + costs.database_entry) + decisions + messages
    cores, busiest = (steady + moving) / 86_400, (steady + PEAK * moving) / 86_400
    # Two workers at least, so that one can stop, and the scheduler.
    processes = max(2, math.ceil(busiest / 0.85)) + 1
    memory = processes * (worker_mb / 1000 + feeds * SOURCE_KB / 1e6)
    return Month(feeds, entries, cores, busiest, memory, entries * DAYS * costs.size / 1e9)


def months(measured: dict[str, Any], costs: Costs) -> str:
    """The table of what a month takes, in Markdown."""
    worker_mb = max(found["memory"] for found in measured["workers"].values())
    made = [month(feeds, subscriptions, costs, worker_mb) for feeds, subscriptions in SCALES]
    feeds, each = PEER
    made.append(month(feeds, SCALES[-1][1], costs, worker_mb, each))
    lines = [
        "| feeds | entries a day | cores in use, on average | in the busiest hour | core hours a month | GB of memory | GB of disk a month |",
        "|" + "---:|" * 7,
    ]
    for m in made:
        lines.append(
            f"| {m.feeds:,} | {m.entries:,.0f} | {m.cores:.3f} | {m.busiest:.3f} | {m.cores * 24 * DAYS:,.0f} | {m.memory:.1f} |"
            f" {m.disk:,.1f} |"
        )
    return "\n".join(lines)


def pictures(measured: dict[str, Any], rows: list[dict[str, Any]], folder: Path) -> None:
    """Draw two pictures: throughput by number of workers, and needs by number of feeds."""
    plt.rcParams.update(
        {
            "svg.hashsalt": "aseanwatch",
            "font.family": "sans-serif",
            "axes.spines.top": False,
            "axes.spines.right": False,
        }
    )
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
    numbers = list(measured["workers"])
    for axis, key, title in (
        (left, "entries", "entries judged and stored a second"),
        (right, "polls", "polls without news a second"),
    ):
        values = [measured["workers"][n][key] for n in numbers]
        axis.bar([f"{n} worker{'s' if n != '1' else ''}" for n in numbers], values, color="#0a7d77")
        axis.axhline(measured["embedded PostgreSQL"][key], color="#b35c00", linestyle="--", linewidth=1)
        axis.text(
            len(numbers) - 0.5,
            measured["embedded PostgreSQL"][key],
            "one process, embedded",
            ha="right",
            va="bottom",
            color="#b35c00",
            fontsize=8,
        )
        axis.set_title(title, fontsize=10)
        for i, value in enumerate(values):
            axis.text(i, value, f"{value:,.0f}", ha="center", va="bottom", fontsize=9)
    figure.savefig(folder / "scaling-workers.svg", metadata={"Date": None})
    figure, axis = plt.subplots(figsize=(9, 3.6), layout="constrained")
    feeds = [r["feeds"] for r in rows]
    for key, name, colour in (
        ("cores", "cores for workers", "#0a7d77"),
        ("database", "cores for the database", "#b35c00"),
        ("writer", "share of the one writer", "#6b4fa0"),
    ):
        axis.plot(feeds, [r[key] for r in rows], marker="o", label=name, color=colour)
    axis.set(xscale="log", yscale="log", xlabel="feeds")
    axis.axhline(1, color="#999999", linewidth=0.8, linestyle=":")
    axis.legend(frameon=False)
    figure.savefig(folder / "scaling-sizes.svg", metadata={"Date": None})


def main() -> None:
    """Print the table and draw the pictures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--measured", type=Path, default=Path("docs/figures/workers.json"))
    options.add_argument("--pictures", type=Path, help="a folder for the pictures")
    given = options.parse_args()
    measured = json.loads(given.measured.read_text())
    costs = Costs.of(measured)
    rows = [row(feeds, subscriptions, costs) for feeds, subscriptions in SCALES]
    print(
        f"an entry: {costs.entry * 1000:.2f} ms of a worker, {costs.database_entry * 1000:.2f} ms of the database, {costs.writer * 1000:.2f} ms of the"
        f" one writer, {costs.size:,.0f} bytes; a poll: {costs.poll * 1000:.2f} and {costs.database_poll * 1000:.2f} ms\n"
    )
    print(table(rows))
    print(f"\nA month:\n\n{months(measured, costs)}")
    most = 0.7 / costs.writer
    print(
        f"\nThe one writer takes {most:,.0f} entries/s at 70 %: {most * 86_400 / ENTRIES_A_DAY / PEAK:,.0f} feeds of {ENTRIES_A_DAY:g} entries a day."
    )
    if given.pictures:
        pictures(measured, rows, given.pictures)


if __name__ == "__main__":
    main()
