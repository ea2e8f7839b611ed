"""Article pages to documents: trafilatura's extraction, or a source's own selector."""

from __future__ import annotations

import logging
import warnings
from dataclasses import replace
from datetime import datetime

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, Tag, XMLParsedAsHTMLWarning

from crawler.model import Document
from crawler.parsing.charsets import decode_page
from crawler.parsing.dates.context import Origin
from crawler.parsing.dates.verdict import DateVerdict
from crawler.parsing.line_joining import joined_lines, without_wrapping
from crawler.parsing.linked_data import LinkedData
from crawler.parsing.page_addresses import canonical_of, links_of, next_part_of, original_of
from crawler.parsing.page_authors import authors_of
from crawler.parsing.page_dates.decide import date_of_page
from crawler.parsing.page_errors import PageError
from crawler.parsing.page_text import article_text
from crawler.parsing.page_title import title_of
from crawler.parsing.page_tree import first, left_out_if_broken, metadata, tree_of
from crawler.parsing.text import clean, plain
from crawler.parsing.timestamps import from_text
from crawler.parsing.urls import absolute
from crawler.parsing.walls import NoticeError, without_notices
from crawler.runtime.error_words import in_words

log = logging.getLogger("aseanwatch")

# Servers send XML, text or addresses as HTML. The warnings say so; what is found in the page decides what it is.
warnings.filterwarnings("ignore", category=XMLParsedAsHTMLWarning)
warnings.filterwarnings("ignore", category=MarkupResemblesLocatorWarning)

_NO_DATE = DateVerdict(problem="the page names no date")
_BEFORE_TITLE = 8
"""Lines of navigation that may stand before the headline."""


def read_page(
    body: bytes,
    *,
    url: str,
    seen: datetime,
    select: str | None = None,
    charset: str | None = None,
    origin: Origin | None = None,
    first_part: str | None = None,
) -> Document:
    """The article of a page.

    Args:
        body: the page as sent, decompressed.
        url: its final address, after redirects.
        seen: when it was fetched.
        select: a CSS selector of the article's body, instead of automatic extraction.
        charset: the server's charset, tried first.
        origin: what is known of where its dates were written.
        first_part: the address of the article's first page, where this is another one.

    Raises:
        PageError: nothing readable is there, or it cannot be read, for whatever reason.
        MemoryError: it needs more than there is.
    """
    try:
        document, soup = _document(body, url, select, charset, first_part)
        date = left_out_if_broken(
            "date", lambda: _date(soup, document.title, url, origin or Origin(url), seen), _NO_DATE
        )
        return replace(document, published=date.moment, date_basis=date.basis)
    except (PageError, MemoryError):
        raise
    except Exception as error:  # whatever a library raises on a strange page must cost that page alone
        log.exception("%s cannot be read", url)
        raise PageError(f"the page cannot be read: {clean(in_words(error))}") from error


def _date(soup: BeautifulSoup, title: str, url: str, origin: Origin, seen: datetime) -> DateVerdict:
    html = soup.find("html")
    claimed = clean(str(html.get("lang") or "")) if isinstance(html, Tag) else ""
    context = origin.context(seen, claimed=claimed or None)
    return date_of_page(soup, url=url, title=title, context=context)


def _document(
    body: bytes, url: str, select: str | None, charset: str | None, first_part: str | None
) -> tuple[Document, BeautifulSoup]:
    decoded = decode_page(body, f"charset={charset}" if charset else "")
    markup = without_wrapping(decoded.text)
    tree = tree_of(markup)
    if tree is None:
        raise PageError("no readable article on the page")
    meta = metadata(tree)
    data = LinkedData(tree, url)
    title = left_out_if_broken("headline", lambda: title_of(tree, url, meta, data), "")
    # Not before it is needed: so many objects make all that allocates slower.
    soup = BeautifulSoup(markup, "lxml") if select else None
    found = (
        _selected(soup, select) if soup and select else article_text(tree, url, data.body_of(title), title)
    )
    try:
        text = _body(without_notices(title, found), title)
    except NoticeError as error:
        raise PageError(str(error)) from None
    if not text:
        where = f"at select.article {select!r}" if select else "on the page"
        raise PageError(f"no readable article {where}")
    authors = left_out_if_broken(
        "authors", lambda: ", ".join(authors_of(tree, url, meta, data, (title, found))), ""
    )
    soup = soup or BeautifulSoup(markup, "lxml")
    no_links: tuple[str, ...] = ()
    links = left_out_if_broken("links", lambda: links_of(tree, url), no_links)
    document = Document(
        url=left_out_if_broken("address", lambda: canonical_of(tree, url), url),
        title=title,
        text=text,
        lang=clean(tree.get("lang") or "") or None,
        author=authors or None,
        image=left_out_if_broken("picture", lambda: absolute(url, first(meta, "og:image")), None),
        original=left_out_if_broken("original", lambda: original_of(tree, url, meta), None),
        links=links,
        next_part=left_out_if_broken("next part", lambda: next_part_of(tree, url, first_part), None),
        note=_note(f"{title}\n{text}", decoded.encoding),
    )
    return document, soup


def _note(text: str, encoding: str) -> str | None:
    """What readers of a text have to know of characters that are lost in it."""
    lost = text.count("\ufffd")
    if not lost:
        return None
    return f"{lost} {'character' if lost == 1 else 'characters'} of the page could not be read as {encoding}"


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
    found = (joined_lines(plain(str(element))) for element in soup.select(select))
    return "\n".join(filter(None, found))
