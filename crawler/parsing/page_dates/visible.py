"""What readers see of a page: its strings, without what stands beside its article."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import groupby, islice

from bs4 import Tag
from bs4.element import NavigableString

from crawler.parsing.page_dates.claims import Subject
from crawler.parsing.text import clean

_HIDDEN = frozenset(
    ("head", "script", "style", "noscript", "template", "title", "select", "option", "iframe", "button")
)
_FRAME_TAGS = frozenset(("nav", "aside", "form", "footer"))
_FOREIGN_NAME = re.compile(
    r"(?:^|[\s_-])(?:related|relate|recommend\w*|ticker|breaking|marquee|clock|weather|trending|popular|latest|newest"
    r"|terkait|terpopuler|terbaru|populer|berkaitan|terkini|lien-?quan|tin-?moi|tin-?nong|tin-?lien|xem-?them|comments?|komentar|replies|ulasan|binh-?luan|y-?kien|pinglun|liuyan|cmts?|disqus"
    r"|copyright|calendar|rank\w*|tuijian|xiangguan|hotnews|today|current-?date|date-?now|now|teasers"
    r"|carousel|slider|more-?news|more-?stories|read-?also|read-?more|see-?also|promo|advert\w*|subscribe|newsletter)(?:$|[\s_-])",
    re.IGNORECASE,
)
"""Words in the class or id of what is of something else than the article: other news, clocks, comments."""
_COMMENT_ID = re.compile(r"(?:c|cmt|comment|komentar)[-_]?\d+$", re.IGNORECASE)
_FRAME_NAME = re.compile(
    r"(?:^|[\s_-])(?:sidebar|side|aside|footer|foot|widget|navbar|nav|menu|topbar|top-?bar|teaser)(?:$|[\s_-])",
    re.IGNORECASE,
)
"""Words in the class or id of a frame: beside the article, as a rule, but a frame may hold what the article says of itself."""
_OF_ARTICLE = re.compile(
    r"(?:^|[\s_-])(?:meta\w*|postmeta\w*|byline|submitted|published|(?:post|entry|article|asset|node)[-_]*(?:footer|foot|date|time))(?:$|[\s_-])",
    re.IGNORECASE,
)
"""Names of what tells of the article, though it be a frame by its other names (``footer.node__meta``, ``aside.meta``)."""
_LAYOUT_NAME = re.compile(
    r"(?:has|with|no|without|elementor|wp|is|theme|et|vc|col|row|layout|page|site|content)[-_]", re.IGNORECASE
)
"""Names of layouts say which frames a page has, not that an element is one."""
INLINE = frozenset(
    (
        "span",
        "b",
        "i",
        "em",
        "strong",
        "time",
        "a",
        "font",
        "small",
        "label",
        "abbr",
        "u",
        "s",
        "mark",
        "bdi",
        "sup",
        "sub",
    )
)
_LONGEST_NAME, _MOST_NAMES, _MOST_HEADINGS = 100, 40, 200
_MOST_STRINGS = 20_000
_LONGEST_NAMES = 500
LINK = 40
"""A link with so many characters leads to another article."""
_DEEPEST = 30
"""Levels that are looked through for what an element stands in."""
_TEASER = ("h2", "h3", "h4", "p")
AsideTest = Callable[[Tag], bool]


class Standing(IntEnum):
    """Where an element stands."""

    ARTICLE = 0
    FRAME = 1
    """Beside the article, where now and then its own date stands."""
    FOREIGN = 2
    """In something of another kind, with dates of its own."""


class Asides:
    """Tells whether an element stands beside the article; remembers what it found, so that a page costs one walk."""

    def __init__(self, headings: Iterable[Tag], subject: Subject) -> None:
        """What is around the headline is never beside the article, whatever it is called (``has-sidebar``)."""
        self._known: dict[int, Standing] = {}
        for heading in islice(headings, _MOST_HEADINGS):
            if heading.name == "h1" or subject.is_headline(heading.get_text(" ")):
                self._known |= {id(parent): Standing.ARTICLE for parent in heading.parents}

    def __call__(self, element: Tag) -> bool:
        """Whether an element, or one around it, is of another kind than the article, or a frame."""
        return self.standing(element) is not Standing.ARTICLE

    def is_foreign(self, element: Tag) -> bool:
        """Whether an element, or one around it, is of another kind than the article."""
        return self.standing(element) is Standing.FOREIGN

    def standing(self, element: Tag) -> Standing:
        """Where an element stands by its own names and those of all around it."""
        chain: list[Tag] = []
        node: Tag | None = element
        found = Standing.ARTICLE
        while node is not None:
            if id(node) in self._known:
                found = self._known[id(node)]
                break
            chain.append(node)
            node = node.parent
        for one in reversed(chain):
            if found is not Standing.FOREIGN:
                found = max(found, _standing(one))
            self._known[id(one)] = found
        return found


def _standing(element: Tag) -> Standing:
    """Where an element stands by its own name, classes and id."""
    if element.name in _HIDDEN:
        return Standing.FOREIGN
    if element.name in ("body", "html", "[document]", "article", "main"):
        return Standing.ARTICLE
    if (element.name == "a" and _leads_elsewhere(element)) or _COMMENT_ID.match(str(element.get("id") or "")):
        return Standing.FOREIGN
    by_names = _by_names(" ".join(names_of(element))[:_LONGEST_NAMES])
    if by_names is None:
        is_frame = element.name in _FRAME_TAGS
        by_names = Standing.FRAME if is_frame else Standing.ARTICLE
    is_foot = by_names is Standing.FRAME and _is_foot_of_page(element)
    return Standing.FOREIGN if is_foot else by_names


@lru_cache(maxsize=2048)
def _by_names(names: str) -> Standing | None:
    """What classes and an id say, if anything; the same come again and again on a page, and on all pages of an outlet."""
    own = " ".join(name for name in names.split() if not _LAYOUT_NAME.match(name))
    if not own:
        return None
    if _FOREIGN_NAME.search(own):
        return Standing.FOREIGN
    if _OF_ARTICLE.search(own):
        return Standing.ARTICLE
    return Standing.FRAME if _FRAME_NAME.search(own) else None


def _is_foot_of_page(element: Tag) -> bool:
    return element.name == "footer" and element.find_parent(["article", "main", "section"]) is None


def names_of(element: Tag) -> list[str]:
    """The classes and the id of an element."""
    names = element.get("class") or ()
    own = [names] if isinstance(names, str) else names[:_MOST_NAMES]
    return [name[:_LONGEST_NAME] for name in (*own, str(element.get("id") or ""))]


def _leads_elsewhere(link: Tag) -> bool:
    """Whether a link is a teaser of another article. Blogs link the date of an article to the article itself."""
    length, has_time = 0, False
    for node in link.descendants:
        if isinstance(node, Tag):
            if node.name in _TEASER:
                return True
            has_time = has_time or node.name == "time"
        else:
            length += len(str(node))
    return length >= LINK and not has_time


@dataclass(frozen=True, slots=True)
class VisibleText:
    """A string of a page that readers see, and the element that it stands in."""

    text: str
    parent: Tag


def visible_pieces(strings: Iterable[NavigableString], is_aside: AsideTest) -> list[VisibleText]:
    """The strings of a page outside of what stands beside its article, in their order."""
    return list(_visible(strings, is_aside))


def _visible(strings: Iterable[NavigableString], is_aside: AsideTest) -> Iterator[VisibleText]:
    for string in islice(strings, _MOST_STRINGS):
        parent = string.parent
        if parent is not None and not is_aside(parent) and (text := clean(str(string))):
            yield VisibleText(text, parent)


def element_around(element: Tag, names: Collection[str]) -> Tag | None:
    """An element of one of some names: the element itself, or the nearest around it within bounds."""
    node: Tag | None = element
    for _ in range(_DEEPEST):
        if node is None or node.name in names:
            return node
        node = node.parent
    return None


def block_of(element: Tag) -> Tag:
    """The nearest element around a string that has its lines for itself."""
    while element.name in INLINE and element.parent is not None:
        element = element.parent
    return element


def blocks_of(pieces: Iterable[VisibleText]) -> Iterator[tuple[Tag, list[str]]]:
    """The strings of each block together, as in <b>30</b> <i>Nov</i> 2025."""
    for _, members in groupby(((block_of(p.parent), p.text) for p in pieces), key=lambda one: id(one[0])):
        found = list(members)
        yield found[0][0], [text for _, text in found]
