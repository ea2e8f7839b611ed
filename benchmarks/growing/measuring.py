"""Processor time for each entry at several sizes, and how much the last size costs more than the first."""

from __future__ import annotations

import gc
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import process_time

from crawler.runtime.memory import GC_THRESHOLDS

BATCHES, PORTION = 9, 20
"""So many batches are measured at each size, of so many entries each, like those of a busy crawl."""


@dataclass(frozen=True, slots=True)
class Curve:
    """What one thing costs as it grows.

    Attributes:
        name: what grows.
        points: by size the milliseconds of processor time for one entry.
    """

    name: str
    points: Sequence[tuple[int, float]]

    @property
    def ratio(self) -> float:
        """The cost at the last size, in times the cost at the first."""
        return self.points[-1][1] / self.points[0][1]


def milliseconds(batch: Callable[[int], object], before: Callable[[int], object] | None = None) -> float:
    """The median processor time for one entry, in milliseconds.

    Args:
        batch: does the work for a batch, whose number it gets; the first one is not counted.
        before: what has to be done before each batch, and is not counted.
    """
    # What was made for the benchmark is no garbage, and a service collects as rarely.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
    spent = []
    for number in range(BATCHES + 1):
        if before is not None:
            before(number)
        begun = process_time()
        batch(number)
        spent.append((process_time() - begun) / PORTION * 1000)
    return statistics.median(spent[1:])
