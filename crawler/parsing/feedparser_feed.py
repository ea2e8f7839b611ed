"""Parses feeds with feedparser, which makes sense of nearly everything that was ever sent as a feed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import urljoin

from crawler.parsing.hints import hints_of
from crawler.parsing.items import Enclosure, Item, Parsed, at_ends, joined_authors
from crawler.parsing.link_repair import as_meant
from crawler.parsing.text import clean
from crawler.parsing.urls import is_web_url
from crawler.parsing.xml_repair import shortened_to

LONGEST, DEEPEST = 3_000_000, 5_000
"""Bytes of a feed, and elements inside each other, that feedparser is given."""
_TAG = re.compile(r"</?[A-Za-z]")
_NESTED_ENTITY = re.compile(r"<!ENTITY[^>]{0,2000}[&%][^>]{0,2000}>")
_IN_ENCLOSURE = re.compile(
    r"(<enclosure\b[^<>]{0,4000}(?<!/))>[^<]{0,200}(?:<(?!/?(?:item|entry|enclosure)\b)[^<>]{0,1000}>[^<]{0,1000}){0,20}</enclosure>"
)
_HTML_TYPES = ("text/html", "html", "application/xhtml+xml", "xhtml")


class NotAFeedError(ValueError):
    """Bytes in which nothing of a feed is found; the text is the parser's reason, or empty."""


def parse(text: str, *, url: str) -> Parsed:
    """The items of a feed.

    Args:
        text: the feed, decoded.
        url: where it came from.

    Raises:
        NotAFeedError: there is neither a feed's frame nor an item.
    """
    import feedparser  # noqa: PLC0415 - a tenth of a second, for feeds that are no well-formed XML

    text, notes = _bounded(text)
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    parsed = feedparser.parse(
        text.encode("utf-8", "replace"),
        response_headers=headers,
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not parsed.get("version") and not parsed.entries:
        raise NotAFeedError(clean(str(parsed.get("bozo_exception") or ""))[:120])
    is_atom = str(parsed.get("version")).startswith("atom")
    author = _author(parsed.feed) if is_atom else ""
    kept = at_ends(parsed.entries)
    items = [_item(entry, url, is_atom=is_atom) for entry in kept.items]
    if author:  # of the whole feed (RFC 4287, 4.2.1)
        items = [item if item.author else item._replace(author=author) for item in items]
    language = parsed.feed.get("language")
    return Parsed(
        tuple(items), language, hints_of(text[:20_000], url), (*notes, *_notes(parsed), *kept.notes)
    )


class _Bounded(NamedTuple):
    """A feed within bounds, and notes of what was left out for that."""

    text: str
    notes: Sequence[str] = ()


def _bounded(text: str) -> _Bounded:
    """A feed that feedparser can parse in a short time: not too long, not too deep, without entities inside entities.

    Raises:
        NotAFeedError: its elements are nested too deeply: feedparser takes time by the square of the depth.
    """
    notes = []
    written = text.encode("utf-8", "replace") if len(text) * 4 > LONGEST else b""
    if len(written) > LONGEST:
        text = shortened_to(text, len(written[:LONGEST].decode("utf-8", "ignore")))
        notes.append(f"broken and very long; only its first {LONGEST / 1_000_000:g} MB were read")
    depth = deepest = 0
    for tag in _TAG.finditer(text):
        depth += -1 if tag[0][1:2] == "/" else 1
        deepest = max(deepest, depth)
    if deepest > DEEPEST:
        raise NotAFeedError("its elements are nested too deeply")
    if "<!ENTITY" in text:
        text = _NESTED_ENTITY.sub("", text)
    # What stands inside an enclosure is the enclosure's; feedparser would take its title for that of the item.
    return _Bounded(_IN_ENCLOSURE.sub(r"\1/>", text), notes)


def _item(entry: Any, url: str, *, is_atom: bool) -> Item:
    links = entry.get("links") or ()
    pictures = [*(entry.get("media_content") or ()), *(entry.get("media_thumbnail") or ())]
    source = entry.get("source") or {}
    return Item(
        id=str(entry.get("id") or ""),
        link=_address(entry, links, is_atom=is_atom),
        title=entry.get("title") or "",
        summary=entry.get("summary") or "",
        content=max((c.get("value") or "" for c in entry.get("content") or ()), key=len, default=""),
        author=_author(entry),
        published=_date(entry, "published"),
        updated=_date(entry, "updated"),
        categories=tuple(dict.fromkeys(t.get("term") for t in entry.get("tags") or () if t.get("term"))),
        enclosures=tuple(
            Enclosure(_resolved(url, link["href"]), link.get("type", ""), link.get("length", ""))
            for link in links
            if link.get("rel") == "enclosure" and link.get("href")
        ),
        images=tuple(p.get("url") or p.get("href") or "" for p in pictures if p.get("url") or p.get("href")),
        outlet=source.get("title") or "",
        outlet_url=source.get("href") or "",
    )


def _address(entry: Any, links: Any, *, is_atom: bool) -> str:
    """The address: the one before a tracker's, the item's own link before Atom's beside it, whatever else has one."""
    original = entry.get("feedburner_origlink") or entry.get("pheedo_origlink") or ""
    if is_web_url(str(original)):
        return str(original)
    own = None if is_atom else next((link for link in links if _is_page(link)), None)
    found = own.get("href") if own else entry.get("link")
    return found or next((link.get("href") for link in links if link.get("href")), None) or ""


def _is_page(link: Any) -> bool:
    is_html = link.get("type", "text/html") in _HTML_TYPES
    return bool(link.get("href")) and link.get("rel", "alternate") == "alternate" and is_html


def _author(place: Any) -> str:
    """The author of an item or of the feed; of several the names."""
    people = [p.get("name") or p.get("email") or "" for p in place.get("authors") or ()]
    return joined_authors(people or [place.get("author") or ""])


def _resolved(url: str, href: str) -> str:
    try:
        return urljoin(url, as_meant(href.strip()))
    except ValueError:
        return href


def _date(entry: Any, name: str) -> str:
    """A date of an item as it is written. ``get`` of the entry itself gives another one where this is missing."""
    return str(dict.get(entry, name) or "")


def _notes(parsed: Any) -> list[str]:
    """What feedparser repaired: broken XML."""
    cause = parsed.get("bozo_exception")
    import feedparser  # noqa: PLC0415 - it has parsed them

    expected = (feedparser.NonXMLContentType, feedparser.CharacterEncodingOverride)
    if not parsed.get("bozo") or cause is None or isinstance(cause, expected):
        return []
    return [f"broken XML, {len(parsed.entries)} entries could be read: {clean(str(cause))[:120]}"]
