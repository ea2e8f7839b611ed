"""The fast way to read a feed: RSS 2.0, RSS 1.0 and Atom 1.0 that are well-formed and mean what they say.

Whatever is unusual raises `NeedsFallback`, and the tolerant parser reads the whole feed instead; its answers are the reference
(``tests/crawler/parsing/test_parsers_agree.py``). So nothing here repairs anything: it only recognises what needs no repair.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin

from lxml import etree

from crawler.parsing.hints import hints_of
from crawler.parsing.items import Enclosure, Item, Parsed

ATOM = "{http://www.w3.org/2005/Atom}"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_RSS10 = "{http://purl.org/rss/1.0/}"
_DC, _TERMS = "{http://purl.org/dc/elements/1.1/}", "{http://purl.org/dc/terms/}"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
_MEDIA = "{http://search.yahoo.com/mrss/}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_DECLARED = re.compile(rb"""^<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w-]+)["']""", re.IGNORECASE)
_ODD = (b"<!DOCTYPE", b"<!doctype", b"<!ENTITY", b"xml:base")
_C1 = re.compile("[\x80-\x9f]")
_CP1252 = {code: bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xA0)}
_RFC822 = re.compile(
    r"(?:[A-Za-z]{3},? )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2})(?::(\d{2}))? ?(GMT|UT|UTC|Z|[+-]\d{2}:?\d{2})$"
)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(Z|[+-]\d{2}:\d{2})$")
_MONTHS = {
    name: i for i, name in enumerate(["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], 1)
}
_UNESCAPED = re.compile("&([A-Za-z0-9_]+);")
_URLISH = re.compile(r"[!-~\u00a0-\U0010ffff]*$")
_ABSOLUTE = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d+)?(?:/(?!\.{1,2}(?:[/?#]|$))[^\s/\[\]]*)*$")
_HTML_TYPES = ("text/html", "html", "application/xhtml+xml", "xhtml")


class NeedsFallback(Exception):  # noqa: N818 - no error, the other parser is asked
    """Bytes that the fast way does not vouch for."""


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
            body, etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
        )
    except (etree.XMLSyntaxError, ValueError):
        raise NeedsFallback("not well-formed") from None
    if root.tag == "rss":
        channel = root.find("channel")
        if channel is None or not (root.get("version") or "").startswith("2."):
            raise NeedsFallback("no RSS 2.0")
        rows, handlers = channel.findall("item"), _RSS
        lang = _rss_language(root, channel)
    elif root.tag == f"{_RDF}RDF":
        rows, handlers, lang = root.findall(f"{_RSS10}item"), _RDF_ITEM, None
        channel = root.find(f"{_RSS10}channel")
        if channel is not None:
            lang = _text(channel.find(f"{_DC}language")) or None
    elif root.tag == f"{ATOM}feed":
        rows, handlers, lang = root.findall(f"{ATOM}entry"), _ATOM, _tag(root.get(_LANG))
    else:
        raise NeedsFallback("no feed")
    if not rows:
        raise NeedsFallback("no items")
    items = tuple(_Reading(url).item(row, handlers) for row in rows[:most])
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
    found = [e for tag in ("language", f"{_DC}language") for e in channel.findall(tag)]
    if len(found) > 1:
        raise NeedsFallback("several languages")
    return (_text(found[0]) if found else None) or _tag(root.get(_LANG))


def _tag(lang: str | None) -> str | None:
    """A language of an attribute."""
    return lang.replace("_", "-") if lang else None


def _text(element: etree._Element | None) -> str:
    """The text of an element that has no elements inside, repaired as feedparser does it."""
    if element is None:
        return ""
    if len(element):
        raise NeedsFallback(f"elements inside {element.tag}")
    text: str = (element.text or "").strip()
    if text.isascii():
        return text
    with suppress(UnicodeError):  # UTF-8 that was taken for Latin-1 and encoded once more
        text = text.encode("latin-1").decode("utf-8")
    return text.translate(_CP1252) if _C1.search(text) else text


def _moment(text: str) -> datetime | None:
    """A date in one of the two standard forms."""
    if not text:
        return None
    match = _RFC822.match(text)
    if match:
        month = _MONTHS.get(match[2])
        numbers = (int(match[3]), month or 0, int(match[1]), int(match[4]), int(match[5]), int(match[6] or 0))
    else:
        match = _ISO.match(text)
        if not match:
            raise NeedsFallback(f"the date {text!r}")
        numbers = tuple(int(match[i]) for i in range(1, 7))  # type: ignore[assignment]
    try:
        return datetime(*numbers, tzinfo=UTC) - _offset(match[7])
    except (ValueError, OverflowError):
        raise NeedsFallback(f"the date {text!r}") from None


def _offset(zone: str) -> timedelta:
    if zone[0] not in "+-":
        return timedelta()
    sign = -1 if zone[0] == "-" else 1
    return sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))


class _Reading:
    """The state of one item while its elements are read in their order, which matters where one thing is said twice."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.id = self.link = self.author = ""
        self.has_author = self.has_id = self.has_source = False
        self.title: str | None = None
        self.summary: str | None = None
        self.published: datetime | None = None
        self.updated: datetime | None = None
        self.contents: list[str] = []
        self.tags: dict[tuple[str | None, str | None], None] = {}
        self.enclosures: list[Enclosure] = []
        self.images: list[str] = []
        self.thumbnails: list[str] = []
        self.first_href = ""
        self.outlet = self.outlet_url = ""

    def item(self, row: etree._Element, handlers: dict[str, Handler]) -> Item:
        """The item of an element."""
        about = row.get(f"{_RDF}about")
        if about:
            self.id = about
        for element in row:
            handler = handlers.get(element.tag)
            if handler is not None:
                handler(self, element)
            elif len(element) or _may_mean_something(element.tag):
                raise NeedsFallback(f"the element {element.tag}")
        return Item(
            id=self.id, link=self.link or self.first_href, title=self.title or "",
            summary=self.summary if self.summary is not None else next(iter(self.contents), ""),
            content=max(self.contents, key=len, default=""), author=self.author, published=self.published or self.updated,
            categories=tuple(dict.fromkeys(term for term, _ in self.tags if term)), enclosures=tuple(self.enclosures),
            images=tuple(self.images + self.thumbnails), outlet=self.outlet, outlet_url=self.outlet_url,
        )  # fmt: skip

    def resolve(self, link: str) -> str:
        """A link against the feed's address."""
        if _ABSOLUTE.match(link):
            return link
        if not _URLISH.match(link) or ":///" in link:
            raise NeedsFallback("an odd address")
        try:
            return urljoin(self.url, link)
        except ValueError:
            raise NeedsFallback("an address that cannot be resolved") from None


Handler = Callable[[_Reading, etree._Element], None]


def _title(reading: _Reading, element: etree._Element) -> None:
    if reading.title is not None:
        raise NeedsFallback("two titles")
    reading.title = _text(element)


def _media_title(reading: _Reading, element: etree._Element) -> None:
    """Counts only where the item has no title, and then it is the tolerant parser's to say."""
    if not reading.title or reading.has_source:
        raise NeedsFallback("a media title that may count")


def _media_description(reading: _Reading, element: etree._Element) -> None:
    """Another description; fine only once both places for words are taken."""
    raise NeedsFallback("a media description")


def _rss_link(reading: _Reading, element: etree._Element) -> None:
    if reading.link or element.attrib:
        raise NeedsFallback("two links")
    link = _text(element)
    reading.link = _UNESCAPED.sub(r"&\1", reading.resolve(link).replace("&amp;", "&")) if link else ""


def _atom_link(reading: _Reading, element: etree._Element) -> None:
    href, rel = element.get("href"), (element.get("rel") or "alternate").lower()
    if not href or element.text:
        raise NeedsFallback("a link without an address")
    kind = (element.get("type") or "text/html").lower()
    href = reading.resolve(href)
    if rel == "alternate" and kind in _HTML_TYPES:
        reading.link = href
    if rel == "enclosure":
        reading.enclosures.append(Enclosure(href, kind, element.get("length", "")))
    reading.first_href = reading.first_href or href


def _description(reading: _Reading, element: etree._Element) -> None:
    if reading.summary is not None:
        raise NeedsFallback("two descriptions")  # the second may count as content
    reading.summary = _text(element)


def _content_encoded(reading: _Reading, element: etree._Element) -> None:
    text = _text(element)
    reading.contents.append(text)


def _atom_text(element: etree._Element) -> str:
    if element.get("src") or (element.get("type") or "text").lower() not in ("text", "html", "text/html", "text/plain"):
        raise NeedsFallback("content of another type")
    return _text(element)


def _atom_title(reading: _Reading, element: etree._Element) -> None:
    _atom_text(element)
    _title(reading, element)


def _atom_summary(reading: _Reading, element: etree._Element) -> None:
    _atom_text(element)
    _description(reading, element)


def _atom_content(reading: _Reading, element: etree._Element) -> None:
    reading.contents.append(_atom_text(element))


def _guid(reading: _Reading, element: etree._Element) -> None:
    given = {name.lower(): value for name, value in element.attrib.items()}
    _first_id(reading)
    is_link = given.get("ispermalink", "true") == "true"
    text = _text(element)
    reading.id = reading.resolve(text) if is_link and text else text
    if is_link and not reading.link:
        raise NeedsFallback("a guid that may be the link")


def _first_id(reading: _Reading) -> None:
    if reading.has_id:
        raise NeedsFallback("two identities")
    reading.has_id = True


def _atom_id(reading: _Reading, element: etree._Element) -> None:
    _first_id(reading)
    text = _text(element)
    reading.id = reading.resolve(text) if text else ""
    reading.link = reading.link or reading.id


def _published(reading: _Reading, element: etree._Element) -> None:
    reading.published = _moment(_text(element))


def _updated(reading: _Reading, element: etree._Element) -> None:
    reading.updated = _moment(_text(element))


def _creator(reading: _Reading, element: etree._Element) -> None:
    reading.author = _text(element)


def _atom_author(reading: _Reading, element: etree._Element) -> None:
    parts = {child.tag: _text(child) for child in element}
    name, email = parts.get(f"{ATOM}name"), parts.get(f"{ATOM}email")
    if reading.has_author or len(parts) != len(element) or (element.text or "").strip():
        raise NeedsFallback("several authors, or one of another form")
    reading.has_author = True
    reading.author = f"{name} ({email})" if name and email else name or email or ""


def _category(reading: _Reading, element: etree._Element) -> None:
    text = _text(element)
    if text:
        reading.tags.setdefault((text, element.get("domain")))


def _atom_category(reading: _Reading, element: etree._Element) -> None:
    if (element.text or "").strip() or len(element):
        raise NeedsFallback("a category with words inside")
    if element.get("term"):
        reading.tags.setdefault((element.get("term"), element.get("scheme")))


def _enclosure(reading: _Reading, element: etree._Element) -> None:
    href = element.get("url")
    if not href or element.get("href") or element.get("uri"):
        raise NeedsFallback("an enclosure of another form")
    reading.enclosures.append(Enclosure(href, element.get("type", "").lower(), element.get("length", "")))
    reading.first_href = reading.first_href or href


def _source(reading: _Reading, element: etree._Element) -> None:
    reading.has_source = True
    reading.outlet, reading.outlet_url = _text(element), element.get("url") or ""


def _media_content(reading: _Reading, element: etree._Element) -> None:
    if any(child.tag not in _MEDIA_HARMLESS for child in element.iterdescendants()):
        raise NeedsFallback("words inside a picture")
    if element.get("url"):
        reading.images.append(element.get("url", ""))


def _thumbnail(reading: _Reading, element: etree._Element) -> None:
    if not element.get("url") or len(element):
        raise NeedsFallback("a thumbnail of another form")
    reading.thumbnails.append(element.get("url", ""))


def _nothing(reading: _Reading, element: etree._Element) -> None:
    """An element that says nothing of what is read here."""
    if len(element):
        raise NeedsFallback(f"elements inside {element.tag}")


_MEDIA_HARMLESS = {f"{_MEDIA}{name}" for name in ("credit", "copyright", "rating", "text", "hash", "status")}
_HANDLED = frozenset(
    [
        "abstract",
        "author",
        "body",
        "category",
        "channel",
        "content",
        "contributor",
        "copyright",
        "created",
        "date",
        "description",
        "email",
        "enclosure",
        "entry",
        "expirationdate",
        "feed",
        "fullitem",
        "guid",
        "height",
        "homepage",
        "id",
        "image",
        "info",
        "issued",
        "item",
        "keywords",
        "language",
        "lastbuilddate",
        "link",
        "managingeditor",
        "modified",
        "name",
        "newlocation",
        "pubdate",
        "published",
        "rights",
        "rss",
        "source",
        "subtitle",
        "summary",
        "tagline",
        "tags",
        "textinput",
        "title",
        "updated",
        "uri",
        "url",
        "webmaster",
        "width",
    ]
)
"""Elements without a namespace that feedparser gives a meaning."""
_KNOWING = tuple(
    "{" + uri
    for uri in (
        "http://www.w3.org/2005/Atom", "http://purl.org/", "http://search.yahoo.com/mrss", "http://www.itunes.com/", "http://example.com/",
        "http://backend.userland.com/", "http://blogs.law.harvard.edu/", "http://my.netscape.com/", "http://www.georss.org/",
        "http://podlove.org/", "http://web.resource.org/", "http://webns.net/", "http://backend.userland", "http://creativecommons.org/",
        "http://cyber.law.harvard.edu/", "http://www.w3.org/1999/xhtml", "uri/of/echo",
    )
)  # fmt: skip
"""Namespaces whose elements feedparser gives a meaning."""


def _may_mean_something(tag: str) -> bool:
    if not tag.startswith("{"):
        return tag.lower() in _HANDLED
    return tag.startswith(_KNOWING) or tag.partition("}")[2].lower() in _HANDLED


def _all(names: Iterable[str], handler: Handler) -> dict[str, Handler]:
    return dict.fromkeys(names, handler)


_EVERYWHERE: dict[str, Handler] = {
    f"{_DC}creator": _creator, f"{_DC}date": _updated, f"{_DC}subject": _category, f"{_CONTENT}encoded": _content_encoded,
    f"{_MEDIA}content": _media_content, f"{_MEDIA}thumbnail": _thumbnail, f"{_MEDIA}title": _media_title,
    f"{_MEDIA}description": _media_description, f"{_TERMS}modified": _updated,
    **_all((f"{_MEDIA}{n}" for n in ("credit", "copyright", "text", "rating")), _nothing),
    **_all((f"{_DC}{n}" for n in ("identifier", "format", "type", "rights", "publisher", "coverage")), _nothing),
    **_all((f"{{http://purl.org/rss/1.0/modules/slash/}}{n}" for n in ("comments", "section", "department", "hit_parade")), _nothing),
}  # fmt: skip
_RSS: dict[str, Handler] = {
    "title": _title, "link": _rss_link, "description": _description, "guid": _guid, "pubDate": _published, "author": _creator,
    "category": _category, "enclosure": _enclosure, "source": _source, "comments": _nothing, f"{ATOM}link": _atom_link,
    f"{ATOM}updated": _updated, f"{ATOM}published": _published, **_EVERYWHERE,
}  # fmt: skip
_RDF_ITEM: dict[str, Handler] = {
    f"{_RSS10}title": _title, f"{_RSS10}link": _rss_link, f"{_RSS10}description": _description, **_EVERYWHERE,
}  # fmt: skip
_ATOM: dict[str, Handler] = {
    f"{ATOM}title": _atom_title, f"{ATOM}link": _atom_link, f"{ATOM}summary": _atom_summary, f"{ATOM}content": _atom_content,
    f"{ATOM}id": _atom_id, f"{ATOM}published": _published, f"{ATOM}updated": _updated, f"{ATOM}author": _atom_author,
    f"{ATOM}category": _atom_category, f"{ATOM}rights": _nothing, **_EVERYWHERE,
}  # fmt: skip
