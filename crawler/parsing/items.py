"""What a feed says, whichever way it was parsed: one item as it stands in the feed, markup and all.

The two parsers (`crawler.parsing.lxml_feed`, `crawler.parsing.feedparser_feed`) give the same values for the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Enclosure(NamedTuple):
    """A file that belongs to an item: its address, media type and length in bytes as the feed gives them."""

    href: str
    type: str = ""
    length: str = ""


class Item(NamedTuple):
    """One item. ``link`` and ``id`` are resolved against the feed's address; title, summary and content are markup.

    ``published`` and ``updated`` are dates as they are written.
    """

    id: str = ""
    link: str = ""
    title: str = ""
    summary: str = ""
    content: str = ""
    author: str = ""
    published: str = ""
    updated: str = ""
    categories: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    images: tuple[str, ...] = ()
    outlet: str = ""
    outlet_url: str = ""


MOST_ITEMS = 50_000
"""Items that are read of one feed. What of more than is taken at once is new is decided later."""


class Kept(NamedTuple, Generic[T]):
    """Those of too many items that are read, and a note of the others."""

    items: Sequence[T]
    notes: tuple[str, ...] = ()


def at_ends(listed: Sequence[T]) -> Kept[T]:
    """The items of a feed; of more than `MOST_ITEMS` those at its beginning and at its end, one of which has the newest."""
    if len(listed) <= MOST_ITEMS:
        return Kept(listed)
    half = MOST_ITEMS // 2
    left = len(listed) - 2 * half
    note = f"it lists {len(listed)} items; those at both ends were read, {left} between them left out"
    return Kept([*listed[:half], *listed[-half:]], (note,))


def joined_authors(names: Iterable[str]) -> str:
    """Several authors as one text, each once; only the names, without their addresses."""
    found = list(dict.fromkeys(name for name in names if name))
    return ", ".join(dict.fromkeys(_name_of(author) for author in found))


def _name_of(author: str) -> str:
    """The name of a person: of "Desk (desk@example.org)" and of "desk@example.org (Desk)" the same."""
    match = _PERSON.fullmatch(author) if "(" in author else None
    if match is None:
        return author
    return match[2] if "@" in match[1] else match[1]


_PERSON = re.compile(r"([^()]{1,200}?)\s*\(([^()]{1,200})\)")


@dataclass(frozen=True, slots=True)
class Hints:
    """What a feed says of itself that concerns its polling.

    ``ttl`` (RSS 2.0) and ``period`` (syndication module: update period over frequency) are how long it may be left alone;
    ``skip_hours`` (UTC) and ``skip_days`` (0 is Monday) are when it does not change; ``archive`` is the address of the page
    with older entries (RFC 5005); ``moved`` is where the feed says that it lives now; ``hubs`` push what is new to whoever
    subscribes to its ``topic`` (WebSub, section 4).
    """

    ttl: timedelta | None = None
    period: timedelta | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    archive: str | None = None
    moved: str | None = None
    hubs: tuple[str, ...] = ()
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """A whole feed: its items in its order, its language, its hints, and notes on what was wrong with it.

    ``is_plain`` says that title, summary and content of its items are text already, no markup any more.
    """

    items: tuple[Item, ...]
    lang: str | None = None
    hints: Hints = field(default_factory=Hints)
    notes: tuple[str, ...] = ()
    is_plain: bool = False
