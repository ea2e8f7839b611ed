"""Parses JSON Feed 1.0 and 1.1 (jsonfeed.org), also where it is cut or broken: then the items that are whole."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from crawler.parsing.hints import web_addresses
from crawler.parsing.items import Enclosure, Hints, Item, Parsed, at_ends, joined_authors
from crawler.parsing.text import clean, plain
from crawler.parsing.urls import absolute, is_web_url

_DECODER = json.JSONDecoder(strict=False)
_ITEMS = re.compile(r'"items"\s*:\s*\[')
_GAP = re.compile(r"[\s,]*")
_BETWEEN = re.compile(r"\}\s*,\s*(?=\{)")
_MOST_FAULTS = 100
"""Broken items after which no more are looked for: each may take reading to the end."""
_WORDS = ("title", "summary", "content_html", "content_text")


_CALL = re.compile(r"(?:/\*\*/\s*)?[\w$.]{1,100}\s*\((?=\s*[{\[])")
"""How JSONP begins: the name of a function that is called with the document."""


def without_call(text: str) -> str:
    """JSON without the call of a function around it (JSONP)."""
    call = _CALL.match(text)
    return text[call.end() :].rstrip().rstrip(";").rstrip().removesuffix(")") if call else text


class NotAJsonFeedError(ValueError):
    """A text that is no JSON Feed; the message is the reason."""


def parse(text: str, *, url: str) -> Parsed:
    """The items of a feed.

    Args:
        text: the feed, decoded.
        url: where it came from.

    Raises:
        NotAJsonFeedError: it is none, and nothing of one can be read.
    """
    notes: tuple[str, ...] = ()
    try:
        data = _DECODER.decode(without_call(text.strip("\ufeff \t\r\n\0")))
    except (ValueError, RecursionError) as error:
        data = _whole_parts(text)
        if data is None:
            raise NotAJsonFeedError(f"the answer is no JSON: {clean(str(error))[:120]}") from None
        count = len(data["items"])
        notes = (f"broken JSON, {count} entries could be read: {clean(str(error))[:120]}",)
    if not isinstance(data, dict) or not isinstance(data.get("items"), list):
        raise NotAJsonFeedError("the JSON has no list of items, so it is no JSON Feed")
    author = _authors(data)
    kept = at_ends(data["items"])
    items = (_item(i, url, author) for i in kept.items if isinstance(i, dict))
    older = absolute(url, _text(data.get("next_url")))
    topic = absolute(url, _text(data.get("feed_url")))
    hints = Hints(archive=older, hubs=_hubs(data, url), topic=topic)
    return Parsed(tuple(items), _text(data.get("language")) or None, hints, (*notes, *kept.notes))


def _hubs(data: Mapping[str, Any], url: str) -> tuple[str, ...]:
    """Its hubs of the kind WebSub (JSON Feed 1.1, "Subscribing to Real-time Notifications")."""
    listed = data.get("hubs")
    hubs = [h for h in listed if isinstance(h, dict)] if isinstance(listed, list) else []
    named = [_text(h.get("url")) for h in hubs if _text(h.get("type")).lower() == "websub"]
    return web_addresses(url, [name for name in named if name])


def _whole_parts(text: str) -> dict[str, Any] | None:
    """What can be read of a feed that is no whole JSON: what it says of itself before its items, and the items that are whole."""
    begin = _ITEMS.search(text)
    if begin is None:
        return None
    items = list(_whole_items(text, begin.end()))
    if not items:
        return None
    try:
        head = _DECODER.decode(text[: begin.end()].strip("\ufeff \t\r\n\0") + "]}")
    except (ValueError, RecursionError):
        head = {}
    return (head if isinstance(head, dict) else {}) | {"items": items}


def _whole_items(text: str, place: int) -> Iterator[dict[str, Any]]:
    """The objects of a list from a place on; behind one that is broken it goes on with the next that looks like an item."""
    faults = 0
    while faults <= _MOST_FAULTS:
        gap = _GAP.match(text, place)
        place = gap.end() if gap else place
        if text[place : place + 1] == "{":
            try:
                found, place = _DECODER.raw_decode(text, place)
            except (ValueError, RecursionError):
                faults += 1
            else:
                # What stands inside a broken item, such as its files, is no item.
                if not faults or ("id" in found and any(name in found for name in _WORDS)):
                    yield found
                continue
        elif not faults:
            return
        following = _BETWEEN.search(text, place)
        if following is None:
            return
        place = following.end()


def _item(item: dict[str, Any], url: str, author: str) -> Item:
    content = plain(_text(item.get("content_html"))) or clean(_text(item.get("content_text")))
    identity = _text(item.get("id"))
    permanent = identity if is_web_url(identity) else ""
    files = item.get("attachments")
    tags = item.get("tags")
    return Item(
        id=identity, link=_text(item.get("url")) or _text(item.get("external_url")) or permanent,
        title=clean(_text(item.get("title"))), summary=_text(item.get("summary")), content=content,
        author=_authors(item) or author, images=tuple(filter(None, [_text(item.get("image"))])),
        published=_text(item.get("date_published")), updated=_text(item.get("date_modified")),
        categories=tuple(map(_text, tags)) if isinstance(tags, list) else (),
        enclosures=tuple(
            Enclosure(absolute(url, _text(f.get("url"))) or "", _text(f.get("mime_type")), _text(f.get("size_in_bytes")))
            for f in (files if isinstance(files, list) else ())
            if isinstance(f, dict) and f.get("url")
        ),
    )  # fmt: skip


def _authors(place: dict[str, Any]) -> str:
    """The authors of an item or of the feed: version 1.1 has a list of them, version 1.0 one."""
    authors = place.get("authors")
    people = authors if isinstance(authors, list) and authors else [place.get("author")]
    return joined_authors(_text(a.get("name")) for a in people if isinstance(a, dict))


def _text(value: Any) -> str:
    """A string of JSON, a number as text; nothing for everything else."""
    return value if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""
