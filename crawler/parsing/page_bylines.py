"""The places of a page that may name the authors of its article: elements that are marked, the lines at the headline, a signature."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import islice

from crawler.parsing.byline_names import LONGEST_LINE, Byline, BylineReader, joined
from crawler.parsing.page_tree import Element, ancestors, described, text_of
from crawler.parsing.text import clean, size_of

_MOST_LINES, _MOST_MARKED, _MOST_CONSIDERED = 12, 4, 40
"""With more names that are marked as authors, most are those of other stories that the page lists."""
_ROWS, _LEAST_HEADLINE, _LONGEST_TEASER = 3, 30, 400
"""Blocks around a name that may be a teaser of another story, bytes of its linked headline, and characters of it."""
_TAGS = ("a", "span", "div", "p", "address", "li", "ul", "strong", "b", "i", "em", "cite", "small", "section", "byline",
         "h2", "h3", "h4", "h5", "h6", "meta", "td", "dd", "footer")  # fmt: skip
_OF_AUTHOR = re.compile(
    r"(?:^|[_-])(?:author|authors|byline|bylines|byl|writer|writers|reporter|reporters|penulis|pewarta|wartawan|jurnalis|journalist|journalists|tac-?gia"
    r"|nguoi-?viet|creator|contributors?|autor|autore?s|autoren|auteurs?|redakteur|verfasser|wrote|written)(?:$|[_-]|s?-?name|by|info|link|text)"
    r"|(?:authors?|byline)(?:name|meta|info|text|link|line|list|section|block)+s?(?:$|[_-])|by-line|(?:^|[_-])p(?:o?st)(?:ed)?-by(?:$|[_-])|(?:article|post|entry|document|blog|story|news)[_-]?(?:author|byline)s?",
)
_NOT_AUTHOR = re.compile(
    r"comment|related|avatar|image|photo|pic|bio|desc|social|share|follow|widget|sidebar|footer|recommend|teaser|(?<!v)card|title|role|position|more|box|count|loggedin|single-author|multi-author"
)
_ASIDE = re.compile(r"comment|related|sidebar|recommend|popular|most-?(?:read|viewed)|teaser|trending|widget")
_OF_PERSON = re.compile(
    r"author|auteur|autor|people|person|profile|staff|contributor|reporter|journalist|writer|columnist|penulis|tac-gia|/by/|/team/|/user|/redaktion/|/u/"
)
"""Addresses of pages about an author."""
_RIGHT = re.compile(r"text-align\s*:\s*(?:right|end)")
_SOURCES = ("theo ", "nguồn")
"""What begins the name of a source in the place of a signature."""
_RIGHT_NAME = re.compile(r"(?:^|[\s_-])(?:text-right|align-?right|right-align)(?:$|[\s_-])")


class MarkedBylines:
    """What the elements of a page say that are marked as the author's.

    Args:
        tree: the page.
        title: its headline. What is around that is no box beside the article, whatever it is called.
        reader: reads bylines.
    """

    def __init__(self, tree: Element, title: str, reader: BylineReader) -> None:
        self._tree, self._reader = tree, reader
        heading = _place_of(title, tree)
        around = [] if heading is None else list(heading.iterancestors())
        self._around_headline = set(around)
        self._article = next((e for e in around if e.tag in ("article", "main")), None)

    def bylines(self) -> Iterator[Byline]:
        """What ``rel`` and ``itemprop`` mark, then what classes do, in the article that has the headline."""
        declared, named = self._marked
        yield from self._of_marked(
            *([e for e in found if self._is_in_article(e)] for found in (declared, named))
        )

    def others(self) -> Iterator[Byline]:
        """The same outside of that, where a page says nothing in it; nothing of where its article is not marked."""
        declared, named = self._marked
        yield from self._of_marked(
            *([e for e in found if not self._is_in_article(e)] for found in (declared, named))
        )

    @cached_property
    def _marked(self) -> tuple[list[Element], list[Element]]:
        declared: list[Element] = []
        named: list[Element] = []
        for element in self._tree.iter(*_TAGS):
            if _is_declared(element.get("rel")) or _is_declared(element.get("itemprop")):
                declared.append(element)
            elif (
                element.tag == "byline"
                or _names_author(element.get("class"))
                or _names_author(element.get("id"))
            ):
                named.append(element)
            if len(declared) + len(named) >= _MOST_CONSIDERED:
                break
        return declared, named

    def _of_marked(self, declared: list[Element], named: list[Element]) -> Iterator[Byline]:
        yield _few(joined(self._read(e) for e in declared if not self._is_beside_article(e)))
        yield _few(self._of_named(named))

    def _is_in_article(self, element: Element) -> bool:
        """Whether an element is in the article with the headline; all are where none is marked as that."""
        return self._article is None or any(e is self._article for e in element.iterancestors())

    def signature(self) -> Byline:
        """The name that stands alone and to the right below an article, as Vietnamese newsrooms sign it."""
        to_the_right = filter(_is_to_the_right, self._tree.iter("p", "div"))
        for element in islice(to_the_right, _MOST_CONSIDERED):
            if self._is_beside_article(element):
                continue
            line = re.split(r"[(（]", _shown(element))[0].strip()
            if line.casefold().startswith(_SOURCES):
                continue
            names = re.split(r"\s+[-–—]\s+|\s*,\s*", line)
            if len(line) <= 40 and all(map(_is_signed, names)):
                found = self._reader.names_in(", ".join(names))
                if found.persons:
                    return Byline(found.persons)
        return Byline()

    def _of_named(self, elements: list[Element]) -> Byline:
        """The names in the first element that has any, and in those beside it with the same class."""
        only_organisations = Byline()
        for n, element in enumerate(elements):
            if self._is_beside_article(element):
                continue
            found = self._read(element)
            if found.persons:
                alike = (e for e in elements[n + 1 :] if _are_alike(e, element))
                return joined([found, *map(self._read, alike)])
            if found.organisations and not only_organisations.organisations:
                only_organisations = found
        return only_organisations

    def _is_beside_article(self, element: Element) -> bool:
        around = [e for e in ancestors(element, 8) if e not in self._around_headline]
        return any(map(_is_aside, around)) or any(map(_is_teaser, around[:_ROWS]))

    def _read(self, element: Element) -> Byline:
        inner = next((e for e in element.iter() if e.get("itemprop") == "name"), element)
        line = clean(inner.get("content") or "") or _shown(inner)
        links = (a for a in inner.iter("a") if _leads_to_person(a, inner))
        linked = joined(self._reader.names_in(text_of(a)) for a in islice(links, _MOST_LINES))
        if linked.persons and len(line) <= 2 * LONGEST_LINE:
            return linked
        return self._reader.marked_in(line) if len(line) <= LONGEST_LINE else Byline()


def near_headline(tree: Element, title: str) -> Iterator[str]:
    """The short lines behind the headline, up to the text."""
    heading = _place_of(title, tree)
    if heading is None:
        return
    lines = 0
    for around in ancestors(heading, 3):
        for sibling in around.itersiblings():
            lines += 1
            line = text_of(sibling)
            if lines > _MOST_LINES or len(line) > 2 * LONGEST_LINE:
                break
            yield from (clean(piece) for piece in sibling.itertext() if len(piece) < LONGEST_LINE)
            yield line


def _place_of(title: str, tree: Element) -> Element | None:
    """The element that shows the headline: a heading, else another one with these words."""
    # Besides the headline, a heading may hold a kicker or a date.
    headings = (h for h in islice(tree.iter("h1", "h2"), _MOST_CONSIDERED) if title in text_of(h))
    heading = next(headings, None) if title else None
    if heading is not None or not title:
        return heading
    return next(
        (
            e
            for e in tree.iter("div", "p", "span", "td", "font", "strong", "h3")
            if clean(e.text or "") == title
        ),
        None,
    )


def _is_declared(value: str | None) -> bool:
    return value is not None and "author" in value.lower().split()


@lru_cache(maxsize=20_000)
def _names_author(value: str | None) -> bool:
    """Whether one of the classes of an element, or its id, says that it names an author. Pages of a site share them."""
    for name in (value or "").lower().split():
        part = name.rpartition("__")[2]  # an element of a block, as BEM names it: teaser-card__author
        if _OF_AUTHOR.search(part) and not _NOT_AUTHOR.search(part):
            return True
    return False


def _is_aside(element: Element) -> bool:
    names = described(element)
    if element.tag in ("html", "body", "main", "article"):
        return False
    if element.tag == "nav" or _ASIDE.search(names):
        return True
    if element.tag not in ("aside", "footer"):
        return False
    # The line below a headline is an aside or a footer on some pages.
    is_of_article = any(e.tag in ("article", "main") for e in ancestors(element, 8))
    return not (is_of_article and ("meta" in names or "article" in names or "author" in names))


def _is_teaser(block: Element) -> bool:
    """Whether a small block links a headline; its byline is that of another story."""
    links = list(islice(block.iter("a"), _MOST_LINES))
    headlines = (
        a for a in links if not _OF_PERSON.search((a.get("href") or "").lower()) and a.get("rel") != "author"
    )
    if not any(a.get("href") and size_of(text_of(a)) >= _LEAST_HEADLINE for a in headlines):
        return False
    return len(text_of(block)) <= _LONGEST_TEASER


def _shown(element: Element) -> str:
    """The text of an element without its scripts."""
    if next(element.iter("script", "style"), None) is None:
        return text_of(element)
    return clean(" ".join(e for e in element.xpath(".//text()[not(ancestor::script or ancestor::style)]")))


def _is_signed(name: str) -> bool:
    words = name.split()
    return 2 <= len(words) <= 5 and all(word[0].isupper() for word in words)


def _is_to_the_right(element: Element) -> bool:
    if len(element) > 2:
        return False
    style = element.get("style") or ""
    return (
        bool(_RIGHT.search(style))
        or element.get("align") == "right"
        or _RIGHT_NAME.search(described(element)) is not None
    )


def _are_alike(one: Element, other: Element) -> bool:
    is_same_kind = one.tag == other.tag and one.get("class") == other.get("class")
    return is_same_kind and one.getparent() is other.getparent()


def _leads_to_person(link: Element, within: Element) -> bool:
    address = f"{link.get('href') or ''} {link.get('rel') or ''}".lower()
    return link is not within and _OF_PERSON.search(address) is not None


def _few(byline: Byline) -> Byline:
    """A byline, of which only the first name counts if it has too many."""
    persons = byline.persons if len(byline.persons) <= _MOST_MARKED else byline.persons[:1]
    return Byline(persons, byline.organisations[:1])
