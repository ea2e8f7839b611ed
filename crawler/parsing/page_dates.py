"""When a page says that its article was published: in its metadata, else in the line between headline and text.

Metadata are parsed here. The line on the page is given as it is written: parsing knows nothing of dates in the languages
of the region, judging does (`crawler.judging.text.dates`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from bs4 import BeautifulSoup, Tag

from crawler.parsing.text import clean
from crawler.parsing.timestamps import from_text

_META = (
    'meta[property="article:published_time"]', 'meta[name="article:published_time"]', 'meta[name="pubdate"]',
    'meta[name="publishdate"]', 'meta[name="publish-date"]', 'meta[name="publish_date"]', 'meta[itemprop="datePublished"]',
    'meta[name="date"]', 'meta[name="DC.date.issued"]', 'meta[name="dcterms.issued"]', 'meta[name="dcterms.created"]',
    'meta[name="parsely-pub-date"]', 'meta[name="sailthru.date"]', 'meta[name="apub:time"]',
)  # fmt: skip
_ARTICLE = re.compile(r"(?:Article|BlogPosting|Report|NewsItem)$")
"""Types of schema.org that are an article."""
_NESTED_IN = ("@graph", "mainEntity", "mainEntityOfPage")
_DEEPEST = 4
_ASIDE = ("script", "style", "noscript", "nav", "aside", "form", "footer", "button", "select", "template")
_PARAGRAPH = 80
"""A paragraph with so many characters is text, and ends the line of names and dates below a headline."""
_MOST_TEXT, _MOST_PIECES = 400, 30
_YEAR = re.compile(r"\d{4}|[\u0e50-\u0e59\u0ed0-\u0ed9\u17e0-\u17e9\u1040-\u1049]{4}")


def stated_moment(soup: BeautifulSoup) -> datetime | None:
    """The moment of publication in the metadata of a page: meta elements, JSON-LD, microdata."""
    for selector in _META:
        moment = _moment(soup.select_one(selector), "content")
        if moment:
            return moment
    for node in _articles(soup):
        moment = from_text(str(node.get("datePublished") or ""))
        if moment:
            return moment
    return _moment(soup.select_one('[itemprop="datePublished"]'), "datetime", "content")


def marked_moment(soup: BeautifulSoup) -> datetime | None:
    """The moment of the first time element, which mostly is the article's."""
    return _moment(soup.select_one("time[datetime]"), "datetime")


def byline(soup: BeautifulSoup) -> str:
    """What stands between a headline and the first paragraph of text, and before the headline in one article element.

    Nothing where no year is in it. Lists of other news, menus and forms are left out.
    """
    heading = soup.find("h1")
    if not isinstance(heading, Tag):
        return ""
    around = heading.find_parent("article") or heading.find_parent("main")
    pieces: list[str] = []
    for string in (around or heading).find_all_next(string=True):
        parent = string.parent
        if parent is None or any(p.name in _ASIDE for p in (parent, *parent.parents)):
            continue
        if parent.find_parent("h1") or parent.name in {"h1", "title"}:
            continue
        text = clean(str(string))
        paragraph = parent if parent.name == "p" else parent.find_parent("p")
        if len(text) >= _PARAGRAPH or (paragraph and len(clean(paragraph.get_text(" "))) >= _PARAGRAPH):
            break
        if text:
            pieces.append(text)
        if len(pieces) >= _MOST_PIECES:
            break
    found = " | ".join(pieces)[:_MOST_TEXT]
    return found if _YEAR.search(found) else ""


def _moment(element: Tag | None, *attributes: str) -> datetime | None:
    return next(
        (m for name in attributes if element and (m := from_text(str(element.get(name) or "")))), None
    )


def _articles(soup: BeautifulSoup) -> Iterator[dict[str, Any]]:
    """The articles that the page's JSON-LD describes as its own; those that it only lists are not."""
    for script in soup.select('script[type="application/ld+json"]'):
        try:
            node = json.loads(script.get_text(), strict=False)
        except (ValueError, RecursionError):
            continue
        yield from _within(node, _DEEPEST)


def _within(node: Any, deep: int) -> Iterator[dict[str, Any]]:
    if isinstance(node, list):
        for one in node:
            yield from _within(one, deep - 1) if deep else ()
    if not isinstance(node, dict):
        return
    types = node.get("@type")
    if any(
        isinstance(t, str) and _ARTICLE.search(t) for t in (types if isinstance(types, list) else [types])
    ):
        yield node
    for name in _NESTED_IN if deep else ():
        yield from _within(node.get(name), deep - 1)
