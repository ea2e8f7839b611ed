"""The text of an article's page, without what stands around and between its paragraphs.

trafilatura finds nearly all of an article, but keeps headlines of other stories that stand between its paragraphs or behind them.
A second reader, by another method (readability's scores of containers), keeps other things. What both keep is the article's, and
so is what stands in the same place (`crawler.parsing.page_agreement`). Where they agree on too little, the first one is believed.
"""

from __future__ import annotations

import html
import re
from configparser import ConfigParser
from copy import deepcopy
from functools import cache

import trafilatura
from trafilatura.readability_lxml import Document as SecondReader
from trafilatura.settings import use_config

from crawler.parsing.line_joining import joined_lines
from crawler.parsing.page_agreement import Found, ReaderText, agreed, found_in, without_repeats
from crawler.parsing.page_lede import lede_of
from crawler.parsing.page_lines import PageLines, packed
from crawler.parsing.page_pointers import without_pointers
from crawler.parsing.page_scripts import text_in_scripts
from crawler.parsing.page_stories import without_other_stories
from crawler.parsing.page_tree import Element, described, left_out_if_broken, text_of
from crawler.parsing.text import clean, size_of

_SHORT = 80
"""An extraction with fewer characters is checked against the page's own paragraphs."""
_SHELL = 400
"""Bytes of UTF-8. With fewer, the article may be in the page's scripts."""
_AGREED = 0.6
"""Share of the text that has to stand in the linked data for that to be the same text."""
_DENSE, _LEAST_DENSE = re.compile("[\u3040-\u30ff\u3400-\u9fff]"), 4
_ALIKE = 0.3
"""Likeness of what two readers found, from which the second one can judge the first."""
_LITTLE = 0.4
"""Share of a page's running text."""
_JUNK = re.compile(
    r"comment|side-?bar|foot|head|menu|nav|relat|recommend|share|social|promo|caption|credit|teaser|widget|popup|modal|subscri|newsletter"
    r"|tag|advert|sponsor|extra|community|remark|rss|hidden|meta|tool|media|form|contact|button|scroll|shopping|masthead|tweet|twitter|disqus"
)
"""Words in the names of what is no part of an article, by which readers leave it out."""
_NO_JUNK = re.compile(r"article|body|content|main|story|post|entry|detail")
"""Words by which they take it for an article all the same."""
_TAG = re.compile(r"<[^>]*>")


def article_text(tree: Element, url: str, linked: str, title: str = "") -> str:
    """The text of a page's article, a paragraph a line; empty where there is none.

    Args:
        tree: the page; it is not changed.
        url: its address.
        linked: the text of the article by the page's linked data, empty where that has none.
        title: the headline of the article, by which other stories on the page are told from it.
    """
    tree, page = without_other_stories(tree, PageLines(tree), title)
    text = "\n".join(_read(page, _readable(tree, page, has_data=bool(linked)), url))
    if len(text) < _SHORT:
        text = max(text, _paragraphs(tree), key=len)
    if size_of(text) < _SHELL:
        stored = max(linked, text_in_scripts(tree, title), key=_weight)
        text = stored if _weight(stored) > 2 * _weight(text) else text
    return _with_linked_text(text, linked)


def _read(page: PageLines, shown: Element, url: str) -> list[str]:
    """The paragraphs of the article on a page, by two readers; what they read of is used up."""
    first = [_found(page, shown, url, favor_recall=True)]
    prose = sum(
        line.end - line.start for line in page.lines if line.element.tag == "p" and page.is_prose(line)
    )
    if sum(line.weight for line in first[0]) < _LITTLE * prose:
        first.append(_found(page, shown, url, favor_recall=False))
    second = ReaderText(_second_reading(shown))
    likest = max(first, key=lambda found: _likeness(found, second))
    if _likeness(likest, second) < _ALIKE:
        likest = max(first, key=lambda found: sum(line.weight for line in found))
    lines = without_pointers(without_repeats(agreed(likest, page, second), page), page)
    lede = lede_of(page, lines)
    return _unwrapped([lede, *lines] if lede else lines, page)


def _unwrapped(found: list[Found], page: PageLines) -> list[str]:
    """The text of lines, without the breaks that a program put inside words: those within one paragraph."""
    blocks: list[list[str]] = []
    last: Element | None = None
    for line in found:
        at = page.lines[page.line_at(line.start)] if line.start is not None else None
        if at is None or at.element is not last or at.is_apart:
            blocks.append([])
        blocks[-1].append(line.text)
        last = at.element if at is not None else None
    joined = "\n".join(joined_lines("\n".join(block)) for block in blocks)
    return joined_lines(joined, are_paragraphs=True).split("\n")


def _found(page: PageLines, shown: Element, url: str, favor_recall: bool) -> list[Found]:
    return found_in(_lines(_extracted(shown, url, favor_recall)), page)


def _likeness(found: list[Found], second: ReaderText) -> float:
    """How much of what two readers found is the same."""
    both = sum(line.weight for line in found if second.has(packed(line.text)))
    return 2 * both / (sum(line.weight for line in found) + len(second.text) + 1)


def _readable(tree: Element, page: PageLines, has_data: bool) -> Element:
    """A copy of a page for readers: without scripts, styles and drawings, and without names that would mislead them.

    One of them takes the text of linked data for the article's, whosever it is; they are left only where they are of the page's own.

    Readers leave out what sounds like comments or sidebars; an element that holds most of a page's running text is the article.
    """
    shown = deepcopy(tree)
    main = page.main
    if any(_sounds_like_junk(element) for element in main):
        for element, copied in zip(tree.iter(), list(shown.iter()), strict=True):
            if element in main and _sounds_like_junk(element):
                copied.attrib.clear()
                copied.tag = "div" if copied.tag in _JUNK_TAGS else copied.tag
    for element in list(shown.iter("script", "style", "svg")):
        if element.getparent() is not None and not (has_data and "json" in (element.get("type") or "")):
            element.drop_tree()
    return shown


def _sounds_like_junk(element: Element) -> bool:
    name = described(element)
    return element.tag in _JUNK_TAGS or (_JUNK.search(name) is not None and not _NO_JUNK.search(name))


_JUNK_TAGS = ("aside", "footer", "nav")


def _weight(text: str) -> int:
    return len(packed(text))


def _with_linked_text(text: str, linked: str) -> str:
    """The linked data's text where the page shows no more than the beginning of it."""
    if not linked:
        return text
    whole, own = packed(linked), packed(text)
    is_parted = whole == own and linked.count("\n") > text.count("\n")
    if is_parted or len(whole) <= 2 * len(own):
        return linked if is_parted else text
    shown = sum(len(line) for line in map(packed, text.split("\n")) if line in whole)
    return linked if shown > _AGREED * len(own) else text


def _extracted(tree: Element, url: str, favor_recall: bool) -> str:
    def read() -> str:
        return (
            trafilatura.extract(
                deepcopy(tree),
                url=url,
                include_comments=False,
                include_tables=True,
                favor_recall=favor_recall,
                with_metadata=False,
                config=_configuration(_is_dense(tree)),
            )
            or ""
        )

    return left_out_if_broken("text", read, "")


@cache
def _configuration(is_dense: bool) -> ConfigParser:
    """Its settings. With fewer characters than it expects, it takes all paragraphs of the page; an article in Chinese may have fewer."""
    made: ConfigParser = use_config()
    if is_dense:
        made["DEFAULT"]["MIN_EXTRACTED_SIZE"] = str(_SHORT)
    return made


def _is_dense(tree: Element) -> bool:
    """Whether a page is written in characters that are words: in Chinese or Japanese."""
    title = next(tree.iter("title"), None)
    return title is not None and len(_DENSE.findall(title.text or "")) >= _LEAST_DENSE


def _second_reading(tree: Element) -> str:
    """What readability makes of a page, as text; nothing else can be read of the tree behind it."""

    def read() -> str:
        return html.unescape(_TAG.sub("", SecondReader(tree).summary()))

    return left_out_if_broken("second reading", read, "")


def _lines(text: str) -> list[str]:
    return [line for line in (clean(part) for part in text.split("\n")) if line]


def _paragraphs(tree: Element) -> str:
    """The paragraphs of the page's article element: a very short article may be all there is."""
    place = next(tree.iter("article"), None)
    if place is None:
        place = next(tree.iter("main"), None)
    found = (text_of(p) for p in place.iter("p")) if place is not None else ()
    return "\n".join(p for p in found if p)
