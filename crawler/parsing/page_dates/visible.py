"""What readers see of a page: its strings, without what stands beside its article."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import islice

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PreformattedString

from crawler.parsing.page_dates.claims import Subject
from crawler.parsing.text import clean

_ASIDE = frozenset(
    (
        "script",
        "style",
        "noscript",
        "nav",
        "aside",
        "form",
        "footer",
        "button",
        "select",
        "template",
        "title",
        "option",
        "iframe",
    )
)
_ASIDE_NAME = re.compile(
    r"(?:^|[\s_-])(?:related|relate|recommend\w*|sidebar|side|aside|ticker|breaking|marquee|clock|weather|trending|popular|latest|newest"
    r"|terkait|terpopuler|terbaru|populer|berkaitan|terkini|lien-?quan|tin-?moi|tin-?nong|tin-?lien|xem-?them|comments?|komentar|replies|footer|foot"
    r"|copyright|widget|calendar|rank\w*|tuijian|xiangguan|hotnews|navbar|nav|menu|topbar|top-?bar|today|current-?date|date-?now|now|teasers?"
    r"|carousel|slider|more-?news|more-?stories|read-?also|read-?more|see-?also|promo|advert\w*|subscribe|newsletter)(?:$|[\s_-])",
    re.IGNORECASE,
)
"""Words in the class or id of what is beside the article: other news, clocks, comments, frames."""
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
_LONGEST_NAME, _MOST_NAMES, _MOST_HEADINGS = 100, 40, 60
_MOST_STRINGS = 20_000
_LINK = 40
"""A link with so many characters leads to another article."""
_DEEPEST = 30
"""Levels that are looked through for what an element stands in."""
_TEASER = ("h2", "h3", "h4", "p")
AsideTest = Callable[[Tag], bool]


class Asides:
    """Tells whether an element stands beside the article; remembers what it found, so that a page costs one walk."""

    def __init__(self, soup: BeautifulSoup, subject: Subject) -> None:
        """What is around the headline is never beside the article, whatever it is called (``has-sidebar``)."""
        self._known: dict[int, bool] = {}
        for heading in soup.find_all(["h1", "h2"], limit=_MOST_HEADINGS):
            if heading.name == "h1" or subject.is_headline(heading.get_text(" ")):
                self._known |= {id(parent): False for parent in heading.parents}

    def __call__(self, element: Tag) -> bool:
        """Whether an element, or one around it, is of another kind than the article."""
        chain: list[Tag] = []
        node: Tag | None = element
        found = False
        while node is not None:
            if id(node) in self._known:
                found = self._known[id(node)]
                break
            chain.append(node)
            node = node.parent
        for one in reversed(chain):
            found = found or _is_aside(one)
            self._known[id(one)] = found
        return found


def _is_aside(element: Tag) -> bool:
    if element.name in _ASIDE:
        return True
    if element.name in ("body", "html", "[document]", "article", "main"):
        return False
    if element.name == "a" and _leads_elsewhere(element):
        return True
    return any(_ASIDE_NAME.search(name) and not _LAYOUT_NAME.match(name) for name in names_of(element))


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
    return length >= _LINK and not has_time


@dataclass(frozen=True, slots=True)
class VisibleText:
    """A string of a page that readers see, and the element that it stands in."""

    text: str
    parent: Tag


def visible_pieces(soup: BeautifulSoup, is_aside: AsideTest) -> list[VisibleText]:
    """The strings of a page outside of what stands beside its article, in their order."""
    return list(_visible(soup.body or soup, is_aside))


def _visible(root: Tag, is_aside: AsideTest) -> Iterator[VisibleText]:
    for string in islice(root.descendants, _MOST_STRINGS * 3):
        if not isinstance(string, NavigableString) or isinstance(string, PreformattedString):
            continue
        parent = string.parent
        if parent is not None and (text := clean(str(string))) and not is_aside(parent):
            yield VisibleText(text, parent)


def element_around(element: Tag, names: Collection[str]) -> Tag | None:
    """An element of one of some names: the element itself, or the nearest around it within bounds."""
    node: Tag | None = element
    for _ in range(_DEEPEST):
        if node is None or node.name in names:
            return node
        node = node.parent
    return None
