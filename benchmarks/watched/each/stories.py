"""News grouped into stories, beside other ways to do it: `benchmarks.stories`."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.stories import _measures, minhash, ours, rows_of, tfidf
from benchmarks.watched.ratio import Ratio, shares
from tests.builders import shipped_judge


def ratios() -> Iterator[Ratio]:
    """By B-cubed F1 over the relevant articles; the others are told which these are."""
    rows = rows_of(())
    relevant = [row for row in rows if row["relevant"]]
    own = [group for row, group in zip(rows, ours(rows, shipped_judge()), strict=True) if row["relevant"]]
    groups = {
        "aseanwatch": own, "TF-IDF cosine": tfidf(relevant), "MinHash LSH": minhash(relevant),
        "each its own": [row["id"] for row in relevant],
    }  # fmt: skip
    found = {name: _measures(relevant, g)["stories_b3"]["f1"] for name, g in groups.items()}
    yield from shares("stories", "B-cubed F1", found, "aseanwatch")
