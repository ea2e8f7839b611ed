"""What is tried only where it may begin is found as if it were tried everywhere."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.judging.bases import facts
from crawler.judging.entities import editions
from crawler.judging.text import dates, numbers
from crawler.judging.text.searching import matches_at

PIECES = (
    *("1", "22", "2025", "st", "nd", "th", "第", "届", "제", "회", "-й", "ke-", "ke", "ika-", "thứ ", "ครั้งที่ ", "ຄັ້ງທີ່", "លើកទី"),
    *("first", "Eighth", "SECOND", "الثالث", "والعشرين", "ကြိမ်မြောက်"),
    *("May", "JUNI", "jan", "พฤษภาคม", "tháng 5", "ເມສາ", "мая", "يونيو", "Marso", " of ", ".", ",", "-", " ", "\n", "a"),
    *("年", "月", "日", "号", "十二", "廿一", "〇", "正", "년", "월 ", "일", "간", "ngày ", "tháng ", " năm ", "sáng ", "thứ hai", "ขึ้นเล", "ﬁ", "ſ"),
    *("US$", "$", "yuan", "RM", "Rp", "¥", "million", "亿元", "ล้าน", "ha", "jobs", "hectares", "juta"),
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
LANGUAGES = ("en", "id", "ms", "vi", "th", "tl", "km", "lo", "my", "ru", "ar")
SEARCHES = {
    "ordinal numbers": lambda: (editions._MAY_BEGIN, editions._ORDINAL),
    "figures": lambda: (facts._figure_begins(), facts._figure()),
    "numbers": lambda: (numbers._NUMBER_BEGINS, numbers._pattern()),
    "Chinese days": lambda: dates._EAST_ASIAN["zh"],
    "Korean days": lambda: dates._EAST_ASIAN["ko"],
    "Chinese days in words": lambda: (dates._IN_WORDS_BEGINS, dates._CHINESE_IN_WORDS),
    "Vietnamese days": lambda: (dates._VIETNAMESE_BEGINS, dates._VIETNAMESE),
    **{
        f"days in {lang}": lambda lang=lang: (dates._month_begins(lang), dates._month_pattern(lang))
        for lang in LANGUAGES
    },
}


@pytest.mark.parametrize("name", SEARCHES)
@given(text=TEXTS)
def test_all_is_found_that_stands_there(name: str, text: str) -> None:
    places, pattern = SEARCHES[name]()
    plain = numbers.ascii_digits(text)
    everywhere = [m.span() for m in pattern.finditer(plain)]
    assert [m.span() for m in matches_at(places, pattern, plain)] == everywhere


def test_what_lies_inside_a_match_begins_none() -> None:
    found = matches_at(re.compile("[a-z]"), re.compile("[a-z]+"), "one two")
    assert [m[0] for m in found] == ["one", "two"]
