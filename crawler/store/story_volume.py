"""How many stories began in each span of a time axis, altogether and by the values of a facet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np

from crawler.store.bitmaps import of_mask
from crawler.store.story_choice import FIRST, ChosenStories

Step = Literal["day", "week", "month"]
MOST_SPANS = 400
"""Bars of one chart at most: more have no width any more."""
_OTHER_TIMES = ("period", "began", "ended")
"""Filters by time; the axis takes their place."""


@dataclass(frozen=True)
class StoryVolume:
    """How many stories began when.

    Attributes:
        days: the first day of each span, and the day after the last one.
        total: the number of stories in each span.
        series: the same for the values of a facet, those with most stories first.
        left: how many more values there are.
    """

    days: Sequence[date]
    total: Sequence[int]
    series: Mapping[str, Sequence[int]]
    left: int


def axis(first: date, last: date, step: Step) -> tuple[Step, list[date]]:
    """The first days of the spans that hold the days from ``first`` to ``last``, and the day after them; weeks begin on Monday.

    Returns:
        The step, a longer one where there would be too many spans, and the days.
    """
    days: list[date] = []
    for size in _longer(step):
        days = [_start(first, size)]
        while days[-1] <= last and len(days) <= MOST_SPANS:
            days.append(_next(days[-1], size))
        if days[-1] > last:
            return size, days
    return "month", days[-MOST_SPANS - 1 :]


def _longer(step: Step) -> Sequence[Step]:
    steps: tuple[Step, ...] = ("day", "week", "month")
    return steps[steps.index(step) :]


def _start(day: date, step: Step) -> date:
    if step == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step == "month" else day


def _next(day: date, step: Step) -> date:
    if step == "month":
        return (day + timedelta(days=31)).replace(day=1)
    return day + timedelta(days=7 if step == "week" else 1)


def first_day(found: ChosenStories, zone: ZoneInfo) -> date | None:
    """The day on which the first story of a choice began; None if there is none."""
    moments = found.first_seen(found.within(*_OTHER_TIMES))
    return datetime.fromtimestamp(moments.min(), UTC).astimezone(zone).date() if len(moments) else None


def story_volume(
    found: ChosenStories, days: Sequence[date], zone: ZoneInfo, facet: str, most: int = 8
) -> StoryVolume:
    """The stories of a choice by when they began. Filters of the choice by time are left aside.

    Args:
        found: the choice.
        days: the first day of each span, and the day after the last one.
        zone: where the days begin.
        facet: by which the series are.
        most: how many series at most.
    """
    edges = np.array([datetime.combine(day, time(), zone).timestamp() for day in days])
    began = found.facets.spans[:, FIRST]
    shown = of_mask((began >= edges[0]) & (began < edges[-1]))
    everything = found.within(*_OTHER_TIMES) & shown

    def by_span(bits: int) -> list[int]:
        counts, _ = np.histogram(found.first_seen(bits), edges)
        numbers: list[int] = counts.tolist()
        return numbers

    chosen = found.wanted.values.get(facet)
    sets = {
        v: bits & everything for v, bits in found.facets.values[facet].items() if not chosen or v in chosen
    }
    ranked = sorted((v for v in sets if sets[v]), key=lambda v: (-sets[v].bit_count(), v))
    series = {value: by_span(sets[value]) for value in ranked[:most]}
    return StoryVolume(days, by_span(everything), series, max(0, len(ranked) - most))
