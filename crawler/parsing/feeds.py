"""Feeds to entries: RSS 0.9x, 1.0 and 2.0, Atom and JSON Feed 1.x.

Well-formed feeds are parsed by lxml, all others by feedparser. A difference between the two is a defect
(``tests/crawler/parsing/test_parsers_agree.py``). Only new items become entries, because that is most of the work.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from lxml import etree

from crawler.model import Entry
from crawler.parsing import feedparser_feed, json_feed, lxml_feed
from crawler.parsing.aggregators import resolved
from crawler.parsing.charsets import Decoded, decode_xml
from crawler.parsing.dates.context import Origin
from crawler.parsing.dates.series import read_either
from crawler.parsing.dates.verdict import DateVerdict, note_of
from crawler.parsing.dating import named_day
from crawler.parsing.feed_values import NeedsFallback
from crawler.parsing.identity import Identified, identified
from crawler.parsing.items import Hints, Item, Parsed
from crawler.parsing.text import clean, plain, storable
from crawler.parsing.urls import absolute
from crawler.parsing.xml_repair import complete_part, repaired

MOST_CATEGORIES = 30
_LONGEST_TITLE = 120
"""Characters of a headline that is made of an item's text."""
_SENTENCE_END = re.compile(r"[。！？!?။៕]+[”\"’」』]?|\.(?=\s)")
_MOST_MARKS = 8
_ITEM_BEGIN = re.compile(r"<(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_JOINERS = "\u1039\u17d2"
""""The letter that follows goes below": in Myanmar and in Khmer."""


class FeedError(ValueError):
    """Bytes that are no feed. ``kind`` is a short stable word for the record."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind

    def __reduce__(self) -> tuple[type[FeedError], tuple[str, str]]:
        """So that a process that reads can hand it on."""
        return FeedError, (self.kind, str(self))


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed says: its items in its order, not yet made into entries, and all that it says of itself.

    ``identities`` are the identities and addresses of the items, in their order, some perhaps twice; ``dates`` are the
    verdicts on their dates.
    """

    source: str
    url: str
    seen: datetime
    parsed: Parsed
    dates: tuple[DateVerdict, ...]
    identities: tuple[Identified, ...]

    @property
    def lang(self) -> str | None:
        """The language that it claims."""
        return self.parsed.lang

    @property
    def hints(self) -> Hints:
        """What it says of its polling."""
        return self.parsed.hints

    @property
    def notes(self) -> tuple[str, ...]:
        """What was wrong with it."""
        wrong = self.parsed.notes or (() if self.parsed.items else ("the feed has no entries",))
        return (*wrong, *note_of(self.dates))

    @property
    def guids(self) -> list[str]:
        """The identity of each item."""
        return [identity.guid for identity in self.identities]

    def entries_but(self, known: Collection[str]) -> tuple[Entry, ...]:
        """The entries of the items whose identity is not known yet."""
        dated = zip(self.parsed.items, self.identities, self.dates, strict=True)
        return tuple(
            entry
            for item, identity, date in dated
            if identity.guid not in known and (entry := self._made(item, identity, date)) is not None
        )

    def without(self, guids: Collection[str]) -> Feed:
        """The same feed without some of its items."""
        kept = [n for n, identity in enumerate(self.identities) if identity.guid not in guids]
        return replace(
            self,
            parsed=replace(self.parsed, items=tuple(self.parsed.items[n] for n in kept)),
            identities=tuple(self.identities[n] for n in kept),
            dates=tuple(self.dates[n] for n in kept),
        )

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries."""
        return self.entries_but(())

    def _made(self, item: Item, identity: Identified, date: DateVerdict) -> Entry | None:
        """The entry of an item; None where it says nothing or leads nowhere."""
        if identity.url is None:
            return None
        plain_item = item if self.parsed.is_plain else _plain(item)
        says_something = plain_item.title or plain_item.summary or plain_item.content
        return self._entry(plain_item, identity, date) if says_something else None

    def _entry(self, item: Item, identity: Identified, date: DateVerdict) -> Entry:
        """The entry of an item in plain text."""
        return Entry(
            source=self.source,
            guid=identity.guid,
            url=resolved(identity.url or ""),
            title=item.title,
            summary=item.summary,
            content=item.content,
            author=clean(item.author) or None,
            published=date.moment,
            outlet=clean(item.outlet) or None,
            outlet_url=absolute(self.url, item.outlet_url) if item.outlet_url else None,
            image=_image(item, self.url),
            categories=tuple(filter(None, (clean(c)[:200] for c in item.categories[:MOST_CATEGORIES]))),
            enclosures=tuple(
                (storable(e.href), storable(e.type), storable(e.length))
                for e in item.enclosures[:MOST_CATEGORIES]
            ),
            seen=self.seen,
            date_basis=date.basis,
        )


def read_feed(
    body: bytes,
    *,
    url: str,
    source: str,
    seen: datetime,
    content_type: str = "",
    origin: Origin | None = None,
) -> Feed:
    """The items of a feed.

    Args:
        body: the bytes as the server sent them, decompressed.
        url: where they came from; relative links are resolved against it.
        source: the source's name, for the entries.
        seen: when they were fetched.
        content_type: the server's Content-Type, for its charset.
        origin: what is known of where its dates were written.

    Raises:
        FeedError: the bytes are empty, a web page, or nothing that can be read as a feed.
    """
    decoded = decode_xml(body, content_type)
    start = decoded.text[:1000].lstrip("\ufeff \t\r\n\0")
    if not start:
        raise FeedError("empty", "the answer is empty")
    if json_feed.without_call(start)[:1] in "{[" or ("json" in content_type and start[0] != "<"):
        parsed = _json_feed(decoded.text, url)  # whatever the header calls it
    else:
        parsed = _xml_feed(body, decoded, url)
    dates = _dates(parsed, origin or Origin(url), seen)
    identities = tuple(identified(parsed.items, url, [date.moment for date in dates]))
    notes = (
        *filter(None, [decoded.note]),
        *parsed.notes,
        *_left_out(parsed.items, identities),
        *note_of_unreadable(item.title for item in parsed.items),
    )
    return Feed(source, url, seen, replace(parsed, notes=notes), dates, identities)


def _dates(parsed: Parsed, origin: Origin, seen: datetime) -> tuple[DateVerdict, ...]:
    """The dates of all items, which are read together: when each was published, else when it was changed."""
    texts = [(item.published, item.updated) for item in parsed.items]
    context = origin.context(seen, claimed=parsed.lang)
    return tuple(read_either(texts, context, lambda i: named_day(parsed.items[i].link, seen, packed=True)))


def _xml_feed(body: bytes, decoded: Decoded, url: str) -> Parsed:
    """The items of a feed in XML: as it is, else mended, else by the parser that takes nearly everything."""
    plain_body = (
        body if decoded.encoding == "utf-8" and decoded.is_exact else decoded.text.encode("utf-8", "replace")
    )
    with suppress(NeedsFallback):
        return lxml_feed.parse(plain_body, url=url)
    text = repaired(decoded.text)
    whole = complete_part(text)
    for candidate in filter(None, [text if text != decoded.text else None, whole]):
        with suppress(NeedsFallback):
            parsed = lxml_feed.parse(candidate.encode(), url=url)
            return replace(
                parsed,
                notes=(_broken(parsed, "it was mended" if candidate is text else "its end is missing"),),
            )
    parsed = _more_of(_parse_with_feedparser(whole or text, url), whole or text, url)
    if whole and not any(note.startswith("broken") for note in parsed.notes):
        parsed = replace(parsed, notes=(_broken(parsed, "its end is missing"), *parsed.notes))
    return parsed


def _more_of(parsed: Parsed, text: str, url: str) -> Parsed:
    """The items of a broken feed by libxml2, which closes elements that are not closed, if it reads more of them than feedparser."""
    written = text.encode("utf-8", "replace")
    if len(written) > feedparser_feed.LONGEST or _usable(parsed) >= len(_ITEM_BEGIN.findall(text)):
        return parsed
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    with suppress(NeedsFallback, etree.XMLSyntaxError, ValueError):
        root = etree.fromstring(written, parser)
        if root is not None:
            other = lxml_feed.parse(etree.tostring(root, encoding="utf-8"), url=url)
            if _usable(other) > _usable(parsed):
                return replace(other, notes=(_broken(other, "elements of it are not closed"),))
    return parsed


def _usable(parsed: Parsed) -> int:
    return sum(bool(item.link and (item.title or item.summary)) for item in parsed.items)


def _broken(parsed: Parsed, what: str) -> str:
    return f"broken XML, {len(parsed.items)} entries could be read: {what}"


def _left_out(items: Sequence[Item], identities: Sequence[Identified]) -> list[str]:
    """What is said of items that cannot become entries."""
    untitled = [item for item in items if not item.title]
    silent = sum(not (plain(item.summary) or plain(item.content)) for item in untitled)
    lost = taken = 0
    for item, known in zip(items, identities, strict=True):
        lost += not item.link and known.url is None
        taken += not item.link and known.url is not None
    notes = [f"{silent} items have neither title nor text, and are left out"] if silent else []
    notes += [f"{lost} items have no address, and are left out"] if lost else []
    notes += [f"items without a link whose identity is taken for their address: {taken}"] if taken else []
    unusable = [
        item.link for item, known in zip(items, identities, strict=True) if item.link and known.url is None
    ]
    if unusable:
        notes.append(f"{len(unusable)} items are left out: {example(unusable[0])}")
    return notes


def example(address: str) -> str:
    """What is said of an address that is none, so that people see which."""
    return f"{clean(address)[:80]!r} is no web address that can be asked"


def note_of_unreadable(titles: Iterable[str]) -> list[str]:
    """What is said of headlines with characters that could not be read."""
    found = [title for title in titles if "\ufffd" in title]
    if not found:
        return []
    return [
        f"headlines with characters that could not be read: {len(found)}, such as {clean(found[0])[:60]!r}"
    ]


def _json_feed(text: str, url: str) -> Parsed:
    try:
        return json_feed.parse(text, url=url)
    except json_feed.NotAJsonFeedError as error:
        raise FeedError("not a feed", str(error)) from None


def _parse_with_feedparser(text: str, url: str) -> Parsed:
    try:
        return feedparser_feed.parse(text, url=url)
    except feedparser_feed.NotAFeedError as error:
        low = text[:1000].lower()
        if "<html" in low or "<!doctype html" in low:
            raise FeedError("not a feed", "the answer is a web page (HTML), not a feed") from None
        reason = f": {error}" if str(error) else ""
        raise FeedError("not a feed", f"the answer cannot be read as a feed{reason}") from None


def in_plain_text(feed: Feed) -> Feed:
    """The same feed with all markup turned into text, so that making entries of it takes hardly any time."""
    items = tuple(_plain(item) for item in feed.parsed.items)
    return replace(feed, parsed=replace(feed.parsed, items=items, is_plain=True))


def _plain(item: Item) -> Item:
    """An item with text instead of markup, and no more of anything than an entry keeps."""
    title = " ".join(plain(item.title).split())
    if not (title or item.summary or item.content):
        return Item(id=item.id, published=item.published, updated=item.updated)
    summary = plain(item.summary)
    content = summary if item.content == item.summary else plain(item.content)
    return item._replace(
        title=title or title_from(summary or content),
        summary=summary,
        content=content,
        categories=item.categories[:MOST_CATEGORIES],
    )


def title_from(text: str) -> str:
    """A headline for news without one, as social networks send them: the beginning of its text, to the end of a sentence.

    Where it had to be cut, it ends with an ellipsis, so that a page's own headline counts before it.
    """
    line = text.split("\n", 1)[0]
    if len(line) <= _LONGEST_TITLE:
        return line
    head = line[:_LONGEST_TITLE]
    ends = [end.end() for end in _SENTENCE_END.finditer(head)]
    if ends and ends[-1] >= _LONGEST_TITLE // 4:
        return head[: ends[-1]].strip()
    cut = head.rsplit(" ", 1)[0] if " " in head[_LONGEST_TITLE // 2 :] else _without_half(head)
    return f"{cut.rstrip(' ,;:，、；：')}…"


def _without_half(text: str) -> str:
    """The text without a last letter that may have lost its marks; joined letters (Khmer, Myanmar) stay whole."""
    end = len(text) - 1
    while end > len(text) - _MOST_MARKS and (
        unicodedata.category(text[end])[0] == "M" or text[end - 1] in _JOINERS
    ):
        end -= 1
    return text[:end]


def _image(item: Item, base: str) -> str | None:
    pictures = [*item.images, *(e.href for e in item.enclosures if e.type.startswith("image/"))]
    return next((link for link in (absolute(base, p) for p in pictures) if link), None)
