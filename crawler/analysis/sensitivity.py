"""How much each weight of judging moves the measures of labelled news: each is changed alone, and all is judged again."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context
from time import perf_counter
from typing import Any

from crawler.analysis.classify import classify
from crawler.judging.evaluation import measure
from crawler.judging.judge import Judge, Rules
from crawler.judging.weights import JudgingWeights, using
from crawler.runtime.weight_tables import Weight, scaled, weights_of

FACTORS = (0.5, 0.75, 1.25, 1.5)
"""By what weights are multiplied: by half and by a quarter, up and down."""
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class WeightChange:
    """A weight and what it is multiplied by."""

    weight: Weight
    factor: float


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change does.

    Attributes:
        change: the weight and its factor.
        differing: how many predictions are others than with the packaged weights.
        moved: by how much each measure that moves does.
    """

    change: WeightChange
    differing: int
    moved: Mapping[str, float]

    @property
    def largest(self) -> float:
        """How far the measure moves that moves most."""
        return max(map(abs, self.moved.values()), default=0.0)

    def plain(self) -> dict[str, Any]:
        """As values that JSON can hold."""
        weight = self.change.weight
        return {
            "weight": weight.path, "value": _plain(weight.value), "unit": weight.unit, "origin": weight.origin, "trades": weight.trades,
            "factor": self.change.factor, "differing": self.differing, "moved": dict(self.moved),
        }  # fmt: skip


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | float) else value.total_seconds()


def changes(only: Sequence[str] = (), factors: Sequence[float] = FACTORS) -> list[WeightChange]:
    """The changes to be tried, weight by weight; bounds on work are left out.

    Args:
        only: beginnings of the names of weights; nothing for all.
        factors: by what each is multiplied.
    """
    chosen = [
        w
        for w in weights_of(JudgingWeights())
        if not w.bound and (not only or w.path.startswith(tuple(only)))
    ]
    return [WeightChange(weight, factor) for weight in chosen for factor in factors]


def figures(measures: Mapping[str, Any]) -> dict[str, float]:
    """The measures that are compared, each as one number."""
    crossed = measures["cross_lingual_pairs"]
    return {
        "relevant": measures["relevant"]["f1"], "new base": measures["new_base"]["f1"], "topics": measures["topics"]["f1"],
        "cities": measures["cities_f1"], "stories": measures["stories_b3"]["f1"], "cross-lingual precision": crossed["p"],
        "cross-lingual recall": crossed["r"], "language": measures["language_accuracy"], "hard negatives passed": measures["hard_passed"],
    }  # fmt: skip


class Sensitivity:
    """Labelled news, judged with the packaged weights, to compare with what other weights give.

    Args:
        rows: labelled news.
        rules: what an operator writes about judging.
        now: stands in for the date of rows without one.
    """

    def __init__(self, rows: Sequence[Row], rules: Rules, now: datetime) -> None:
        judge = Judge(rules)
        predictions = classify(rows, judge, now)
        self.figures = figures(measure(rows, predictions))
        self._work = rows, rules, now, self.figures, predictions
        # The second run: the first one read tables and models, which each process does once.
        started = perf_counter()
        classify(rows, judge, now)
        self.seconds = perf_counter() - started
        """About what one change costs: the time of judging again, when all tables of words have been read."""

    def effects(
        self,
        tried: Sequence[WeightChange],
        processes: int | None = None,
        done: Callable[[], object] = lambda: None,
    ) -> list[Effect]:
        """What each change does, in the order given.

        Args:
            tried: the changes.
            processes: how many work side by side; as many as there are cores if not given.
            done: called after each change.
        """
        count = min(len(tried), processes or os.cpu_count() or 1)
        if count <= 1:
            _prepare(*self._work)
            return list(map(_effect, tried))
        found = []
        # Spawned: a forked process would inherit locks of threads that it does not have.
        with ProcessPoolExecutor(count, get_context("spawn"), _prepare, self._work) as pool:
            for effect in pool.map(_effect, tried):
                found.append(effect)
                done()
        return found


@dataclass(frozen=True, slots=True)
class _Ready:
    """What a process judges again and again, and what came of it with the packaged weights."""

    rows: Sequence[Row]
    judge: Judge
    now: datetime
    figures: Mapping[str, float]
    predictions: Sequence[Row]


_READY: list[_Ready] = []
"""One, once a process is prepared."""


def _prepare(
    rows: Sequence[Row], rules: Rules, now: datetime, before: Mapping[str, float], predictions: Sequence[Row]
) -> None:
    _READY[:] = [_Ready(rows, Judge(rules), now, before, predictions)]


def _effect(change: WeightChange) -> Effect:
    (ready,) = _READY
    with using(scaled(JudgingWeights(), change.weight.path, change.factor)):
        predictions = classify(ready.rows, ready.judge, ready.now)
    after = figures(measure(ready.rows, predictions))
    moved = {
        name: round(after[name] - value, 3) for name, value in ready.figures.items() if after[name] != value
    }
    differing = sum(one != other for one, other in zip(ready.predictions, predictions, strict=True))
    return Effect(change, differing, moved)


def strongest_first(effects: Iterable[Effect]) -> list[Effect]:
    """Effects by how far they move a measure, then by how many predictions they change."""
    return sorted(effects, key=lambda e: (-e.largest, -e.differing, e.change.weight.path, e.change.factor))
