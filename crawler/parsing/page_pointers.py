"""Lines of an article's text that name other stories without a link: those with a label such as "Read more:", and what follows one."""

from __future__ import annotations

import re
from functools import cache

from crawler.parsing.page_agreement import Found
from crawler.parsing.page_lines import PageLines
from crawler.parsing.page_tree import Element, ancestors
from crawler.parsing.text import size_of
from crawler.runtime.data_tables import table

_LONGEST = 400
"""Bytes of a line with a label and a headline."""
_HEADLINE, _PART, _MOST = 80, 0.7, 8
"""Characters of a headline, its share of the longest line before it, and how many of them a label stands over."""
_SENTENCE_END = re.compile(r"[.!?。！？…။၊។]['\"”’」』)）»\]]*$")


@cache
def _labels() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What a line looks like that a label begins, and one that is a label alone."""
    words = "|".join(f"(?:{word})" for words in table("pointer_labels.yaml").values() for word in words)
    begun = rf"^\W*(?:{words})\s*(?:[:：\]】|»>]|[–—-]\s)\W*\w"
    return re.compile(begun, re.IGNORECASE), re.compile(rf"^\W*(?:{words})\W*$", re.IGNORECASE)


def without_pointers(lines: list[Found], page: PageLines) -> list[Found]:
    """The lines of an article without those that name other stories.

    Args:
        lines: of the article, in order.
        page: all lines of the page.
    """
    begun, alone = _labels()
    kept: list[Found] = []
    place: Element | None = None
    left = 0
    for line in lines:
        if size_of(line.text) <= _LONGEST:
            if alone.match(line.text):
                place, left = _place(line, page), _MOST
                continue
            if begun.match(line.text):
                continue
            if left and place is not None and _place(line, page) is place and _is_headline(line.text, kept):
                left -= 1
                continue
        left = 0
        kept.append(line)
    return kept or lines


def _place(line: Found, page: PageLines) -> Element | None:
    """What holds a line: the label and the headlines below it stand in one block, or each in one of its own there."""
    if line.start is None:
        return None
    at = page.lines[page.line_at(line.start)]
    container = page.container(at)
    if container.tag in ("td", "th"):
        return next((e for e in ancestors(container, 5) if e.tag == "table"), container)
    return container.getparent() if container is at.element and container.tag == "div" else container


def _is_headline(text: str, before: list[Found]) -> bool:
    """Whether a line is short for the article's lines, of which some stand before it, and ends as no sentence does."""
    longest = max((len(line.text) for line in before), default=2 * _HEADLINE)
    return len(text) <= min(_HEADLINE, _PART * longest) and _SENTENCE_END.search(text) is None
