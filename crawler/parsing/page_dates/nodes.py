"""The parts of a page in which dates are looked for, collected in one walk: walking the page costs most of finding its date."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

_MOST_NODES = 400_000
"""Nodes of a page that are looked at."""
_MARKING = frozenset(("itemprop", "property", "pubdate", "datetime", "title"))
"""Attributes that mark a date, or hold one that a class marks."""


@dataclass(frozen=True, slots=True)
class PageNodes:
    """The parts of a page in its order.

    Attributes:
        metas: its meta elements.
        scripts: its scripts.
        headings: its headings of the first three levels.
        marked: its elements with an attribute that may mark a date.
        strings: its strings, without those of scripts, styles and comments.
    """

    metas: list[Tag] = field(default_factory=list)
    scripts: list[Tag] = field(default_factory=list)
    headings: list[Tag] = field(default_factory=list)
    marked: list[Tag] = field(default_factory=list)
    strings: list[NavigableString] = field(default_factory=list)


def nodes_of(soup: BeautifulSoup) -> PageNodes:
    """The parts of a page."""
    found = PageNodes()
    by_name = {
        "meta": found.metas,
        "script": found.scripts,
        "h1": found.headings,
        "h2": found.headings,
        "h3": found.headings,
    }
    for node in islice(soup.descendants, _MOST_NODES):
        if isinstance(node, Tag):
            if node.name in by_name:
                by_name[node.name].append(node)
            if node.attrs and not _MARKING.isdisjoint(node.attrs):
                found.marked.append(node)
        elif type(node) is NavigableString and not node.isspace():
            found.strings.append(node)
    return found
