"""Relevant is cooperation between China and ASEAN or a member; friction alone is not."""

from __future__ import annotations

import pytest

from crawler.classify import classify
from crawler.judging.evaluation import measure
from tests.builders import NOON, article, judge, shipped_judge
from tests.newsroom.news import labelled


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("China and ASEAN widen cooperation", True),
        ("China and Malaysia signed a cooperation agreement", True),
        ("China-ASEAN Expo opens with cooperation in mind", True),
        ("China widens cooperation", False),
        ("Malaysia widens cooperation", False),
        ("ASEAN and Japan widen cooperation", False),
        ("China fires water cannon at ship of ASEAN member", False),
        ("Football: China meet Malaysia", False),
    ],
)
def test_both_parties_and_what_they_do(title: str, expected: bool) -> None:
    assert judge().read(article(title, title + ".")).relevance.relevant is expected


def test_a_verdict_names_its_reasons_and_words() -> None:
    relevance = judge().read(article("China and ASEAN widen cooperation")).relevance
    assert dict(relevance.reasons)["both parties in the headline"] > 0
    assert {e.term for e in relevance.evidence} >= {"China", "ASEAN", "cooperation"}


def test_the_shipped_rules_reach_their_floor_on_the_newsroom() -> None:
    rows = labelled()
    measures = measure(rows, classify(rows, shipped_judge(), NOON))
    assert measures["relevant"]["f1"] >= 0.95
    assert min(rates["f1"] for rates in measures["relevant_by_lang"].values()) >= 0.85
    assert measures["new_base"]["f1"] >= 0.9
    assert measures["cities_f1"] >= 0.9
    assert measures["stories_b3"]["p"] >= 0.95
    assert measures["stories_b3"]["f1"] >= 0.8
