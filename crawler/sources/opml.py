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


def read_opml(data: bytes, name: str) -> list[Outline]:
    """The feeds of an OPML file, each once.

    Args:
        data: the file.
        name: what it is called in complaints.

    Raises:
        AseanwatchError: it is no OPML.
    """
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")) and b"encoding=" not in data[:200]:
        # Without a declaration it is UTF-8 (XML 1.0, 4.3.3); anything else would come in garbled
        text_of(data, name)
    # Such files come from anywhere: no entities, and nothing from the network.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(data.strip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise AseanwatchError(f"{name}: this is no OPML: {clean(str(error))[:120]}") from None
    if root is None or root.tag != "opml":
        raise AseanwatchError(
            f"{name}: this is no OPML; its root is {'missing' if root is None else f'<{root.tag}>'}"
        )
    body = root.find("body")
    try:
        found = {outline.url: outline for outline in _outlines(body if body is not None else root, ())}
    except ValueError as error:  # a character reference that is no character
        raise AseanwatchError(f"{name}: this is no OPML: {clean(str(error))[:120]}") from None
    return list(found.values())


def _outlines(element: etree._Element, path: tuple[str, ...]) -> Iterator[Outline]:
    for child in element:
        if child.tag != "outline" or len(path) > DEEPEST:
            continue
        title = clean(child.get("title") or child.get("text") or "")
        # The attribute is xmlUrl (OPML 2.0); not all programs keep to its case.
        url = next((v.strip() for k, v in child.attrib.items() if k.lower() == "xmlurl"), "")
        # feed://host and feed:https://host: a scheme by which feeds were handed to feed readers.
        url = re.sub(r"^feed:(//)?", lambda m: "http://" if m[1] else "", url)
        if is_web_url(url) and is_text(url):
            yield Outline(title or host_of(url), url, " / ".join(path), language_code(child.get("language")))
        else:
            yield from _outlines(child, (*path, title) if title else path)


def new_sources(outlines: Iterable[Outline], sources: Iterable[Source]) -> list[dict[str, Any]]:
    """The outlines that are no sources yet, as sources of config.yaml, each under a name of its own."""
    sources = list(sources)
    addresses = {s.address for s in sources}
    taken = {s.name for s in sources}
    new = []
    for outline in outlines:
        if outline.url not in addresses:
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
