"""What is counted of each story, the figures that come of it, and how far chance alone could move them.

All reports of a story are drawn together, because they are right or wrong together: intervals that took
every report for an experiment of its own would be too narrow (a bootstrap of clusters; Efron and Tibshirani 1993).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]
DRAWS = 1000
"""How often stories are drawn anew: enough for two steady digits of an interval."""
_SEED = 20_250_101
"""Fixed, so that the same predictions give the same intervals."""


def _share(part: Array, whole: Array) -> Array:
    """A part of a whole; nothing where there is no whole."""
    return np.divide(part, whole, out=np.full_like(part, np.nan), where=whole != 0)


def _harmonic(p: Array, r: Array) -> Array:
    return np.nan_to_num(_share(2 * p * r, p + r))


def _rates(counts: Array) -> dict[str, Array]:
    # Nothing found, or nothing to be found, counts as 0: it must not look like success.
    right, added, missed = counts[..., 0], counts[..., 1], counts[..., 2]
    p = np.nan_to_num(_share(right, right + added))
    r = np.nan_to_num(_share(right, right + missed))
    return {"p": p, "r": r, "f1": _harmonic(p, r)}


def _means(counts: Array) -> dict[str, Array]:
    p = np.nan_to_num(_share(counts[..., 0], counts[..., 2]))
    r = np.nan_to_num(_share(counts[..., 1], counts[..., 2]))
    return {"p": p, "r": r, "f1": _harmonic(p, r)}


def _parts(counts: Array) -> dict[str, Array]:
    return {"share": _share(counts[..., 0], counts[..., 1]), "of": counts[..., 1]}


class CountForm(Enum):
    """What is counted, in this order, and what is made of it."""

    RATES = "right, too much, missed"
    MEANS = "sum of precisions, sum of recalls, number"
    SHARE = "how many of them, how many in all"

    @property
    def figures(self) -> Callable[[Array], dict[str, Array]]:
        """The figures of sums of counts, which stand on the last axis."""
        return {CountForm.RATES: _rates, CountForm.MEANS: _means, CountForm.SHARE: _parts}[self]


class StoryCounts:
    """Counts of one measure by story."""

    def __init__(self, form: CountForm) -> None:
        self.form = form
        self._counts: dict[str, Array] = defaultdict(lambda: np.zeros(3))

    def add(self, story: str, *counts: float) -> None:
        """Count for a story, in the order of the form."""
        self._counts[story][: len(counts)] += counts

    def table(self, stories: Sequence[str]) -> Array:
        """The counts of all stories as rows, in their order."""
        nothing = np.zeros(3)
        return np.array([self._counts.get(story, nothing) for story in stories]).reshape(-1, 3)

    def figures(self) -> dict[str, float]:
        """The figures of all that was counted; a share of nothing is left out."""
        total = np.array(sum(self._counts.values(), np.zeros(3)))
        return {
            name: round(float(value), 3)
            for name, value in self.form.figures(total).items()
            if not np.isnan(value)
        }


def intervals(
    tallies: Mapping[str, StoryCounts], stories: Iterable[str], draws: int = DRAWS
) -> dict[str, dict[str, list[float]]]:
    """Between which bounds 95 of 100 newspapers with as many stories of the same kinds would put each figure.

    Args:
        tallies: what was counted.
        stories: all stories of the news, also those of which nothing was counted.
        draws: how often as many stories are drawn.
    """
    names = sorted(set(stories))
    if not names:
        return {}
    chance = np.random.default_rng(_SEED)
    # How often each story comes in each draw.
    drawn = chance.multinomial(len(names), np.full(len(names), 1 / len(names)), size=draws)
    return {name: _bounds(tally.form, drawn @ tally.table(names)) for name, tally in tallies.items()}


def _bounds(form: CountForm, sums: Array) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    # Draws without a single case of it say nothing: a language with three reports is missing in many.
    telling = sums[sums.any(axis=1)]
    for name, values in form.figures(telling).items():
        known = values[~np.isnan(values)]
        # How many there are is no figure that chance moves.
        if name != "of" and known.size:
            found[name] = [round(float(bound), 3) for bound in np.percentile(known, [2.5, 97.5])]
    return found
