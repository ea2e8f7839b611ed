"""What a page shows as its headline: its headings of the first rank, without the words above and below a headline."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from lxml import etree

from crawler.parsing.page_tree import Element, ancestors, described, text_of
from crawler.parsing.text import clean

LONGEST = 400
_MOST_HEADINGS, _MOST_PARTS = 12, 200
_OF_HEADLINE = re.compile(r"(?:head(?:line)?|title|judul|tit|biaoti)(?![a-z]*(?:logo|site))")
_OF_SITE = re.compile(r"logo|brand|masthead|site-?(?:title|name)|navbar")
_NOT_SHOWN = re.compile(
    r"breadcrumb|seo-?title|visually-?hidden|sr-only|screen-reader|offscreen|nav-?skip|\baural\b|categor"
)
"""Headings for search engines and screen readers: a wording of their own, or the name of a part of the page."""
_KICKER = re.compile(
    r"kicker|overline|roof-?line|top-?line|strap-?line|eyebrow|flag\b|(?:pre|super|sur|ante)-?(?:title|titre|titulo|head)|dachzeile"
)
"""The words above a headline, which some pages keep within the heading."""
_BYLINE = re.compile(r"author|byline|\bdate\b|posted|publish|share|comment|badge|edit-?(?:link|section)")
_EDGES = re.compile(r"^[\s:：|/•·–—-]+|[\s:：|/•·–—-]+$")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that may be the headline, and how much speaks for that by its place and names."""

    text: str
    weight: float


def headings_of(tree: Element) -> list[Heading]:
    """The headings of the first rank that may be the headline."""
    found: list[Heading] = []
    for heading in islice(tree.iter("h1"), _MOST_HEADINGS):
        text = _shown(heading)
        if text and not _is_of_page(heading):
            found.append(Heading(text, _weight(heading)))
    if len({h.text for h in found}) == 1:
        return [Heading(found[0].text, max(h.weight for h in found) + 0.5)]
    # With several, most head other stories or parts of the text. The headline comes first.
    return [Heading(h.text, h.weight - 0.8 - 0.2 * min(n, 3)) for n, h in enumerate(found)]


def named_like_headlines(tree: Element) -> Iterator[str]:
    """What stands in for a heading of the first rank: other elements whose class or id says that they are the headline."""
    elements = (e for e in tree.iter("h2", "h3", "div", "p", "span", "td") if _is_named_like_a_headline(e))
    # Wrappers may be named so around wrappers, each with the text of the page.
    for element in islice(elements, _MOST_HEADINGS):
        text = unescaped(text_of(element))
        is_menu = sum(1 for _ in element.iter("a")) > 1
        if 4 < len(text) <= 200 and not is_menu and not any(e.tag == "a" for e in ancestors(element, 3)):
            yield text


def _is_named_like_a_headline(element: Element) -> bool:
    names = described(element)
    return len(names) > 1 and _OF_HEADLINE.search(names) is not None and len(element) < 4


def unescaped(text: str) -> str:
    """A headline without the entities that were escaped twice."""
    text = html.unescape(text) if "&" in text and ";" in text else text
    return clean(text)[:LONGEST]


def _weight(heading: Element) -> float:
    is_marked = heading.get("itemprop") in ("headline", "name") or _OF_HEADLINE.search(described(heading))
    is_inside = any(e.tag in ("article", "main") for e in ancestors(heading, 6))
    return 2.0 + 0.7 * bool(is_marked) + 0.7 * is_inside


def _is_of_page(heading: Element) -> bool:
    """Whether a heading names the site or a part of the page, or is not there to be seen."""
    if "display:none" in (heading.get("style") or "").replace(" ", ""):
        return True
    if heading.get("itemprop") == "alternativeHeadline" or any("breadcrumb" in a for a in heading.attrib):
        return True
    return _NOT_SHOWN.search(described(heading)) is not None or any(
        _OF_SITE.search(described(e)) for e in ancestors(heading, 2)
    )


def _shown(heading: Element) -> str:
    """The text of a heading without a kicker, a byline or a date within it."""
    whole = unescaped(text_of(heading))
    if not whole or len(heading) == 0:
        return whole
    apart = {e for e in islice(heading.iterdescendants(), _MOST_PARTS) if _is_apart(e)}
    if not apart:
        return whole
    rest = unescaped(" ".join(_texts_without(heading, apart)))
    return _EDGES.sub("", rest) or whole


def _is_apart(element: Element) -> bool:
    if not isinstance(element.tag, str):
        return False
    names = described(element)
    return element.tag in ("time", "small") or bool(_KICKER.search(names) or _BYLINE.search(names))


def _texts_without(heading: Element, apart: set[Element]) -> Iterator[str]:
    """The pieces of text in an element, in order. It may be nested too deep for a recursion."""
    inside = 0
    for event, element in etree.iterwalk(heading, events=("start", "end")):
        if event == "start":
            inside += element in apart
        if not inside:
            yield (element.text if event == "start" else element.tail if element is not heading else "") or ""
        if event == "end" and element in apart:
            inside -= 1
            yield (element.tail if not inside else "") or ""
