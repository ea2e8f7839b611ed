"""The normal form of text: equal for equal words, with offsets that lead back to what was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.judging.normal import normalise


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("ASEAN–China", "asean-china"),
        ("ＡＳＥＡＮ", "asean"),
        ("中國與東盟", "中国与东盟"),
        ("Trung\u00a0Quô\u0301c", "trung quốc"),
        ("Qian\u00adhai", "qianhai"),
        ("two\n\n lines", "two lines"),
        ("“twin parks”", '"twin parks"'),
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


@given(st.text(max_size=100))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text).text
    assert normalise(once).text == once


@given(st.text(alphabet="abc ABC中東盟 –\u200b\n", min_size=1, max_size=60), st.data())
def test_a_span_covers_the_characters_it_came_from(text: str, data: st.DataObject) -> None:
    normal = normalise(text)
    if not normal.text:
        return
    start = data.draw(st.integers(0, len(normal.text) - 1))
    end = data.draw(st.integers(start + 1, len(normal.text)))
    low, high = normal.span(start, end)
    assert normalise(text[low:high]).text.strip() == normal.text[start:end].strip()
