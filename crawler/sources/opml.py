"""OPML 2.0 (opml.org): sources to and from feed readers, folders included."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from lxml import etree

from crawler.config.quoting import is_text
from crawler.config.settings import Source
from crawler.judging.text.language import known as language_code
from crawler.model import AseanwatchError
from crawler.parsing.feed_addresses import feed_key
from crawler.parsing.text import clean
from crawler.parsing.urls import host_of, is_web_url
from crawler.runtime.redaction import without_credentials
from crawler.runtime.text_file import text_of

DEEPEST = 20
"""Folders inside folders that are followed."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed of an OPML file; ``folder`` is the names of its folders, joined by " / "."""

    title: str
    url: str
    folder: str = ""
    lang: str | None = None


def write_opml(sources: Iterable[Source], *, with_keys: bool = False) -> str:
    """The feeds among the sources as OPML; sitemaps and list pages are left out: no reader reads them.

    Each lies in its folder; one without lies in a folder of its country. Addresses are written without passwords and keys, unless
    asked for: such a file is handed on.
    """
    root = Element("opml", version="2.0")
    SubElement(SubElement(root, "head"), "title").text = "aseanwatch"
    body = SubElement(root, "body")
    folders: dict[str, Element] = {"": body}
    for source in sources:
        if source.kind in ("feed", "search"):
            parent = _folder(folders, body, source.folder or source.country or "")
            more = {"language": source.lang} if source.lang else {}
            address = source.address if with_keys else without_credentials(source.address)
            SubElement(
                parent,
                "outline",
                {"type": "rss", "text": source.name, "title": source.name, "xmlUrl": address} | more,
            )
    indent(root)
    return tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _folder(folders: dict[str, Element], body: Element, path: str) -> Element:
    if path not in folders:
        above, _, name = path.rpartition(" / ")
        folders[path] = SubElement(_folder(folders, body, above), "outline", {"text": name})
    return folders[path]


@dataclass(frozen=True, slots=True)
class Outlines:
    """The feeds of an OPML file, each once.

    Attributes:
        feeds: those whose addresses can be read.
        notes: what is lost or was mended, with the line that it stands in, for people.
        is_whole: whether nothing is lost.
    """

    feeds: tuple[Outline, ...]
    notes: tuple[str, ...] = ()
    is_whole: bool = True


def read_opml(data: bytes, name: str) -> Outlines:
    """The feeds of an OPML file. Many are written by hand, or cut: what can be read of those is read, and the rest named.

    Args:
        data: the file.
        name: what it is called in complaints.

    Raises:
        AseanwatchError: it is no OPML.
    """
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")) and b"encoding=" not in data[:200]:
        # Without a declaration it is UTF-8 (XML 1.0, 4.3.3); anything else would come in garbled
        text_of(data, name)
    try:
        root = etree.fromstring(data.strip(), etree.XMLParser(**_SAFE))
        broken = None
    except (etree.XMLSyntaxError, ValueError) as error:
        # XML's own way to recover drops all attributes behind a stray quote or "&"; that of HTML keeps them.
        root = etree.fromstring(data.strip() or b" ", etree.HTMLParser(no_network=True, huge_tree=False))
        broken = clean(str(error))[:120]
    opml = _first(root, "opml")
    if opml is None:
        shown = "missing" if root is None or broken is not None else f"<{_local(root.tag)}>"
        raise AseanwatchError(f"{name}: this is no OPML; its root is {shown}")
    notes: list[str] = (
        [f"it is no whole XML, and what can be read of it was read: {broken}"] if broken else []
    )
    found: dict[str, Outline] = {}
    try:
        # Some programs write a second body, or outlines beside it.
        for holder in (*(e for e in opml.iter() if _local(e.tag) == "body"), opml):
            for outline in _outlines(holder, (), notes):
                found.setdefault(outline.url, outline)
    except ValueError as error:  # a character reference that is no character
        raise AseanwatchError(f"{name}: this is no OPML: {clean(str(error))[:120]}") from None
    lost = len(_ADDRESS.findall(data)) - _addresses(opml)
    if lost > 0:
        notes.append(
            f"{lost} of its feeds cannot be read: a quote, < or & in them must be written as XML has it"
        )
    return Outlines(tuple(found.values()), tuple(notes), is_whole=len(notes) == (broken is not None))


# Such files come from anywhere: no entities, and nothing from the network.
_SAFE: dict[str, Any] = {"resolve_entities": False, "no_network": True, "huge_tree": False}
_ADDRESS = re.compile(rb"\bxmlurl\s*=", re.IGNORECASE)
_FEED_TYPES = ("rss", "atom", "feed")
_SCHEME = re.compile(r"[a-z][a-z0-9+-]*:", re.IGNORECASE)
_HOST = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}(?:[:/?].*)?")


def _local(tag: Any) -> str:
    """The name of an element without its namespace, or a prefix that is not declared, in lower case; empty for comments."""
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""


def _first(root: etree._Element | None, name: str) -> etree._Element | None:
    return next((e for e in root.iter() if _local(e.tag) == name), None) if root is not None else None


def _attributes(element: etree._Element) -> dict[str, str]:
    """The attributes of an element by their names without namespaces, in lower case; those without a prefix count first."""
    found: dict[str, str] = {}
    for name, value in sorted(element.attrib.items(), key=lambda pair: ":" in str(pair[0])):
        found.setdefault(_local(str(name)), str(value))
    if "xmlurl" not in found and found.get("type", "rss").lower() in _FEED_TYPES and found.get("url"):
        found["xmlurl"] = found["url"]
    return found


def _addresses(root: etree._Element) -> int:
    outlines = (e for e in root.iter() if _local(e.tag) == "outline")
    return sum(_local(str(name)) == "xmlurl" for e in outlines for name in e.attrib)


def _address(written: str) -> str:
    """The address of a feed as it is asked: without a scheme it is a site's name."""
    # feed://host and feed:https://host: a scheme by which feeds were handed to feed readers.
    url = re.sub(r"^feed:(//)?", lambda m: "http://" if m[1] else "", written.strip(), flags=re.IGNORECASE)
    url = f"https:{url}" if url.startswith("//") else url
    return f"https://{url}" if not _SCHEME.match(url.partition("/")[0]) and _HOST.fullmatch(url) else url


def _outlines(
    element: etree._Element, path: tuple[str, ...], notes: list[str], depth: int = 0
) -> Iterator[Outline]:
    """The outlines in an element, those in folders too; what cannot be taken is added to the notes."""
    for child in element:
        if _local(child.tag) != "outline":
            continue
        given = _attributes(child)
        title = clean(given.get("title") or given.get("text") or "")
        # The attribute is xmlUrl (OPML 2.0); not all programs keep to its case.
        written = given.get("xmlurl", "").strip()
        url = _address(written)
        if is_web_url(url) and is_text(url):
            yield Outline(title or host_of(url), url, " / ".join(path), language_code(given.get("language")))
        elif written:
            notes.append(f"line {child.sourceline}: {written[:200]!r} is no web address")
        elif "xmlurl" in given and not len(child):
            notes.append(f"line {child.sourceline}: {title!r} has no address")
        if depth < DEEPEST:
            inner = (*path, title) if title and not written else path
            yield from _outlines(child, inner, notes, depth + 1)
        elif len(child):
            notes.append(f"line {child.sourceline}: folders deeper than {DEEPEST} are left out")


def new_sources(outlines: Iterable[Outline], sources: Iterable[Source]) -> list[dict[str, Any]]:
    """The outlines that are no sources yet, as sources of config.yaml, each under a name of its own."""
    sources = list(sources)
    # A reader often has the same feed as http, or with another slash at its end.
    keys = {feed_key(s.address) for s in sources}
    taken = {s.name for s in sources}
    new = []
    for outline in outlines:
        if (key := feed_key(outline.url)) not in keys:
            keys.add(key)
            name = name_for(outline.title, outline.url, taken)
            taken.add(name)
            new.append(
                {
                    "name": name,
                    "url": outline.url,
                    "kind": "feed",
                    "lang": outline.lang,
                    "folder": outline.folder or None,
                }
            )
    return new


def name_for(title: str, url: str, taken: Collection[str]) -> str:
    """A name for a new source, made of its title or its host, that no other has."""
    ascii_title = (
        # đ is a letter of its own to Unicode, not d with a mark, so NFKD leaves it.
        unicodedata.normalize("NFKD", title.lower().replace("đ", "d")).encode("ascii", "ignore").decode()
    )
    plain = re.sub(r"[^a-z0-9]+", "-", ascii_title).strip("-")[:60]
    base = plain if len(plain) >= 3 else re.sub(r"[^a-z0-9]+", "-", host_of(url)).strip("-")[:60] or "source"
    if base not in taken:
        return base
    # One more number than names are taken: one of them is free.
    return next(f"{base}-{n}" for n in range(2, len(taken) + 3) if f"{base}-{n}" not in taken)
