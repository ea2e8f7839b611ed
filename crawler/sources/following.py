"""From an address that a person gave to what can be crawled: the feed of a home page, the feeds of an OPML file."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.config.settings import Source
from crawler.documents.kinds import FEED_LIST, LINKS
from crawler.documents.process import UnreadableError
from crawler.documents.reader import ReaderPool
from crawler.model import AseanwatchError
from crawler.net.errors import FetchError
from crawler.net.fetcher import Fetcher
from crawler.net.guard import Refused
from crawler.net.statuses import describe_status
from crawler.parsing.feeds import FeedError
from crawler.parsing.front_pages import read_links
from crawler.parsing.urls import host_of
from crawler.sources.discovery import Candidate, discover
from crawler.sources.opml import name_for, read_opml

FRESH = timedelta(days=14)
"""Age of the newest entry up to which a sitemap that is not of news is crawled: others list pages, not news."""
TRIED = "links of the page, robots.txt, the usual addresses"


@dataclass(frozen=True, slots=True)
class Followed:
    """What an address led to.

    Attributes:
        url: the address that was given.
        sources: what is crawled in its place; none where nothing was found.
        words: what it is and what was chosen, or why nothing was, in words.
        others: feeds and sitemaps that were found besides, the best first.
    """

    url: str
    sources: tuple[Source, ...]
    words: str
    others: tuple[Candidate, ...] = ()


async def follow(
    fetcher: Fetcher,
    readers: ReaderPool,
    source: Source,
    kind: str,
    now: datetime,
    taken: Collection[str] = (),
) -> Followed:
    """What an address leads to that is no source itself.

    Args:
        fetcher: how addresses are fetched.
        readers: who reads large answers.
        source: the address, as a source of any kind.
        kind: what it turned out to be: `crawler.documents.kinds.FRONT_PAGE` or `FEED_LIST`.
        now: the present moment.
        taken: names that other sources have.
    """
    try:
        if kind == FEED_LIST:
            return await _of_feed_list(fetcher, source, taken)
        return await _of_front_page(fetcher, readers, source, now)
    except AseanwatchError as error:
        return Followed(source.url, (), str(error).removeprefix(f"{source.url}: "))


def _ad_hoc(url: str, kind: str, name: str = "") -> Source:
    # Not validated: kinds such as "links" are none that config.yaml knows.
    return Source.model_construct(name=name or host_of(url), url=url, kind=kind, pages="always")


async def _of_feed_list(fetcher: Fetcher, source: Source, taken: Collection[str]) -> Followed:
    outlines = read_opml(await _body(fetcher, source.url), source.url)
    names = set(taken)
    found = []
    for feed in outlines.feeds:
        names.add(name := name_for(feed.title, feed.url, names))
        found.append(_ad_hoc(feed.url, "feed", name))
    lost = "".join(f"; {note}" for note in outlines.notes)
    return Followed(source.url, tuple(found), f"an OPML file with {len(found)} feeds{lost}")


async def _of_front_page(fetcher: Fetcher, readers: ReaderPool, source: Source, now: datetime) -> Followed:
    found = await discover(fetcher, readers, source.url, now, thorough=False)
    chosen = next((c for c in found if _is_of_news(c, now)), None)
    if chosen is None:
        links = await _links(fetcher, readers, source, now)
        if links:
            words = f"a page without a feed (looked at: {TRIED}); its {links} links to articles are read as a list"
            return Followed(source.url, (_ad_hoc(source.url, LINKS),), words, tuple(found))
        chosen = next(iter(found), None)
    if chosen is None:
        words = f"neither an article nor a list of articles, and no feed was found (looked at: {TRIED})"
        return Followed(source.url, (), words)
    what = "feed" if chosen.kind == "feed" else "news sitemap" if "news" in chosen.url else "sitemap"
    named = f" “{chosen.title}”" if chosen.kind == "feed" and chosen.title else ""
    words = f"a home page; its {what}{named} is crawled: {chosen.url}"
    others = tuple(c for c in found if c is not chosen)
    return Followed(source.url, (_ad_hoc(chosen.url, chosen.kind),), words, others)


def _is_of_news(candidate: Candidate, now: datetime) -> bool:
    if candidate.kind == "feed" or "news" in candidate.url.lower():
        return True
    return candidate.newest is not None and now - candidate.newest < FRESH


async def _links(fetcher: Fetcher, readers: ReaderPool, source: Source, now: datetime) -> int:
    """How many articles a page links to."""
    try:
        reply = await fetcher.fetch(source.url)
        entries = await readers.read_inline_if_small(
            reply.url, "listing", reply.body, _read_links, reply.body, reply.url, now
        )
    except (FeedError, FetchError, Refused, UnreadableError):
        return 0
    return len(entries)


def _read_links(body: bytes, url: str, now: datetime) -> tuple[object, ...]:
    return read_links(body, url=url, source=host_of(url), seen=now)


async def _body(fetcher: Fetcher, url: str) -> bytes:
    try:
        reply = await fetcher.fetch(url)
    except (FetchError, Refused) as error:
        raise AseanwatchError(str(error)) from None
    if reply.status != 200:
        raise AseanwatchError(describe_status(reply.status).message)
    return reply.body
