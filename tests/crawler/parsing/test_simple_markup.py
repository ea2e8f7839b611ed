"""Markup that is read without a parser gives the text that a parser gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parsing.simple_markup import lines_of
from crawler.parsing.text import clean, lines_of_tree

_TEXTS = st.sampled_from(
    ["x", " ", "\n", "新闻", "a b", "é", "\u3000", "\u2028", "&amp;", "&lt;", "&#39;", "&nbsp;", "&#8217;", "&ldquo;", "&copy;", "&", "& ",
     "&amp", "&#128;", "&#55357;", ">", "\t", "\u200b", "\r\n", "\x0b", "\x00", "\ud800"]
)  # fmt: skip
_NAMES = st.sampled_from(
    ["a", "b", "em", "span", "sub", "p", "h2", "div", "blockquote", "ul", "ol", "li", "td", "script", "style", "font", "br", "img"]
)  # fmt: skip
_ATTRIBUTES = st.sampled_from(
    ["", ' class="x"', " href='y'", " checked", ' a = "b c"', ' x-y:z="1"', ' style="a>b"', ' title="x" ', " href=x", "\x0bid", ' a="b"c', " /"]
)  # fmt: skip
_BEGINS = st.builds("<{}{}>".format, _NAMES, _ATTRIBUTES)
_ENDS = st.builds("</{}>".format, _NAMES)
_WHOLE = st.recursive(
    _TEXTS | st.sampled_from(["<br>", "<br/>", '<img src="a"/>', "<img>"]),
    lambda inner: st.builds(
        lambda name, said, parts: f"<{name}{said}>{''.join(parts)}</{name}>", _NAMES, _ATTRIBUTES, st.lists(inner, max_size=4)
    ),
    max_leaves=12,
)  # fmt: skip
_MARKUP = st.lists(_WHOLE, min_size=1, max_size=4) | st.lists(_WHOLE | _BEGINS | _ENDS | _TEXTS, max_size=8)


def _read(lines: list[str]) -> list[str]:
    return [line for line in map(clean, lines) if line]


@given(_MARKUP.map("".join))
def test_what_is_read_without_a_parser_is_what_a_parser_reads(markup: str) -> None:
    lines = lines_of(markup)
    assert lines is None or _read(lines) == _read(lines_of_tree(markup))


@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        ('<p><a href="/x?a=1&amp;b=2"><img src="p.jpg" width="300" alt=""/></a> Rice &amp; fish <a href="/x">…</a></p>', ["Rice & fish …"]),
        ('<div><p class="text">One.</p>\n<p>Two<br/>three</p><script>count()</script></div>', ["One.", "Two", "three"]),
        ("<ul><li>One</li><li><b>T</b>wo</li></ul>", ["One", "Two"]),
    ],
)  # fmt: skip
def test_what_most_items_write_needs_no_parser(markup: str, lines: list[str]) -> None:
    found = lines_of(markup)
    assert found is not None
    assert _read(found) == lines == _read(lines_of_tree(markup))


@pytest.mark.parametrize(
    "markup", ["a</li>b<br>", "<p>a<p>b", "<li>a</li>", "<p>a<b>b</p></b>", "<td>a</td>", "<p/>a", "<P>a</P>", "<p>a&copyb</p>", '<p a="x>y">b</p>']
)  # fmt: skip
def test_what_must_be_put_right_is_left_to_the_parser(markup: str) -> None:
    assert lines_of(markup) is None
