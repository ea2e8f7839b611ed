"""What an entry costs while one thing grows, and how many times as much at its end: ``python -m benchmarks.growth``.

Takes processor time, not seconds. Draws a curve for each; all are flat, if no entry costs more the more there is.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.growing.measuring import Curve
from benchmarks.growing.polling import stored
from benchmarks.growing.subscribing import alerted, proofs_told, subscriptions, told
from benchmarks.growing.writing import bases, copies, names, ordinary_bases, proofs, reports, window

GROWING: dict[str, tuple[Callable[[Sequence[int]], Iterator[tuple[int, float]]], list[int], int]] = {
    "entries stored": (stored, [1_000, 10_000, 100_000, 300_000], 1_000_000),
    "relevant news in the window": (window, [1_000, 3_000, 10_000], 50_000),
    "proofs of one base": (proofs, [100, 300, 1_000, 3_000], 10_000),
    "names of one base": (names, [100, 300, 1_000, 3_000], 10_000),
    "bases of the register": (bases, [100, 300, 1_000, 3_000], 10_000),
    "ordinary bases of the register": (ordinary_bases, [100, 300, 1_000, 3_000], 10_000),
    "copies of one text": (copies, [100, 300, 1_000, 3_000], 10_000),
    "reports of 20 events": (reports, [400, 1_000, 3_000], 10_000),
    "copies of one text, told": (told, [100, 1_000, 3_000], 10_000),
    "proofs of one base, told": (proofs_told, [300, 1_000, 3_000], 10_000),
    "alerts raised before": (alerted, [1_000, 10_000, 100_000], 1_000_000),
    "subscriptions": (subscriptions, [10, 100, 1_000, 10_000], 10_000),
}
"""What grows: the measurement, the sizes of a quick run, and the size that a full one ends with, after the first two."""
MOST = 1.3
"""So many times as much may an entry cost at the end."""


def draw(curves: Sequence[Curve], path: Path) -> None:
    """Draw by how much the cost of an entry grows with each thing."""
    import matplotlib as mpl  # noqa: PLC0415 - figures alone do without it

    mpl.use("svg")
    import matplotlib.pyplot as plt  # noqa: PLC0415

    plt.rcParams["svg.fonttype"] = "none"
    figure, axes = plt.subplots(figsize=(7.4, 3.8))
    for curve in curves:
        first = curve.points[0][1]
        sizes = [size for size, _ in curve.points]
        axes.semilogx(sizes, [cost / first for _, cost in curve.points], marker="o", label=curve.name)
    axes.axhline(MOST, color="#9aa5b1", linestyle=":")
    axes.set(ylim=(0, None), xlabel="how many there are", ylabel="cost of an entry, times the first")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else {})


def main() -> None:
    """Grow, measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--full", action="store_true", help="from the smallest sizes to the largest")
    options.add_argument("--only", nargs="*", choices=list(GROWING), default=list(GROWING))
    options.add_argument("--picture", type=Path, help="draw the curves into this file")
    options.add_argument("--write", type=Path, help="a JSON file for the pictures")
    given = options.parse_args()
    curves = []
    for name in given.only:
        measure, sizes, largest = GROWING[name]
        if given.full and sizes[-1] < largest:
            sizes = [*sizes[:2], largest]
        print(f"{name}: milliseconds of processor time for an entry")
        points = []
        for size, cost in measure(sizes):
            points.append((size, cost))
            print(f"{size:>10,} {cost:8.3f}", flush=True)
        curves.append(Curve(name, points))
        print(f"{'last/first':>10} {curves[-1].ratio:8.2f}", flush=True)
    if given.picture:
        draw(curves, given.picture)
    if given.write:
        given.write.write_text(
            json.dumps({c.name: c.points for c in curves}, indent=1) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
