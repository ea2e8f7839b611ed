"""List pages to entries, by CSS selectors read with BeautifulSoup."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import datetime

import soupsieve
from bs4 import BeautifulSoup, Tag, XMLParsedAsHTMLWarning

from crawler.model import Entry
from crawler.parsing.feeds import FeedError
from crawler.parsing.text import clean
from crawler.parsing.timestamps import believable, from_text
from crawler.parsing.urls import absolute, shortened

# Servers send what they like under any name; what comes of it is judged by what is found in it.
warnings.filterwarnings("ignore", category=XMLParsedAsHTMLWarning)


@dataclass(frozen=True, slots=True)
class Selectors:
    """Where the parts of an entry stand inside ``item``: ``selector@attribute``, or ``selector`` for the text."""

    item: str
    link: str = "a@href"
    title: str | None = None
    date: str | None = None
    summary: str | None = None


def read_listing(
    body: bytes, select: Selectors, *, url: str, source: str, seen: datetime
) -> tuple[Entry, ...]:
    """The entries of a list page.

    Raises:
        FeedError: no element matches ``item``, or none of them holds a link: the page has changed.
    """
    soup = BeautifulSoup(body, "lxml")
    try:
        items = soup.select(select.item)
        found = tuple(e for item in items if (e := _entry(item, select, url, source, seen)))
    except soupsieve.SelectorSyntaxError as error:
        raise FeedError("selector", f"select is no CSS: {str(error).splitlines()[0]}") from None
    if not items:
        raise FeedError("selector", f"no element of the page matches select.item {select.item!r}")
    if not found:
        raise FeedError(
            "selector", f"{len(items)} elements match select.item, but none has a link at {select.link!r}"
        )
    return found


def pick(item: Tag, selector: str | None) -> str:
    """The text, or with ``@name`` the attribute, of the first element that a selector finds in ``item``."""
    if not selector:
        return ""
    path, _, attribute = selector.partition("@")
    element = item.select_one(path) if path.strip() else item
    if element is None:
        return ""
    value = element.get(attribute, "") if attribute else element.get_text(" ")
    return clean(" ".join(value) if isinstance(value, list) else str(value))


def _entry(item: Tag, select: Selectors, url: str, source: str, seen: datetime) -> Entry | None:
    link = absolute(url, pick(item, select.link))
    title = pick(item, select.title or select.link.partition("@")[0])
    if link is None or not title:
        return None
    moment = from_text(pick(item, select.date))
    return Entry(
        source,
        shortened(link),
        link,
        title,
        seen,
        summary=pick(item, select.summary),
        published=believable(moment, seen),
    )
