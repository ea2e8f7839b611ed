"""Outgoing feeds, so that other tools can follow: Atom (RFC 4287) and JSON Feed (jsonfeed.org, version 1.1). Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from alerts.digests.digest import MachineWords, base_of
from alerts.digests.excerpt import excerpt
from alerts.digests.render import web_link
from alerts.digests.wording import BRIEF_BY, MACHINE_TRANSLATION, Words, words

ATOM = "http://www.w3.org/2005/Atom"
EXTENSION = "_aseanwatch"
"""Our extension of JSON Feed (version 1.1, "Extensions"): ``translation`` of the title, ``summary_translation`` and ``brief``."""
LONGEST_TITLE, LONGEST_TEXT = 300, 600
"""Characters of a report's headline and text in a feed."""
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


def feed_id(domain: str, *parts: object) -> str:
    """An id of a feed or of an entry, by the tag URI scheme (RFC 4151). Readers know entries by it: it must never change."""
    # The year only says that the domain was ours then
    # (RFC 4151, 2.1). It stays, as all of the id does.
    return f"tag:{domain},2025:{':'.join(map(str, parts))}"


def item(
    identity: str,
    url: str,
    title: str,
    text: str,
    published: str,
    language: str,
    tags: Sequence[str],
    made: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """One entry.

    Args:
        identity: its id (`feed_id`).
        url: of the report that it leads to; what is no safe web address becomes ``#``.
        title: its headline.
        text: its plain text.
        published: when it was published (ISO 8601).
        language: the language of the report.
        tags: what it is of.
        made: what a machine made of it, for the extension of JSON Feed; in the text it stands already.
    """
    entry: dict[str, Any] = {
        "id": identity,
        "url": web_link(url),
        "title": title,
        "content_text": text,
        "date_published": published,
        "language": language,
        "tags": list(tags),
    }
    return entry | ({EXTENSION: dict(made)} if made else {})


def item_of_report(
    identity: str, report: Any, tags: Sequence[str], say: Words, translation: MachineWords | None = None
) -> dict[str, Any]:
    """The entry that stands for a story, of the report that leads it (a row with title, text, url, lang and when)."""
    title = excerpt(report.title or report.text, LONGEST_TITLE)
    text = excerpt(report.text or report.title, LONGEST_TEXT)
    made = {}
    if translation is not None:
        at = translation.at.isoformat()
        made["translation"] = _marked(
            {"text": translation.text}, {"lang": translation.lang, "by": translation.by, "at": at}
        )
    text = _machine_lines(made, say) + text
    return item(identity, report.url, title, text, report.when.isoformat(), report.lang, tags, made)


def _marked(said: Mapping[str, Any], made: Mapping[str, Any]) -> dict[str, Any]:
    """A machine's words as feeds give them: ``said``, in which language, by whom, when, and that it is a machine's."""
    return {**said, "to": made["lang"], "by": made["by"], "at": made["at"], "machine": True}


def _machine_lines(made: Mapping[str, Any], say: Words) -> str:
    """What a machine made, as the first lines of an entry's text, each with the mark that says so."""
    lines = []
    for name in ("translation", "brief", "summary_translation"):
        if name not in made:
            continue
        said, model = made[name], made[name]["by"]
        if name == "brief":
            sentences = " ".join(s["text"] for s in said["sentences"])
            lines.append(f"{say.gettext(BRIEF_BY, model=model)}{say.marks.colon}{sentences}")
        else:
            mark = f"{say.gettext(MACHINE_TRANSLATION)}{say.marks.colon}{model}"
            lines.append(say.bracketed(said["text"], mark))
    return "".join(f"{line}\n" for line in lines)


def _made_of(story: Mapping[str, Any], base: Mapping[str, Any] | None) -> dict[str, Any]:
    """What a machine made of a story of a digest (plain values), as feeds give it."""
    found = {
        "translation": base.get("machine_name") if base else story["best"].get("translation"),
        "summary_translation": (
            base.get("sentence_translation") if base else story.get("summary_translation")
        ),
    }
    made = {name: _marked({"text": m["text"]}, m) for name, m in found.items() if m}
    if brief := story.get("brief"):
        sentences = [
            {"text": s["text"], "urls": [web_link(r["url"]) for r in s["reports"]]}
            for s in brief["sentences"]
        ]
        made["brief"] = _marked({"sentences": sentences}, brief)
    return made


def items_of(content: Mapping[str, Any], domain: str) -> list[dict[str, Any]]:
    """The entries that a digest (its plain values) gives: one for each story, under an id that stays."""
    subscription = content.get("subscription", "")
    bases = {b["key"]: b for b in content.get("bases", ())}
    say = words(content.get("language", "en"))
    return [
        _item_of_story(feed_id(domain, subscription, s["key"]), s, bases, content["end"], say)
        for s in content.get("stories", ())
    ]


def _item_of_story(
    identity: str,
    story: Mapping[str, Any],
    bases: Mapping[str, Mapping[str, Any]],
    published: str,
    say: Words,
) -> dict[str, Any]:
    """The entry of one story of a digest; news of a base begins with the base."""
    best = story["best"]
    key = base_of(story["key"], story.get("base"))
    base = bases.get(key) if key is not None else None
    title = _title_of(base, say) if base else best["title"]
    proof = f"{base['sentence']}\n" if base else ""
    text = "".join(piece["text"] for piece in story["snippet"]) or best["title"]
    others = "".join(
        f"\n{say.bracketed(r['outlet'], say.language_name(r['lang']))}{say.marks.colon}{web_link(r['url'])}"
        for r in story["others"]
    )
    made = _made_of(story, base)
    body = f"{_machine_lines(made, say)}{proof}{text}{others}"
    return item(identity, best["url"], title, body, published, best["lang"], _tags(story), made)


def _title_of(base: Mapping[str, Any], say: Words) -> str:
    stage = say.bracketed(say.gettext(base["stage"]), say.joined(map(say.city, base["cities"])))
    return f"{base['name']}{say.marks.colon}{stage}"


def _tags(story: Mapping[str, Any]) -> list[str]:
    """The titles of a story's topics."""
    if story.get("topics"):
        return [topic["title"] for topic in story["topics"]]
    # A digest of a former version has only lines, "TITLE: TERM, TERM". A title may hold a colon, and terms hardly ever do.
    return [line.rpartition(": ")[0] or line for line in story["why"]]


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
    # RFC 4287 demands it. It is not the present moment: a feed
    # that changes each second is never answered with 304.
    _text(root, "updated", max((i["date_published"] for i in items), default="1970-01-01T00:00:00+00:00"))
    _text(etree.SubElement(root, f"{{{ATOM}}}author"), "name", "aseanwatch")
    for relation, url in (("self", head.atom_url), ("alternate", head.home), ("hub", head.hub)):
        if url:
            etree.SubElement(root, f"{{{ATOM}}}link", rel=relation, href=url)
    for item in items:
        entry = etree.SubElement(root, f"{{{ATOM}}}entry")
        # By entry: a feed mixes the languages of its reports.
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
    return "".join(
        c
        for c in text
        if c in "\t\n\r" or "\x20" <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c >= "\U00010000"
    )
