"""Feeds to entries: RSS 0.9x, 1.0 and 2.0, Atom and JSON Feed 1.x.

Well-formed feeds are parsed by lxml, all others by feedparser. A difference between the two is a defect
(``tests/crawler/parsing/test_parsers_agree.py``). Only new items become entries, because that is most of the work.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from crawler.model import Entry
from crawler.parsing import feedparser_feed, lxml_feed
from crawler.parsing.aggregators import resolved
from crawler.parsing.feed_values import NeedsFallback
from crawler.parsing.items import Enclosure, Hints, Item, Parsed
from crawler.parsing.text import clean, plain, storable
from crawler.parsing.timestamps import believable, from_text
from crawler.parsing.urls import absolute, shortened

MOST_ENTRIES = 2000
"""Entries that are read of one feed; one with more is an archive."""
MOST_CATEGORIES = 30


class FeedError(ValueError):
    """Bytes that are no feed. ``kind`` is a short stable word for the record."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind

    def __reduce__(self) -> tuple[type[FeedError], tuple[str, str]]:
        """So that a process that reads can hand it on."""
        return FeedError, (self.kind, str(self))


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed says: its items in its order, not yet made into entries, and all that it says of itself.

    ``guids`` are the identities of the items, in their order, some perhaps twice.
    """

    source: str
    url: str
    seen: datetime
    parsed: Parsed

    @property
    def lang(self) -> str | None:
        """The language that it claims."""
        return self.parsed.lang

    @property
    def hints(self) -> Hints:
        """What it says of its polling."""
        return self.parsed.hints

    @property
    def notes(self) -> tuple[str, ...]:
        """What was wrong with it."""
        return self.parsed.notes or (() if self.parsed.items else ("the feed has no entries",))

    @property
    def guids(self) -> list[str]:
        """The identity of each item."""
        return [_guid(item, self.url) for item in self.parsed.items]

    def entries_but(self, known: Collection[str]) -> tuple[Entry, ...]:
        """The entries of the items whose identity is not known yet."""
        new = (i for i in self.parsed.items if _guid(i, self.url) not in known)
        made = (
            _entry(i if self.parsed.is_plain else _plain(i, self.url), self.url, self.source, self.seen)
            for i in new
        )
        return tuple(entry for entry in made if entry is not None)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries."""
        return self.entries_but(())


def read_feed(body: bytes, *, url: str, source: str, seen: datetime, content_type: str = "") -> Feed:
    """The items of a feed.

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
        return Feed(source, url, seen, _json_feed(body, url))
    try:
        parsed = lxml_feed.parse(body, url=url, content_type=content_type, most=MOST_ENTRIES)
    except NeedsFallback:
        parsed = _parse_with_feedparser(body, start, url, content_type)
    return Feed(source, url, seen, parsed)


def _parse_with_feedparser(body: bytes, start: bytes, url: str, content_type: str) -> Parsed:
    try:
        return feedparser_feed.parse(body, url=url, content_type=content_type, most=MOST_ENTRIES)
    except feedparser_feed.NotAFeedError as error:
        low = start.lower()
        if b"<html" in low or b"<!doctype html" in low:
            raise FeedError("not a feed", "the answer is a web page (HTML), not a feed") from None
        reason = f": {error}" if str(error) else ""
        raise FeedError("not a feed", f"the answer cannot be read as a feed{reason}") from None


def _guid(item: Item, base: str) -> str:
    """The identity of an item: the feed's own, else its link."""
    return shortened(storable(item.id or absolute(base, item.link) or ""))


def in_plain_text(feed: Feed) -> Feed:
    """The same feed with all markup turned into text, so that making entries of it takes hardly any time."""
    items = tuple(_plain(item, feed.url) for item in feed.parsed.items)
    return replace(feed, parsed=replace(feed.parsed, items=items, is_plain=True))


def _plain(item: Item, base: str) -> Item:
    """An item with text instead of markup, and no more of anything than an entry keeps; one that says nothing gets no link."""
    title = " ".join(plain(item.title).split())
    if not (title or item.summary):
        return Item(id=_guid(item, base), published=item.published)
    summary = plain(item.summary)
    return replace(
        item,
        title=title,
        summary=summary,
        content=summary if item.content == item.summary else plain(item.content),
        categories=item.categories[:MOST_CATEGORIES],
    )


def _entry(item: Item, base: str, source: str, seen: datetime) -> Entry | None:
    """The entry of an item in plain text."""
    link = absolute(base, item.link)
    if link is None:
        return None
    link = resolved(link)
    return Entry(
        source=source,
        guid=_guid(item, base),
        url=link,
        title=item.title,
        summary=item.summary,
        content=item.content,
        author=clean(item.author) or None,
        published=believable(item.published, seen),
        outlet=clean(item.outlet) or None,
        outlet_url=absolute(base, item.outlet_url) if item.outlet_url else None,
        image=_image(item, base),
        categories=tuple(filter(None, (clean(c)[:200] for c in item.categories[:MOST_CATEGORIES]))),
        enclosures=tuple(
            (storable(e.href), storable(e.type), storable(e.length))
            for e in item.enclosures[:MOST_CATEGORIES]
        ),
        seen=seen,
    )


def _image(item: Item, base: str) -> str | None:
    pictures = [*item.images, *(e.href for e in item.enclosures if e.type.startswith("image/"))]
    return next((link for link in (absolute(base, p) for p in pictures) if link), None)


def _json_feed(body: bytes, url: str) -> Parsed:
    """JSON Feed 1.0 and 1.1 (jsonfeed.org)."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise FeedError("not a feed", f"the answer is no JSON: {clean(str(error))[:120]}") from None
    if not isinstance(data, dict) or not isinstance(data.get("items"), list):
        raise FeedError("not a feed", "the JSON has no list of items, so it is no JSON Feed")
    items = tuple(_json_items(data["items"][:MOST_ENTRIES]))
    older = absolute(url, _text(data.get("next_url")))
    return Parsed(items, _text(data.get("language")) or None, Hints(archive=older))


def _json_items(items: Iterable[Any]) -> Iterator[Item]:
    for item in items:
        if not isinstance(item, dict):
            continue
        content = plain(_text(item.get("content_html"))) or clean(_text(item.get("content_text")))
        authors = item.get("authors") or [item.get("author")]
        names = (
            [_text(a.get("name")) for a in authors if isinstance(a, dict)]
            if isinstance(authors, list)
            else []
        )
        tags, files = item.get("tags"), item.get("attachments")
        yield Item(
            id=_text(item.get("id")), link=_text(item.get("url")) or _text(item.get("external_url")),
            title=clean(_text(item.get("title"))) or content[:120], summary=_text(item.get("summary")), content=content,
            author=", ".join(n for n in names if n), images=tuple(filter(None, [_text(item.get("image"))])),
            published=from_text(_text(item.get("date_published")) or _text(item.get("date_modified"))),
            categories=tuple(map(_text, tags)) if isinstance(tags, list) else (),
            enclosures=tuple(
                Enclosure(_text(f.get("url")), _text(f.get("mime_type")), _text(f.get("size_in_bytes")))
                for f in (files if isinstance(files, list) else ())
                if isinstance(f, dict) and f.get("url")
            ),
        )  # fmt: skip


def _text(value: Any) -> str:
    """A string of JSON, a number as text; nothing for everything else."""
    return value if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""
