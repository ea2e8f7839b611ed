"""Own reports of events that share a day, an act and a kind, and of events that outlets place differently; grouped and measured."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import combinations
from math import sqrt
from pathlib import Path
from typing import Any, NamedTuple

from crawler.analysis.classify import article_of
from crawler.judging.judge import Judge
from crawler.judging.stories.grouping import Window
from crawler.judging.stories.likeness import Report

FILE = Path(__file__).with_name("same_day.jsonl")
NOW = datetime(2026, 5, 1, tzinfo=UTC)


class Told(NamedTuple):
    """A relevant report and the event that it tells of."""

    event: str
    report: Report


class Measured(NamedTuple):
    """Pairs of reports: together and of one event, together, of one event."""

    right: int
    together: int
    of_one: int

    def __str__(self) -> str:
        return (
            f"precision {_interval(self.right, self.together)}, recall {_interval(self.right, self.of_one)}"
        )


@cache
def rows() -> tuple[dict[str, Any], ...]:
    """The reports as labelled news."""
    return tuple(map(json.loads, FILE.read_text(encoding="utf-8").splitlines()))


def told(judge: Judge) -> list[Told]:
    """The reports that a judge finds relevant."""
    found = []
    for number, row in enumerate(rows(), 1):
        article = article_of(row, NOW)
        reading = judge.classify(article)
        anchors = reading.anchors
        if reading.relevance.relevant:
            found.append(
                Told(
                    row["story"],
                    Report(number, 0, reading.lang, article.when, anchors.features, anchors.words),
                )
            )
    return found


def shuffled(reports: Sequence[Told], seed: int) -> list[Told]:
    """The reports in the order of their days, within a day by chance; as they are for seed 0."""
    chance = random.Random(seed)
    return sorted(
        reports, key=lambda t: (t.report.when.date(), chance.random() if seed else t.report.article)
    )


def grouped(reports: Sequence[Told]) -> dict[int, int]:
    """The story of each report, by its number, where they arrive in this order."""
    window = Window(timedelta(days=5))
    for one in reports:
        placed = window.place(one.report)
        story = one.report.article if placed.story is None else placed.story
        window.add(replace(one.report, story=story))
        for other in placed.also:
            window.merge(story, other)
    return {r.article: r.story for r in window.reports.values()}


def measured(reports: Sequence[Told], stories: dict[int, int]) -> Measured:
    """How well stories agree with events, in pairs."""
    right = together = of_one = 0
    for a, b in combinations(reports, 2):
        same, joined = a.event == b.event, stories[a.report.article] == stories[b.report.article]
        right += same and joined
        together += joined
        of_one += same
    return Measured(right, together, of_one)


def _interval(having: int, all_of_them: int) -> str:
    """A share with its 95 % interval (Wilson)."""
    share, z = having / all_of_them, 1.96
    middle, room = (
        share + z * z / 2 / all_of_them,
        z * sqrt(share * (1 - share) / all_of_them + (z / 2 / all_of_them) ** 2),
    )
    low, high = ((middle + side) / (1 + z * z / all_of_them) for side in (-room, room))
    return f"{share:.3f} ({low:.3f} to {high:.3f})"
