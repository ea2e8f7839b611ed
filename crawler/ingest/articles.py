"""Makes an article of an entry and, if it was fetched, its page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from crawler.config.settings import Source
from crawler.judging.text.dates import day_written
from crawler.model import Article, Document, Entry
from crawler.parsing.dating import CHANGED
from crawler.parsing.text import clean, storable
from crawler.parsing.timestamps import believable
from crawler.parsing.urls import canonical, url_key


@dataclass(frozen=True, slots=True)
class PageOrder:
    """An article page to fetch, and the pending entries that it is for. The first entry represents them.

    ``revisit`` is the article whose page is fetched again, to see whether it was edited.
    """

    url: str
    source: Source
    entry_ids: tuple[int, ...]
    entry: Entry
    lang: str | None = None
    revisit: int | None = None


def article_of(order: PageOrder, document: Document | None, now: datetime) -> Article:
    """The article of an order, in the page's words, or in the feed's if those are much longer."""
    entry = order.entry
    source = order.source
    stated = _stated(entry, source, document, now)
    # Feeds often carry only a teaser, and pages only a paywall: the longest text says most.
    text = max((entry.content, entry.summary, document.text if document else ""), key=len)
    # The page's own words win even if they are somewhat fewer. Less
    # than half of the feed's means that the page was cut short.
    if document and document.text and len(document.text) * 2 > len(text):
        text = document.text
    return Article(
        url=document.url if document else canonical(entry.url),
        title=storable(_title(entry, source, document)),
        text=storable(text),
        source=source.name,
        first_seen=now,
        lang_hint=(document.lang if document else None) or order.lang or source.lang,
        country=source.country,
        published=stated or entry.assumed,
        author=entry.author or (document.author if document else None),
        image=entry.image or (document.image if document else None),
        outlet=entry.outlet,
        original=document.original if document else None,
        links=tuple(dict.fromkeys(map(url_key, (document.url, *document.links)))) if document else (),
        listed=entry.seen,
        seed=entry.seed and stated is None,
    )


def _title(entry: Entry, source: Source, document: Document | None) -> str:
    """The entry's headline; the page's where the source has none of its own or cut it short."""
    title = entry.title
    if entry.outlet and title.endswith(f" - {entry.outlet}"):
        # Search feeds put the outlet behind each headline;
        # two outlets' headlines would never be alike.
        title = title[: -len(entry.outlet) - 3]
    guessed = source.kind == "sitemap" or title.endswith(("…", "..."))
    return document.title if document and document.title and (guessed or not title) else clean(title)


def _stated(entry: Entry, source: Source, document: Document | None, now: datetime) -> datetime | None:
    """When an article was published: by the feed, or by the page if the feed has no date or an impossible one.

    If the page's metadata are days earlier than the feed, they are right: the feed then dates a change. Of a sitemap and its
    page the earlier date counts.
    """
    page = _of_page(document, source, now)
    # A day ahead is possible: other zones, embargoes. More
    # is a broken clock or a template, and says nothing.
    possible = [m for m in (entry.published, page) if m is not None and m <= now + timedelta(days=1)]
    if source.kind == "sitemap":  # most say when a page was changed (lastmod), which is no earlier
        return min(possible, default=None)
    # Some outlets date feed items by their latest change.
    # The page's metadata keep the day of publication.
    if entry.published and document and document.published and document.published < entry.published - CHANGED:
        return document.published
    return possible[0] if possible else None


def _of_page(document: Document | None, source: Source, now: datetime) -> datetime | None:
    """The moment of a page: of its metadata, its first time element, or the date below its headline."""
    if document is None:
        return None
    written = (
        day_written(document.byline, (document.lang, source.lang), now.date()) if document.byline else None
    )
    # Last, because it is read from words: metadata and
    # a marked time element are written for machines.
    at = datetime.combine(written, time(), UTC) if written else None
    return document.published or document.marked or believable(at, now)
