"""What a feed says of its own polling: ttl, skipHours, skipDays, the syndication module, archives, a new address, hubs.

Read from the words before the first item, which is where they stand, so that both parsers and broken feeds share one way.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

from crawler.parsing.items import Hints
from crawler.parsing.urls import absolute

_HEAD = 20_000
_FIRST_ITEM = re.compile(r"<(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_NUMBER = re.compile(r"\d{1,6}")
_LINK = re.compile(r"<(?:\w+:)?link\b([^<>]{1,2000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_PERIODS = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MOST_HUBS = 4
"""Hubs that are read of one feed; one of them is asked."""
LONGEST_TTL = timedelta(days=1)
"""A feed that asks to be left alone for longer did not mean news."""


def hints_of(text: str, url: str) -> Hints:
    """The hints of a feed.

    Args:
        text: the feed's beginning.
        url: its address, against which links are resolved.
    """
    first = _FIRST_ITEM.search(text, 0, _HEAD)
    head = _Head(_COMMENT.sub("", text[: first.start() if first else _HEAD]))
    ttl = _number(_value(head, "ttl"))
    period = _PERIODS.get((_value(head, "updatePeriod") or "").lower())
    often = _number(_value(head, "updateFrequency")) or 1
    moved = _value(head, "new-feed-url") or _value(head, "newLocation")
    links = _links(head.text)
    hours = (_number(h) for h in _inside(head, "skipHours", "hour"))
    return Hints(
        ttl=min(timedelta(minutes=ttl), LONGEST_TTL) if ttl else None,
        period=min(timedelta(seconds=period / often), LONGEST_TTL) if period else None,
        skip_hours=frozenset(h % 24 for h in hours if h is not None and h <= 24),
        skip_days=frozenset(
            _DAYS.index(d.lower()) for d in _inside(head, "skipDays", "day") if d.lower() in _DAYS
        ),
        archive=_archive(links, url),
        moved=absolute(url, html.unescape(moved)) if moved else None,
        hubs=web_addresses(url, links.get("hub", ())),
        topic=next(iter(web_addresses(url, links.get("self", ()))), None),
    )


def web_addresses(url: str, links: Sequence[str]) -> tuple[str, ...]:
    """The first few of some links, those that lead to web addresses, resolved against the feed's."""
    return tuple(found for link in links[:MOST_HUBS] if (found := absolute(url, link)))


class _Head:
    """The words before the first item. Most say little of their polling: what they have not at all is not looked for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._folded = text.casefold()

    def has(self, name: str) -> bool:
        return name.casefold() in self._folded


def _value(head: _Head, name: str) -> str | None:
    if not head.has(name):
        return None
    found = re.search(
        rf"<(?:[\w-]+:)?{name}\b[^<>]*>\s*(?:<!\[CDATA\[)?\s*([^<>\]]*?)\s*(?:\]\]>)?\s*</",
        head.text,
        re.IGNORECASE,
    )
    return (found[1] or None) if found else None


def _inside(head: _Head, outer: str, inner: str) -> list[str]:
    if not head.has(outer):
        return []
    found = re.search(rf"<{outer}\b[^<>]*>(.{{0,4000}}?)</{outer}>", head.text, re.IGNORECASE | re.DOTALL)
    return re.findall(rf"<{inner}\b[^<>]*>\s*(\w+)\s*<", found[1], re.IGNORECASE) if found else []


def _number(text: str | None) -> int | None:
    return int(text) if text and _NUMBER.fullmatch(text) else None


def _links(head: str) -> dict[str, list[str]]:
    """The addresses of links by their relation; one link may have several relations, separated by blanks."""
    found: dict[str, list[str]] = {}
    for match in _LINK.finditer(head):
        attributes = {name.lower(): a or b for name, a, b in _ATTRIBUTE.findall(match[1])}
        if "href" in attributes:
            for relation in attributes.get("rel", "").lower().split():
                found.setdefault(relation, []).append(html.unescape(attributes["href"]).strip())
    return found


def _archive(links: Mapping[str, Sequence[str]], url: str) -> str | None:
    """The page with older entries: an archived feed's (RFC 5005, 4) before the next page of a paged one (section 3)."""
    link = next(iter((*links.get("prev-archive", ()), *links.get("next", ()))), None)
    return absolute(url, link) if link else None
