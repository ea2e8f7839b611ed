"""Finds the feeds and sitemaps of a web site from any of its addresses: by links, by robots.txt, by usual places."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup
from protego import Protego

from crawler.config.quoting import is_text
from crawler.config.settings import Source
from crawler.documents.kinds import Answer, read_whole
from crawler.documents.process import UnreadableError
from crawler.documents.reader import ReaderPool
from crawler.model import AseanwatchError
from crawler.net.errors import FetchError
from crawler.net.fetcher import Fetcher
from crawler.net.guard import Refused
from crawler.net.replies import Reply
from crawler.net.statuses import describe_status
from crawler.parsing.feeds import FeedError
from crawler.parsing.text import clean
from crawler.parsing.urls import absolute, canonical, same_site

_FEED_TYPES = (
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/rdf+xml",
    "application/xml",
    "text/xml",
)
_LINK = re.compile(r"(?:^|[/._?=&-])(?:rss\d?|feeds?|atom|rdf)(?:[/._?=&-]|$)", re.IGNORECASE)
_USUAL = (
    "/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feeds/posts/default", "/rss/home.rss", "/rss/news.rss", "/rss/all.xml",
    "/feed.json", "/?feed=rss2", "/news/rss", "/rssfeeds", "/rss.php", "/rss.aspx",
)  # fmt: skip
"""Where the common systems have their feeds: WordPress, Blogger, Hugo, Drupal, Vietnamese and Thai newspapers."""
_SITEMAPS = (
    "/news-sitemap.xml",
    "/sitemap-news.xml",
    "/sitemap_news.xml",
    "/sitemap/news.xml",
    "/googlenews.xml",
    "/sitemap.xml",
    "/sitemap_index.xml",
)
_COMMENTS = re.compile(r"comment|komentar|bình luận|评论|回复", re.IGNORECASE)
MOST_LINKS, MOST_TRIED, SAMPLES = 40, 60, 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A source that was found: how, what it holds, and how good it is (``score``, higher is better)."""

    url: str
    kind: str
    how: str
    title: str
    entries: int
    newest: datetime | None
    lang: str | None
    samples: tuple[str, ...]
    score: float

    def plain(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "url": self.url, "kind": self.kind, "how": self.how, "title": self.title, "entries": self.entries, "newest": self.newest,
            "lang": self.lang, "samples": list(self.samples), "score": round(self.score, 2),
        }  # fmt: skip


_WORTH = {
    "the address itself": 5.0,
    "the page links to it": 3.0,
    "the page mentions it": 2.0,
    "robots.txt names it": 1.5,
    "the usual place": 1.0,
}


async def discover(
    fetcher: Fetcher, readers: ReaderPool, url: str, now: datetime, *, thorough: bool = True
) -> list[Candidate]:
    """The sources of a site, the best first.

    Args:
        fetcher: how addresses are fetched.
        readers: who reads large answers.
        url: any address of it.
        now: the present moment, for how fresh they are.
        thorough: whether usual places are asked also if the site names a source itself.

    Raises:
        AseanwatchError: the address cannot be fetched.
    """
    reply = await _fetched(fetcher, url)
    if isinstance(reply, str):
        raise AseanwatchError(f"{url}: {reply}")
    try:
        own = await readers.read_inline_if_small(
            reply.url, "feed", reply.body, _candidate, reply, "the address itself", now
        )
        is_page = own is None or own.kind != "feed"
        places = (
            await readers.read_inline_if_small(reply.url, "listing", reply.body, _places, reply)
            if is_page
            else {}
        )
    except UnreadableError as error:
        raise AseanwatchError(f"{url}: {error}") from None
    for place in await _named_sitemaps(fetcher, reply.url):
        places.setdefault(place, "robots.txt names it")

    async def tried(wanted: Mapping[str, str]) -> list[Candidate | None]:
        some = list(wanted.items())[:MOST_TRIED]
        return await asyncio.gather(*(_tried(fetcher, readers, place, how, now) for place, how in some))

    # Last, and never over what the site itself says:
    # how a source was found is part of its score.
    usual = {
        place: "the usual place"
        for path in (*_USUAL, *_SITEMAPS)
        if (place := urljoin(reply.url, path)) not in places
    }
    if thorough:
        return _ranked([own, *await tried(places | usual)], reply.url)
    named = _ranked([own, *await tried(places)], reply.url)
    if any(c.kind == "feed" or "news" in c.url for c in named):
        return named
    return _ranked([*named, *await tried(usual)], reply.url)


async def _fetched(fetcher: Fetcher, url: str) -> Reply | str:
    try:
        reply = await fetcher.fetch(url)
    except (FetchError, Refused) as error:
        return str(error)
    return reply if reply.status == 200 else describe_status(reply.status).message


async def _tried(
    fetcher: Fetcher, readers: ReaderPool, url: str, how: str, now: datetime
) -> Candidate | None:
    reply = await _fetched(fetcher, url)
    if isinstance(reply, str):
        return None
    try:
        return await readers.read_inline_if_small(reply.url, "feed", reply.body, _candidate, reply, how, now)
    except UnreadableError:
        return None  # nobody would want it


def _places(reply: Reply) -> dict[str, str]:
    """Where a page says that feeds are, with how it says so."""
    return dict(_linked(reply))


def _linked(reply: Reply) -> Iterator[tuple[str, str]]:
    """Links for machines first (HTML, "alternate"), then those for people."""
    soup = BeautifulSoup(reply.body, "lxml")
    base = soup.select_one("base[href]")
    start = absolute(reply.url, str(base["href"])) if base else None
    for link in soup.select("link[href]"):
        rel = {str(r).lower() for r in link.get("rel") or ()}
        kind = str(link.get("type") or "").lower().partition(";")[0].strip()
        address = absolute(start or reply.url, str(link["href"]))
        if address and ("feed" in rel or ("alternate" in rel and kind in _FEED_TYPES)):
            yield address, "the page links to it"
    seen = 0
    for anchor in soup.select("a[href]"):
        address = absolute(start or reply.url, str(anchor["href"]))
        if address and (
            _LINK.search(urlsplit(address).path + "?" + urlsplit(address).query)
            or "rss" in anchor.get_text(" ").lower().split()
        ):
            yield address, "the page mentions it"
            seen += 1
            if seen >= MOST_LINKS:
                return


async def _named_sitemaps(fetcher: Fetcher, url: str) -> list[str]:
    parts = urlsplit(url)
    reply = await _fetched(fetcher, f"{parts.scheme}://{parts.netloc}/robots.txt")
    if isinstance(reply, str):
        return []
    written = Protego.parse(reply.body.decode("utf-8", "ignore")).sitemaps
    # They should be whole addresses; many sites write the path alone.
    named = [address for s in written if (address := absolute(reply.url, s)) is not None]
    return sorted(named, key=lambda s: "news" not in s.lower())[:10]


def _candidate(reply: Reply, how: str, now: datetime) -> Candidate | None:
    for kind in ("feed", "sitemap"):
        source = Source.model_construct(name="found", url=reply.url, kind=kind)
        try:
            answer = Answer(reply.url, reply.body, reply.headers.get("content-type", ""), now)
            fetched = read_whole(kind, answer, source, 10_000_000)
        except FeedError:
            continue
        entries = fetched.entries_but(())
        # An empty feed is no source that anybody would want.
        if not entries and not fetched.children:
            return None
        is_index = bool(fetched.children)
        candidate = Candidate(
            url=reply.url,
            kind=kind,
            how=how,
            title=_title(reply) if kind == "feed" else ("index of sitemaps" if is_index else "sitemap"),
            entries=len(entries),
            newest=max((e.published for e in entries if e.published), default=None),
            lang=fetched.lang,
            samples=tuple(e.title[:120] for e in entries[:SAMPLES]),
            score=0.0,
        )
        return replace(candidate, score=_score(candidate, now, is_index=is_index))
    return None


def _title(reply: Reply) -> str:
    found = re.search(rb"<title[^>]*>(.{0,400}?)</title>", reply.body[:20_000], re.DOTALL | re.IGNORECASE)
    text = found[1].decode("utf-8", "replace") if found else ""
    return clean(re.sub(r"<!\[CDATA\[|\]\]>", "", text))[:120]


def _score(candidate: Candidate, now: datetime, *, is_index: bool) -> float:
    """How good a candidate is: by what it is, how it was found, how full and how fresh it is.

    Comments are hardly ever wanted; an index of sitemaps says less than a sitemap of news.
    """
    score = _WORTH[candidate.how]
    if candidate.kind == "feed":
        score += 4.0
    elif "news" in candidate.url.lower():
        score += 1.0
    score += min(candidate.entries, 30) / 15
    score += _freshness(now - candidate.newest if candidate.newest else None)
    if _COMMENTS.search(candidate.url) or _COMMENTS.search(candidate.title):
        score -= 5.0
    return score - (1.0 if is_index else 0.0)


def _freshness(age: timedelta | None) -> float:
    """What the age of the newest entry adds to a score; nothing where no entry has a date."""
    if age is None:
        return 0.0
    if age < timedelta(days=2):
        return 2.0
    if age < timedelta(days=14):
        return 1.0
    return -2.0 if age > timedelta(days=90) else 0.0


def _ranked(found: Iterable[Candidate | None], url: str) -> list[Candidate]:
    """Each address once, and of feeds with the same entries the best one."""
    best: dict[Any, Candidate] = {}
    for candidate in found:
        # What cannot be written into config.yaml is not offered.
        if candidate is None or not is_text(candidate.url):
            continue
        score = candidate.score + (0.5 if same_site(candidate.url, url) else 0.0)
        # RSS and Atom of one site hold the same headlines under two addresses.
        key = candidate.samples or canonical(candidate.url)
        if key not in best or score > best[key].score:
            best[key] = candidate
    return sorted(best.values(), key=lambda c: (-c.score, c.url))
