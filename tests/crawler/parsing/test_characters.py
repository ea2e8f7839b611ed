"""Odd characters are found without looking at each character of a text, and all of them are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from crawler.parsing.feed_values import text_of
from crawler.parsing.text import storable

_TEXTS = st.text(st.sampled_from("a é中\x00\ud800\udfff\U0001f600\n"), max_size=12)


@given(_TEXTS)
def test_what_no_store_takes_is_replaced_in_its_place(text: str) -> None:
    found = storable(text)
    assert len(found) == len(text)
    for one, other in zip(text, found, strict=True):
        is_odd = one == "\x00" or "\ud800" <= one <= "\udfff"
        assert other == ("\ufffd" if is_odd else one)


@given(st.text(st.sampled_from("ab\n中\x80\x92\x9f"), max_size=12))
def test_windows_characters_are_put_right_in_any_text(text: str) -> None:
    element = etree.Element("title")
    element.text = f"中{text}中"  # so that it is not taken for UTF-8 that was encoded twice
    expected = element.text.replace("\x80", "€").replace("\x92", "’").replace("\x9f", "Ÿ")
    assert text_of(element) == expected
