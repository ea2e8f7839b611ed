"""Who wrote an article, by its page: linked data, metadata, markup, and the line that names them.

Persons count before organisations, wherever they are named. Where no person is named, the agency that is named in their place is
the author, or the outlet itself if linked data or markup say so. Editors, photographers and translators did not write the article,
and roles and accounts ("admin", "staff reporter", "Redaksi") name nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise
from typing import Any
from urllib.parse import urlsplit

from crawler.parsing import byline_words as known
from crawler.parsing.byline_names import LONGEST_LINE, Byline, BylineReader, joined
from crawler.parsing.byline_words import is_agency
from crawler.parsing.linked_data import LinkedData, written
from crawler.parsing.page_bylines import MarkedBylines, near_headline
from crawler.parsing.page_tree import Element

MOST, _MOST_NEAR = 12, 80
_LONGEST_LABEL = 20
_STATED = 8
"""Places that state an author rather than mention one: linked data, metadata, two kinds of markup in the article and outside, the lines at the headline."""
_META = (
    "author", "article:author", "article:author_name", "og:author", "og:article:author", "byl", "byline", "dable:author", "parsely-author", "sailthru.author",
    "dc.creator", "dcterms.creator", "dc.creator.name", "citation_author", "creator", "cxenseparse:author", "content_author", "article.author", "article_author",
    "articleauthor", "authors", "writer", "reporter",
)  # fmt: skip
_TWITTER_DATA, _TWITTER_LABEL = "twitter:data1", "twitter:label1"
_OF_READING = re.compile(r"read|time|durée|zeit|minut|lect|阅读|時間", re.IGNORECASE)
"""Labels of Twitter's cards that are not an author's."""


def authors_of(
    tree: Element, url: str, meta: dict[str, list[str]], data: LinkedData, article: tuple[str, str]
) -> tuple[str, ...]:
    """Who wrote the page's article, in its order; empty where it does not say.

    Args:
        tree: the page.
        url: its address.
        meta: the values of its meta elements.
        data: its linked data.
        article: its headline and its text, whose first and last lines may name them.
    """
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    reader = BylineReader((*data.names, *meta.get("og:site_name", ()), host, host.split(".")[0]))
    accounts: tuple[str, ...] = ()
    stated: list[tuple[str, ...]] = []
    for byline in _places(tree, meta, data, article, reader):
        if any(not _is_account(name) for name in byline.persons):
            return byline.persons[:MOST]
        accounts = accounts or byline.persons
        stated.append(byline.organisations)
    return (accounts or _organisation(stated))[:MOST]


def _is_account(name: str) -> bool:
    """Whether a name may be that of an account: one word in Latin letters. The byline may have the full name."""
    return name.isascii() and " " not in name and "." not in name


def _organisation(stated: list[tuple[str, ...]]) -> tuple[str, ...]:
    """The organisation that stands in an author's place: an agency that data or markup state before the outlet itself."""
    of_agencies = [names for names in stated[:_STATED] if any(map(is_agency, names))]
    return next((names for names in (*of_agencies, *stated) if names), ())


def _places(
    tree: Element,
    meta: dict[str, list[str]],
    data: LinkedData,
    article: tuple[str, str],
    reader: BylineReader,
) -> Iterator[Byline]:
    """What each place of a page that may name its authors says, the most reliable first."""
    values = data.values("author") or data.values("creator")
    yield joined(_of_value(value, reader) for value in values[: 2 * MOST])
    yield _agencies_only(_of_metadata(meta, reader))
    marked = MarkedBylines(tree, article[0], reader)
    yield from marked.bylines()
    near = list(islice(near_headline(tree, article[0]), _MOST_NEAR))
    yield _agencies_only(_first(near, reader))
    yield _without_word(near, reader)
    yield from marked.others()
    lines = article[1].split("\n")
    yield _agencies_only(_first([n for n in (*lines[:2], *reversed(lines[-3:])) if len(n) <= 120], reader))
    yield marked.signature()


def _of_value(value: Any, reader: BylineReader) -> Byline:
    """Whom a value of JSON-LD names."""
    if isinstance(value, str):
        return reader.names_in(written(value))
    if not isinstance(value, dict):
        return Byline()
    name, kinds = value.get("name"), str(value.get("@type") or "")
    if not name:
        name = " ".join(str(value[part]) for part in ("givenName", "familyName") if value.get(part))
    if isinstance(name, list):
        return joined(_of_value(value | {"name": part}, reader) for part in name if isinstance(part, str))
    if not isinstance(name, str):
        return Byline()
    found = reader.names_in(written(name))
    if "Organization" in kinds and "Person" not in kinds:
        return Byline((), (*found.organisations, *found.persons))
    return found


def _of_metadata(meta: dict[str, list[str]], reader: BylineReader) -> Byline:
    found = Byline()
    for key in (*_META, _TWITTER_DATA):
        label = " ".join(meta.get(_TWITTER_LABEL, ()))
        if key == _TWITTER_DATA and (not label or _OF_READING.search(label)):
            continue
        found = joined([found, *(reader.names_in(written(v)) for v in meta.get(key, ()))])
        if found.persons:
            return found
    return found


def _agencies_only(byline: Byline) -> Byline:
    """A byline without organisations that are no agencies: metadata name who runs the site, lines of text anybody."""
    return Byline(byline.persons, tuple(filter(is_agency, byline.organisations)))


def _first(lines: Iterable[str], reader: BylineReader) -> Byline:
    """The first of some lines that names anybody behind a word such as "by"."""
    for _, line in zip(range(_MOST_NEAR), lines, strict=False):
        if line and len(line) <= LONGEST_LINE:
            found = reader.introduced_in(line)
            if found.persons or found.organisations:
                return found
    return Byline()


def _without_word(lines: Sequence[str], reader: BylineReader) -> Byline:
    """The first name that has a line for itself below a word such as "Reporter", or one with its bearer's outlet."""
    for label, line in pairwise(("", *filter(None, lines))):
        is_labelled = len(label) <= _LONGEST_LABEL and known.before().fullmatch(f"{label}:") is not None
        found = reader.alone_in(line) if is_labelled else reader.with_outlet_in(line)
        if found.persons:
            return found
    return Byline()
