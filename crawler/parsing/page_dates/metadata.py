"""Dates in the metadata of a page: meta elements under their many names, microdata, and what its scripts hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

from bs4 import Tag

from crawler.parsing.dates.series import read_date, read_dates
from crawler.parsing.dates.verdict import DateVerdict
from crawler.parsing.page_dates.claims import Claim, ClaimPlace, Subject, made
from crawler.parsing.page_dates.visible import Asides, names_of
from crawler.runtime.data_tables import table

_NAMES = ("property", "name", "itemprop", "http-equiv")
_IN_SCRIPT = re.compile(
    r"[\"']?\b(?:publish(?:ed)?[_-]?(?:time(?:stamp)?|date|datetime|at|on|ts)?|pub[_-]?(?:time|date)|date[_-]?published|first[_-]?publish\w{0,12}"
    r"|article[_-]?date|show[_-]?time|ptime)[\"']?\s*[:=]\s*(?:[\"']([^\"'<>]{8,40})[\"']|(\d{10}|\d{13})\b)",
    re.IGNORECASE,
)
_PROPERTIES = {
    "datepublished": ClaimPlace.MICRODATA,
    "datecreated": ClaimPlace.MICRODATA,
    "issued": ClaimPlace.MICRODATA,
    "date": ClaimPlace.MICRODATA,
    "created": ClaimPlace.MICRODATA,
    "datemodified": ClaimPlace.CHANGE,
    "modified": ClaimPlace.CHANGE,
}
"""Properties of schema.org in microdata, and those and Dublin Core's in RDFa (``schema:dateCreated``, ``dc:date dc:created``)."""
_OTHER_THING = re.compile(r"Comment|Review|Event|Product|Rating|Recipe|Person|Offer", re.IGNORECASE)
"""Types of schema.org that are no article and have dates of their own."""
_MOST_SCRIPT = 400_000
_MOST_HITS = 40


def meta_claims(metas: Iterable[Tag], subject: Subject) -> list[Claim]:
    """What the meta elements claim; one that cannot be read ends nothing."""
    texts: dict[ClaimPlace, list[str]] = {
        ClaimPlace.META: [],
        ClaimPlace.VAGUE_META: [],
        ClaimPlace.CHANGE: [],
    }
    for element in metas:
        content = str(element.get("content") or "").strip()
        if content:
            for place in _places(element):
                texts[place].append(content)
    return [
        claim
        for place, found in texts.items()
        for claim in made(place, _read(list(dict.fromkeys(found))[:_MOST_HITS], subject))
    ]


@cache
def _place_of_names() -> Mapping[str, ClaimPlace]:
    names = table("meta_dates.yaml")
    places = {"changed": ClaimPlace.CHANGE, "vague": ClaimPlace.VAGUE_META, "published": ClaimPlace.META}
    return {name: place for key, place in places.items() for name in names[key]}


def _places(element: Tag) -> set[ClaimPlace]:
    keys = {re.sub(r"[^a-z]", "", str(element.get(name) or "").lower()) for name in _NAMES}
    return {place for key in keys if (place := _place_of_names().get(key))}


def _read(texts: Iterable[str], subject: Subject) -> list[DateVerdict]:
    return read_dates(list(texts), subject.context, lambda _: subject.day)


def microdata_claims(elements: Iterable[Tag], subject: Subject, asides: Asides) -> list[Claim]:
    """What microdata, RDFa and hAtom claim of the page's own article; of several articles the one that has the headline in it."""
    marked: dict[ClaimPlace, list[Tag]] = {ClaimPlace.MICRODATA: [], ClaimPlace.CHANGE: []}
    for node in elements:
        place = _marked_as(node)
        if place is not None and len(marked[place]) < _MOST_HITS and _is_own(node, asides):
            marked[place].append(node)
    claims: list[Claim] = []
    for place, found_there in marked.items():
        best = [e for e in found_there if not asides(e)] or found_there
        is_one = len({_content(element) for element in best}) == 1
        own = best if is_one else [e for e in best if _has_headline(e, subject)]
        found = dict.fromkeys(_content(element) for element in own)
        claims += made(place, _read(found, subject))
    return claims


def _marked_as(element: Tag) -> ClaimPlace | None:
    """What an element is marked to date: by itemprop, by property (RDFa), by ``pubdate``, by the class of hAtom."""
    attributes = element.attrs
    named = str(attributes.get("itemprop") or "")
    if element.name != "meta":
        named = f"{named} {attributes.get('property') or ''}"
    for name in named.lower().split():
        place = _PROPERTIES.get(name.rpartition(":")[2])
        if place is not None and (":" in name or name.startswith("date")):
            return place
    if "pubdate" in attributes:
        return ClaimPlace.MICRODATA
    is_dated = "title" in attributes or "datetime" in attributes
    return ClaimPlace.MICRODATA if is_dated and "published" in names_of(element) else None


def _is_own(element: Tag, asides: Asides) -> bool:
    """Whether an element may describe the page's article: comments, reviews and events have dates, too."""
    scope = element.find_parent(lambda tag: tag.has_attr("itemtype") or tag.has_attr("typeof"))
    if scope is not None and _OTHER_THING.search(f"{scope.get('itemtype')} {scope.get('typeof')}"):
        return False
    return element.name == "meta" or not asides.is_foreign(element)


def _has_headline(element: Tag, subject: Subject) -> bool:
    scope = element.find_parent(lambda tag: tag.has_attr("itemscope") or tag.has_attr("typeof"))
    return scope is None or any(
        subject.is_headline(h.get_text(" ")) for h in scope.find_all(["h1", "h2", "h3"], limit=3)
    )


def _content(element: Tag) -> str:
    texts = (
        element.get("content"),
        element.get("datetime"),
        element.get("title"),
        element.get_text(" ")[:80],
    )
    return next((text for t in texts if t and (text := str(t).strip())), "")


def script_claims(scripts: Iterable[Tag], subject: Subject) -> list[Claim]:
    """What the data of scripts claim, where all that they name is one day: pages by script have their date only there."""
    texts: dict[str, None] = {}
    left = _MOST_SCRIPT
    for script in scripts:
        if "ld+json" in str(script.get("type") or ""):
            continue
        text = str(script.string or "")[:left]
        left -= len(text)
        for match in _IN_SCRIPT.finditer(text):
            texts[match[1] or match[2]] = None
        if left <= 0 or len(texts) > _MOST_HITS:
            break
    found = made(ClaimPlace.SCRIPT, (read_date(text, subject.context) for text in list(texts)[:_MOST_HITS]))
    days = {claim.verdict.moment.date() for claim in found if claim.verdict.moment}
    return found if len(days) == 1 else []
