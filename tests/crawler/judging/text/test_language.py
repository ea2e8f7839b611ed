"""Languages are told by their words; a wrong claim does not win."""

from __future__ import annotations

import pytest

from crawler.judging.text.language import known, language_of
from tests.newsroom.news import items


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("zh-CN", "zh"),
        ("in_ID", "id"),
        ("fil", "tl"),
        ("EN", "en"),
        ("", None),
        (None, None),
        ("english", None),
    ],
)
def test_what_feeds_call_their_language(given: str | None, code: str | None) -> None:
    assert known(given) == code


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("ທາງລົດໄຟ ລາວ-ຈີນ", "lo"),
        ("ทางรถไฟจีน-ลาว", "th"),
        ("ផ្លូវរថភ្លើង", "km"),
        ("မြန်မာနိုင်ငံ", "my"),
        ("中老铁路", "zh"),
        ("Đường sắt Lào - Trung Quốc được khánh thành", "vi"),
        ("Pemerintah mengatakan bahwa proyek itu akan selesai karena kerja sama", "id"),
        ("Kerajaan berkata projek itu akan siap kerana kerjasama dua hala", "ms"),
        ("Sinabi ng pamahalaan na matatapos ang proyekto sa susunod na taon", "tl"),
    ],
)
def test_a_wrong_claim_does_not_win(text: str, lang: str) -> None:
    assert language_of("", text, "en") == lang


def test_a_text_without_letters_has_the_claimed_language() -> None:
    assert language_of("", "2025 11 30", "vi") == "vi"
    assert language_of("", "", None) is None


def test_the_newsroom_is_read_in_its_languages() -> None:
    wrong = [
        (i.number, i.outlet.lang)
        for i in items()
        if language_of(i.title, i.text, i.outlet.lang) != i.outlet.lang
    ]
    assert len(wrong) <= 0.02 * len(items()), wrong
