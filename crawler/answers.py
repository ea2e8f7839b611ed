"""The kinds of source: how the answer of each is read. A new kind is a new row of ``KINDS``, or an entry point of a package."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime

from crawler.config.settings import Source
from crawler.model import Entry
from crawler.plugins import SOURCES, loaded
from crawler.reading.dating import Place
from crawler.reading.feeds import Feed, FeedError, read_feed
from crawler.reading.items import Hints
from crawler.reading.listings import Selectors, read_listing
from crawler.reading.moments import believable
from crawler.reading.pages import PageError, read_page
from crawler.reading.sitemaps import read_sitemap

_GZIP = b"\x1f\x8b"
_FIRST_ITEM = re.compile(rb"<(?:\w+:)?(?:item|entry|url)[\s>]")
_LAST_ITEM = (b"</item>", b"</entry>", b"</url>")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server sent."""

    url: str
    body: bytes
    content_type: str
    seen: datetime


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an answer holds: entries (those of a feed not yet made), addresses to ask as well, what it says of itself."""

    listed: tuple[Entry, ...] = ()
    children: tuple[str, ...] = ()
    lang: str | None = None
    notes: tuple[str, ...] = ()
    hints: Hints = field(default_factory=Hints)
    feed: Feed | None = None

    @property
    def guids(self) -> list[str]:
        """The identity of each entry."""
        return self.feed.guids if self.feed else [e.guid for e in self.listed]

    def entries_but(self, known: Collection[str]) -> tuple[Entry, ...]:
        """The entries whose identity is not known yet."""
        return self.feed.entries_but(known) if self.feed else tuple(e for e in self.listed if e.guid not in known)

    def places(self, seen: datetime) -> list[Place]:
        """Its items in their order, each with its date as far as that can be true."""
        if self.feed is None:
            return [Place(e.guid, e.published) for e in self.listed]
        items = zip(self.guids, self.feed.parsed.items, strict=True)
        return [Place(guid, believable(item.published, seen)) for guid, item in items]

    @property
    def oldest(self) -> datetime | None:
        """The earliest publication that is listed."""
        moments = [i.published for i in self.feed.parsed.items] if self.feed else [e.published for e in self.listed]
        return min((m for m in moments if m is not None), default=None)


Reader = Callable[[Answer, Source], Fetched]


def digest_of(body: bytes) -> str:
    """A digest of the entries of an answer: many feeds change the date in their head, or a comment behind, with each answer."""
    first = _FIRST_ITEM.search(body)
    last = max((body.rfind(tag) for tag in _LAST_ITEM), default=-1) if first else -1
    part = body[first.start() : last] if first and last > first.start() else body
    return hashlib.blake2b(part, digest_size=16).hexdigest()


def unpacked(body: bytes, most: int) -> bytes:
    """The content of a file that is sent as gzip under a plain type (``sitemap.xml.gz``), within bounds.

    Raises:
        FeedError: it is larger than ``most`` or broken.
    """
    if not body.startswith(_GZIP):
        return body
    unpacking = zlib.decompressobj(wbits=31)
    try:
        found = unpacking.decompress(body, most)
    except zlib.error:
        raise FeedError("encoding", "the answer is no whole gzip file") from None
    if unpacking.unconsumed_tail:
        raise FeedError("too large", "the answer is larger than crawl.max_size when unpacked")
    return found


def digest_of_sent(body: bytes, most: int) -> str:
    """The digest of an answer as it was sent, perhaps as a gzip file; of its bytes where that cannot be unpacked."""
    try:
        return digest_of(unpacked(body, most))
    except FeedError:
        return digest_of(body)


def _feed(answer: Answer, source: Source) -> Fetched:
    feed = read_feed(answer.body, url=answer.url, source=source.name, seen=answer.seen, content_type=answer.content_type)
    return Fetched(lang=feed.lang, notes=feed.notes, hints=feed.hints, feed=feed)


def _sitemap(answer: Answer, source: Source) -> Fetched:
    sitemap = read_sitemap(answer.body, url=answer.url, source=source.name, seen=answer.seen)
    return Fetched(sitemap.entries, sitemap.children, notes=sitemap.notes)


def _listing(answer: Answer, source: Source) -> Fetched:
    select = source.select
    wanted = Selectors(select.item or "", select.link or "a@href", select.title, select.date, select.summary)
    return Fetched(read_listing(answer.body, wanted, url=answer.url, source=source.name, seen=answer.seen))


def _any(answer: Answer, source: Source) -> Fetched:
    """An address given on the command line: a feed, a sitemap, or else a page that is itself the article."""
    for read in (_feed, _sitemap):
        try:
            return read(answer, source)
        except FeedError as error:
            problem = error
    try:
        page = read_page(answer.body, url=answer.url, seen=answer.seen)
    except PageError:
        raise problem from None
    entry = Entry(source.name, page.url, page.url, page.title, answer.seen, content=page.text, published=page.published)
    return Fetched((entry,), lang=page.lang)


KINDS: dict[str, Reader] = {
    "feed": _feed,
    "sitemap": _sitemap,
    "listing": _listing,
    "search": _feed,
    "any": _any,
}


def reader_of(kind: str) -> Reader:
    """How answers of a kind are read.

    Raises:
        AseanwatchError: it is none of ours, and no package that is installed has it.
    """
    reader: Reader = KINDS[kind] if kind in KINDS else loaded(SOURCES, kind)
    return reader
