"""Judges labelled news, as it stands and behind other text, and measures what comes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from crawler.analysis.classify import article_of, classify
from crawler.judging.evaluation import measure
from crawler.judging.evaluation.depth import FRONTS, deeper, on_bases
from crawler.judging.judge import Judge

Row = Mapping[str, Any]
NEW_BASE = "new_base"


class Evaluated(NamedTuple):
    """The measures, and the predictions that they are of."""

    measures: dict[str, Any]
    predictions: list[dict[str, Any]]


def evaluate(rows: Sequence[Row], judge: Judge, now: datetime) -> Evaluated:
    """Predictions for labelled rows and all measures of them, with intervals.

    Args:
        rows: labelled news.
        judge: what judges it.
        now: stands in for the date of rows without one.
    """
    predictions = classify(rows, judge, now)
    measures = measure(
        rows,
        predictions,
        base_topics=base_topics(judge),
        deeper=at_depth(rows, judge, now),
        bounds=True,
    )
    return Evaluated(measures, predictions)


def base_topics(judge: Judge) -> frozenset[str]:
    """The topics of a configuration that raise an alert for each new base."""
    return frozenset(topic.name for topic in judge.rules.topics if topic.alert == NEW_BASE)


def at_depth(rows: Sequence[Row], judge: Judge, now: datetime) -> dict[str, list[dict[str, Any]]]:
    """Whether each report on bases tells of a new one, as it stands and behind other text.

    Each is judged alone, without a store: what stands before it is the only thing that differs.
    """
    chosen = on_bases(rows)
    return {
        front.name: [_verdict(row, judge, now) for row in deeper(chosen, front)] for front in FRONTS if chosen
    }


def _verdict(row: Row, judge: Judge, now: datetime) -> dict[str, Any]:
    try:
        reading = judge.classify_without_features(article_of(row, now))
    except Exception:
        # `classify` names the row and what is wrong with it.
        return {"id": row["id"], "new_base": False}
    return {"id": row["id"], "new_base": reading.new_base}
