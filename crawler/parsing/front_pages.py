"""Front pages: pages that say little themselves and link to articles, such as the home page or a section of an outlet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

from crawler.model import Entry
from crawler.parsing.charsets import decode_page
from crawler.parsing.dates.context import Origin
from crawler.parsing.dates.series import read_dates
from crawler.parsing.dating import named_day
from crawler.parsing.feeds import FeedError
from crawler.parsing.text import clean
from crawler.parsing.urls import absolute, canonical, host_of, shortened

MOST = 60
"""Links that are read of one page, from its top; below stand old news and other sections."""
_LEAST_HOME, _LEAST_OTHER = 3, 6
"""Links to articles that make the root of a site, or another page of it, a front page."""
_HEADLINE = 20
"""Letters of the shortest text of a link that can be a headline; menus are shorter."""
_LONG_HEADING = 30
"""Letters of the shortest heading that is a headline rather than the name of a section."""
_PROSE = 800
"""Letters that an article has at least in one run of paragraphs; teasers of a front page have fewer."""
_NOTHING = 200
"""Letters of the longest run of paragraphs below which a page tells nothing."""
_DENSE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Characters of scripts that say in one what others say in about three: Chinese, and those without spaces."""
_ROOT = re.compile(r"/?(?:[a-z]{2}(?:[-_][a-z]{2})?/?)?(?:(?:index|home|default)\.\w{2,5})?", re.IGNORECASE)
_TELLING = re.compile(r"\d{3}|[^/]-[^/]+-[^/]|_[^/]+_|/[^/]{16,}|%[0-9a-f]{2}", re.IGNORECASE)
"""What the address of an article has: a number, several words, or a long one."""
_OF_LISTS = re.compile(r"/(?:tags?|topics?|category|categories|authors?|search|page|login|subscribe)(?:/|$)")
_OUTSIDE = ("nav", "footer", "aside")


class ArticleLink(NamedTuple):
    """A link of a page that seems to lead to an article, with its headline and the date beside it, as written."""

    url: str
    title: str
    date: str


def article_links(soup: BeautifulSoup, url: str) -> list[ArticleLink]:
    """The links of a page that seem to lead to articles of the same outlet, in their order, each address once.

    Args:
        soup: the page.
        url: where it came from.
    """
    found: dict[str, ArticleLink] = {}
    base = soup.select_one("base[href]")
    start = (absolute(url, str(base["href"])) if base else None) or url
    own = canonical(url)
    for anchor in soup.select("a[href]"):
        address = absolute(start, str(anchor["href"]))
        if address is None or not _is_article_address(address, url) or canonical(address) == own:
            continue
        title = _headline(anchor)
        key = canonical(address)
        # A picture, a headline and "read more" often link to the same article.
        if _weight(title) >= _HEADLINE and key not in found and anchor.find_parent(_OUTSIDE) is None:
            found[key] = ArticleLink(address, title, _date_beside(anchor))
    return list(found.values())[:MOST]


def is_front_page(body: bytes, url: str, content_type: str = "") -> bool:
    """Whether a page is a list of links to articles rather than an article.

    Args:
        body: the bytes as sent, unpacked.
        url: its final address.
        content_type: the server's Content-Type, for its charset.
    """
    soup = BeautifulSoup(decode_page(body, content_type).text, "lxml")
    links = article_links(soup, url)
    has_feed = soup.select_one("link[rel~=alternate][type*=xml]") is not None
    if _is_root(url):
        return len(links) >= _LEAST_HOME or has_feed
    if _says_article(soup):
        return False
    prose = _longest_prose(soup)
    # A section whose list is made by scripts: it says nothing, and names its feed.
    if has_feed and prose < _NOTHING and not _is_article_address(url, url):
        return True
    if len(links) < _LEAST_OTHER:
        return False
    return prose < min(_PROSE, sum(_weight(link.title) for link in links))


def read_links(
    body: bytes,
    *,
    url: str,
    source: str,
    seen: datetime,
    content_type: str = "",
    origin: Origin | None = None,
) -> tuple[Entry, ...]:
    """The articles that a page links to, as entries; for pages of which nobody has written down the selectors.

    Args:
        body: the bytes as sent, unpacked.
        url: where the page came from.
        source: the source's name, for the entries.
        seen: when it was fetched.
        content_type: the server's Content-Type, for its charset.
        origin: what is known of where its dates were written.

    Raises:
        FeedError: it links to no articles.
    """
    soup = BeautifulSoup(decode_page(body, content_type).text, "lxml")
    links = article_links(soup, url)
    if not links:
        raise FeedError("no links", "the page links to no articles")
    lang = (soup.html or soup).get("lang")
    context = (origin or Origin(url)).context(seen, claimed=str(lang) if lang else None, is_list=True)
    dates = read_dates([link.date for link in links], context, lambda i: named_day(links[i].url, seen))
    return tuple(
        Entry(
            source,
            shortened(link.url),
            link.url,
            link.title,
            seen,
            published=date.moment,
            date_basis=date.basis,
        )
        for link, date in zip(links, dates, strict=True)
    )


def _weight(text: str) -> int:
    """How much a text says, in letters of a script with spaces."""
    return len(text) + 2 * len(_DENSE.findall(text))


def _is_root(url: str) -> bool:
    parts = urlsplit(url)
    return not parts.query and _ROOT.fullmatch(parts.path) is not None


def _is_article_address(address: str, page: str) -> bool:
    """Whether an address lies on the page's site, or beside it under the same name, and looks like that of an article."""
    host, own = host_of(address), host_of(page)
    if host != own and not host.endswith(f".{own}") and not own.endswith(f".{host}"):
        return False
    parts = urlsplit(address)
    place = f"{parts.path}?{parts.query}" if parts.query else parts.path
    is_numbered = bool(re.search(r"=\d", parts.query))
    return (is_numbered or bool(_TELLING.search(place))) and not _OF_LISTS.search(parts.path.lower())


def _headline(anchor: Tag) -> str:
    """The headline of a link: the heading in it, else its text, else its title."""
    heading = anchor.find(re.compile(r"h[1-6]$"))
    text = clean((heading or anchor).get_text(" "))
    return (text or clean(str(anchor.get("title") or "")))[:300]


def _date_beside(anchor: Tag) -> str:
    """The date in the smallest element around a link that links to nothing else."""
    around: Tag | None = anchor
    for _ in range(4):
        if around is None or len({str(a.get("href")) for a in around.select("a[href]")}) > 1:
            return ""
        stamp = around.select_one("time[datetime]") or around.select_one("time, [class*=date], [class*=time]")
        if stamp is not None:
            return clean(str(stamp.get("datetime") or stamp.get_text(" ")))[:80]
        around = around.parent
    return ""


def _says_article(soup: BeautifulSoup) -> bool:
    """Whether the page itself says that it is one article."""
    kind = soup.select_one('meta[property="og:type"]')
    if kind is not None and str(kind.get("content", "")).strip().lower() == "article":
        return True
    if soup.select_one('meta[property="article:published_time"]') is not None:
        return True
    # Sections have short headings; one as long as a headline that is also the page's title is an article's.
    title = clean(soup.title.get_text(" ")) if soup.title else ""
    headings = (clean(h.get_text(" ")) for h in soup.select("h1"))
    return any(_weight(h) >= _LONG_HEADING and h in title for h in headings)


def _longest_prose(soup: BeautifulSoup) -> int:
    """The letters of the longest run of paragraphs under one element, links aside."""
    runs: dict[int, int] = {}
    for paragraph in soup.select("p"):
        own = _weight(clean("".join(_plain_texts(paragraph))))
        if own >= 2 * _HEADLINE:
            runs[id(paragraph.parent)] = runs.get(id(paragraph.parent), 0) + own
    return max(runs.values(), default=0)


def _plain_texts(paragraph: Tag) -> Iterator[str]:
    return (str(text) for text in paragraph.find_all(string=True) if text.find_parent("a") is None)
