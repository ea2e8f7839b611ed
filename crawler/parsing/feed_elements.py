"""What each element of an item says: one small function for each, and a table for each format.

The order of elements matters where one thing is said twice; whatever feedparser would read in another
way raises `NeedsFallback`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from urllib.parse import urljoin

from lxml import etree

from crawler.parsing.feed_names import (
    ATOM,
    CONTENT,
    DC,
    MEDIA,
    ORIGINAL_LINKS,
    RDF,
    RSS10,
    TERMS,
    may_mean_something,
)
from crawler.parsing.feed_values import NeedsFallback, date_of, text_of
from crawler.parsing.items import Enclosure, Item, joined_authors
from crawler.parsing.link_repair import as_meant
from crawler.parsing.urls import is_web_url

_UNESCAPED = re.compile("&([A-Za-z0-9_]+);")
_URLISH = re.compile(r"[!-~\u00a0-\U0010ffff]*$")
_ABSOLUTE = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d+)?(?:/(?!\.{1,2}(?:[/?#]|$))[^\s/\[\]]*)*$")
_REGISTERED = "http://www.iana.org/assignments/relation/"
_HTML_TYPES = ("text/html", "html", "application/xhtml+xml", "xhtml")
_MEDIA_HARMLESS = {f"{MEDIA}{name}" for name in ("credit", "copyright", "rating", "text", "hash", "status")}


class ItemState:
    """The state of one item while its elements are read in their order, which matters where one thing is said twice."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.id = ""
        self.link = self.alternate = self.guid_link = self.original = ""
        self.authors: list[str] = []
        self.has_id = self.has_source = False
        self.title: str | None = None
        self.summary: str | None = None
        self.published = self.updated = ""
        self.contents: list[str] = []
        self.tags: dict[tuple[str | None, str | None], None] = {}
        self.enclosures: list[Enclosure] = []
        self.images: list[str] = []
        self.thumbnails: list[str] = []
        self.first_href = ""
        self.outlet = self.outlet_url = ""

    def item(self, row: etree._Element, handlers: dict[str, Handler]) -> Item:
        """The item of an element."""
        about = row.get(f"{RDF}about")
        if about:
            self.id = about
        for element in row:
            handler = handlers.get(element.tag)
            if handler is not None:
                handler(self, element)
            elif len(element) or may_mean_something(element.tag):
                raise NeedsFallback(f"the element {element.tag}")
        return Item(
            id=self.id, link=self._address(), title=self.title or "",
            summary=self.summary if self.summary is not None else next(iter(self.contents), ""),
            content=max(self.contents, key=len, default=""), author=self._author(), published=self.published, updated=self.updated,
            categories=tuple(dict.fromkeys(term for term, _ in self.tags if term)), enclosures=tuple(self.enclosures),
            images=tuple(self.images + self.thumbnails), outlet=self.outlet, outlet_url=self.outlet_url,
        )  # fmt: skip

    def _author(self) -> str:
        return joined_authors(self.authors)

    def _address(self) -> str:
        """The address: the one before a tracker's, the item's own link, an Atom link beside it, a permanent identity."""
        return self.original or self.link or self.alternate or self.guid_link or self.first_href

    def resolve(self, link: str) -> str:
        """A link against the feed's address."""
        if _ABSOLUTE.match(link):
            return link
        link = as_meant(link)
        if not link or _ABSOLUTE.match(link):
            return link
        if not _URLISH.match(link) or ":///" in link:
            raise NeedsFallback("an odd address")
        try:
            return urljoin(self.url, link)
        except ValueError:
            raise NeedsFallback("an address that cannot be resolved") from None


Handler = Callable[[ItemState, etree._Element], None]


def _title(state: ItemState, element: etree._Element) -> None:
    if state.title is not None:
        raise NeedsFallback("two titles")
    state.title = text_of(element)


def _media_title(state: ItemState, element: etree._Element) -> None:
    """Counts only where the item has no title, and then it is the tolerant parser's to say."""
    if not state.title or state.has_source:
        raise NeedsFallback("a media title that may count")


def _media_description(state: ItemState, element: etree._Element) -> None:
    """Another description; fine only once both places for words are taken."""
    raise NeedsFallback("a media description")


def _rss_link(state: ItemState, element: etree._Element) -> None:
    """The link as text; some write it as Atom does, in an attribute of whatever name."""
    link = text_of(element)
    if not link:
        link = next((element.get(name) or "" for name in ("href", "url", "uri") if element.get(name)), "")
    if state.link:
        if link:
            raise NeedsFallback("two links")
        return
    link = state.resolve(link).replace("&amp;", "&") if link else ""
    state.link = _UNESCAPED.sub(r"&\1", link) if ";" in link else link


def _atom_link(state: ItemState, element: etree._Element) -> None:
    href = next((element.get(name) for name in ("href", "url", "uri") if element.get(name)), None)
    if not href or (element.text or "").strip():
        raise NeedsFallback("a link without an address")
    rel = (element.get("rel") or "alternate").lower().removeprefix(_REGISTERED)
    kind = (element.get("type") or "text/html").lower()
    href = state.resolve(href)
    if rel == "alternate" and kind in _HTML_TYPES:
        state.alternate = href
    if rel == "enclosure":
        state.enclosures.append(Enclosure(href, kind, element.get("length", "")))
    state.first_href = state.first_href or href


def _original_link(state: ItemState, element: etree._Element) -> None:
    """The article's own address, where ``link`` is that of a service that counts clicks."""
    link = text_of(element)
    if is_web_url(link):
        state.original = link


def _description(state: ItemState, element: etree._Element) -> None:
    if state.summary is not None:
        raise NeedsFallback("two descriptions")  # the second may count as content
    state.summary = text_of(element)


def _content_encoded(state: ItemState, element: etree._Element) -> None:
    text = text_of(element)
    state.contents.append(text)


def _atom_text(element: etree._Element) -> str:
    if element.get("src") or (element.get("type") or "text").lower() not in (
        "text",
        "html",
        "text/html",
        "text/plain",
    ):
        raise NeedsFallback("content of another type")
    return text_of(element)


def _atom_title(state: ItemState, element: etree._Element) -> None:
    _atom_text(element)
    _title(state, element)


def _atom_summary(state: ItemState, element: etree._Element) -> None:
    _atom_text(element)
    _description(state, element)


def _atom_content(state: ItemState, element: etree._Element) -> None:
    state.contents.append(_atom_text(element))


def _guid(state: ItemState, element: etree._Element) -> None:
    given = {name.lower(): value for name, value in element.items()}
    _first_id(state)
    is_link = given.get("ispermalink", "true") == "true"
    text = text_of(element)
    state.id = state.resolve(text) if is_link and text else text
    if is_link and text and (is_web_url(text) or given.get("ispermalink")):
        state.guid_link = state.id


def _first_id(state: ItemState) -> None:
    if state.has_id:
        raise NeedsFallback("two identities")
    state.has_id = True


def _atom_id(state: ItemState, element: etree._Element) -> None:
    _first_id(state)
    text = text_of(element)
    state.id = state.resolve(text) if text else ""
    state.guid_link = state.id


def _published(state: ItemState, element: etree._Element) -> None:
    state.published = date_of(element)


def _updated(state: ItemState, element: etree._Element) -> None:
    state.updated = date_of(element)


def _creator(state: ItemState, element: etree._Element) -> None:
    state.authors.append(text_of(element))


def _atom_author(state: ItemState, element: etree._Element) -> None:
    state.authors.append(person_of(element))


def person_of(element: etree._Element) -> str:
    """A person as Atom describes one: the name, with the address behind it where there is one."""
    parts = {child.tag: text_of(child) for child in element}
    name, email = parts.get(f"{ATOM}name"), parts.get(f"{ATOM}email")
    if len(parts) != len(element) or (element.text or "").strip():
        raise NeedsFallback("an author of another form")
    return f"{name} ({email})" if name and email else name or email or ""


def _category(state: ItemState, element: etree._Element) -> None:
    text = text_of(element)
    if text:
        state.tags.setdefault((text, element.get("domain")))


def _atom_category(state: ItemState, element: etree._Element) -> None:
    if (element.text or "").strip() or len(element):
        raise NeedsFallback("a category with words inside")
    if element.get("term"):
        state.tags.setdefault((element.get("term"), element.get("scheme")))


def _enclosure(state: ItemState, element: etree._Element) -> None:
    href = element.get("url") or element.get("href") or element.get("uri")
    if not href:
        return
    href = state.resolve(href.strip())
    state.enclosures.append(Enclosure(href, element.get("type", "").lower(), element.get("length", "")))
    state.first_href = state.first_href or href


def _source(state: ItemState, element: etree._Element) -> None:
    state.has_source = True
    state.outlet, state.outlet_url = text_of(element), element.get("url") or ""


def _media_content(state: ItemState, element: etree._Element) -> None:
    if any(child.tag not in _MEDIA_HARMLESS for child in element.iterdescendants()):
        raise NeedsFallback("words inside a picture")
    if element.get("url"):
        state.images.append(element.get("url", ""))


def _thumbnail(state: ItemState, element: etree._Element) -> None:
    if not element.get("url") or len(element):
        raise NeedsFallback("a thumbnail of another form")
    state.thumbnails.append(element.get("url", ""))


def _ignore(state: ItemState, element: etree._Element) -> None:
    """Do nothing with an element that says nothing of what is read here."""
    if len(element):
        raise NeedsFallback(f"elements inside {element.tag}")


def _all(names: Iterable[str], handler: Handler) -> dict[str, Handler]:
    return dict.fromkeys(names, handler)


_EVERYWHERE: dict[str, Handler] = {
    f"{DC}creator": _creator, f"{DC}date": _updated, f"{DC}subject": _category, f"{CONTENT}encoded": _content_encoded,
    f"{MEDIA}content": _media_content, f"{MEDIA}thumbnail": _thumbnail, f"{MEDIA}title": _media_title,
    f"{MEDIA}description": _media_description, f"{TERMS}modified": _updated,
    **_all((f"{MEDIA}{n}" for n in ("credit", "copyright", "text", "rating")), _ignore),
    **_all((f"{DC}{n}" for n in ("identifier", "format", "type", "rights", "publisher", "coverage")), _ignore),
    **_all(ORIGINAL_LINKS, _original_link),
    **_all((f"{{http://purl.org/rss/1.0/modules/slash/}}{n}" for n in ("comments", "section", "department", "hit_parade")), _ignore),
}  # fmt: skip
RSS_ITEM: dict[str, Handler] = {
    "title": _title, "link": _rss_link, "description": _description, "guid": _guid, "pubDate": _published, "author": _creator,
    "category": _category, "enclosure": _enclosure, "source": _source, "comments": _ignore, f"{ATOM}link": _atom_link,
    f"{ATOM}updated": _updated, f"{ATOM}published": _published, **_EVERYWHERE,
}  # fmt: skip
RDF_ITEM: dict[str, Handler] = {
    f"{RSS10}title": _title, f"{RSS10}link": _rss_link, f"{RSS10}description": _description, **_EVERYWHERE,
}  # fmt: skip
ATOM_ENTRY: dict[str, Handler] = {
    f"{ATOM}title": _atom_title, f"{ATOM}link": _atom_link, f"{ATOM}summary": _atom_summary, f"{ATOM}content": _atom_content,
    f"{ATOM}id": _atom_id, f"{ATOM}published": _published, f"{ATOM}updated": _updated, f"{ATOM}author": _atom_author,
    f"{ATOM}category": _atom_category, f"{ATOM}rights": _ignore, **_EVERYWHERE,
}  # fmt: skip
