"""Parses well-formed feeds with lxml: RSS 2.0, RSS 1.0 and Atom 1.0 that mean what they say.

Whatever is unusual raises `NeedsFallback`, and feedparser reads the whole feed
instead; its answers are the reference (``tests/crawler/parsing/test_parsers_agree.py``). So nothing here repairs anything:
it only recognises what needs no repair.
"""

from __future__ import annotations

import re

from lxml import etree

from crawler.parsing.feed_elements import ATOM_ENTRY, RDF_ITEM, RSS_ITEM, ItemState
from crawler.parsing.feed_names import ATOM, DC, LANG, RDF, RSS10
from crawler.parsing.feed_values import NeedsFallback, text_of
from crawler.parsing.hints import hints_of
from crawler.parsing.items import Parsed

_DECLARED = re.compile(rb"""^<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w-]+)["']""", re.IGNORECASE)
_ODD = (b"<!DOCTYPE", b"<!doctype", b"<!ENTITY", b"xml:base")


def parse(body: bytes, *, url: str, content_type: str = "", most: int) -> Parsed:
    """The items of a feed.

    Args:
        body: the bytes as sent, decompressed.
        url: where they came from.
        content_type: the server's Content-Type.
        most: items that are read.

    Raises:
        NeedsFallback: anything is unusual; ask `crawler.parsing.feedparser_feed`.
    """
    text = _checked(body, content_type)
    try:
        root = etree.fromstring(
            body,
            etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True),
        )
    except (etree.XMLSyntaxError, ValueError):
        raise NeedsFallback("not well-formed") from None
    if root.tag == "rss":
        channel = root.find("channel")
        if channel is None or not (root.get("version") or "").startswith("2."):
            raise NeedsFallback("no RSS 2.0")
        rows, handlers = channel.findall("item"), RSS_ITEM
        lang = _rss_language(root, channel)
    elif root.tag == f"{RDF}RDF":
        rows, handlers, lang = root.findall(f"{RSS10}item"), RDF_ITEM, None
        channel = root.find(f"{RSS10}channel")
        if channel is not None:
            lang = text_of(channel.find(f"{DC}language")) or None
    elif root.tag == f"{ATOM}feed":
        rows, handlers, lang = root.findall(f"{ATOM}entry"), ATOM_ENTRY, _tag(root.get(LANG))
    else:
        raise NeedsFallback("no feed")
    if not rows:
        raise NeedsFallback("no items")
    items = tuple(ItemState(url).item(row, handlers) for row in rows[:most])
    return Parsed(items, lang, hints_of(text[:20_000], url))


def _checked(body: bytes, content_type: str) -> str:
    """The text of a feed that is UTF-8 by all accounts."""
    declared = _DECLARED.match(body[3:] if body[:3] == b"\xef\xbb\xbf" else body)
    if declared and declared[1].lower() not in (b"utf-8", b"utf8"):
        raise NeedsFallback("another encoding")
    charset = content_type.lower().partition("charset=")[2].partition(";")[0].strip(" \"'")
    if charset not in ("", "utf-8", "utf8"):
        raise NeedsFallback("another encoding")
    if any(odd in body for odd in _ODD):
        raise NeedsFallback("entities or bases")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise NeedsFallback("not UTF-8") from None


def _rss_language(root: etree._Element, channel: etree._Element) -> str | None:
    found = [e for tag in ("language", f"{DC}language") for e in channel.findall(tag)]
    if len(found) > 1:
        raise NeedsFallback("several languages")
    return (text_of(found[0]) if found else None) or _tag(root.get(LANG))


def _tag(lang: str | None) -> str | None:
    """A language of an attribute."""
    return lang.replace("_", "-") if lang else None
