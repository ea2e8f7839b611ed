"""Where an event takes place: what an article says of it, and whether two events lie in different places.

Articles of one event name different sets of places, so only what cannot be of one event is a contradiction: cities of the
partners that lie apart, Chinese cities that lie apart where no other is named, or different member states.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt

from crawler.judging.locating import Told, told_of
from crawler.judging.matching import Findings, Hit
from crawler.judging.places import CHINA, MEMBERS, Place, gazetteer
from crawler.model import BaseMention

SITE, LAND, WIDE = "s:", "g:", "g:ASEAN"
"""Anchors of the place of an event: a city, a member state, and the mark of what concerns ASEAN as a whole."""
LEAD = 220
"""Characters of a text in which news says where something happens."""
HEADLINE = 90
"""Characters of a text without a headline that stand for it."""
NEAR = 50.0
"""Kilometres: Putrajaya and Kuala Lumpur, or the two sides of a border crossing, are one place to different outlets."""
NETWORK = 2
"""Places in common from which other ones do not matter: what lies in several cities is told with some of them."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Where something takes place.

    Args:
        cities: the cities in which it lies, by their English names.
        lands: the member states that it concerns.
        named: all member states that the article names.
        wide: whether the headline speaks of ASEAN as a whole, so that a single member is only an example.
    """

    cities: frozenset[str] = frozenset()
    lands: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    wide: bool = False


def site_anchors(
    findings: Findings, places: Sequence[tuple[Hit, Place]], bases: Sequence[BaseMention], wide: Iterable[Hit]
) -> frozenset[str]:
    """The anchors of the place of an article's event.

    Args:
        findings: what was found where.
        places: the places among it.
        bases: the base that the article reports, if any; its cities are the place.
        wide: the words that name ASEAN as a whole.
    """
    countries = [
        (hit, Place(code, code, is_city=False)) for code in sorted(MEMBERS) for hit in findings.hits.get(f"country_{code}", ())
    ]
    end = 0 if findings.fields["title"].original else HEADLINE
    told = [t for t in told_of(findings, [*places, *countries]) if _within(t.hit, max(end, LEAD))]
    cities = {c for b in bases for c in b.cities} or {t.place.name for t in told if _is_site(t, end)}
    headline = [t for t in told if _within(t.hit, end) and not t.of_institution and t.place.country in MEMBERS]
    lands = lands_of(cities) or {t.place.country for t in headline if t.placed}
    if not lands:
        if any(_within(hit, end) for hit in wide):
            return frozenset({WIDE, *(f"{SITE}{c}" for c in cities)})
        lands = {t.place.country for t in headline}
    return frozenset({*(f"{SITE}{c}" for c in cities), *(f"{LAND}{code}" for code in lands)})


def _within(hit: Hit, end: int) -> bool:
    """Whether a hit stands in the headline, or before ``end`` in the text."""
    return hit.field == "title" or hit.start < end


def _is_site(told: Told, end: int) -> bool:
    """Whether a city is where the event is; a capital mostly stands for a government, or for where it was announced."""
    if not told.place.is_city or told.of_institution or told.in_dateline:
        return False
    if told.place.name in gazetteer().capitals:
        return told.placed and _within(told.hit, end)
    return told.placed or _within(told.hit, end)


def lands_of(cities: Iterable[str]) -> frozenset[str]:
    """The member states in which cities lie."""
    known = gazetteer().country_of
    return frozenset(code for c in cities if (code := known.get(c)) in MEMBERS)


def ground_of(features: Iterable[str], named: frozenset[str]) -> Ground:
    """The place of an event by an article's anchors; ``named`` are the member states among its parties."""
    features = list(features)
    cities = frozenset(f[2:] for f in features if f.startswith(SITE))
    lands = frozenset(f[2:] for f in features if f.startswith(LAND) and f != WIDE)
    return Ground(cities, lands, named | lands, WIDE in features)


def elsewhere(a: Ground, b: Ground) -> bool:
    """Whether both say where they are, and it is not one place."""
    by_cities = _other_cities(a.cities, b.cities)
    return _other_lands(a, b) if by_cities is None else by_cities


def _other_cities(a: frozenset[str], b: frozenset[str]) -> bool | None:
    """Whether cities lie apart; None where they say nothing of it.

    Partners' cities decide: two bases may both be agreed on in Kunming. Without those, Chinese cities do.
    """
    for ours, theirs in ((_abroad(a), _abroad(b)), (_at_home(a), _at_home(b))):
        if ours and theirs:
            return not _meet(ours, theirs) and _met(a, b) < NETWORK
    return None


def _abroad(cities: frozenset[str]) -> list[str]:
    return [c for c in cities if gazetteer().country_of.get(c) not in CHINA]


def _at_home(cities: frozenset[str]) -> list[str]:
    return [c for c in cities if gazetteer().country_of.get(c) in CHINA]


def _meet(a: Collection[str], b: Collection[str]) -> bool:
    return any(near(x, y) for x in a for y in b)


def _met(a: Collection[str], b: Collection[str]) -> int:
    """How many of the cities of ``a`` are among ``b``."""
    return sum(any(near(x, y) for y in b) for x in a)


def _other_lands(a: Ground, b: Ground) -> bool:
    """Whether member states differ, so that one article does not even name what the other one is about."""
    if a.wide or b.wide:
        return False
    ours, theirs = a.lands or a.named, b.lands or b.named
    if not ours or not theirs or not ours.isdisjoint(theirs):
        return False
    return ours.isdisjoint(b.named) or theirs.isdisjoint(a.named)


@lru_cache(maxsize=4096)
def near(a: str, b: str) -> bool:
    """Whether two cities are one place to news: the same, or no more than `NEAR` kilometres apart."""
    if a == b:
        return True
    known = gazetteer().coordinates
    return a in known and b in known and _kilometres(known[a], known[b]) <= NEAR


def _kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The distance of two points (longitude, latitude in degrees) along the earth's surface."""
    (x, y), (u, v) = ((radians(lon), radians(lat)) for lon, lat in (a, b))
    half = sin((v - y) / 2) ** 2 + cos(y) * cos(v) * sin((u - x) / 2) ** 2
    return 2 * 6371.0 * asin(sqrt(half))
