"""How the answers of each kind of source are read. `crawler.config.source_kinds` has the table of kinds."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from functools import cache, partial
from pkgutil import resolve_name
from typing import Any, NamedTuple, TypedDict

from crawler.config.source_kinds import SOURCE_KINDS
from crawler.config.source_settings import Source
from crawler.documents.pages import read_page_answer
from crawler.model import Entry
from crawler.net import unpacking
from crawler.parsing.content_kinds import OPML, kind_of
from crawler.parsing.dates.context import Origin
from crawler.parsing.dates.verdict import Basis
from crawler.parsing.dating import ListedItem
from crawler.parsing.feeds import Feed, FeedError, in_plain_text, read_feed
from crawler.parsing.front_pages import is_front_page, read_links
from crawler.parsing.items import Hints
from crawler.parsing.page_errors import PageError
from crawler.parsing.sitemaps import LARGEST, read_sitemap
from crawler.parsing.text import storable
from crawler.parsing.timestamps import believable
from crawler.parsing.urls import is_web_url, shortened
from crawler.plugins import SOURCES, contained, loaded
from crawler.runtime.error_words import in_words

log = logging.getLogger("aseanwatch")

ANY = "any"
"""The kind of an address given on the command line; no source of the configuration has it."""
LINKS = "links"
"""The kind of a front page whose links to articles are read as a list; no source of the configuration has it either."""
FRONT_PAGE, FEED_LIST = "front page", "feed list"
"""Kinds of failure of an address of any kind: it leads on to sources, and is none itself (`crawler.sources.following`)."""
READING = "2:"
"""The version of the readers. Answers that an older version read are read again once, also where they did not change."""
COMPLETE_ENDS = (b"</rss>", b"</feed>", b"</rdf:RDF>", b"</urlset>", b"</sitemapindex>", b"</html>", b"}")
"""How an answer ends that is complete."""
_FIRST_ITEM = re.compile(rb"<(?:\w+:)?(?:item|entry|url)[\s>]")
_TAIL = 2_000
"""Bytes at the end of an answer in which its last item nearly always ends."""
_LAST_ITEM = (b"</item>", b"</entry>", b"</url>")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server sent. ``body`` is bounded; ``seen`` is when it came."""

    url: str
    body: bytes
    content_type: str
    seen: datetime


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an answer holds: entries (those of a feed not yet made), addresses to ask as well, what it says of itself.

    ``children`` are asked with each poll, the newest first; of ``others`` some with each, all of them in turn. ``cut`` says
    which of its entries are left out because they are too many; it is one of ``notes`` too.
    """

    listed: tuple[Entry, ...] = ()
    children: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    lang: str | None = None
    notes: tuple[str, ...] = ()
    hints: Hints = field(default_factory=Hints)
    feed: Feed | None = None
    cut: str | None = None

    @property
    def guids(self) -> list[str]:
        """The identity of each entry."""
        return self.feed.guids if self.feed else [e.guid for e in self.listed]

    @property
    def urls(self) -> list[str]:
        """The address of each entry that has one."""
        if self.feed is None:
            return [e.url for e in self.listed]
        return [i.url for i in self.feed.identities if i.url is not None]

    @property
    def made(self) -> set[str]:
        """The identities that are none of the source's own: made of links or words."""
        if self.feed is None:
            return set()
        return {i.guid for i in self.feed.identities if not i.own}

    def entries_but(self, known: Collection[str]) -> tuple[Entry, ...]:
        """The entries whose identity is not known yet."""
        return (
            self.feed.entries_but(known)
            if self.feed
            else tuple(e for e in self.listed if e.guid not in known)
        )

    def listed_items(self) -> list[ListedItem]:
        """Its items in their order, each with its date as far as that can be true."""
        if self.feed is None:
            return [ListedItem(e.guid, e.published, not Basis.of(e.date_basis).has_time) for e in self.listed]
        dated = zip(self.guids, self.feed.dates, strict=True)
        return [ListedItem(guid, date.moment, not date.has_time) for guid, date in dated]

    def without(self, guids: Collection[str]) -> Fetched:
        """The same without some of its entries."""
        feed = self.feed.without(guids) if self.feed else None
        return replace(self, listed=tuple(e for e in self.listed if e.guid not in guids), feed=feed)

    @property
    def oldest(self) -> datetime | None:
        """The earliest publication that is listed."""
        moments = (
            [date.moment for date in self.feed.dates] if self.feed else [e.published for e in self.listed]
        )
        return min((m for m in moments if m is not None), default=None)


Reader = Callable[[Answer, Source], Fetched]


def digest_of(body: bytes) -> str:
    """A digest of the entries of an answer.

    What stands before the first and behind the last is left out: many feeds change the date in their
    head, or a comment at their end, with each answer.
    """
    first = _FIRST_ITEM.search(body)
    last = _end_of_items(body) if first else -1
    part = body[first.start() : last] if first and last > first.start() else body
    return f"{READING}{hashlib.blake2b(part, digest_size=16).hexdigest()}"


def _end_of_items(body: bytes) -> int:
    """Where the end of the last item begins; -1 where none ends."""
    near = max(0, len(body) - _TAIL)
    found = max(body.rfind(tag, near) for tag in _LAST_ITEM)
    return found if found >= 0 else max(body.rfind(tag) for tag in _LAST_ITEM)


def is_of_this_reading(digest: str | None) -> bool:
    """Whether a digest was made by readers as they are now; what others read is read once more."""
    return digest is not None and digest.startswith(READING)


class Content(NamedTuple):
    """The content of an answer; why it is not all of it is said by a short stable word and by notes."""

    body: bytes
    problem: str | None = None
    notes: tuple[str, ...] = ()


def most_of(kind: str, max_size: int) -> int:
    """Bytes of an answer's content at most, by the kind that it is read as: a sitemap may have those that its protocol allows."""
    return max(max_size, LARGEST) if kind == "sitemap" else max_size


def is_cuttable(kind: str) -> bool:
    """Whether of an answer that is too large the beginning is read."""
    return kind == "sitemap"


def content_of(kind: str, body: bytes, max_size: int) -> Content:
    """The content of an answer, also of a file that is sent compressed under a plain type (``sitemap.xml.gz``), within bounds.

    Args:
        kind: the kind of source that it is read as.
        body: as it was sent.
        max_size: bytes of its content at most, unless the kind allows more.

    Raises:
        FeedError: it is larger and cannot be cut, or nothing of it can be read.
    """
    most = most_of(kind, max_size)
    try:
        found = unpacking.unpacked_part(body, most)
    except unpacking.UnpackError as error:
        raise FeedError(error.kind, str(error)) from None
    if found.is_cut and not is_cuttable(kind):
        raise FeedError("too large", "the answer is larger than crawl.max_size when unpacked")
    if found.is_cut:
        note = (
            f"the answer is larger than {most / 1_000_000:.3g} MB when unpacked; only its beginning was read"
        )
        return Content(found.content, "too large", (note,))
    # Some servers leave out the checksum behind a whole document.
    if found.problem and not found.content.rstrip().endswith(COMPLETE_ENDS):
        return Content(found.content, "encoding", (found.problem,))
    return Content(found.content)


def digest_of_sent(kind: str, body: bytes, max_size: int) -> str:
    """The digest of an answer as it was sent, perhaps as a gzip file; of its bytes where that cannot be unpacked."""
    try:
        return digest_of(content_of(kind, body, max_size).body)
    except FeedError:
        return digest_of(body)


class _Served(TypedDict):
    """What every parser of a list is told beside the bytes."""

    url: str
    source: str
    seen: datetime
    content_type: str
    origin: Origin


def _served(answer: Answer, source: Source) -> _Served:
    return {
        "url": answer.url,
        "source": source.name,
        "seen": answer.seen,
        "content_type": answer.content_type,
        "origin": source.origin(answer.url),
    }


def read_feed_answer(answer: Answer, source: Source) -> Fetched:
    """Read a feed: RSS, Atom or JSON Feed.

    Raises:
        FeedError: it is none.
    """
    feed = read_feed(answer.body, **_served(answer, source))
    return Fetched(lang=feed.lang, notes=feed.notes, hints=feed.hints, feed=feed)


def read_sitemap_answer(answer: Answer, source: Source) -> Fetched:
    """Read a sitemap, or an index of sitemaps.

    Raises:
        FeedError: it is none.
    """
    sitemap = read_sitemap(answer.body, **_served(answer, source))
    return Fetched(sitemap.entries, sitemap.children, sitemap.others, notes=sitemap.notes)


def read_listing_answer(answer: Answer, source: Source) -> Fetched:
    """Read a page with a list of articles, by the selectors of its source."""
    from crawler.parsing.listings import Selectors, read_listing  # noqa: PLC0415 - most sources have a feed

    select = source.select
    wanted = Selectors(select.item or "", select.link or "a@href", select.title, select.date, select.summary)
    return Fetched(read_listing(answer.body, wanted, **_served(answer, source)))


def _read_any_answer(answer: Answer, source: Source) -> Fetched:
    """Read what is at an address given on the command line: a feed, a sitemap, or else a page that is itself the article.

    Raises:
        FeedError: it is something else. Of the kinds `FRONT_PAGE` and `FEED_LIST`: what it links to may be wanted instead.
    """
    problems: dict[str, FeedError] = {}
    for name, read in (("a feed", read_feed_answer), ("a sitemap", read_sitemap_answer)):
        try:
            return read(answer, source)
        except FeedError as error:
            problems[name] = error
    is_page = kind_of(answer.body, answer.content_type) is None
    if is_page and is_front_page(answer.body, answer.url, answer.content_type):
        raise FeedError(FRONT_PAGE, "it is a page of links to articles")
    try:
        page = read_page_answer(
            answer.body,
            url=answer.url,
            seen=answer.seen,
            content_type=answer.content_type,
            origin=source.origin(answer.url),
        )
    except PageError as refused:
        kind = kind_of(answer.body, answer.content_type) or ""
        # Many a home page holds no text of its own, and names its feed all the same.
        own = FRONT_PAGE if is_page else FEED_LIST if kind == OPML else problems["a feed"].kind
        raise problems.get(kind) or FeedError(own, str(refused)) from None
    entry = Entry(
        source.name,
        page.url,
        page.url,
        page.title,
        answer.seen,
        content=page.text,
        published=page.published,
        date_basis=page.date_basis,
    )
    return Fetched((entry,), lang=page.lang, notes=(page.note,) if page.note else ())


def _read_links_answer(answer: Answer, source: Source) -> Fetched:
    """Read the links of a front page as a list of articles."""
    return Fetched(read_links(answer.body, **_served(answer, source)))


_UNCONFIGURED: dict[str, Reader] = {ANY: _read_any_answer, LINKS: _read_links_answer}


def reader_of(kind: str) -> Reader:
    """The function that reads answers of a kind.

    Raises:
        AseanwatchError: it is none of ours, and no installed package has it.
    """
    if kind in _UNCONFIGURED:
        return _UNCONFIGURED[kind]
    if kind in SOURCE_KINDS:
        return _built_in(SOURCE_KINDS[kind])
    return partial(_read_with_package, kind, loaded(SOURCES, kind))


@cache
def _built_in(place: str) -> Reader:
    reader: Reader = resolve_name(place)
    return reader


def read_content(kind: str, answer: Answer, source: Source, content: Content) -> Fetched:
    """What the unpacked content of an answer holds.

    Raises:
        FeedError: it cannot be read; where it is not all of the content, for that reason.
        AseanwatchError: nobody has such a kind.
    """
    try:
        fetched = reader_of(kind)(replace(answer, body=content.body), source)
    except FeedError as error:
        if content.problem is None:
            raise
        raise FeedError(content.problem, "; ".join((*content.notes, str(error)))) from None
    return replace(fetched, notes=(*content.notes, *fetched.notes)) if content.notes else fetched


def read_whole(kind: str, answer: Answer, source: Source, max_size: int) -> Fetched:
    """What an answer holds, compressed or not, with all its markup read, so that the caller has nothing slow to do with it.

    Args:
        kind: the kind of source that it is read as.
        answer: as it was sent.
        source: the source that it is of.
        max_size: bytes of its content at most, unless the kind allows more.

    Raises:
        FeedError: it cannot be read, or is larger.
        AseanwatchError: nobody has such a kind.
    """
    content = content_of(kind, answer.body, max_size)
    fetched = read_content(kind, answer, source, content)
    return replace(fetched, feed=in_plain_text(fetched.feed)) if fetched.feed else fetched


def _read_with_package(kind: str, read: Reader, answer: Answer, source: Source) -> Fetched:
    """What a reader of another package gives. An entry that cannot be stored is left out and noted.

    Raises:
        FeedError: it fails, or gives something else.
    """
    try:
        return contained(_checked, read, answer, source)
    except FeedError:
        raise
    except Exception as error:
        log.exception("the kind %s failed", kind)
        raise FeedError("plug-in", f"the kind {kind} failed: {in_words(error)}") from error


def _checked(read: Reader, answer: Answer, source: Source) -> Fetched:
    found: object = read(answer, source)
    if not isinstance(found, Fetched):
        raise TypeError("it gave something else than Fetched")
    entries = _storable_entries(found.entries_but(()), source)
    children, others = (tuple(u for u in urls if is_web_url(u)) for urls in (found.children, found.others))
    notes = (*(str(note) for note in found.notes), *entries.problems)
    return replace(found, listed=entries.storable, children=children, others=others, feed=None, notes=notes)


class _CheckedEntries(NamedTuple):
    """Entries that can be stored, and what is wrong with the others."""

    storable: tuple[Entry, ...]
    problems: tuple[str, ...]


def _storable_entries(found: Iterable[Entry], source: Source) -> _CheckedEntries:
    listed, problems = [], []
    for entry in found:
        problem = _problem_of(entry)
        if problem is None:
            texts: dict[str, Any] = {
                f.name: storable(v) for f in fields(entry) if isinstance(v := getattr(entry, f.name), str)
            }
            published = believable(entry.published, entry.seen)
            own = {"source": source.name, "guid": shortened(texts["guid"]), "published": published}
            listed.append(replace(entry, **texts | own))
        else:
            problems.append(f"an entry cannot be taken: {problem}")
    return _CheckedEntries(tuple(listed), tuple(dict.fromkeys(problems)))


def _problem_of(entry: object) -> str | None:
    if not isinstance(entry, Entry):
        return "it is no Entry"
    for name in ("guid", "url", "title", "summary", "content"):
        if not isinstance(getattr(entry, name), str):
            return f"its {name} is no text"
    if not entry.guid or not is_web_url(entry.url):
        return f"{entry.url[:200]!r} is no web address" if entry.guid else "it has no identity"
    if any(m is not None and m.tzinfo is None for m in (entry.seen, entry.published)):
        return "its date has no time zone"
    return None
