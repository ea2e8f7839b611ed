"""Parses feeds with feedparser, which makes sense of nearly everything that was ever sent as a feed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import feedparser

from crawler.parsing.hints import hints_of
from crawler.parsing.items import Enclosure, Item, Parsed
from crawler.parsing.text import clean
from crawler.parsing.timestamps import from_struct, from_text, is_numeric, names_day

LONGEST, DEEPEST = 3_000_000, 5_000
_TAG = re.compile(rb"</?[A-Za-z]")
_NESTED_ENTITY = re.compile(rb"<!ENTITY[^>]{0,2000}[&%][^>]{0,2000}>")


class NotAFeedError(ValueError):
    """Bytes in which nothing of a feed is found; the text is the parser's reason, or empty."""


def parse(body: bytes, *, url: str, content_type: str = "", most: int) -> Parsed:
    """The items of a feed.

    Args:
        body: the bytes as sent, decompressed.
        url: where they came from.
        content_type: the server's Content-Type.
        most: items that are read.

    Raises:
        NotAFeedError: there is neither a feed's frame nor an item.
    """
    body, notes = _bounded(body)
    headers = {"content-type": content_type, "content-location": url}
    parsed = feedparser.parse(
        body, response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    if not parsed.get("version") and not parsed.entries:
        raise NotAFeedError(clean(str(parsed.get("bozo_exception") or ""))[:120])
    encoding = parsed.get("encoding") or "utf-8"
    head = body[:20_000].decode(encoding, "replace")
    items = tuple(_item(entry) for entry in parsed.entries[:most])
    return Parsed(items, parsed.feed.get("language"), hints_of(head, url), (*notes, *_notes(parsed)))


class _Bounded(NamedTuple):
    """A feed within bounds, and notes of what was left out for that."""

    body: bytes
    notes: Sequence[str] = ()


def _bounded(body: bytes) -> _Bounded:
    """A feed that feedparser can parse in a short time: not too long, not too deep, without entities inside entities.

    Raises:
        NotAFeedError: its elements are nested too deeply: feedparser takes time by the square of the depth.
    """
    notes = []
    if len(body) > LONGEST:
        body = body[:LONGEST]
        notes.append(f"broken and very long; only its first {LONGEST // 1_000_000} MB were read")
    depth = deepest = 0
    for tag in _TAG.finditer(body):
        depth += -1 if tag[0][1:2] == b"/" else 1
        deepest = max(deepest, depth)
    if deepest > DEEPEST:
        raise NotAFeedError("its elements are nested too deeply")
    return _Bounded(_NESTED_ENTITY.sub(b"", body) if b"<!ENTITY" in body else body, notes)


def _item(entry: Any) -> Item:
    links = entry.get("links") or ()
    pictures = [*(entry.get("media_content") or ()), *(entry.get("media_thumbnail") or ())]
    source = entry.get("source") or {}
    return Item(
        id=str(entry.get("id") or ""),
        link=entry.get("link") or next((link.get("href") for link in links if link.get("href")), None) or "",
        title=entry.get("title") or "",
        summary=entry.get("summary") or "",
        content=max((c.get("value") or "" for c in entry.get("content") or ()), key=len, default=""),
        author=entry.get("author") or "",
        published=_moment(entry, "published") or _moment(entry, "updated"),
        categories=tuple(dict.fromkeys(t.get("term") for t in entry.get("tags") or () if t.get("term"))),
        enclosures=tuple(
            Enclosure(link["href"], link.get("type", ""), link.get("length", ""))
            for link in links
            if link.get("rel") == "enclosure" and link.get("href")
        ),
        images=tuple(p.get("url") or p.get("href") or "" for p in pictures if p.get("url") or p.get("href")),
        outlet=source.get("title") or "",
        outlet_url=source.get("href") or "",
    )


def _moment(entry: Any, name: str) -> datetime | None:
    """A date of an item: feedparser's where it is the day that the text names, else our own reading of the text."""
    text = str(entry.get(name) or "")
    if is_numeric(text):
        return from_text(text)
    moment = from_struct(entry.get(f"{name}_parsed"))
    return moment if moment is not None and names_day(text, moment) else from_text(text)


def _notes(parsed: Any) -> list[str]:
    """What feedparser repaired: broken XML and a wrong encoding."""
    cause = parsed.get("bozo_exception")
    if not parsed.get("bozo") or cause is None or isinstance(cause, feedparser.NonXMLContentType):
        return []
    if isinstance(cause, feedparser.CharacterEncodingOverride):
        return [f"the encoding is not the declared one; read as {parsed.get('encoding')}"]
    return [f"broken XML, {len(parsed.entries)} entries could be read: {clean(str(cause))[:120]}"]
