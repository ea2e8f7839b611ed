"""Days and numbers mean the same in every language."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.judging.text import dates
from crawler.judging.text.dates import dates_in
from crawler.judging.text.numbers import numbers_in

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


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "signed yesterday"), ("zh", "昨日签署"), ("id", "kemarin"), ("ms", "semalam"), ("vi", "hôm qua"),
        ("th", "เมื่อวานนี้"), ("tl", "kahapon"), ("km", "ម្សិលមិញ"), ("lo", "ມື້ວານ"), ("my", "မနေ့က"), ("zh", "29日"),
    ],
)  # fmt: skip
def test_yesterday_in_ten_languages(lang: str, text: str) -> None:
    assert [m.day for m in dates_in(text, lang, TODAY)] == [date(2025, 11, 29)]


def test_a_bare_day_of_the_month_lies_in_the_past() -> None:
    assert [m.day for m in dates_in("28日签署", "zh", date(2025, 12, 2))] == [date(2025, 11, 28)]


def test_a_decimal_number_is_no_date() -> None:
    assert dates_in("gempa 7.9", "id", TODAY) == []


def test_numbers_are_found_behind_letters_that_need_no_space_and_behind_a_currency() -> None:
    assert "1.7e+09" in numbers_in("投资17亿美元", "zh")
    assert "1.58e+09" in numbers_in("worth RM1.58 billion", "en")
    assert not numbers_in("a C919 jet", "en")


def test_what_belongs_to_a_date_is_no_number() -> None:
    text = "on 28 November, 45 projects"
    taken = {i for m in dates_in(text, "en", TODAY) for i in range(m.start, m.end)}
    assert numbers_in(text, "en", taken) == {"45"}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("农历十月初九", date(2025, 11, 28)),
        ("农历腊月廿三", date(2026, 2, 10)),
        ("农历闰六月初一", date(2025, 7, 25)),
    ],
)
def test_a_day_of_the_lunar_calendar_is_one_of_ours(text: str, day: date) -> None:
    assert day in [m.day for m in dates_in(f"签约仪式在{text}举行", "zh", TODAY)]


def test_a_lunar_day_that_does_not_exist_is_no_day() -> None:
    assert dates_in("农历闰五月初一", "zh", TODAY) == []


_PIECES = (
    "12 3 28 2025 2568 ៣ ၅ ๒๘ ３ 年 月 日 号 일 월 년 十二月廿一日 农历正月初八 下周一 星期三 , . / - : ngày tháng năm thứ hôm nay qua "
    "today kemarin hari ini isnin Senin Monday last on next May mai 3rd november novembre ноября ພະຈິກ พฤศจิกายน วันจันทร์ วันนี้ "
    "នៅ ថ្ងៃ၏ နိုဝင်ဘာ"
)


@settings(max_examples=150)
@given(
    st.lists(st.sampled_from(_PIECES.split()), max_size=6),
    st.sampled_from(["", " "]),
    st.sampled_from(["en", "id", "vi", "th", "km", "lo", "my", "zh", "ja", "ko", "ru", "tl", None]),
)
def test_what_is_passed_over_without_a_number_has_no_date(
    pieces: list[str], between: str, lang: str | None
) -> None:
    """Forms that need a number are looked for where there is one; the days are those of all forms."""
    text = between.join(pieces)
    found = dates_in(text, lang, date(2025, 11, 28))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dates, "_DIGIT", re.compile(""))
        assert dates_in(text, lang, date(2025, 11, 28)) == found
