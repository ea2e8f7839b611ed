"""How well news is judged, beside simple rules: `benchmarks.judgement`."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.judgement import BEFORE, OWN, VERDICTS, compared, rows_of, value_at
from benchmarks.watched.ratio import Ratio, shares

MEASURES = [name for name in VERDICTS if name.endswith("F1")]


def ratios() -> Iterator[Ratio]:
    """By each verdict's F1 over our own sample news."""
    found = compared(rows_of(()))
    for measure in MEASURES:
        values = {
            method: value_at(measures, VERDICTS[measure])
            for method, measures in found.items()
            if method != BEFORE
        }
        if values.get(OWN):
            yield from shares(measure.removesuffix(", F1"), "F1", values, OWN)
