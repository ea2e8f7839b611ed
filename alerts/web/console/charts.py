"""Draws charts as SVG, without scripts or requests. Each has a text for people who do not see it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from markupsafe import Markup, escape


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


def timeline(
    rows: Sequence[tuple[str, Sequence[datetime]]], label: str, ends: tuple[str, ...] = ()
) -> Markup:
    """Reports over time: a line for each language with a dot for each report, from the first report to the last.

    Args:
        rows: the name of each language and the moments of its reports.
        label: what the chart shows, for people who do not see it.
        ends: the first and the last moment as text, written below the axis.
    """
    moments = [m for _, of_row in rows for m in of_row]
    start, width, left = min(moments), 560, 76
    # At least an hour: reports of one moment have no length to divide by.
    length = max((max(moments) - start).total_seconds(), 3600.0)
    parts = []
    for i, (name, of_row) in enumerate(rows):
        y = 12 + i * 20
        dots = "".join(
            f'<circle cx="{left + (m - start).total_seconds() / length * width:.0f}" cy="{y}" r="4" class="dot"/>'
            for m in of_row
        )
        parts.append(
            f'<text x="0" y="{y + 4}">{escape(name)}</text><path d="M{left} {y}H{left + width}" class="line"/>{dots}'
        )
    high = len(rows) * 20 + 4
    if ends:
        parts.append(
            f'<text x="{left}" y="{high + 12}">{escape(ends[0])}</text>'
            f'<text x="{left + width}" y="{high + 12}" text-anchor="end">{escape(ends[-1])}</text>'
        )
        high += 20
    opening = f'<svg class="timeline-chart" viewBox="0 0 {left + width + 8} {high}" role="img" aria-label="{escape(label)}">'
    return Markup(opening + "".join(parts) + "</svg>")


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
