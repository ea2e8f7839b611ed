"""Selectors that are taken for plain are ones that the library reads, too."""

from __future__ import annotations

import pytest
import soupsieve
from hypothesis import given
from hypothesis import strategies as st

from crawler.config.section_rules import PLAIN_SELECTOR

PIECES = (
    *("a", "h2", "li", "A-b", "x_1", "-a", "1a", ".item", "#top", ".", "#", ".1", "[href]", "[href*='detail.aspx' i]", "[a=b]", '[a^="b c"]'),
    *("[a~='x']", "[a='']", "[a$='\"']", "[", "]", "'", " ", " ", " > ", ">", ", ", ",", "+", " ~ ", "~", "|", ":", "é", "\n", "\\"),
)  # fmt: skip


@given(
    selector=st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join)
    | st.text("a.#[]='\" >,i*", max_size=9)
)
def test_what_is_taken_for_plain_can_be_read(selector: str) -> None:
    if PLAIN_SELECTOR.fullmatch(selector):
        soupsieve.compile(selector)


@pytest.mark.parametrize(
    "selector", ["h6, div.row h6", "li.a#b > a", "a[href*='detail.aspx' i]", '[rel="next"]']
)
def test_usual_selectors_are_plain(selector: str) -> None:
    assert PLAIN_SELECTOR.fullmatch(selector)


@pytest.mark.parametrize("selector", ["a >", ", a", "a[", "a..b", "a:has(", "a[b='c]", " "])
def test_what_may_be_wrong_is_not(selector: str) -> None:
    assert not PLAIN_SELECTOR.fullmatch(selector)
