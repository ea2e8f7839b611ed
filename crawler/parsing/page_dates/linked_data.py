"""Dates in the linked data of a page (JSON-LD by schema.org): those of its own article, not of the others that it lists."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from bs4 import Tag

from crawler.parsing.dates.series import read_date
from crawler.parsing.headline_likeness import is_same_headline
from crawler.parsing.page_dates.claims import Claim, ClaimPlace, Subject, made
from crawler.parsing.urls import absolute, canonical

_ARTICLE = re.compile(r"(?:Article|BlogPosting|Posting|Report|NewsItem)$")
"""Types of schema.org that are an article."""
_PAGE = re.compile(r"(?:WebPage|ItemPage|VideoObject|CreativeWork)$")
_NESTED_IN = ("@graph", "mainEntity", "mainEntityOfPage", "hasPart", "liveBlogUpdate", "video")
_DEEPEST = 5
_MOST_NODES = 200
_ALIKE = 0.3
"""Share of pairs of characters; headlines with fewer in common are no wordings of one."""
_FRAME = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*;?\s*$"
)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_LOOSE = re.compile(r"[\"']datePublished[\"']\s*:\s*[\"']([^\"'<>]{6,60})[\"']")
_DATES = ("datePublished", "uploadDate", "dateCreated")


def linked_data_claims(scripts: Iterable[Tag], subject: Subject) -> list[Claim]:
    """What the linked data claim; where they describe several articles, only what they claim of the page's own."""
    nodes: list[dict[str, Any]] = []
    loose: list[str] = []
    for script in scripts:
        if "ld+json" not in str(script.get("type") or "").lower():
            continue
        text = script.get_text()
        node = _parsed(text)
        if node is None:
            loose += _LOOSE.findall(text)
        else:
            nodes += _within(node, _DEEPEST)
    nodes = nodes[:_MOST_NODES]
    articles = _own([n for n in nodes if _is(n, _ARTICLE)], subject)
    pages = [n for n in nodes if _is(n, _PAGE)]
    found = [text for node in articles or pages if (text := _stated(node, _DATES))]
    if not found and len(set(loose)) == 1:
        found = loose[:1]
    place = ClaimPlace.LINKED_DATA if articles or loose else ClaimPlace.VAGUE_META
    changed = [text for node in articles or pages if (text := _stated(node, ("dateModified",)))]
    return [
        *made(place, (read_date(text, subject.context) for text in dict.fromkeys(found))),
        *made(ClaimPlace.CHANGE, (read_date(text, subject.context) for text in dict.fromkeys(changed))),
    ]


def _parsed(text: str) -> Any:
    """JSON with the slips that sites make: a frame of comments, line breaks in strings, a comma behind the last value."""
    text = _FRAME.sub("", text.strip())
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _within(node: Any, deep: int) -> Iterator[dict[str, Any]]:
    """The objects of linked data that may be of the page itself; those of lists, comments and the like are not."""
    if isinstance(node, list):
        for one in node:
            yield from _within(one, deep - 1) if deep else ()
    if not isinstance(node, dict):
        return
    yield node
    for name in _NESTED_IN if deep else ():
        yield from _within(node.get(name), deep - 1)


def _is(node: dict[str, Any], kind: re.Pattern[str]) -> bool:
    types = node.get("@type")
    return any(isinstance(t, str) and kind.search(t) for t in (types if isinstance(types, list) else [types]))


def _stated(node: dict[str, Any], names: tuple[str, ...]) -> str:
    for name in names:
        value = node.get(name)
        value = value[0] if isinstance(value, list) and value else value
        if isinstance(value, dict):
            value = value.get("@value")
        if isinstance(value, str | int) and value and not isinstance(value, bool):
            return str(value)
    return ""


def _own(articles: list[dict[str, Any]], subject: Subject) -> list[dict[str, Any]]:
    """The articles that are the page's: by address, else by headline; a single one unless both say that it is another."""
    here = [node for node in articles if subject.url in _addresses(node, subject.url)]
    named = [
        node for node in articles if subject.is_headline(str(node.get("headline") or node.get("name") or ""))
    ]
    if here or named:
        return [node for node in here if node in named] or here or named
    dates = {_stated(node, _DATES) for node in articles} - {""}
    if len(dates) != 1:
        return []
    return [
        node
        for node in articles
        if not (_addresses(node, subject.url) and node.get("headline"))
        and not _is_of_other(str(node.get("headline") or ""), subject.title)
    ]


def _is_of_other(headline: str, title: str) -> bool:
    return bool(headline and title) and not is_same_headline(headline, title, _ALIKE)


def _addresses(node: dict[str, Any], base: str) -> set[str]:
    """The canonical addresses that an object gives as its own."""
    found = []
    for name in ("url", "@id", "mainEntityOfPage"):
        value = node.get(name)
        if isinstance(value, dict):
            found += [value.get("@id"), value.get("url")]
        else:
            found.append(value)
    links = (
        absolute(base, value.partition("#")[0]) for value in found if isinstance(value, str) and "/" in value
    )
    return {canonical(link) for link in links if link}
