"""The first sentence of an article, where it stands apart: between the headline and the body."""

from __future__ import annotations

import re

from crawler.parsing.page_agreement import Found
from crawler.parsing.page_lines import PROSE, Line, PageLines
from crawler.parsing.page_tree import Element, ancestors, described
from crawler.parsing.text import size_of

_LEDE = re.compile(
    r"(?<![a-z])(?:sapo|intro|deck|lead(?:in)?|lede|excerpt|standfirst|summary|chapeau|dek|sub-?(?:title|head(?:line)?))(?![a-z])"
)
_LONGEST = 1_200
"""Bytes of UTF-8."""
_HEADINGS = ("h2", "h3", "h4")
_ELSEWHERE = ("nav", "aside", "form", "footer", "ul", "ol", "dl", "table", "figure", "button")
_DEEPEST, _NEAR = 256, 2


def lede_of(page: PageLines, article: list[Found]) -> Found | None:
    """The sentence between headline and body that an article's text lacks; None where there is none.

    The page calls it so by its class, or sets it as a heading or a sentence right behind the headline.
    """
    first = next(
        (line.start for line in article if line.start is not None and size_of(line.text) >= PROSE), None
    )
    heading = next((n for n, line in enumerate(page.lines) if _within(line.element, "h1") is not None), None)
    if heading is None or first is None:
        return None
    end = page.line_at(first)
    between = [line for line in page.lines[heading + 1 : end] if _is_sentence(page, line)]
    return next(
        (
            Found(line.text, line.text, line.start, line.end)
            for number, line in enumerate(between)
            if _LEDE.search(_classes(line)) or (number == 0 and _is_next(page, line, heading))
        ),
        None,
    )


def _is_next(page: PageLines, line: Line, heading: int) -> bool:
    """Whether a line is a heading, or a sentence right behind the headline, perhaps with a date between them."""
    is_near = page.line_at(line.start) - heading <= _NEAR
    return line.element.tag in _HEADINGS or (is_near and page.is_sentence(line))


def _is_sentence(page: PageLines, line: Line) -> bool:
    return (
        page.is_prose(line)
        and not line.is_hidden
        and size_of(line.text) <= _LONGEST
        and _within(line.element, *_ELSEWHERE) is None
        and not any(a.get("href") for a in line.element.iter("a"))
    )


def _classes(line: Line) -> str:
    return " ".join(described(element) for element in ancestors(line.element, 2))


def _within(element: Element, *tags: str) -> Element | None:
    return next((e for e in ancestors(element, _DEEPEST) if e.tag in tags), None)
