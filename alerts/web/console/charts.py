"""Draws charts as SVG, without scripts or requests. Each has a text for people who do not see it."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import NamedTuple

from markupsafe import Markup, escape

from alerts.digests.wording import Words


def sparkline(
    moments: Sequence[datetime], start: datetime, end: datetime, label: str, bars: int = 24
) -> Markup:
    """How many things there were over a time, as small bars."""
    length = max((end - start).total_seconds(), 1.0)
    counts = [0] * bars
    for moment in moments:
        place = int((moment - start).total_seconds() / length * bars)
        counts[min(max(place, 0), bars - 1)] += 1
    most = max(counts) or 1
    rects = "".join(
        f'<rect x="{i * 4}" y="{16 - math.ceil(16 * n / most)}" width="3" height="{math.ceil(16 * n / most)}"/>'
        for i, n in enumerate(counts)
        if n
    )
    return Markup(
        f'<svg class="spark" viewBox="0 0 {bars * 4} 16" width="{bars * 4}" height="16" role="img" aria-label="'
    ) + Markup(f'{escape(label)}">{rects}</svg>')


class ChartDot(NamedTuple):
    """A dot of a chart over time: when it was, where it leads, and its text."""

    when: datetime
    href: str
    title: str


class Tick(NamedTuple):
    """A mark of the time axis, with its text."""

    when: datetime
    label: str


_STEPS = (
    timedelta(minutes=15), timedelta(minutes=30), timedelta(hours=1), timedelta(hours=3), timedelta(hours=6), timedelta(hours=12),
    timedelta(days=1), timedelta(days=2), timedelta(days=7), timedelta(days=14), timedelta(days=30), timedelta(days=90),
    timedelta(days=365), timedelta(days=3650),
)  # fmt: skip
"""How far apart the marks of a time axis may be."""
MOST_TICKS = 4
SHORTEST = timedelta(hours=1)
"""A time axis spans at least this: reports of one moment have no length to divide by."""
CHAR = 7.5
"""About how wide a character of a chart's text is, in its units."""


def ticks(start: datetime, end: datetime, zone: tzinfo, say: Callable[[datetime, bool], str]) -> list[Tick]:
    """The marks of a time axis: round hours or days of a zone between two moments, at most `MOST_TICKS` steps apart.

    Args:
        start: where the axis begins.
        end: where it ends.
        zone: whose hours and days are round.
        say: gives the text of a moment, and is told whether that is a day's beginning.
    """
    length = max(end - start, SHORTEST)
    step = next((s for s in _STEPS if length / s <= MOST_TICKS), _STEPS[-1])
    at = start.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    # Hours are added to moments in UTC, days to dates: days of a zone may have 23 hours.
    found: list[Tick] = []
    while at <= start + length:
        if at >= start:
            found.append(Tick(at, say(at, (at.hour, at.minute) == (0, 0))))
        at = at + step if step >= timedelta(days=1) else (at.astimezone(UTC) + step).astimezone(zone)
    return found


def timeline(rows: Sequence[tuple[str, Sequence[ChartDot]]], label: str, axis: Sequence[Tick]) -> Markup:
    """Reports over time: a line for each language with a dot for each report, above an axis of time.

    Args:
        rows: the name of each language and its reports.
        label: what the chart shows, for people who do not see it.
        axis: the marks of the axis.
    """
    moments = [dot.when for _, dots in rows for dot in dots]
    start, width = min(moments), 320
    length = max((max(moments) - start).total_seconds(), SHORTEST.total_seconds())
    left = round(max(_width(name) for name, _ in rows) + 14)
    high = len(rows) * 20 + 2

    def across(when: datetime) -> int:
        return round(left + (when - start).total_seconds() / length * width)

    parts = [
        f'<path d="M{across(t.when)} 2V{high}" class="line"/>'
        f'<text x="{across(t.when)}" y="{high + 14}" text-anchor="{_anchor(across(t.when), left, left + width)}">{escape(t.label)}</text>'
        for t in axis
    ]
    for i, (name, dots) in enumerate(rows):
        y = 12 + i * 20
        parts.append(
            f'<text x="0" y="{y + 4}">{escape(name)}</text><path d="M{left} {y}H{left + width}" class="line"/>'
        )
        parts += [
            f'<a href="{escape(dot.href)}"><title>{escape(dot.title)}</title><circle cx="{across(dot.when)}" cy="{y}" r="5" class="dot"/></a>'
            for dot in dots
        ]
    opening = f'<svg class="timeline-chart" viewBox="0 0 {left + width + 10} {high + 20}" role="group" aria-label="{escape(label)}">'
    return Markup(opening + "".join(parts) + "</svg>")


def _width(text: str) -> float:
    return sum(CHAR * (1.7 if unicodedata.east_asian_width(c) in "WF" else 1) for c in text)


def _anchor(x: int, left: int, right: int) -> str:
    """Texts at the ends of the axis stay within the drawing."""
    if x < left + 30:
        return "start"
    return "end" if x > right - 20 else "middle"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it stands for, how much, and whether it is to be marked."""

    label: str
    value: float
    marked: bool = False


def bars(values: Sequence[Bar], label: str, height: int = 80) -> Markup:
    """Bars side by side; marked ones in another colour and with a dot above."""
    most = max((b.value for b in values), default=0) or 1
    width = 12
    parts = []
    for i, bar in enumerate(values):
        high = round((height - 8) * bar.value / most)
        x = i * width
        parts.append(
            f'<rect x="{x}" y="{height - high}" width="{width - 2}" height="{high}" class="{"marked" if bar.marked else "bar"}"/>'
        )
        if bar.marked:
            parts.append(
                f'<circle cx="{x + width / 2 - 1}" cy="{max(4, height - high - 5)}" r="3" class="marked"/>'
            )
    box = f'viewBox="0 0 {max(1, len(values)) * width} {height}"'
    return Markup(
        f'<svg class="bars" {box} preserveAspectRatio="xMinYMid meet" role="img" aria-label="{escape(label)}">'
    ) + Markup("".join(parts) + "</svg>")


def days(counts: Mapping[str, int], end: datetime, length: int, marked: Iterable[str] = ()) -> list[Bar]:
    """Bars for the last days, those without anything too."""
    chosen = set(marked)
    names = [f"{end - timedelta(days=back):%Y-%m-%d}" for back in range(length - 1, -1, -1)]
    return [Bar(name, counts.get(name, 0), name in chosen) for name in names]


def dated_bars(values: Sequence[Bar], label: str, say: Words) -> Markup:
    """Bars for days, with the number of the highest one and the first and the last day along the axis."""
    most = max((b.value for b in values), default=0) or 1
    step, left, high = 18, 56, 90
    width = left + len(values) * step
    parts = [
        f'<path d="M{left} 10H{width}M{left} {high}H{width}" class="line"/>',
        f'<text x="{left - 6}" y="14" text-anchor="end">{escape(say.number(most))}</text>',
        f'<text x="{left - 6}" y="{high + 4}" text-anchor="end">0</text>',
        f'<text x="{left}" y="{high + 18}">{escape(_day(values[0], say))}</text>',
        f'<text x="{width}" y="{high + 18}" text-anchor="end">{escape(_day(values[-1], say))}</text>',
    ]
    for i, bar in enumerate(values):
        tall = math.ceil((high - 10) * bar.value / most)
        if tall:
            name = escape(f"{_day(bar, say)}{say.marks.colon}{say.number(bar.value)}")
            parts.append(
                f'<rect x="{left + i * step + 2}" y="{high - tall}" width="{step - 4}" height="{tall}"'
                f' class="{"marked" if bar.marked else "bar"}"><title>{name}</title></rect>'
            )
    opening = f'<svg class="timeline-chart day-chart" viewBox="0 0 {width} {high + 26}" role="img" aria-label="{escape(label)}">'
    return Markup(opening + "".join(parts) + "</svg>")


def _day(bar: Bar, say: Words) -> str:
    return say.day(date.fromisoformat(bar.label))
