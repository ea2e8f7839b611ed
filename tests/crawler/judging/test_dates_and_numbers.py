"""Days and numbers mean the same in every language."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.judging.dates import dates_in
from crawler.judging.numbers import numbers_in

TODAY = date(2025, 11, 30)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "on Nov. 28"),
        ("en", "28 November 2025"),
        ("en", "on Friday"),
        ("id", "Jumat (28/11/2025)"),
        ("ms", "pada 28 November"),
        ("vi", "ngày 28/11"),
        ("vi", "ngày 28 tháng 11 năm 2025"),
        ("zh", "11月28日"),
        ("zh", "本月28日"),
        ("zh", "2025年11月28日"),
        ("th", "28 พฤศจิกายน 2568"),
        ("lo", "ວັນທີ 28 ພະຈິກ"),
        ("km", "ថ្ងៃទី ២៨ ខែវិច្ឆិកា"),
        ("my", "နိုဝင်ဘာ ၂၈"),
        ("tl", "Nobyembre 28"),
        ("en", "2025-11-28"),
    ],
)
def test_one_day_in_ten_languages(lang: str, text: str) -> None:
    assert date(2025, 11, 28) in [m.day for m in dates_in(text, lang, TODAY)]


def test_a_date_without_year_is_the_nearest() -> None:
    assert [m.day for m in dates_in("on Dec. 30", "en", date(2026, 1, 2))] == [date(2025, 12, 30)]


def test_days_that_do_not_exist_are_no_dates() -> None:
    assert dates_in("on February 31, 2025-02-30", "en", TODAY) == []


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "12.1 billion"),
        ("zh", "121亿"),
        ("id", "12,1 miliar"),
        ("vi", "12,1 tỷ"),
        ("en", "12,100,000,000"),
        ("id", "12.100.000.000"),
    ],
)
def test_one_amount_in_many_forms(lang: str, text: str) -> None:
    assert numbers_in(text, lang) == {"1.21e+10"}


def test_years_and_small_numbers_tie_nothing() -> None:
    assert numbers_in("In 2025 two of 10 parks", "en") == frozenset()
    assert numbers_in("๒๐๐ โครงการ", "th") == {"200"}
