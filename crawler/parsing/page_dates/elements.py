"""Dates in elements that programs are meant to read: time elements, titles, data attributes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from itertools import islice

from bs4 import Tag

from crawler.parsing.dates.normal import LONGEST
from crawler.parsing.dates.series import read_date
from crawler.parsing.dates.verdict import DateVerdict, first
from crawler.parsing.page_dates.claims import Claim, ClaimPlace, Subject, made
from crawler.parsing.page_dates.visible import INLINE, AsideTest, VisibleText, names_of

_CHANGED_CLASS = re.compile(
    r"(?:^|[\s_-])(?:updated?|modified|edited|last-?mod\w*)(?:$|[\s_-])", re.IGNORECASE
)
_ZONES = timedelta(hours=38)
"""How far a day may be from a moment in it: a day counts from its first moment in UTC, and zones differ by 14 hours."""
_MOST_STRINGS, _MOST_EMPTY = 8, 40
_ATTRIBUTES = (
    "datetime",
    "title",
    "data-datetime",
    "data-date",
    "data-time",
    "data-timestamp",
    "data-published",
)


def element_claims(pieces: list[VisibleText], subject: Subject) -> list[Claim]:
    """The dates that programs are meant to read in time elements, titles and data attributes among some pieces."""
    claims = claims_of(dated_elements(pieces), subject)
    published = next((c for c in claims if c.place is ClaimPlace.TIME_ELEMENT), None)
    return [c for c in claims if c.place is ClaimPlace.CHANGE or c is published]


def claims_of(elements: Iterable[Tag], subject: Subject) -> list[Claim]:
    """What the attributes of some elements claim: of publication, or by their class of a change."""
    claims: list[Claim] = []
    for element in elements:
        texts = [str(element.get(name) or "") for name in _ATTRIBUTES]
        verdict = first([read_date(text, subject.context) for text in texts if 8 <= len(text) <= LONGEST])
        shown = _shown(element, subject)
        if shown is not None and _differ(shown, verdict):
            verdict = shown
        claims += made(ClaimPlace.CHANGE if _is_of_change(element) else ClaimPlace.TIME_ELEMENT, [verdict])
    return claims


def _shown(element: Tag, subject: Subject) -> DateVerdict | None:
    """The date of publication that readers see in a time element."""
    strings = islice(element.strings, _MOST_STRINGS) if element.name == "time" else ()
    text = " ".join(strings).strip()[: LONGEST + 1]
    verdict = read_date(text, subject.context) if sum(map(str.isdigit, text)) >= 5 else None
    return verdict if verdict is not None and verdict.is_sure else None


def _differ(shown: DateVerdict, marked: DateVerdict) -> bool:
    """Whether readers see another day than programs: then the attribute is that of a change, or of the page."""
    return (
        shown.moment is not None and marked.moment is not None and abs(shown.moment - marked.moment) > _ZONES
    )


def _is_of_change(element: Tag) -> bool:
    """Whether an element dates a change alone: blogs call the date of what never changed both published and updated."""
    names = [*names_of(element), str(element.get("itemprop") or "")]
    return any(map(_CHANGED_CLASS.search, names)) and not any("publish" in name.lower() for name in names)


def dated_elements(pieces: list[VisibleText]) -> list[Tag]:
    """The elements around some pieces that have a date in an attribute."""
    found: dict[int, Tag] = {}
    for piece in pieces:
        element: Tag | None = piece.parent
        for _ in range(3):
            if element is None or (element is not piece.parent and element.name not in INLINE):
                break
            if any(element.get(name) for name in _ATTRIBUTES):
                found[id(element)] = element
            element = element.parent
    return list(found.values())


def empty_time_claims(marked: Iterable[Tag], is_aside: AsideTest, subject: Subject) -> list[Claim]:
    """The only day that time elements name which programs fill in for readers: those have no text in the page as sent."""
    times = (e for e in marked if e.name == "time" and e.get("datetime"))
    empty = [e for e in islice(times, _MOST_EMPTY) if not e.get_text().strip() and not is_aside(e)]
    published = [c for c in claims_of(empty, subject) if c.place is ClaimPlace.TIME_ELEMENT]
    days = {c.verdict.moment.date() for c in published if c.verdict.moment}
    return published[:1] if len(days) == 1 else []
