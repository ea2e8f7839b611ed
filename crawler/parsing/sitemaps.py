"""Sitemaps to entries: news sitemaps, plain ones and indexes (sitemaps.org; Google's news extension)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from urllib.parse import unquote, urlsplit

from lxml import etree

from crawler.model import Entry
from crawler.parsing.charsets import decode_xml
from crawler.parsing.dates.context import Origin
from crawler.parsing.dates.series import read_dates, read_either
from crawler.parsing.dates.verdict import DateVerdict, Doubt, note_of
from crawler.parsing.dating import named_day
from crawler.parsing.feeds import FeedError
from crawler.parsing.sitemap_children import Child, newest_first
from crawler.parsing.text import clean
from crawler.parsing.urls import absolute, shortened
from crawler.parsing.xml_repair import complete_part, repaired

MOST_ADDRESSES = 50_000
"""Addresses of one sitemap, as sitemaps.org allows; of more the last ones are read."""
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
    decoded = decode_xml(body.strip(), content_type)
    text, problem = decoded.text, None
    try:
        root, rows = _rows(text)
    except etree.XMLSyntaxError:
        mended = repaired(text)
        problem = "broken XML, read as far as possible"
        root, rows = _recovered(complete_part(mended) or mended)
    if root not in ("urlset", "sitemapindex"):
        raise FeedError("not a sitemap", f"the answer is {_described(root)}, not a sitemap")
    notes = tuple(filter(None, (decoded.note, problem)))
    if root == "sitemapindex":
        return _index(rows, url, notes, origin or Origin(url), seen)
    read = rows[-MOST_ADDRESSES:]
    dates = _dates(read, url, origin or Origin(url), seen)
    made = (_entry(row, date, url, source, seen) for row, date in zip(read, dates, strict=True))
    found = tuple(entry for entry in made if entry is not None)
    if len(rows) > MOST_ADDRESSES:
        notes += (f"it lists {len(rows)} addresses; only the last {MOST_ADDRESSES} were read",)
    return Sitemap(
        found, notes=(*note_of(dates), *notes) if found else ("the sitemap has no entries", *notes)
    )


def _described(root: str) -> str:
    if root == "html":
        return "a web page (HTML)"
    return f"XML with the root <{root}>" if root else "no XML"


def _rows(text: str, *, recover: bool = False) -> tuple[str, list[_Row]]:
    """The local name of the root, and the rows below it; each element is let go of as soon as it is read.

    Raises:
        XMLSyntaxError: the document is not well-formed.
    """
    events = etree.iterparse(
        BytesIO(text.encode("utf-8", "replace")), events=("start", "end"), resolve_entities=False, no_network=True,
        recover=recover, huge_tree=False, remove_comments=True, remove_pis=True, encoding="utf-8",
    )  # fmt: skip
    root: etree._Element | None = None
    rows = []
    for event, element in events:
        if root is None:
            root = element
            if _local(root) not in ("urlset", "sitemapindex"):
                break
        elif event == "end" and element.getparent() is root:
            rows.append(_row(element))
            element.clear()
            while element.getprevious() is not None:
                del root[0]
    return _local(root) if root is not None else "", rows


def _recovered(text: str) -> tuple[str, list[_Row]]:
    try:
        return _rows(text, recover=True)
    except etree.XMLSyntaxError:
        return "", []


def _local(element: etree._Element) -> str:
    """The name of an element without its namespace, and without a prefix that is not declared."""
    return str(element.tag).rpartition("}")[2].rpartition(":")[2]


def _extension(element: etree._Element) -> str:
    """The extension that an element belongs to, by its namespace, or by its prefix where that is not declared."""
    namespace, _, name = str(element.tag).rpartition("}")
    prefix = element.prefix or name.rpartition(":")[0]
    return next(
        (
            e
            for e in ("news", *_OTHERS)
            if f"sitemap-{e}" in namespace or e == prefix.lower() or f"/{e}" in namespace
        ),
        "",
    )


def _row(element: etree._Element) -> _Row:
    """The fields of a ``url`` or ``sitemap`` element: its own, and those of the news extension; of pictures none."""
    row = _Row()
    for child in element:
        name, extension = _local(child), _extension(child)
        if name == "news" and extension not in _OTHERS:
            _read_news(row, child)
        elif not extension and name in ("loc", "lastmod"):
            setattr(row, name, getattr(row, name) or _text(child))
        elif extension == "news" or (not extension and name in ("title", "publication_date")):
            _read_field(row, child)
    return row


def _read_news(row: _Row, news: etree._Element) -> None:
    for child in news.iterdescendants():
        if isinstance(child.tag, str):
            _read_field(row, child)


def _read_field(row: _Row, element: etree._Element) -> None:
    name = {"publication_date": "published", "title": "title", "name": "outlet", "language": "language"}.get(
        _local(element)
    )
    if name is not None:
        setattr(row, name, getattr(row, name) or _text(element))


def _text(element: etree._Element) -> str:
    return "".join(element.itertext()).strip()


def _index(rows: list[_Row], url: str, notes: tuple[str, ...], origin: Origin, seen: datetime) -> Sitemap:
    found = {link: row.lastmod for row in rows if (link := absolute(url, row.loc))}
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


def _entry(row: _Row, date: DateVerdict, url: str, source: str, seen: datetime) -> Entry | None:
    link = absolute(url, row.loc)
    if link is None:
        return None
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
    part = unquote(urlsplit(link).path.rstrip("/").rsplit("/", 1)[-1]).rsplit(".", 1)[0]
    return clean(part.replace("-", " ").replace("_", " ")) or link
