"""Outgoing feeds, so that other tools can follow: Atom (RFC 4287) and JSON Feed (jsonfeed.org, version 1.1). Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from alerts.digests.render import web_link

ATOM = "http://www.w3.org/2005/Atom"
Item = Mapping[str, Any]
"""An entry as JSON Feed has it: id, url, title, content_html or content_text, date_published, language, tags."""


@dataclass(frozen=True, slots=True)
class FeedHead:
    """What a feed says of itself. ``hub`` is a WebSub hub that tells of changes."""

    identity: str
    title: str
    home: str | None = None
    atom_url: str | None = None
    json_url: str | None = None
    hub: str | None = None


def items_of(content: Mapping[str, Any], domain: str) -> list[dict[str, Any]]:
    """The entries that a digest (its plain values) gives: one for each story, under an id that stays."""
    subscription = content.get("subscription", "")
    bases = {b["key"]: b for b in content.get("bases", ())}
    found = []
    for story in content.get("stories", ()):
        best, about = story["best"], story["key"]
        base = bases.get(about.split(":")[1]) if about.startswith("base:") else None
        where = f" ({', '.join(base['cities'])})" if base and base["cities"] else ""
        text = "".join(p["text"] for p in story["snippet"]) or best["title"]
        others = "".join(f"\n{r['outlet']} ({r['lang']}): {web_link(r['url'])}" for r in story["others"])
        found.append({
            "id": f"tag:{domain},2025:{subscription}:{about}",
            "url": web_link(best["url"]),
            "title": f"{base['name']}: {base['stage']}{where}" if base else best["title"],
            "content_text": f"{base['sentence'] + chr(10) if base else ''}{text}{others}",
            "date_published": content["end"],
            "language": best["lang"],
            "tags": [w.partition(":")[0] for w in story["why"]],
        })  # fmt: skip
    return found


def json_feed(head: FeedHead, items: Sequence[Item]) -> bytes:
    """The feed as JSON Feed."""
    whole: dict[str, Any] = {"version": "https://jsonfeed.org/version/1.1", "title": head.title}
    whole |= {"home_page_url": head.home} if head.home else {}
    whole |= {"feed_url": head.json_url} if head.json_url else {}
    whole |= {"hubs": [{"type": "WebSub", "url": head.hub}]} if head.hub else {}
    return json.dumps(whole | {"items": list(items)}, ensure_ascii=False, indent=1).encode() + b"\n"


def atom_feed(head: FeedHead, items: Sequence[Item]) -> bytes:
    """The feed as Atom."""
    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    _text(root, "id", head.identity)
    _text(root, "title", head.title)
    _text(root, "updated", max((i["date_published"] for i in items), default="1970-01-01T00:00:00+00:00"))
    _text(etree.SubElement(root, f"{{{ATOM}}}author"), "name", "aseanwatch")
    for relation, url in (("self", head.atom_url), ("alternate", head.home), ("hub", head.hub)):
        if url:
            etree.SubElement(root, f"{{{ATOM}}}link", rel=relation, href=url)
    for item in items:
        entry = etree.SubElement(root, f"{{{ATOM}}}entry")
        entry.set("{http://www.w3.org/XML/1998/namespace}lang", item["language"])
        _text(entry, "id", item["id"])
        _text(entry, "title", item["title"])
        _text(entry, "updated", item["date_published"])
        _text(entry, "published", item["date_published"])
        etree.SubElement(entry, f"{{{ATOM}}}link", rel="alternate", href=item["url"])
        for tag in item["tags"]:
            etree.SubElement(entry, f"{{{ATOM}}}category", term=_legal(tag))
        _text(entry, "content", item["content_text"])
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True))


def _text(parent: Any, name: str, value: str) -> None:
    etree.SubElement(parent, f"{{{ATOM}}}{name}").text = _legal(value)


def _legal(text: str) -> str:
    """A text without the characters that XML 1.0 does not have."""
    return "".join(c for c in text if c in "\t\n\r" or "\x20" <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c >= "\U00010000")
