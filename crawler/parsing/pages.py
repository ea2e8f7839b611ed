"""Article pages to documents: trafilatura's extraction, or a source's own selector."""

from __future__ import annotations

import warnings
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import trafilatura
from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, XMLParsedAsHTMLWarning
from lxml import html as lxml_html

from crawler.model import Document
from crawler.parsing.dates.context import Origin
from crawler.parsing.dates.verdict import DateVerdict
from crawler.parsing.page_dates.decide import date_of_page
from crawler.parsing.text import clean, plain
from crawler.parsing.timestamps import from_text
from crawler.parsing.urls import absolute, canonical, same_site

# Servers send XML, text or addresses as HTML. The warnings say so; what is found in the page decides what it is.
warnings.filterwarnings("ignore", category=XMLParsedAsHTMLWarning)
warnings.filterwarnings("ignore", category=MarkupResemblesLocatorWarning)

_SHORT = 80
"""An extraction with fewer characters is checked against the page's own paragraphs."""
MOST_LINKS = 20
_BEFORE_TITLE = 8
"""Lines of navigation that may stand before the headline."""


class PageError(ValueError):
    """A page without a readable article."""


def read_page(
    body: bytes,
    *,
    url: str,
    seen: datetime,
    select: str | None = None,
    charset: str | None = None,
    origin: Origin | None = None,
) -> Document:
    """The article of a page.

    Args:
        body: the page as sent, decompressed.
        url: its final address, after redirects.
        seen: when it was fetched.
        select: a CSS selector of the article's body, instead of automatic extraction.
        charset: the server's charset, tried first.
        origin: what is known of where its dates were written.

    Raises:
        PageError: nothing readable is there, or it cannot be read, for whatever reason.
        MemoryError: it needs more than there is.
    """
    try:
        document, soup = _document(body, url, select, charset)
        date = _date(soup, document.title, url, origin or Origin(url), seen)
        return replace(document, published=date.moment, date_basis=date.basis)
    except (PageError, MemoryError):
        raise
    except Exception as error:  # whatever a library raises on a strange page must cost that page alone
        raise PageError(
            f"the page cannot be read: {type(error).__name__}: {clean(str(error))[:200]}"
        ) from error


def _date(soup: BeautifulSoup, title: str, url: str, origin: Origin, seen: datetime) -> DateVerdict:
    context = origin.context(seen, claimed=_attribute(soup, "html[lang]", "lang"))
    return date_of_page(soup, url=url, title=title, context=context)


def _document(
    body: bytes, url: str, select: str | None, charset: str | None
) -> tuple[Document, BeautifulSoup]:
    soup = BeautifulSoup(body, "lxml", from_encoding=charset)
    title = _title(soup)
    text = _body(_selected(soup, select) if select else _extracted(body, url, soup, charset), title)
    if not text:
        where = f"at select.article {select!r}" if select else "on the page"
        raise PageError(f"no readable article {where}")
    document = Document(
        url=_canonical(soup, url),
        title=title,
        text=text,
        lang=_attribute(soup, "html[lang]", "lang"),
        author=_attribute(soup, 'meta[name="author"]', "content"),
        image=absolute(url, _attribute(soup, 'meta[property="og:image"]', "content") or ""),
        original=_original(soup, url),
        links=_links(soup, url),
    )
    return document, soup


def _body(text: str, title: str) -> str:
    """The text without what extraction often leaves at its beginning: navigation, the headline, a bare date."""
    lines = text.split("\n")
    if title in lines[:_BEFORE_TITLE] and lines[-1] != title:
        lines = lines[lines.index(title) + 1 :]
    while len(lines) > 1 and (
        lines[0].strip() in title or (len(lines[0]) < 40 and from_text(lines[0]) is not None)
    ):
        lines.pop(0)
    return "\n".join(lines)


def _selected(soup: BeautifulSoup, select: str) -> str:
    return "\n".join(filter(None, (plain(str(element)) for element in soup.select(select))))


def _extracted(body: bytes, url: str, soup: BeautifulSoup, charset: str | None) -> str:
    tree: Any = body
    if charset:
        try:
            tree = lxml_html.fromstring(body.decode(charset, "replace"))
        except (LookupError, ValueError):
            tree = body
    text = (
        trafilatura.extract(
            tree, url=url, include_comments=False, include_tables=True, favor_recall=True, with_metadata=False
        )
        or ""
    )
    if len(text) < _SHORT:
        text = max(text, _paragraphs(soup), key=len)
    return "\n".join(line for line in (clean(part) for part in text.split("\n")) if line)


def _paragraphs(soup: BeautifulSoup) -> str:
    """The paragraphs of the page's article element: a very short article may be all there is."""
    place = soup.select_one("article") or soup.select_one("main")
    found = (clean(p.get_text(" ")) for p in place.select("p")) if place else ()
    return "\n".join(p for p in found if p)


def _attribute(soup: BeautifulSoup, selector: str, name: str) -> str | None:
    element = soup.select_one(selector)
    return clean(str(element.get(name, ""))) or None if element else None


def _title(soup: BeautifulSoup) -> str:
    heading = _attribute(soup, 'meta[property="og:title"]', "content")
    first = soup.select_one("h1")
    return (
        heading
        or (clean(first.get_text(" ")) if first else "")
        or (clean(soup.title.get_text(" ")) if soup.title else "")
    )


def _is_document(address: str) -> bool:
    """Whether an address is more than that of a home page."""
    return canonical(address).rstrip("/").count("/") > 2


def _canonical(soup: BeautifulSoup, url: str) -> str:
    """The page's own canonical address where it is on the same site, not the home page; else its final address."""
    own = absolute(url, _attribute(soup, 'link[rel="canonical"]', "href") or "")
    if own and same_site(own, url) and _is_document(own):
        return canonical(own)
    return canonical(url)


_SYNDICATED = (
    ('link[rel="canonical"]', "href"),
    ('meta[name="syndication-source"]', "content"),
    ('meta[name="original-source"]', "content"),
)


def _original(soup: BeautifulSoup, url: str) -> str | None:
    """The address on another site that the page names as its article's; a home page names none."""
    for selector, name in _SYNDICATED:
        other = absolute(url, _attribute(soup, selector, name) or "")
        if other and not same_site(other, url) and _is_document(other):
            return canonical(other)
    return None


def _links(soup: BeautifulSoup, url: str) -> tuple[str, ...]:
    """The canonical addresses that paragraphs of the page link; home pages and the page itself are left out."""
    found = (
        absolute(url, str(a.get("href", "")))
        for a in soup.select("article p a[href], main p a[href]")[:MOST_LINKS]
    )
    keys = dict.fromkeys(canonical(link) for link in found if link and _is_document(link))
    return tuple(k for k in keys if k != canonical(url))


_WALL_PATHS = (
    "/consent",
    "/login",
    "/signin",
    "/sign-in",
    "/subscribe",
    "/paywall",
    "/register",
    "/captcha",
    "/cookie",
)
_WALL_HOSTS = ("consent.", "login.", "accounts.", "auth.")
_WALL_MARKS = (
    b'"isAccessibleForFree":"False"', b'"isAccessibleForFree":false', b'"isAccessibleForFree": false', b'"isAccessibleForFree": "False"',
    b'"isAccessibleForFree":"false"', b'"isAccessibleForFree": "false"', b"cf-challenge", b"challenge-platform", b"g-recaptcha",
    b'name="article:content_tier" content="locked"', b'property="article:content_tier" content="locked"',
    b'property="article:content_tier" content="metered"',
)  # fmt: skip


def is_wall(body: bytes, *, asked: str, url: str) -> bool:
    """Whether a page seems to stand behind consent, a sign-in, payment or a challenge.

    By where a redirect led, by what publishers say of it (schema.org's ``isAccessibleForFree``, Facebook's ``content_tier``),
    and by the marks of common challenge pages.
    """
    if url != asked:
        parts = urlsplit(url)
        if (parts.hostname or "").startswith(_WALL_HOSTS) or any(
            mark in parts.path.lower() for mark in _WALL_PATHS
        ):
            return True
    return any(mark in body for mark in _WALL_MARKS)
