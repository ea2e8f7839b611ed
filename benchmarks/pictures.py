"""Draws docs/crawling.svg from the figures of the crawl benchmarks in docs/figures: ``python -m benchmarks.pictures``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")
import matplotlib.pyplot as plt

FIGURES = Path("docs/figures")
OURS, OTHERS = "#0b6e4f", "#9aa5b1"


def read(name: str) -> Any:
    """The figures of one benchmark, or None if it did not run."""
    path = FIGURES / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def bars(axes: Any, rows: dict[str, float], title: str) -> None:
    """Horizontal bars with their values, aseanwatch in colour."""
    names = list(rows)[::-1]
    axes.barh(
        names,
        [rows[n] for n in names],
        color=[OURS if n.startswith(("aseanwatch", "by rhythm")) else OTHERS for n in names],
    )
    for place, name in enumerate(names):
        axes.text(
            rows[name],
            place,
            f" {rows[name]:,.0f}" if rows[name] >= 100 else f" {rows[name]:.1f}",
            va="center",
            fontsize=8,
        )
    axes.set_title(title, fontsize=10, loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    axes.margins(x=0.18)


def main() -> None:
    """Draw the benchmarks that ran."""
    bench, intervals, growth = read("bench"), read("intervals"), read("growth")
    figure, places = plt.subplots(3, 2, figsize=(10, 9))
    if bench:
        peers = {n: r for n, r in bench.items() if isinstance(r, dict)}
        bars(
            places[0][0],
            {n: r["first"] for n, r in peers.items()},
            "First poll, entries a second (ours also judges)",
        )
        bars(
            places[0][1],
            {n: r["again"] for n, r in peers.items() if r["again"]},
            "Nothing new, feeds a second",
        )
    if intervals:
        bars(
            places[1][0],
            {n: r["requests"] / 1e6 for n, r in intervals.items()},
            "A month of 2,000 sources: requests, millions",
        )
        bars(
            places[1][1],
            {n: r["median"] for n, r in intervals.items()},
            "… and the median delay of an entry, minutes",
        )
    if growth:
        for name, points in growth.items():
            sizes, costs = zip(*points, strict=True)
            places[2][0].semilogx(sizes, [cost / costs[0] for cost in costs], marker="o", label=name)
        places[2][0].set_title(
            "The cost of an entry while one thing grows, times the first", fontsize=10, loc="left"
        )
        places[2][0].set_ylim(bottom=0)
        places[2][0].spines[["top", "right"]].set_visible(False)
        places[2][0].legend(fontsize=8, frameon=False)
    if bench:
        bars(places[2][1], {n: r["peak"] for n, r in peers.items()}, "Peak memory of the first poll, MB")
    figure.tight_layout()
    figure.savefig("docs/crawling.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
