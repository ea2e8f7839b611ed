"""The places of a page that may name the authors of its article: elements that are marked, the lines at the headline, a signature."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from crawler.parsing.byline_names import LONGEST_LINE, Byline, BylineReader, joined
from crawler.parsing.page_tree import Element, ancestors, described, text_of
from crawler.parsing.text import clean

_MOST_LINES, _MOST_MARKED, _MOST_CONSIDERED = 12, 4, 40
"""With more names that are marked as authors, most are those of other stories that the page lists."""
_TAGS = ("a", "span", "div", "p", "address", "li", "ul", "strong", "b", "i", "em", "cite", "small", "section", "byline",
         "h2", "h3", "h4", "h5", "h6", "meta", "td", "dd", "footer")  # fmt: skip
_OF_AUTHOR = re.compile(
    r"(?:^|[_-])(?:author|authors|byline|bylines|byl|writer|writers|reporter|reporters|penulis|pewarta|wartawan|jurnalis|journalist|journalists|tac-?gia"
    r"|nguoi-?viet|creator|contributors?|autor|autore?s|autoren|auteurs?|redakteur|verfasser|wrote|written)(?:$|[_-]|s?-?name|by|info|link|text)"
    r"|(?:authors?|byline)(?:name|meta|info|text|link|line)s?$|(?:article|post|entry|document|blog|story|news)[_-]?(?:author|byline)s?",
)
_NOT_AUTHOR = re.compile(
    r"comment|related|avatar|image|photo|pic|bio|desc|social|share|follow|widget|sidebar|footer|recommend|teaser|(?<!v)card|title|role|position|more|box|count|loggedin|^author-\d|single-author|multi-author"
)
_ASIDE = re.compile(r"comment|related|sidebar|recommend|popular|most-?(?:read|viewed)|teaser|trending|widget")
_OF_PERSON = re.compile(
    r"author|auteur|autor|people|person|profile|staff|contributor|reporter|journalist|writer|columnist|penulis|tac-gia|/by/|/team/|/user|/redaktion/|/u/"
)
"""Addresses of pages about an author."""
_RIGHT = re.compile(r"text-align\s*:\s*(?:right|end)")
_RIGHT_NAME = re.compile(r"(?:^|[\s_-])(?:text-right|align-?right|right-align)(?:$|[\s_-])")


def marked_bylines(tree: Element, reader: BylineReader) -> Iterator[Byline]:
    """What the elements say that are marked as the author's: by ``rel`` and ``itemprop``, then by their classes."""
    declared: list[Element] = []
    named: list[Element] = []
    for element in tree.iter(*_TAGS):
        if "author" in f"{element.get('rel') or ''} {element.get('itemprop') or ''}".lower().split():
            declared.append(element)
        elif _is_named(element):
            named.append(element)
        if len(declared) + len(named) >= _MOST_CONSIDERED:
            break
    yield _few(_read_all(declared, reader))
    yield _few(_of_named(named, reader))


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


def signature_of(tree: Element, reader: BylineReader) -> Byline:
    """The name that stands alone and to the right below an article, as Vietnamese newsrooms sign it."""
    for element in tree.iter("p", "div"):
        is_right = _RIGHT.search(element.get("style") or "") or _RIGHT_NAME.search(described(element))
        if is_right and len(element) <= 2 and not any(_is_aside(e) for e in ancestors(element, 8)):
            line = text_of(element)
            words = line.split()
            if 2 <= len(words) <= 5 and all(w[0].isupper() for w in words) and len(line) <= 40:
                found = reader.names_in(line)
                if found.persons:
                    return Byline(found.persons)
    return Byline()


def _place_of(title: str, tree: Element) -> Element | None:
    """The element that shows the headline: a heading, else another one with these words."""
    heading = next((h for h in tree.iter("h1", "h2") if text_of(h) == title), None)
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


def _is_named(element: Element) -> bool:
    """Whether one of an element's classes, or its id, says that it names an author."""
    if element.tag == "byline":
        return True
    names = described(element)
    return len(names) > 1 and any(
        _OF_AUTHOR.search(name) and not _NOT_AUTHOR.search(name) for name in names.split()
    )


def _is_aside(element: Element) -> bool:
    names = described(element)
    if element.tag == "nav" or _ASIDE.search(names):
        return True
    if element.tag not in ("aside", "footer"):
        return False
    # The line below a headline is an aside or a footer on some pages.
    is_of_article = any(e.tag in ("article", "main") for e in ancestors(element, 8))
    return not (is_of_article and ("meta" in names or "article" in names or "author" in names))


def _read_all(elements: Iterable[Element], reader: BylineReader) -> Byline:
    return joined(_read(e, reader) for e in elements if not any(_is_aside(a) for a in ancestors(e, 8)))


def _of_named(elements: list[Element], reader: BylineReader) -> Byline:
    """The names in the first element that has any, and in those beside it with the same class."""
    only_organisations = Byline()
    for n, element in enumerate(elements):
        if any(_is_aside(e) for e in ancestors(element, 8)):
            continue
        found = _read(element, reader)
        if found.persons:
            beside = [e for e in elements[n + 1 :] if _is_beside(e, element)]
            return joined([found, *(_read(e, reader) for e in beside)])
        if found.organisations and not only_organisations.organisations:
            only_organisations = found
    return only_organisations


def _is_beside(one: Element, other: Element) -> bool:
    if one.get("class") != other.get("class") or one.tag != other.tag:
        return False
    parent = other.getparent()
    return one.getparent() is parent or (
        parent is not None and one.getparent() is not None and one.getparent().getparent() is parent.getparent()
        and one.getparent().tag == parent.tag and one.getparent().get("class") == parent.get("class")
    )  # fmt: skip


def _read(element: Element, reader: BylineReader) -> Byline:
    inner = next((e for e in element.iter() if e.get("itemprop") == "name"), element)
    line = clean(inner.get("content") or "") or text_of(inner)
    linked = joined(
        reader.names_in(text_of(a))
        for a in inner.iter("a")
        if a is not inner and _OF_PERSON.search((a.get("href") or "").lower() + (a.get("rel") or ""))
    )
    if linked.persons and len(line) <= 2 * LONGEST_LINE:
        return linked
    return reader.marked_in(line) if len(line) <= LONGEST_LINE else Byline()


def _few(byline: Byline) -> Byline:
    """A byline, of which only the first name counts if it has too many."""
    persons = byline.persons if len(byline.persons) <= _MOST_MARKED else byline.persons[:1]
    return Byline(persons, byline.organisations[:1])
