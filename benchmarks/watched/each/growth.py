"""What an entry costs when there is much, beside what it costs when there is little: `benchmarks.growth`."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.growth import GROWING
from benchmarks.watched.ratio import Ratio

SIZES = {
    "entries stored": (1_000, 5_000), "relevant news in the window": (500, 1_500), "proofs of one base": (100, 600),
    "copies of one text": (100, 600), "subscriptions": (10, 1_000),
    "names of one base": (100, 300), "bases of the register": (100, 600), "proofs of one base, told": (300, 600), "alerts raised before": (1_000, 10_000),
}  # fmt: skip
"""Small ones; of what has none here, the first two that its benchmark measures."""
ROUNDS = 2


def ratios() -> Iterator[Ratio]:
    """By the time of an entry at the first size, in times that at the last; 1 is flat."""
    for name, (measure, sizes, _) in GROWING.items():
        first, last = SIZES.get(name, sizes[:2])
        rounds = [dict(measure([first, last])) for _ in range(ROUNDS)]
        values = tuple(costs[first] / costs[last] for costs in rounds)
        yield Ratio(f"an entry, {last:,} {name}", f"{first:,}", "processor time", values)
