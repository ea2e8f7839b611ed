"""Sitemaps to entries: news sitemaps, plain ones and indexes (sitemaps.org; Google's news extension)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote, urlsplit

from lxml import etree

from crawler.model import Entry
from crawler.parsing.feeds import FeedError
from crawler.parsing.text import clean
from crawler.parsing.timestamps import believable, from_text
from crawler.parsing.urls import absolute, shortened

MOST_ENTRIES, MOST_CHILDREN = 5000, 5


@dataclass(frozen=True, slots=True)
class Sitemap:
    """The entries of a sitemap, or the newest children of an index."""

    entries: tuple[Entry, ...] = ()
    children: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read_sitemap(body: bytes, *, url: str, source: str, seen: datetime) -> Sitemap:
    """The entries of a sitemap; of an index the addresses of its newest children.

    Raises:
        FeedError: the bytes are no sitemap.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(body.strip(), parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    name = _local(root) if root is not None else ""
    if name not in ("urlset", "sitemapindex"):
        what = (
            "a web page (HTML)"
            if name == "html"
            else "no XML"
            if root is None
            else f"XML with the root <{name}>"
        )
        raise FeedError("not a sitemap", f"the answer is {what}, not a sitemap")
    if name == "sitemapindex":
        return Sitemap(children=_children(root, url))
    found = [e for element in root[:MOST_ENTRIES] if (e := _entry(element, url, source, seen))]
    notes = ("the sitemap has no entries",) if not found else ()
    return Sitemap(
        tuple(found), notes=notes + (("broken XML, read as far as possible",) if parser.error_log else ())
    )


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _fields(element: etree._Element) -> dict[str, str]:
    """The texts below an element by local name; the first of each name wins, the outermost first."""
    found: dict[str, str] = {}
    for child in element.iter():
        if child.text and child.text.strip():
            found.setdefault(_local(child), child.text.strip())
    return found


def _children(root: etree._Element, url: str) -> tuple[str, ...]:
    fields = [_fields(child) for child in root]
    dated = sorted(fields, key=lambda f: f.get("lastmod", ""), reverse=True)
    links = (absolute(url, f.get("loc", "")) for f in dated)
    return tuple(link for link in links if link)[:MOST_CHILDREN]


def _entry(element: etree._Element, url: str, source: str, seen: datetime) -> Entry | None:
    fields = _fields(element)
    link = absolute(url, fields.get("loc", ""))
    if link is None:
        return None
    moment = from_text(fields.get("publication_date") or fields.get("lastmod"))
    title = clean(fields.get("title", "")) or _title_from(link)
    return Entry(
        source,
        shortened(link),
        link,
        title,
        seen,
        published=believable(moment, seen),
        outlet=clean(fields.get("name", "")) or None,
    )


def _title_from(link: str) -> str:
    """A plain sitemap has no titles; the last part of the path stands in until the page is read."""
    part = unquote(urlsplit(link).path.rstrip("/").rsplit("/", 1)[-1]).rsplit(".", 1)[0]
    return clean(part.replace("-", " ").replace("_", " ")) or link
