"""The kinds of source: how the answer of each is read. A new kind is a new row of ``KINDS``, or an entry point of a package."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from functools import partial
from typing import Any

from crawler.config.settings import Source
from crawler.model import Entry
from crawler.net import unpacking
from crawler.parsing.dating import Place
from crawler.parsing.feeds import Feed, FeedError, in_plain_text, read_feed
from crawler.parsing.items import Hints
from crawler.parsing.listings import Selectors, read_listing
from crawler.parsing.pages import PageError, read_page
from crawler.parsing.sitemaps import read_sitemap
from crawler.parsing.text import storable
from crawler.parsing.timestamps import believable
from crawler.parsing.urls import is_web_url, shortened
from crawler.plugins import SOURCES, contained, loaded

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
    """The content of a file that is sent compressed under a plain type (``sitemap.xml.gz``), within bounds.

    Raises:
        FeedError: it is larger than ``most`` or broken.
    """
    try:
        return unpacking.unpacked(body, most)
    except unpacking.UnpackError as error:
        raise FeedError(error.kind, str(error)) from None


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
    entry = Entry(
        source.name, page.url, page.url, page.title, answer.seen, content=page.text, published=page.published or page.marked
    )
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
    return KINDS[kind] if kind in KINDS else partial(_of_package, kind, loaded(SOURCES, kind))


def read_whole(kind: str, answer: Answer, source: Source, most: int) -> Fetched:
    """What an answer holds, compressed or not, with all its markup read: nothing that takes time is left to whoever gets it.

    Args:
        kind: how it is read.
        answer: as it was sent.
        source: the source that it is of.
        most: bytes of its content at most.

    Raises:
        FeedError: it cannot be read, or is larger.
        AseanwatchError: nobody has such a kind.
    """
    fetched = reader_of(kind)(replace(answer, body=unpacked(answer.body, most)), source)
    return replace(fetched, feed=in_plain_text(fetched.feed)) if fetched.feed else fetched


def _of_package(kind: str, read: Reader, answer: Answer, source: Source) -> Fetched:
    """What a reader of another package gives; an entry that cannot be taken is noted, and costs no other.

    Raises:
        FeedError: it fails, or gives something else.
    """
    try:
        return contained(_checked, read, answer, source)
    except FeedError:
        raise
    except Exception as error:
        raise FeedError("plug-in", f"the kind {kind} failed: {type(error).__name__}: {error}") from error


def _checked(read: Reader, answer: Answer, source: Source) -> Fetched:
    found: object = read(answer, source)
    if not isinstance(found, Fetched):
        raise TypeError(f"it gave {type(found).__name__} instead of Fetched")
    listed, problems = _fit(found.entries_but(()), source)
    children = tuple(child for child in found.children if is_web_url(child))
    notes = tuple(str(note) for note in found.notes)
    return replace(found, listed=listed, children=children, feed=None, notes=(*notes, *problems))


def _fit(found: Iterable[Entry], source: Source) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """Entries that can be stored, and what is wrong with the others."""
    listed, problems = [], []
    for entry in found:
        problem = _unfit(entry)
        if problem is None:
            texts: dict[str, Any] = {f.name: storable(v) for f in fields(entry) if isinstance(v := getattr(entry, f.name), str)}
            published = believable(entry.published, entry.seen)
            own = {"source": source.name, "guid": shortened(texts["guid"]), "published": published}
            listed.append(replace(entry, **texts | own))
        else:
            problems.append(f"an entry cannot be taken: {problem}")
    return tuple(listed), tuple(dict.fromkeys(problems))


def _unfit(entry: object) -> str | None:
    if not isinstance(entry, Entry):
        return f"it is {type(entry).__name__} instead of Entry"
    for name in ("guid", "url", "title", "summary", "content"):
        if not isinstance(getattr(entry, name), str):
            return f"its {name} is no text"
    if not entry.guid or not is_web_url(entry.url):
        return f"{entry.url[:200]!r} is no web address" if entry.guid else "it has no identity"
    if any(m is not None and m.tzinfo is None for m in (entry.seen, entry.published)):
        return "its date has no time zone"
    return None
