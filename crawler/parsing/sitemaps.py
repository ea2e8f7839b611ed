"""Sitemaps to entries: news sitemaps, plain ones and indexes (sitemaps.org; Google's news extension)."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from lxml import etree

from crawler.model import Entry
from crawler.parsing.charsets import decode_xml
from crawler.parsing.dates.context import Origin
from crawler.parsing.dates.series import read_dates, read_either
from crawler.parsing.dates.verdict import DateVerdict, Doubt, note_of
from crawler.parsing.dating import named_day
from crawler.parsing.feeds import FeedError, example, note_of_unreadable
from crawler.parsing.newest import newest_places
from crawler.parsing.sitemap_children import Child, newest_first
from crawler.parsing.text import clean
from crawler.parsing.urls import absolute, shortened
from crawler.parsing.xml_repair import complete_part, repaired

MOST_ADDRESSES = 50_000
"""Addresses of one sitemap, as sitemaps.org allows; of more the newest are read."""
MOST_ROWS = 150_000
"""Addresses among which the newest are looked for; of more, those at both ends."""
LARGEST = 52_428_800
"""Bytes of one sitemap, as sitemaps.org allows: 50 MB, with all its pictures."""
NEWEST_CHILDREN, MOST_CHILDREN = 5, 1000
_OTHERS = ("image", "video", "mobile", "xhtml", "code", "geo", "pagemap")
"""Extensions whose ``title``, ``loc`` and dates are those of something else than the page."""


@dataclass(frozen=True, slots=True)
class Sitemap:
    """The entries of a sitemap, or the children of an index.

    Attributes:
        entries: one for each address, in its order.
        children: the newest sitemaps of an index, the newest first; they are asked each time.
        others: its other sitemaps, the likely newer ones first; they are asked in turn.
        notes: what was wrong with it.
    """

    entries: tuple[Entry, ...] = ()
    children: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(slots=True)
class _Row:
    """What one ``url`` or ``sitemap`` element says."""

    loc: str = ""
    lastmod: str = ""
    published: str = ""
    title: str = ""
    outlet: str = ""
    language: str = ""


class _Document(NamedTuple):
    """The local name of a document's root, the rows below it, and how many it lists in all."""

    root: str
    rows: list[_Row]
    listed: int


_PROGRAMS = frozenset(
    ("view", "viewer", "article", "articles", "news", "detail", "details", "index", "default", "show", "read", "content", "page", "story",
     "item", "post", "node", "id")
)  # fmt: skip
"""Parts of addresses that name a program or a section and say nothing of an article."""
_LETTERS = re.compile(r"[^\W\d_]{3}|[\u0e00-\u9fff]{2}")


def read_sitemap(
    body: bytes,
    *,
    url: str,
    source: str,
    seen: datetime,
    content_type: str = "",
    origin: Origin | None = None,
) -> Sitemap:
    """The entries of a sitemap; of an index the addresses of its children.

    Args:
        body: the bytes as sent, decompressed.
        url: where they came from; relative links are resolved against it.
        source: the source's name, for the entries.
        seen: when they were fetched.
        content_type: the server's Content-Type, for its charset.
        origin: what is known of where its dates were written.

    Raises:
        FeedError: the bytes are no sitemap.
    """
    body = body.strip()
    decoded = decode_xml(body, content_type)
    problem = None
    try:
        found = _rows(body if decoded.is_exact else decoded.text.encode("utf-8", "replace"))
    except etree.XMLSyntaxError:
        mended = repaired(decoded.text)
        problem = "broken XML, read as far as possible"
        found = _recovered(complete_part(mended) or mended)
    if found.root not in ("urlset", "sitemapindex"):
        raise FeedError("not a sitemap", f"the answer is {_described(found.root)}, not a sitemap")
    rows = found.rows
    notes = (*filter(None, (decoded.note, problem)), *note_of_unreadable(row.title for row in rows))
    if found.root == "sitemapindex":
        return _index(rows, url, notes, origin or Origin(url), seen)
    dates = _dates(rows, url, origin or Origin(url), seen)
    kept = newest_places([date.moment for date in dates], MOST_ADDRESSES)
    links = [absolute(url, rows[n].loc) for n in kept]
    entries = tuple(
        _entry(rows[n], dates[n], link, source, seen)
        for n, link in zip(kept, links, strict=True)
        if link is not None
    )
    notes += _left_out([rows[n].loc for n in kept], links)
    if found.listed > MOST_ADDRESSES:
        left = found.listed - len(kept)
        notes += (f"it lists {found.listed} addresses; the newest {len(kept)} were read, {left} left out",)
    return Sitemap(
        entries,
        notes=(*note_of([dates[n] for n in kept]), *notes)
        if entries
        else ("the sitemap has no entries", *notes),
    )


def _left_out(written: Sequence[str], links: Sequence[str | None]) -> tuple[str, ...]:
    """What is said of addresses that are none, and of rows without one; ``links`` are the addresses as they can be asked."""
    blank = sum(not loc for loc in written)
    notes = (f"left out for want of an address: {blank}",) if blank else ()
    unusable = [loc for loc, link in zip(written, links, strict=True) if loc and link is None]
    if not unusable:
        return notes
    return *notes, f"left out: {len(unusable)}, for {example(unusable[0])}"


def _described(root: str) -> str:
    if root == "html":
        return "a web page (HTML)"
    return f"XML with the root <{root}>" if root else "no XML"


def _rows(body: bytes, *, recover: bool = False) -> _Document:
    """The rows of a sitemap in UTF-8; each element is let go of as soon as it is read.

    Raises:
        XMLSyntaxError: the document is not well-formed.
    """
    events = etree.iterparse(
        BytesIO(body), events=("start", "end"), resolve_entities=False, no_network=True,
        recover=recover, huge_tree=False, remove_comments=True, remove_pis=True, encoding="utf-8",
    )  # fmt: skip
    root: etree._Element | None = None
    head: list[_Row] = []
    tail: deque[_Row] = deque(maxlen=MOST_ROWS // 2)
    count = 0
    for event, element in events:
        if root is None:
            root = element
            if _local(root) not in ("urlset", "sitemapindex"):
                break
        elif event == "end" and element.getparent() is root:
            (head if len(head) < MOST_ROWS // 2 else tail).append(_row(element))
            count += 1
            element.clear()
            while element.getprevious() is not None:
                del root[0]
    return _Document(_local(root) if root is not None else "", [*head, *tail], count)


def _recovered(text: str) -> _Document:
    try:
        return _rows(text.encode("utf-8", "replace"), recover=True)
    except etree.XMLSyntaxError:
        return _Document("", [], 0)


def _local(element: etree._Element) -> str:
    """The name of an element without its namespace, and without a prefix that is not declared."""
    return _named(str(element.tag), element.prefix).local.lower()


class _Name(NamedTuple):
    """The name of an element without its namespace, and the extension that it belongs to."""

    local: str
    extension: str


@lru_cache(maxsize=256)
def _named(tag: str, prefix: str | None) -> _Name:
    """What an element is, by its namespace, or by its prefix where that is not declared."""
    namespace, _, name = tag.rpartition("}")
    own, _, local = name.rpartition(":")
    low = (prefix or own).lower()
    found = (e for e in ("news", *_OTHERS) if f"sitemap-{e}" in namespace or e == low or f"/{e}" in namespace)
    return _Name(local.lower(), next(found, ""))


def _row(element: etree._Element) -> _Row:
    """The fields of a ``url`` or ``sitemap`` element: its own, and those of the news extension; of pictures none."""
    row = _Row()
    for child in element:
        name, extension = _named(str(child.tag), child.prefix)
        if name == "news" and extension not in _OTHERS:
            _read_news(row, child)
        elif not extension and name in ("loc", "lastmod"):
            setattr(row, name, getattr(row, name) or _text(child))
        elif extension == "news" or (not extension and name in ("title", "publication_date")):
            _read_field(row, child)
    return row


def _read_news(row: _Row, news: etree._Element) -> None:
    for child in news.iterdescendants():
        if isinstance(child.tag, str) and _named(str(child.tag), child.prefix).extension not in _OTHERS:
            _read_field(row, child)


def _read_field(row: _Row, element: etree._Element) -> None:
    name = {"publication_date": "published", "title": "title", "name": "outlet", "language": "language"}.get(
        _local(element)
    )
    if name is not None:
        setattr(row, name, getattr(row, name) or _text(element))


def _text(element: etree._Element) -> str:
    whole = "".join(element.itertext()) if len(element) else element.text or ""
    return whole.strip()


def _index(rows: list[_Row], url: str, notes: tuple[str, ...], origin: Origin, seen: datetime) -> Sitemap:
    links = [absolute(url, row.loc) for row in rows]
    found = {link: row.lastmod for link, row in zip(links, rows, strict=True) if link is not None}
    notes += _left_out([row.loc for row in rows], links)
    dates = read_dates(list(found.values()), origin.context(seen))
    ordered = newest_first([Child(link, d.moment) for link, d in zip(found, dates, strict=True)])
    if len(ordered) > MOST_CHILDREN:
        notes += (f"the index names {len(ordered)} sitemaps; only {MOST_CHILDREN} of them are asked",)
    return Sitemap(
        children=tuple(ordered[:NEWEST_CHILDREN]),
        notes=notes if ordered else ("the index names no sitemaps", *notes),
        others=tuple(ordered[NEWEST_CHILDREN:MOST_CHILDREN]),
    )


def _dates(rows: list[_Row], url: str, origin: Origin, seen: datetime) -> list[DateVerdict]:
    """The dates of all rows: when each was published, else when it was changed, which is no earlier."""
    texts = [(row.published, row.lastmod) for row in rows]
    context = origin.context(seen, claimed=next((row.language for row in rows if row.language), None))
    found = read_either(texts, context, lambda i: named_day(absolute(url, rows[i].loc), seen))
    return [
        date if date.text == published else date._replace(doubts=(*date.doubts, Doubt.CHANGED))
        for (published, _), date in zip(texts, found, strict=True)
    ]


def _entry(row: _Row, date: DateVerdict, link: str, source: str, seen: datetime) -> Entry:
    title = clean(row.title) or _title_from(link)
    return Entry(
        source,
        shortened(link),
        link,
        title,
        seen,
        published=date.moment,
        date_basis=date.basis,
        outlet=clean(row.outlet) or None,
    )


def _title_from(link: str) -> str:
    """A plain sitemap has no titles; the last part of the path stands in until the page is read."""
    parts = [p for p in urlsplit(link).path.split("/") if p]
    words = [clean(re.sub(r"[-_+]", " ", re.sub(r"\.\w{2,5}$", "", unquote(part)))) for part in parts]
    telling = (
        part
        for part in reversed(words)
        if " " in part or (part.lower() not in _PROGRAMS and _LETTERS.search(part))
    )
    others = (part for part in reversed(words) if part and part.lower() not in _PROGRAMS)
    return next(telling, None) or next(others, None) or link
