"""What the weights of new bases are worth: ``python -m benchmarks.fit_bases [FILE…]``; without files, on our own news of bases.

Printed are precision, recall and F1 of the weights in use, as is and behind paragraphs of other things; of weights that a
logistic regression finds, by folds of whole stories; of those found on one file and tried on the others; and of those found
on all of them and tried on news that is held for measuring, which no fit sees. The regression is pulled towards the weights
in use, for labelled news is scarce. Fitted weights are to be taken over only where they beat those in use in all trials.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml

from crawler.analysis.classify import article_of, read_rows
from crawler.config import load
from crawler.judging.judge import Judge
from crawler.judging.weights import weights

NEWS = Path(__file__).parent / "news"
OWN = tuple(NEWS / name for name in ("bases.jsonl", "more_bases.jsonl"))
"""The news that the rules were written with."""
HELD = tuple(NEWS / name for name in ("unseen_bases.jsonl", "later_bases.jsonl"))
"""News that is only for trying: nothing is fitted on it."""
NOW = datetime(2026, 11, 27, tzinfo=UTC)
FOLDS = 10
PULLS = (1.0, 3.0, 10.0)
"""How strongly fitted weights are pulled towards those in use."""
Vector = np.ndarray[Any, np.dtype[np.float64]]
Row = Mapping[str, Any]


class Read(NamedTuple):
    """A labelled row, and a line of features for each clause that may tell of a new base."""

    story: str
    is_new: bool
    clauses: Vector


def names() -> list[str]:
    """The features, in the order of the columns; a last column of ones stands for the bias."""
    return list(weights().bases.evidence)


def in_use() -> Vector:
    """The weights in use, the bias last."""
    weigh = weights().bases
    return np.array([*weigh.evidence.values(), weigh.bias])


def read(rows: Iterable[Row], judge: Judge) -> list[Read]:
    """The rows as the judge reads them."""
    order = names()
    found = []
    for row in rows:
        decisions = judge.explain(article_of(row, NOW)).bases.decisions
        lines = [[*(d.features.get(name, 0.0) for name in order), 1.0] for d in decisions]
        found.append(Read(row["story"], row["new_base"], np.array(lines).reshape(-1, len(order) + 1)))
    return found


def fitted(reads: Sequence[Read], pull: float) -> Vector:
    """Weights by which the surest clause of each report decides best; the choice of clauses and the fit take turns."""
    start = in_use()
    found = start.copy()
    for _ in range(10):
        lines, labels = _surest(reads, found)
        for _ in range(8):
            chance = 1 / (1 + np.exp(-lines @ found))
            slope = lines.T @ (chance - labels) + pull * (found - start)
            bend = (lines.T * (chance * (1 - chance))) @ lines + pull * np.eye(len(found))
            found = found - np.linalg.solve(bend, slope)
    return found


def _surest(reads: Sequence[Read], by: Vector) -> tuple[Vector, Vector]:
    told = [r for r in reads if len(r.clauses)]
    lines = np.array([r.clauses[(r.clauses @ by).argmax()] for r in told])
    return lines, np.array([float(r.is_new) for r in told])


def measured(reads: Sequence[Read], by: Vector) -> str:
    """Precision, recall and F1 of some weights."""
    odds = -np.log(1 / weights().bases.threshold - 1)
    guesses = [bool(len(r.clauses) and (r.clauses @ by).max() >= odds) for r in reads]
    return rates([(r.is_new, guess) for r, guess in zip(reads, guesses, strict=True)])


def rates(pairs: Sequence[tuple[bool, bool]]) -> str:
    """Precision, recall and F1 of pairs of label and guess."""
    right = sum(a and b for a, b in pairs)
    p = right / max(1, sum(b for _, b in pairs))
    r = right / max(1, sum(a for a, _ in pairs))
    return f"P {p:.3f}  R {r:.3f}  F1 {2 * p * r / max(1e-9, p + r):.3f}"


def by_folds(reads: Sequence[Read], pull: float) -> str:
    """The fit tried on stories that it has not seen."""
    stories = sorted({r.story for r in reads})
    random.Random(0).shuffle(stories)
    odds = -np.log(1 / weights().bases.threshold - 1)
    pairs = []
    for fold in range(FOLDS):
        held = set(stories[fold::FOLDS])
        found = fitted([r for r in reads if r.story not in held], pull)
        pairs += [
            (r.is_new, bool(len(r.clauses) and (r.clauses @ found).max() >= odds))
            for r in reads
            if r.story in held
        ]
    return rates(pairs)


def behind(rows: Iterable[Row], kinds: Sequence[str]) -> list[dict[str, Any]]:
    """The rows with paragraphs of other things in front of their texts."""
    paragraphs = yaml.safe_load((NEWS / "background.yaml").read_text(encoding="utf-8"))
    return [
        {**row, "text": "\n".join([*(paragraphs[row["lang"]][kind] for kind in kinds), row["text"]])}
        for row in rows
        if row["lang"] in paragraphs
    ]


def main() -> None:
    """Print the trials."""
    files = [Path(name) for name in sys.argv[1:]] or list(OWN)
    judge = Judge(load(None).rules())
    rows = {file.name: read_rows(file) for file in files}
    reads = {name: read(found, judge) for name, found in rows.items()}
    everything = [r for found in reads.values() for r in found]
    print("in use:", measured(everything, in_use()))
    all_rows = [row for found in rows.values() for row in found]
    for kinds in (("plain",), ("related",), ("plain", "related")):
        deep = read(behind(all_rows, kinds), judge)
        print(f"  behind {' and '.join(kinds)} paragraphs:", measured(deep, in_use()))
    for pull in PULLS:
        print(f"fitted, pull {pull:g}, by folds of stories:", by_folds(everything, pull))
        for name, found in reads.items():
            others = [r for other, list_of in reads.items() if other != name for r in list_of]
            if others:
                print(f"  fitted without {name}, tried on it: {measured(found, fitted(others, pull))}"
                      f"  (in use: {measured(found, in_use())})")  # fmt: skip
    for file in () if sys.argv[1:] else HELD:
        held = read(read_rows(file), judge)
        print(f"fitted on all, pull {PULLS[1]:g}, tried on {file.name}: {measured(held, fitted(everything, PULLS[1]))}"
              f"  (in use: {measured(held, in_use())})")  # fmt: skip
    for name, old, new in zip([*names(), "bias"], in_use(), fitted(everything, PULLS[1]), strict=True):
        print(f"  {old:+.2f} -> {new:+.2f}  {name}")


if __name__ == "__main__":
    main()
