"""The kinds of source: how the answer of each is read. A new kind is a new row of ``KINDS``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from crawler.config.settings import Source
from crawler.model import Entry
from crawler.reading.feeds import FeedError, read_feed
from crawler.reading.listings import Selectors, read_listing
from crawler.reading.pages import PageError, read_page
from crawler.reading.sitemaps import read_sitemap


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server sent."""

    url: str
    body: bytes
    content_type: str
    seen: datetime


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an answer holds: entries, addresses to ask as well, the feed's language, notes on what was wrong."""

    entries: tuple[Entry, ...]
    children: tuple[str, ...] = ()
    lang: str | None = None
    notes: tuple[str, ...] = ()


Reader = Callable[[Answer, Source], Fetched]


def _feed(answer: Answer, source: Source) -> Fetched:
    feed = read_feed(answer.body, url=answer.url, source=source.name, seen=answer.seen, content_type=answer.content_type)
    return Fetched(feed.entries, lang=feed.lang, notes=feed.notes)


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
