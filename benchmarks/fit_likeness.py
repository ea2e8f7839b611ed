"""The weight of each kind of feature, fitted and compared with the weight in use: ``python -m benchmarks.fit_likeness [FILE…]``.

The fit is a logistic regression over all pairs of labelled relevant reports within the window; without files it uses our own sample
news. Take it as advice: kinds that few of these pairs share are better set by reasoning.
"""

from __future__ import annotations

import sys
from itertools import combinations
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from benchmarks.stories import NOW, ROOT, WINDOW, rows_of
from crawler.analysis.classify import article_of
from crawler.config import load
from crawler.judging.features import kind_of
from crawler.judging.judge import Judge
from crawler.judging.stories.likeness import Report, Scale, other_edition
from crawler.judging.weights import weights
from crawler.model import Article

AGAINST = ("partners", "talks", "edition", "days", "topics")


def reports_of(files: list[Path], judge: Judge) -> list[tuple[str, Report]]:
    """The relevant reports as (event, report)."""
    found = []
    for number, row in enumerate(r for r in rows_of(files) if r["relevant"]):
        article: Article = article_of(row, NOW)
        reading = judge.classify(article)
        report = Report(
            number,
            number,
            reading.lang,
            article.when,
            reading.anchors.features,
            reading.anchors.words,
            article.published is not None,
        )
        found.append((row["story"], report))
    return found


def parts(a: Report, b: Report, scale: Scale) -> list[float]:
    """The features that a pair shares, by kind, and the contradictions."""
    shared = a.features & b.features
    worth = {
        kind: sum(scale.rarity(f) for f in shared if kind_of(f) == kind) for kind in weights().likeness.worth
    }
    other = bool(a.partners and b.partners and a.partners.isdisjoint(b.partners))
    talks = "k:talks" in shared
    disjoint = [bool(a.of(k) and b.of(k) and a.of(k).isdisjoint(b.of(k))) for k in "dt"]
    words = scale.cosine(a.words, b.words) if a.lang == b.lang else 0.0
    return [*worth.values(), words, other and not talks, other and talks, other_edition(a, b), *disjoint]


def main() -> None:
    """Fit and print."""
    judge = Judge(load(ROOT / "config.yaml").rules())
    reports = reports_of([Path(p) for p in sys.argv[1:]], judge)
    scale = Scale()
    near = [(x, y) for x, y in combinations(reports, 2) if abs(x[1].when - y[1].when) <= WINDOW]
    values = np.array([parts(a, b, scale) for (_, a), (_, b) in near], dtype=float)
    labels = np.array([one == other for (one, _), (other, _) in near])
    fitted = LogisticRegression(C=1.0, max_iter=5000).fit(values, labels)
    weigh = weights().likeness
    names = [*weigh.worth, "words", *AGAINST]
    in_force = [
        *weigh.worth.values(),
        weigh.words,
        weigh.other_partners,
        weigh.other_talks,
        weigh.other_edition,
        weigh.other_days,
        weigh.other_topics,
    ]
    print(f"{len(near):,} pairs, {labels.sum()} of one event")
    for name, weight, own in zip(names, fitted.coef_[0], in_force, strict=True):
        print(f"{name:>9} fitted {weight:6.2f}   in force {own:6.2f}")
    print(f"{'start':>9} fitted {fitted.intercept_[0]:6.2f}   in force {weigh.start:6.2f}")


if __name__ == "__main__":
    main()
