"""List pages to entries, by CSS selectors read with BeautifulSoup."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import datetime

import soupsieve
from bs4 import BeautifulSoup, Tag, XMLParsedAsHTMLWarning

from crawler.model import Entry
from crawler.parsing.charsets import decode_page
from crawler.parsing.dates.context import Origin
from crawler.parsing.dates.series import read_dates
from crawler.parsing.dates.verdict import DateVerdict
from crawler.parsing.dating import named_day
from crawler.parsing.feeds import FeedError
from crawler.parsing.text import clean
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
    body: bytes,
    select: Selectors,
    *,
    url: str,
    source: str,
    seen: datetime,
    content_type: str = "",
    origin: Origin | None = None,
) -> tuple[Entry, ...]:
    """The entries of a list page.

    Args:
        body: the bytes as sent, decompressed.
        select: where the parts of an entry stand.
        url: where the page came from; relative links are resolved against it.
        source: the source's name, for the entries.
        seen: when it was fetched.
        content_type: the server's Content-Type, for its charset.
        origin: what is known of where its dates were written.

    Raises:
        FeedError: no element matches ``item``, or none of them holds a link: the page has changed.
    """
    soup = BeautifulSoup(decode_page(body, content_type).text, "lxml")
    try:
        items = soup.select(select.item)
        origin = origin or Origin(url)
        lang = (soup.html or soup).get("lang")
        context = origin.context(seen, claimed=str(lang) if lang else None, is_list=True)
        dates = read_dates(
            [pick(item, select.date) for item in items],
            context,
            lambda i: named_day(absolute(url, pick(items[i], select.link)), seen),
        )
        made = (_entry(*dated, select, url, source, seen) for dated in zip(items, dates, strict=True))
        found = tuple(entry for entry in made if entry is not None)
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


def _entry(
    item: Tag, date: DateVerdict, select: Selectors, url: str, source: str, seen: datetime
) -> Entry | None:
    link = absolute(url, pick(item, select.link))
    path = select.link.partition("@")[0].strip()
    title = pick(item, select.title or path) if select.title or path else clean(item.get_text(" "))
    if link is None or not title:
        return None
    return Entry(
        source,
        shortened(link),
        link,
        title,
        seen,
        summary=pick(item, select.summary),
        published=date.moment,
        date_basis=date.basis,
    )
