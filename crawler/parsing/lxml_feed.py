"""Parses well-formed feeds with lxml: RSS 0.9x and 2.0, RSS 1.0 and Atom 1.0.

Whatever is unusual raises `NeedsFallback`, and feedparser reads the whole feed
instead; its answers are the reference (``tests/crawler/parsing/test_parsers_agree.py``). So nothing here repairs anything:
it only recognises what needs no repair.
"""

from __future__ import annotations

from lxml import etree

from crawler.parsing.charsets import is_usual, xml_charset
from crawler.parsing.feed_elements import ATOM_ENTRY, RDF_ITEM, RSS_ITEM, ItemState, person_of
from crawler.parsing.feed_names import ATOM, DC, LANG, RDF, RSS10
from crawler.parsing.feed_values import NeedsFallback, text_of
from crawler.parsing.hints import hints_of
from crawler.parsing.items import Item, Parsed, at_ends, joined_authors


def parse(body: bytes, *, url: str) -> Parsed:
    """The items of a feed.

    Args:
        body: the feed in UTF-8, whatever encoding it declares.
        url: where it came from.

    Raises:
        NeedsFallback: anything is unusual; ask `crawler.parsing.feedparser_feed`.
    """
    if b"xml:base" in body:
        raise NeedsFallback("bases")
    try:
        root = etree.fromstring(body, _parser(body))
    except (etree.XMLSyntaxError, ValueError):
        raise NeedsFallback("not well-formed") from None
    if root.getroottree().docinfo.doctype:
        raise NeedsFallback("entities")
    feed_authors: list[str] = []
    if root.tag == "rss":
        channel = root.find("channel")
        if channel is None or not (root.get("version") or "").startswith(("2.", "0.9")):
            raise NeedsFallback("no RSS 0.9x or 2.0")
        rows, handlers = channel.findall("item"), RSS_ITEM
        lang = _rss_language(root, channel)
    elif root.tag == f"{RDF}RDF":
        rows, handlers, lang = root.findall(f"{RSS10}item"), RDF_ITEM, None
        channel = root.find(f"{RSS10}channel")
        if channel is not None:
            lang = text_of(channel.find(f"{DC}language")) or None
    elif root.tag == f"{ATOM}feed":
        rows, handlers, lang = root.findall(f"{ATOM}entry"), ATOM_ENTRY, _tag(root.get(LANG))
        feed_authors = [person_of(element) for element in root.findall(f"{ATOM}author")]
    else:
        raise NeedsFallback("no feed")
    if not rows:
        raise NeedsFallback("no items")
    kept = at_ends(rows)
    items = [ItemState(url).item(row, handlers) for row in kept.items]
    made = tuple(_by(joined_authors(feed_authors), items))
    return Parsed(made, lang, hints_of(_head(body), url), kept.notes)


def _parser(body: bytes) -> etree.XMLParser:
    """A parser that takes the bytes for UTF-8; it need not be told where they say so themselves."""
    declared = xml_charset(body)
    encoding = None if is_usual(declared) else "utf-8"
    return etree.XMLParser(
        encoding=encoding, resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )


def _by(author: str, items: list[Item]) -> list[Item]:
    """Items with the author of the whole feed where they name none of their own (RFC 4287, 4.2.1)."""
    return [item if item.author else item._replace(author=author) for item in items] if author else items


def _head(body: bytes) -> str:
    """The beginning of a feed, where it speaks of itself."""
    return body[:20_000].decode("utf-8", "ignore")


def _rss_language(root: etree._Element, channel: etree._Element) -> str | None:
    found = [e for tag in ("language", f"{DC}language") for e in channel.findall(tag)]
    if len(found) > 1:
        raise NeedsFallback("several languages")
    return (text_of(found[0]) if found else None) or _tag(root.get(LANG))


def _tag(lang: str | None) -> str | None:
    """A language of an attribute."""
    return lang.replace("_", "-") if lang else None
