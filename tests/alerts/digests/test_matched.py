"""The words beside a topic are those that a reader finds in the report: each once, the longest, and none of a name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from alerts.digests.matched import telling_terms


@dataclass
class Written:
    title: str
    text: str = ""
    lang: str = "en"


def found(report: Written, *terms: str, field: str = "title", at: str = "") -> list[dict[str, Any]]:
    """Evidence of terms, where each (or ``at``) stands."""
    text = report.title if field == "title" else report.text
    places = [(t, text.lower().index((at or t).lower()), len(at or t)) for t in terms]
    return [{"term": t, "field": field, "start": s, "end": s + n} for t, s, n in places]


@pytest.mark.parametrize("order", [1, -1])
def test_two_spellings_at_one_place_are_the_one_that_stands_there(order: int) -> None:
    report = Written("中国企业扩大对泰国投资", lang="zh")
    evidence = [*found(report, "企業", "企业", at="企业"), *found(report, "投资", "投資", at="投资")][::order]
    assert telling_terms(report, evidence) == ("企业", "投资")
    report = Written("中國企業擴大對泰國投資", lang="zh")
    assert telling_terms(report, found(report, "企业", "企業", at="企業")) == ("企業",)


def test_pieces_of_a_longer_match_are_left_out() -> None:
    report = Written("ທາງລົດໄຟ ລາວ-ຈີນ", "ລົດໄຟ ແລ່ນແລ້ວ", "lo")
    evidence = [
        *found(report, "ທາງ", "ທາງລົດໄຟ", "ລົດໄຟ"),
        *found(report, "ລົດໄຟ", field="text"),
    ]
    assert telling_terms(report, evidence) == ("ທາງລົດໄຟ",)


def test_a_word_within_a_name_is_no_reason_where_there_is_another() -> None:
    report = Written("Xe chờ ở cửa khẩu Hữu Nghị", lang="vi")
    assert telling_terms(report, found(report, "hữu nghị", "cửa khẩu")) == ("cửa khẩu",)
    assert telling_terms(report, found(report, "hữu nghị")) == ("Hữu Nghị".lower(),)


def test_a_headline_in_capitals_is_no_name_and_three_terms_are_enough() -> None:
    report = Written("Free Trade, Supply Chain, Customs and Tariffs in the New Pact")
    terms = ("free trade", "supply chain", "customs", "tariffs")
    assert telling_terms(report, found(report, *terms)) == terms[:3]
