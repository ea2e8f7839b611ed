"""Each weight matters: where it is halved, or raised by half, some decision near its threshold turns out wrong."""

from __future__ import annotations

import json

import pytest

from crawler.judging.weights import JudgingWeights
from crawler.polling.weights import PollingWeights
from crawler.runtime.weight_tables import undocumented, weights_of
from tests.crawler.margins.sweep import CAUGHT, JUDGING, POLLING, mutants
from tests.crawler.margins.uncaught import UNCAUGHT

CASES = {case.name: case for case in (*JUDGING, *POLLING)}


@pytest.mark.parametrize("name", CASES)
def test_decisions_near_their_thresholds_are_right(name: str) -> None:
    case = CASES[name]
    assert case.decide() == case.expected


def test_each_case_has_a_name_of_its_own() -> None:
    assert len(CASES) == len(JUDGING) + len(POLLING)


def test_a_weight_that_is_halved_or_raised_by_half_makes_a_decision_wrong() -> None:
    caught = json.loads(CAUGHT.read_text(encoding="utf-8"))
    survivors = {
        m.name for m in mutants() if m.name not in caught or not m.is_caught_by(CASES[caught[m.name]])
    }
    assert survivors == set(UNCAUGHT), (
        "run make margins: cases, or tests/crawler/margins/uncaught.py, are out of date"
    )


@pytest.mark.parametrize("table", [JudgingWeights(), PollingWeights()], ids=["judging", "polling"])
def test_each_weight_says_what_it_counts_where_it_comes_from_and_what_it_trades(table: object) -> None:
    tables = [table, *(getattr(table, name) for name in table.__dataclass_fields__)]  # type: ignore[attr-defined]
    assert [name for each in tables for name in undocumented(each)] == []
    assert [w.path for w in weights_of(table) if not (w.unit and w.origin and w.trades)] == []
