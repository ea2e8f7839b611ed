"""Bars over a time axis, drawn as SVG on the server.

Positions along the axis are percentages and everything else is in pixels, so that words and lines keep their size on a telephone,
where a scaled picture would have letters that nobody can read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, log10

from markupsafe import Markup, escape


@dataclass(frozen=True, slots=True)
class AxisTick:
    """A mark on the time axis.

    Attributes:
        at: before which bar it stands.
        label: what is written there.
        is_minor: whether it is left out where there is little room.
    """

    at: int
    label: str
    is_minor: bool = False


def volume_chart(
    counts: Sequence[int],
    title_of: Callable[[int], str],
    ticks: Sequence[AxisTick],
    label: str,
    height: int = 120,
    most: int | None = None,
    small: bool = False,
) -> Markup:
    """Bars over a time axis, with lines for round numbers.

    Args:
        counts: the height of each bar.
        title_of: what is said of a bar, given its number, where a pointer rests on it.
        ticks: the marks of the axis; without any there is no room for them either.
        label: what the chart shows, for people who do not see it.
        height: pixels of the bars alone.
        small: whether there is only room for the line at the top.
        most: the number at the top; None: that of the highest bar. Charts that are compared have the same.
    """
    steps = round_steps(max(most or max(counts, default=0), 1))
    top, room = steps[-1], 14
    share = 100 / max(len(counts), 1)
    parts = []
    for step in (steps[0], top) if small else steps:
        y = room + height - height * step / top
        parts.append(f'<line class="grid" x1="0" x2="100%" y1="{y:.1f}" y2="{y:.1f}"/>')
        if step:
            parts.append(f'<text x="0" y="{y - 3:.1f}">{step}</text>')
    for i, count in enumerate(counts):
        if small and not count:
            continue
        high = height * count / top
        bar = f'<rect class="bar" x="{share * (i + 0.1):.2f}%" width="{share * 0.8:.2f}%" y="{room + height - high:.1f}" height="{high:.1f}"/>'
        # The whole column answers to the pointer, not only a bar of two pixels.
        column = (
            f'<rect class="column" x="{share * i:.2f}%" width="{share:.2f}%" y="{room}" height="{height}"/>'
        )
        parts.append(
            f"<g><title>{escape(title_of(i))}</title>{'' if small else column}{bar if count else ''}</g>"
        )
    for tick in ticks:
        minor = ' class="minor"' if tick.is_minor else ""
        x = f"{share * tick.at:.3f}%"
        # Text would run over the right end there.
        anchor = ' text-anchor="end"' if share * tick.at > 88 else ""
        words_at = "100%" if tick.at == len(counts) - 1 else x
        parts.append(
            f'<g{minor}><line class="tick" x1="{x}" x2="{x}" y1="{room + height}" y2="{room + height + 5}"/>'
            f'<text x="{words_at}" y="{room + height + 18}"{anchor}>{escape(tick.label)}</text></g>'
        )
    whole = room + height + (24 if ticks else 2)
    opening = f'<svg class="volume" width="100%" height="{whole}" role="img" aria-label="{escape(label)}">'
    return Markup(opening + "".join(parts) + "</svg>")


def round_steps(most: int) -> list[int]:
    """Round numbers from 0 to at least ``most``, four or five of them where there can be so many."""
    if most <= 2:
        return list(range(most + 1))
    rough = most / 3
    size = 10 ** int(log10(rough)) if rough >= 1 else 1
    step = next(size * k for k in (1, 2, 5, 10) if size * k >= rough)
    return [step * k for k in range(ceil(most / step) + 1)]
