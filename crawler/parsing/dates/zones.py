"""The zone that a written date names: an offset in any form, an IANA name, or the short name of a zone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta, timezone, tzinfo
from functools import cache

from crawler.parsing.dates.context import DateContext, zone_named
from crawler.parsing.dates.names import either, facts

_OFFSET = re.compile(
    r"(?:(?<![^\W\d_])(?:gmt|utc|ut)\s*)?(?<![\d+-])([+-])(?:(?<=[ct][+-])\s|(?<=[ct]\s[+-])\s)?"
    r"(\d{1,2})(?::?(\d{2}))?(?::00)?(?![\d:])"
)
_IANA = re.compile(r"(?<![^\W\d_])[a-z]{2,12}/[a-z_]+(?:/[a-z_]+)?(?:[+-]\d{1,2})?(?![^\W\d_])")
_POSSIBLE = re.compile(r"[^\W\d_]|[+-]\s?\d")
"""What every zone has: letters or an offset."""
_COMMENT = re.compile(r"\([^()]{0,80}\)|\[[^\[\]]{0,80}\]")
_WIDEST = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class WrittenZone:
    """A zone as it was written: known at once, or a name whose meaning depends on the country."""

    known: tzinfo | None = None
    name: str = ""


class NoSuchZoneError(ValueError):
    """A text names a zone that there is not, or two that differ."""


def take_zone(text: str) -> tuple[WrittenZone | None, str]:
    """The zone that a text names, and the text without it.

    A comment behind a zone (RFC 5322, 3.3: "+0700 (WIB)") explains it, and is left out with it.

    Raises:
        NoSuchZoneError: the offset is impossible, or two zones contradict each other.
    """
    if not _POSSIBLE.search(text):
        return None, text
    outside = _COMMENT.sub(" ", text)
    zone, rest = _zone_in(outside)
    if zone is not None or outside == text:
        return zone, rest
    return _zone_in(text)


def _zone_in(text: str) -> tuple[WrittenZone | None, str]:
    found: list[WrittenZone] = []

    def taken(zone: WrittenZone) -> str:
        found.append(zone)
        return " "

    text = _IANA.sub(lambda m: taken(WrittenZone(known)) if (known := zone_named(m[0])) else m[0], text)
    text = _OFFSET.sub(lambda m: taken(WrittenZone(_offset(m))), text)
    text = _names().sub(lambda m: taken(_by_name(m[0])), text)
    return (_agreed(found) if found else None), text


def _agreed(found: list[WrittenZone]) -> WrittenZone:
    """The one zone that is meant. A name that means several is explained by a number beside it, as in "GMT+0800 CST"."""
    known = [zone for zone in found if zone.known is not None]
    names = {zone.name for zone in found if zone.known is None}
    fixed = {zone.known.utcoffset(None) for zone in known if isinstance(zone.known, timezone)}
    if len(fixed) > 1 or (not known and len(names) > 1):
        raise NoSuchZoneError("two zones")
    return known[0] if known else found[0]


def _offset(match: re.Match[str]) -> timezone:
    shift = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    if shift > _WIDEST or int(match[3] or 0) % 15:
        raise NoSuchZoneError(f"no offset is {match[0].strip()}")
    return timezone(-shift if match[1] == "-" else shift)


@cache
def _names() -> re.Pattern[str]:
    return re.compile(either([*facts()["zones"], *facts()["ambiguous_zones"]]))


def _by_name(name: str) -> WrittenZone:
    minutes: int | None = facts()["zones"].get(" ".join(name.split()))
    return WrittenZone(name=name) if minutes is None else WrittenZone(timezone(timedelta(minutes=minutes)))


def meaning(zone: WrittenZone, context: DateContext) -> tuple[tzinfo | None, bool]:
    """The zone that a name means at a source, and whether that is sure; None where nobody can say."""
    if zone.known is not None:
        return zone.known, True
    meanings: Mapping[str, int] = facts()["ambiguous_zones"][zone.name]
    is_sure = context.country in meanings
    minutes = meanings[context.country or ""] if is_sure else meanings.get("else")
    return (timezone(timedelta(minutes=minutes)) if minutes is not None else None), is_sure
