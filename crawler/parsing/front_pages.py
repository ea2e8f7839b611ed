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
_TEASER = 600
"""Letters of the longest teaser; what has more tells a story of its own."""
_DENSE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Characters of scripts that say in one what others say in about three: Chinese, and those without spaces."""
_ROOT = re.compile(r"/?(?:[a-z]{2}(?:[-_][a-z]{2})?/?)?(?:(?:index|home|default)\.\w{2,5})?", re.IGNORECASE)
_TELLING = re.compile(r"\d{3}|[^/]-[^/]+-[^/]|_[^/]+_|/[^/]{16,}|%[0-9a-f]{2}", re.IGNORECASE)
"""What the address of an article has: a number, several words, or a long one."""
_OF_LISTS = re.compile(r"/(?:tags?|topics?|category|categories|authors?|search|page|login|subscribe)(?:/|$)")
_HEADINGS = ("h2", "h3", "h4", "h5", "h6", "a")
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
    listed = _listed_items(soup)
    of_items = {id(anchor) for item in listed for anchor in (item, *item.select("a[href]"))}
    for anchor in soup.select("a[href]"):
        address = absolute(start, str(anchor["href"]))
        if address is None or canonical(address) == own:
            continue
        is_listed = len(listed) >= _LEAST_OTHER and id(anchor) in of_items and _is_below(address, url)
        if not is_listed and not _is_article_address(address, url):
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
    said = sum(_weight(link.title) for link in links)
    # Many sites name their feed on every page, so that it only tips the scales.
    if has_feed and not _is_article_address(url, url):
        said *= 2
    return prose < min(_PROSE, said)


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


def _is_beside(address: str, page: str) -> bool:
    host, own = host_of(address), host_of(page)
    return host == own or host.endswith(f".{own}") or own.endswith(f".{host}")


def _is_below(address: str, page: str) -> bool:
    """Whether a link of a list can lead to an article, however short its address is."""
    path = urlsplit(address).path.lower()
    return _is_beside(address, page) and not _is_root(address) and not _OF_LISTS.search(path)


def _is_article_address(address: str, page: str) -> bool:
    """Whether an address lies on the page's site, or beside it under the same name, and looks like that of an article."""
    if not _is_beside(address, page):
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
    """The letters of the longest run of paragraphs under one element; links, and teasers of other articles, aside."""
    items = _listed_items(soup)
    teasers = {id(p) for item in items for p in (item.select("p") or _next_paragraph(item))}
    runs: dict[int, int] = {}
    for paragraph in soup.select("p"):
        own = _own_weight(paragraph)
        if own >= 2 * _HEADLINE and id(paragraph) not in teasers:
            runs[id(paragraph.parent)] = runs.get(id(paragraph.parent), 0) + own
    return max(runs.values(), default=0)


def _listed_items(soup: BeautifulSoup) -> list[Tag]:
    """The largest elements around one headline that links somewhere, where at least three are alike."""
    targets: dict[int, set[str]] = {}
    headlines = []
    for anchor in soup.select("a[href]"):
        if _weight(_headline(anchor)) < _HEADLINE or _is_in_text(anchor):
            continue
        headlines.append(anchor)
        for around in (anchor, *anchor.parents):
            targets.setdefault(id(around), set()).add(str(anchor["href"]))
    alike: dict[tuple[str, ...], dict[int, Tag]] = {}
    for anchor in headlines:
        item = anchor
        while item.parent is not None and len(targets[id(item.parent)]) == 1:
            item = item.parent
        # The story of a page may have a link to another one too; it is longer than a teaser, or has the heading.
        if item.select_one("h1") is None and sum(map(_own_weight, item.select("p"))) < _TEASER:
            alike.setdefault(_shape(item), {})[id(item)] = item
    return [item for items in alike.values() if len(items) >= _LEAST_HOME for item in items.values()]


def _shape(element: Tag) -> tuple[str, ...]:
    """What elements of the same list have in common."""
    around = element.parent
    return (
        element.name,
        around.name if around else "",
        *(around.get_attribute_list("class") if around else ()),
    )


def _is_in_text(anchor: Tag) -> bool:
    """Whether a link stands within the sentences of a paragraph."""
    paragraph = anchor.find_parent("p")
    return paragraph is not None and _own_weight(paragraph) > 0


def _next_paragraph(item: Tag) -> list[Tag]:
    """The teaser that follows a linked heading, with at most a date between them."""
    if item.name not in _HEADINGS:
        return []
    after: list[Tag] = list(item.find_next_siblings(limit=2))
    if (
        after
        and after[0].name in ("time", "span", "div")
        and _weight(clean(after[0].get_text(" "))) < 2 * _HEADLINE
    ):
        after = after[1:]
    return [one for one in after[:1] if one.name == "p"]


def _own_weight(paragraph: Tag) -> int:
    """How much a paragraph says beside its links."""
    return _weight(clean("".join(_plain_texts(paragraph))))


def _plain_texts(paragraph: Tag) -> Iterator[str]:
    return (str(text) for text in paragraph.find_all(string=True) if text.find_parent("a") is None)
