"""A topic that is made of a search catches what the search finds, in whatever language."""

from __future__ import annotations

import pytest

from alerts.web.console.topic_form import query_of
from crawler.judging.queries.query import parse
from tests.builders import article, judge

TEXTS = {
    "railway": "China and Laos open a railway.",
    "铁路": "中国和老挝的铁路开通了。",
    "รถไฟ": "จีนและลาวเปิดรถไฟสายใหม่",
    "đường sắt": "Trung Quốc và Lào khánh thành tuyến đường sắt.",
    "durian": "China buys durian from Malaysia by railway.",
}


@pytest.mark.parametrize(
    ("search", "caught"),
    [
        ("railway", {"railway", "铁路", "รถไฟ", "đường sắt", "durian"}),
        ("铁路 -durian", {"railway", "铁路", "รถไฟ", "đường sắt"}),
        ('"a railway"', {"railway"}),
        ("railway durian", {"durian"}),
        ("railway OR durian", {"railway", "铁路", "รถไฟ", "đường sắt", "durian"}),
        ("railway -(durian OR 老挝)", set()),
    ],
)
def test_all_spellings_that_a_search_looks_for_are_in_the_query(search: str, caught: set[str]) -> None:
    query = query_of(search)
    parse(query)
    judging = judge(wanted=query)
    assert {name for name, text in TEXTS.items() if judging.classify(article(text, text)).topics} == caught


@pytest.mark.parametrize("search", ["", "-", '""', "-durian", "AND"])
def test_a_search_for_nothing_makes_no_query(search: str) -> None:
    assert query_of(search) == ""


def test_a_sign_between_words_parts_them_as_a_blank_does() -> None:
    assert query_of("railway|road") == query_of("railway road") != ""
