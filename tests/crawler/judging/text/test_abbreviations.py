"""Abbreviations that a text spells out as something else, and those that stand alone."""

from __future__ import annotations

import pytest

from tests.builders import article, shipped_judge


def names_china(title: str, text: str) -> bool:
    findings = shipped_judge().explain(article(title, text)).findings
    return bool(findings.hits.get("country_CN"))


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("PRC opens service center at mall", "The Professional Regulation Commission (PRC) opened a center in Cebu."),
        ("PRC donates blood in Cebu", "The Philippine Red Cross (PRC) signed an agreement with hospitals."),
        ("PRC holds board exams in Davao", "The PRC chairperson said that results come within ten days."),
        ("PRC, nagbukas ng sentro sa Cebu", "Binuksan ng PRC ang sentro sa pakikipagtulungan ng lungsod."),
    ],
)  # fmt: skip
def test_an_abbreviation_may_be_another_one_s(title: str, text: str) -> None:
    assert not names_china(title, text)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("PRC and Laos sign treaty", "The People's Republic of China (PRC) and Laos signed a treaty."),
        ("PRC delegation visits Laos", "A delegation from Beijing visited Laos. The PRC sent experts."),
        ("China opens exhibition", "The Professional Regulation Commission (PRC) was invited."),
    ],
)
def test_what_the_text_calls_by_its_name_may_be_short_too(title: str, text: str) -> None:
    assert names_china(title, text)


def test_only_the_abbreviation_that_is_spelled_out_otherwise_is_lost() -> None:
    text = "The Professional Regulation Commission (PRC) met teachers. China and Cebu were twinned."
    hits = shipped_judge().explain(article("Twin cities", text)).findings.hits["country_CN"]
    assert {hit.pattern.spelling for hit in hits} == {"China"}
