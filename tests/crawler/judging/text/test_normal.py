"""The normal form of text: equal for equal words, with offsets that lead back to what was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.judging.text.normal import HEAD, TAIL, normal_spelling, normalise
from crawler.judging.text.rewriting import Origins
from crawler.judging.weights import JudgingWeights, using
from crawler.runtime.weight_tables import scaled


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("ASEAN–China", "asean china"),
        ("ＡＳＥＡＮ", "asean"),
        ("中國與東盟", "中国与东盟"),
        ("Trung\u00a0Quô\u0301c", "trung quốc"),
        ("Qian\u00adhai", "qianhai"),
        ("two\n\n lines", "two lines"),
        ("“twin parks”", '"twin parks"'),
        ("中国—\n东盟", "中国东盟"),
        ("จีน-ลาว", "จีนลาว"),
    ],
)
def test_spellings_of_one_word_are_equal(written: str, normal: str) -> None:
    assert normalise(written).text == normal


@given(st.text(max_size=200))
def test_every_character_of_the_normal_form_has_a_place_in_the_original(text: str) -> None:
    normal = normalise(text)
    assert len(normal.starts) == len(normal.ends) == len(normal.text)
    for start, end in zip(normal.starts, normal.ends, strict=True):
        assert 0 <= start < end <= len(text)
    assert list(normal.starts) == sorted(normal.starts)
    assert list(normal.ends) == sorted(normal.ends)


@given(st.text(max_size=100))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text).text
    assert normalise(once).text == once


@given(st.text(alphabet="aoy òóùaC中東 -–\u200b\n่ำํ้ិ្រតេើីİﬁ\u0301\u1161", max_size=60))
def test_what_is_traced_is_what_is_made(text: str) -> None:
    made, origins = text, Origins(list(range(len(text))), list(range(1, len(text) + 1)))
    for step in (*HEAD, *TAIL):
        made, origins = step.traced(made, origins)
    assert made == normalise(text).text
    assert len(made) == len(origins.starts) == len(origins.ends)


_LATIN = "aeZy9 òÓỏõọÒùÚủũụỤéÉđĐơƯ" + "".join(map(chr, (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))))


@given(
    st.text(max_size=30) | st.text(alphabet="aZ9 -中國広", max_size=12) | st.text(alphabet=_LATIN, max_size=9)
)
def test_a_spelling_has_the_normal_form_of_a_text_the_first_time_and_later(written: str) -> None:
    assert normal_spelling(written) == normal_spelling(written) == normalise(written).text


def test_each_latin_letter_has_its_normal_form_before_the_vowels_to_which_tones_move() -> None:
    for written in (w for c in _LATIN for w in (c, f"{c}a", f"{c}ey", f"u{c} {c}")):
        assert normal_spelling(written) == normalise(written).text


def test_the_normal_form_of_a_spelling_is_that_of_the_weights_in_use() -> None:
    zawgyi = "တရုတ္ ျမန္မာ စီးပြားေရး"
    by_default = normal_spelling(zawgyi)
    with using(scaled(JudgingWeights(), "language.zawgyi", 5)):
        assert normal_spelling(zawgyi) == normalise(zawgyi).text != by_default
    assert normal_spelling(zawgyi) == by_default
