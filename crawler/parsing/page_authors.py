"""Who wrote an article, by its page: linked data, metadata, markup, and the line that names them.

Agencies, desks and the site itself are no persons, and editors and photographers did not write it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from crawler.parsing.linked_data import LinkedData, written
from crawler.parsing.page_tree import Element, ancestors, described, text_of
from crawler.parsing.text import clean
from crawler.runtime.data_tables import table

MOST = 12
_MOST_MARKED = 4
"""With more names that are marked as authors, most are those of other stories that the page lists."""
_MOST_LINES = 12
_LONGEST_NAME, _LONGEST_LINE = 60, 300
_META = (
    "author", "article:author", "article:author_name", "og:author", "byl", "byline", "dable:author", "parsely-author", "sailthru.author", "dc.creator",
    "dcterms.creator", "dc.creator.name", "citation_author", "creator", "cxenseparse:author", "content_author", "article.author", "authors", "writer",
    "reporter", "twitter:data1",
)  # fmt: skip
_TWITTER_LABEL = "twitter:label1"
_OF_AUTHOR = re.compile(
    r"(?:^|[\s_-])(?:author|authors|byline|bylines|byl|writer|reporter|penulis|pewarta|journalist|tac-?gia|creator|contributor)(?:$|[\s_-]|s?name|info|link|text)"
    r"|authorname|bylineauthor|articleauthor|author-?name|byline__",
)
_NOT_AUTHOR = re.compile(
    r"comment|related|avatar|image|photo|date|time|bio|desc|social|share|follow|widget|sidebar|footer|recommend|teaser|card"
)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\w+", re.IGNORECASE)
_LINK = re.compile(r"https?://|www\.|@\w|\.(?:com|net|org)\b", re.IGNORECASE)
_DATE = re.compile(
    r"\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Jan|Febr)uary|March|April|June|July|August|(?:Septem|Octo|Novem|Decem)ber)\b|\d{1,4}[-/.年:]\d{1,2}|\b(?:19|20)\d\d\b|\d{1,2}:\d\d"
)
_BRACKETS = re.compile(r"[(（\[【<《].*?[)）\]】>》]")
_CHINESE_NAME = re.compile(r"[\u4e00-\u9fff·]{2,4}$")
_CHINESE_LINE = re.compile(
    r"[（(【]?(?:本报|本報|本网|特约|见习|實習|实习|首席|驻\w{1,6}|\w{1,6}社|\w{1,8}网)?(?:记者|記者)[\s:：]*((?:[\u4e00-\u9fff·]{2,4}[\s、，,]{0,2}){1,4}?)"
    r"(?=[）)】|｜/\s]|$|报道|報道|報導|摄|综合|通讯员|编辑|电|發自|发自|\d)"
)
_SIGNS = re.compile(r"^[\s:：|｜/•·,，、;；\-–—.]+|[\s:：|｜/•·,，、;；\-–—]+$")
_SPLIT = re.compile(r"\s*[,，、;；|｜/•&+]\s*")


def authors_of(
    tree: Element, meta: dict[str, list[str]], data: LinkedData, article: tuple[str, str]
) -> tuple[str, ...]:
    """The persons who wrote the page's article, in its order; empty where it names none.

    Args:
        tree: the page.
        meta: the values of its meta elements.
        data: its linked data.
        article: its headline and its text, whose first and last lines may name them.
    """
    sites = {name.casefold() for name in (*data.names, *meta.get("og:site_name", ()))}
    for names in _places(tree, meta, data, article):
        persons = [n for n in dict.fromkeys(names) if n.casefold() not in sites]
        if persons:
            return tuple(persons[:MOST])
    return ()


def _places(
    tree: Element, meta: dict[str, list[str]], data: LinkedData, article: tuple[str, str]
) -> Iterator[list[str]]:
    yield _of_linked_data(data)
    yield _of_metadata(meta)
    yield list(_of_markup(tree))
    yield list(_of_lines(_near_headline(tree, article[0])))
    lines = article[1].split("\n")
    yield list(_of_lines([*lines[:2], *reversed(lines[-3:])], only_short=True))


def _of_linked_data(data: LinkedData) -> list[str]:
    return [name for value in data.values("author") or data.values("creator") for name in _of_value(value)]


def _of_value(value: Any) -> list[str]:
    if isinstance(value, str):
        return names_in(written(value))
    if not isinstance(value, dict):
        return []
    name, kind = value.get("name"), str(value.get("@type") or "")
    if "Organization" in kind:
        return []
    if isinstance(name, list):
        return [one for part in name for one in _of_value(part)]
    return names_in(written(name)) if isinstance(name, str) else []


def _of_metadata(meta: dict[str, list[str]]) -> list[str]:
    for key in _META:
        if key == "twitter:data1" and "by" not in " ".join(meta.get(_TWITTER_LABEL, ())).lower():
            continue
        names = [name for value in meta.get(key, ()) for name in names_in(written(value))]
        if names:
            return names
    return []


def _of_markup(tree: Element) -> Iterator[str]:
    """The names in elements that are marked as the author's."""
    for name in ("rel", "itemprop", "class"):
        found: list[str] = []
        for _, element in zip(range(20), _marked(tree, name), strict=False):
            if any(_is_aside(e) for e in ancestors(element, 8)):
                continue
            inner = next((e for e in element.iter() if e.get("itemprop") == "name"), element)
            line = clean(inner.get("content") or "") or text_of(inner)
            if len(line) <= _LONGEST_LINE:
                found += list(_of_lines([line])) or (names_in(line) if not _DATE.search(line) else [])
            if found and name == "class":
                break
        if found:
            names = list(dict.fromkeys(found))
            yield from names if len(names) <= _MOST_MARKED else names[:1]
            return


def _marked(tree: Element, name: str) -> Iterator[Element]:
    for element in tree.iter(
        "a",
        "span",
        "div",
        "p",
        "address",
        "li",
        "strong",
        "b",
        "em",
        "cite",
        "h3",
        "h4",
        "h5",
        "h6",
        "meta",
        "td",
    ):
        value = (element.get(name) or "").lower()
        if not value:
            continue
        if name != "class":
            if "author" in value.split():
                yield element
        elif _OF_AUTHOR.search(value) and not _NOT_AUTHOR.search(value):
            yield element


def _is_aside(element: Element) -> bool:
    return element.tag in ("aside", "footer", "nav") or bool(
        re.search(r"comment|related|sidebar|recommend|most|popular", described(element))
    )


def _near_headline(tree: Element, title: str) -> Iterator[str]:
    """The short lines behind the headline, up to the text."""
    heading = _place_of(title, tree)
    if heading is None:
        return
    lines = 0
    for around in ancestors(heading, 3):
        for sibling in around.itersiblings():
            lines += 1
            line = text_of(sibling)
            if lines > _MOST_LINES or len(line) > 2 * _LONGEST_LINE:
                break
            yield from (clean(piece) for piece in sibling.itertext() if len(piece) < _LONGEST_LINE)
            yield line


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


def _of_lines(lines: Iterable[str], only_short: bool = False) -> Iterator[str]:
    """The names of the first line that names any behind a word such as "by"."""
    for _, line in zip(range(80), lines, strict=False):
        if not line or len(line) > _LONGEST_LINE:
            continue
        chinese = _CHINESE_LINE.search(line)
        names = [n for n in re.split(r"[\s、，,]+", chinese[1]) if _CHINESE_NAME.match(n)] if chinese else []
        names = [n for n in names if _is_person(n)]
        if not names and not (only_short and len(line) > 120):
            names = _behind_word(line)
        if names:
            yield from names
            return


def _behind_word(line: str) -> list[str]:
    """The names behind a word such as "by" that begins a line or a part of it."""
    for part in re.split(r"\s*[|｜•·\n]\s*|\s{2,}|\s+[-–—]\s+", line):
        begun = _before().match(part) or _labelled().search(part)
        if begun:
            rest = _others().split(part[begun.end() :])[0]
            if len(rest) <= 2 * _LONGEST_NAME:
                return names_in(rest)
    return []


def names_in(line: str) -> list[str]:
    """The persons that a line of names names."""
    if not line or len(line) > _LONGEST_LINE:
        return []
    line = clean(_ADDRESS.sub(" ", _BRACKETS.sub(" ", line)))
    if _others().match(line):
        return []
    line = _others().split(line)[0]
    begun = _before().match(line)
    line = line[begun.end() :] if begun else line
    line = _DATE.split(line)[0]
    return [name for part in _SPLIT.split(line) for name in _persons(part)]


def _persons(part: str) -> Iterator[str]:
    for piece in _between().split(part):
        begun = _before().match(piece)
        name = _SIGNS.sub("", piece[begun.end() :] if begun else piece)
        if _is_person(name):
            yield name


def _is_person(name: str) -> bool:
    if (
        not 2 <= len(name) <= _LONGEST_NAME
        or _LINK.search(name)
        or not any(c.isalpha() for c in name)
        or any(c.isdigit() for c in name)
    ):
        return False
    words, folded = name.split(), name.casefold()
    if len(words) > 6 or folded in _no_persons() or _before().fullmatch(f"{name}:"):
        return False
    organisations = _organisations()
    return not any(w.casefold().strip(".,") in organisations for w in words) and not any(
        o in name for o in organisations if not o.isascii()
    )


@cache
def _no_persons() -> frozenset[str]:
    data = table("bylines.yaml")
    return frozenset(str(n).casefold() for n in (*data["no_persons"], *data["agencies"]))


@cache
def _organisations() -> frozenset[str]:
    return frozenset(str(n) for n in table("bylines.yaml")["organisations"])


def _words(key: str) -> str:
    names = sorted(map(str, table("bylines.yaml")[key]), key=len, reverse=True)
    return "|".join(re.escape(n) for n in names)


@cache
def _before() -> re.Pattern[str]:
    """A word such as "by" at the beginning, with what parts it from the name: a colon, or a space in scripts that have them."""
    return re.compile(
        rf"\W*(?:{_words('before')})(?:\s*[:：/]\s*|\s+|(?<=[^\x00-\u02ff])(?=[^\x00-\u02ff]))", re.IGNORECASE
    )


@cache
def _labelled() -> re.Pattern[str]:
    """The same within a line, where a colon makes it a label."""
    return re.compile(rf"(?<=\s)(?:{_words('before')})\s*[:：]\s*", re.IGNORECASE)


@cache
def _others() -> re.Pattern[str]:
    """A word such as "editor" with a colon, or in brackets."""
    return re.compile(
        rf"[\s|｜/,;(]*(?<![^\W\d_])(?:{_words('others')})\s*(?:[:：]|(?<=by)\s)\s*", re.IGNORECASE
    )


@cache
def _between() -> re.Pattern[str]:
    names = [re.escape(str(n)) for n in table("bylines.yaml")["between"]]
    return re.compile(
        rf"\s+(?:{'|'.join(names)})\s+|(?<=[\u4e00-\u9fff])[和及](?=[\u4e00-\u9fff])", re.IGNORECASE
    )
