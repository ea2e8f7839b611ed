"""Feeds to entries: RSS 0.9x, 1.0 and 2.0, Atom (feedparser) and JSON Feed 1.x."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import feedparser

from crawler.model import Entry
from crawler.reading.moments import believable, from_struct, from_text
from crawler.reading.text import clean, plain
from crawler.reading.urls import absolute

MOST_ENTRIES = 2000
"""Entries read of one feed; more is no feed but an archive."""


class FeedError(ValueError):
    """Bytes that are no feed. ``kind`` is a short stable word for the record."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed says: its entries in its order, its language, and notes on what was wrong with it."""

    entries: tuple[Entry, ...]
    lang: str | None = None
    notes: tuple[str, ...] = ()


def read_feed(body: bytes, *, url: str, source: str, seen: datetime, content_type: str = "") -> Feed:
    """The entries of a feed.

    Args:
        body: the bytes as the server sent them, decompressed.
        url: where they came from; relative links are resolved against it.
        source: the source's name, for the entries.
        seen: when they were fetched.
        content_type: the server's Content-Type, for its charset.

    Raises:
        FeedError: the bytes are empty, a web page, or nothing that can be read as a feed.
    """
    start = body[:1000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        raise FeedError("empty", "the answer is empty")
    if start.startswith(b"{") or "json" in content_type:
        return _json_feed(body, url, source, seen)
    headers = {"content-type": content_type, "content-location": url}
    parsed = feedparser.parse(body, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    if not parsed.get("version") and not parsed.entries:
        raise _not_a_feed(start, parsed)
    found = (_entry(item, url, source, seen) for item in parsed.entries[:MOST_ENTRIES])
    return _feed(found, parsed.feed.get("language"), _notes(parsed))


def _feed(found: Iterable[Entry | None], lang: str | None, notes: list[str]) -> Feed:
    entries = tuple(e for e in found if e is not None)
    if not entries and not notes:
        notes = ["the feed has no entries"]
    return Feed(entries, lang, tuple(notes))


def _not_a_feed(start: bytes, parsed: Any) -> FeedError:
    low = start.lower()
    if b"<html" in low or b"<!doctype html" in low:
        return FeedError("not a feed", "the answer is a web page (HTML), not a feed")
    cause = parsed.get("bozo_exception")
    reason = f": {clean(str(cause))[:120]}" if cause else ""
    return FeedError("not a feed", f"the answer cannot be read as a feed{reason}")


def _notes(parsed: Any) -> list[str]:
    """What feedparser had to overlook: broken XML and a wrong encoding."""
    cause = parsed.get("bozo_exception")
    if not parsed.get("bozo") or cause is None or isinstance(cause, feedparser.NonXMLContentType):
        return []
    if isinstance(cause, feedparser.CharacterEncodingOverride):
        return [f"the encoding is not the declared one; read as {parsed.get('encoding')}"]
    return [f"broken XML, {len(parsed.entries)} entries could be read: {clean(str(cause))[:120]}"]


def _entry(item: Any, base: str, source: str, seen: datetime) -> Entry | None:
    link = absolute(base, item.get("link") or _first_link(item) or "")
    title = plain(item.get("title"))
    if link is None or not (title or item.get("summary")):
        return None
    content = max((c.get("value") or "" for c in item.get("content") or ()), key=len, default="")
    published = from_struct(item.get("published_parsed") or item.get("updated_parsed"))
    return Entry(
        source=source,
        guid=str(item.get("id") or link)[:1000],
        url=link,
        title=" ".join(title.split()),
        summary=plain(item.get("summary")),
        content=plain(content),
        author=clean(item.get("author") or "") or None,
        published=believable(published, seen),
        outlet=clean((item.get("source") or {}).get("title") or "") or None,
        image=_image(item, base),
        seen=seen,
    )


def _first_link(item: Any) -> str | None:
    return next((link.get("href") for link in item.get("links") or () if link.get("href")), None)


def _image(item: Any, base: str) -> str | None:
    pictures: list[Any] = [*(item.get("media_content") or ()), *(item.get("media_thumbnail") or ())]
    pictures += [e for e in item.get("enclosures") or () if str(e.get("type", "")).startswith("image/")]
    links = (absolute(base, p.get("url") or p.get("href") or "") for p in pictures)
    return next((link for link in links if link), None)


def _json_feed(body: bytes, url: str, source: str, seen: datetime) -> Feed:
    """JSON Feed 1.0 and 1.1 (jsonfeed.org)."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise FeedError("not a feed", f"the answer is no JSON: {clean(str(error))[:120]}") from None
    if not isinstance(data, dict) or not isinstance(data.get("items"), list):
        raise FeedError("not a feed", "the JSON has no list of items, so it is no JSON Feed")
    return _feed(_json_entries(data["items"], url, source, seen), _text(data.get("language")) or None, [])


def _json_entries(items: list[Any], base: str, source: str, seen: datetime) -> Iterator[Entry | None]:
    for item in items[:MOST_ENTRIES]:
        if not isinstance(item, dict):
            continue
        link = absolute(base, _text(item.get("url")) or _text(item.get("external_url")))
        content = plain(_text(item.get("content_html"))) or clean(_text(item.get("content_text")))
        title = clean(_text(item.get("title"))) or content[:120]
        if link is None or not title:
            continue
        authors = item.get("authors") or [item.get("author")]
        names = [_text(a.get("name")) for a in authors if isinstance(a, dict)]
        moment = from_text(_text(item.get("date_published")) or _text(item.get("date_modified")))
        yield Entry(
            source=source, guid=_text(item.get("id")) or link, url=link, title=title, summary=plain(_text(item.get("summary"))),
            content=content, author=", ".join(n for n in names if n) or None, published=believable(moment, seen),
            image=absolute(base, _text(item.get("image"))), seen=seen,
        )  # fmt: skip


def _text(value: Any) -> str:
    """A string of JSON, a number as text; nothing for everything else."""
    return value if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""
