"""Editions of a series: counted or dated, in the languages of the region."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.judging.entities.editions import editions, ordinals_in

WAYS = [
    "the {n}th",
    "第{n}届",
    "ke-{n}",
    "lần thứ {n}",
    "ครั้งที่ {n}",
    "ຄັ້ງທີ {n}",
    "លើកទី{n}",
    "ika-{n}",
    "{n} ကြိမ်မြောက်",
    "第{n}回",
    "제{n}차",
    "제 {n}회",
    "{n}-й",
    "{n}-го",
    "{n}e",
]


@given(st.sampled_from(WAYS), st.integers(4, 120))
def test_an_ordinal_is_read_in_every_language(way: str, number: int) -> None:
    assert [n for _, _, n in ordinals_in(f" {way.format(n=number)} ")] == [number]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("第二十二届", 22),
        ("第一百三十届", 130),
        ("首届", 1),
        ("the third", 3),
        ("الدورة الثامنة", 8),
        ("الدورة الثالثة والعشرين", 23),
        ("المنتدى الثاني عشر", 12),
        ("الدورة الحادية والعشرون", 21),
    ],
)
def test_ordinals_in_words_are_read(text: str, number: int) -> None:
    assert [n for _, _, n in ordinals_in(text)] == [number]


def found(text: str, name: str = "Expo") -> frozenset[str]:
    at = text.index(name)
    return editions(text, [(name, at, at + len(name))])


def test_a_series_is_counted_or_dated() -> None:
    assert found("the 22nd Expo in Nanning") == {"Expo#22"}
    assert found("Expo 2025 in Nanning") == {"Expo@2025"}
    assert found("Expo ปี 2568") == {"Expo@2025"}


def test_what_counts_years_or_lies_far_away_counts_no_edition() -> None:
    assert found("Expo, for the eighth year in a row") == frozenset()
    assert found("Expo" + " and many other things of that kind" * 3 + " the 5th floor") == frozenset()
