"""Where an event takes place: what an article says of it, and whether two events lie in different places.

Articles of one event name different sets of places, so only what cannot be of one event is a contradiction: cities of the
partners that lie apart, Chinese cities that lie apart where no other is named, or different member states.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from crawler.judging.features import Feature, FeatureKind, feature, value_of, values
from crawler.judging.parties import CHINA_ASEAN, Parties
from crawler.judging.places.distances import near
from crawler.judging.places.gazetteer import Place, gazetteer
from crawler.judging.places.known_places import country_of
from crawler.judging.places.locating import STANDING
from crawler.judging.places.mentions import PlaceMention, place_mentions
from crawler.judging.text.matching import Findings, Hit
from crawler.judging.text.nearness import outermost
from crawler.judging.weights import weights
from crawler.model import BaseMention
from crawler.runtime.data_tables import table

WIDE = feature(FeatureKind.LAND, "ASEAN")
"""The feature of what concerns their side as a whole; it is stored so whoever they are."""
OF_ALL = feature(FeatureKind.OF_ALL, "ASEAN")
"""The feature of a new base that is named after ASEAN as a whole."""


CONCERNS_ALL = frozenset({WIDE, OF_ALL})
"""The features of news that concerns every member of ASEAN."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Where something takes place.

    Args:
        cities: the cities in which it lies, by their English names.
        lands: the member states that it concerns.
        named: all member states that the article names.
        wide: whether the headline speaks of ASEAN as a whole, so that a single member is only an example.
        parties: between whom the cooperation is.
    """

    cities: frozenset[str] = frozenset()
    lands: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    wide: bool = False
    parties: Parties = CHINA_ASEAN


def parties_in(
    findings: Findings, places: Sequence[tuple[Hit, Place]], both: Iterable[Hit]
) -> list[tuple[Hit, Place]]:
    """The places and countries that an article names, in the order of the text; a country stands for itself as a `Place`.

    Args:
        findings: what was found where.
        places: the places among it.
        both: names that hold China and a partner, such as 中柬.
    """
    named: dict[Hit, Place] = dict(places)
    for code in sorted(findings.parties.all):
        named |= dict.fromkeys(findings.hits.get(f"country_{code}", ()), Place(code, code, is_city=False))
    found = [(hit, named[hit]) for hit in outermost(named)]  # "Lao" is no country in "Lao Cai"
    for hit in both:
        other = partner_beside_china(hit.pattern.key) if findings.parties.is_default else None
        if other is not None:
            found.append((hit, Place(other, other, is_city=False)))
    return sorted(found, key=lambda item: item[0].order)


@cache
def beside_china() -> dict[str, str]:
    """What Chinese calls member states beside China, with their codes."""
    short: dict[str, str] = table("aliases.yaml")["beside_china"]
    return short


@lru_cache(maxsize=1024)
def partner_beside_china(name: str) -> str | None:
    """The member state that a Chinese name of two countries holds, as 中柬 does."""
    short = beside_china()
    pair = name.replace("中国", "中")
    return next((code for one, code in short.items() if pair.startswith((f"中{one}", f"{one}中"))), None)


def site_anchors(
    findings: Findings,
    parties: Sequence[tuple[Hit, Place]],
    bases: Sequence[BaseMention],
    wide: Iterable[Hit],
) -> frozenset[Feature]:
    """The features of the place of an article's event.

    Args:
        findings: what was found where.
        parties: the places and countries that it names (`parties_in`).
        bases: the base that the article reports, if any; its cities are the place.
        wide: the words that name ASEAN as a whole.
    """
    weigh = weights().event_places
    between = findings.parties
    # Without a headline the first words of the text stand for it.
    end = 0 if findings.fields["title"].original else weigh.headline
    mentions = place_mentions(
        findings, [(hit, place) for hit, place in parties if _within(hit, max(end, weigh.lead))]
    )
    cities = _sites(mentions, bases, end, between)
    headline = [t for t in mentions if _within(t.hit, end) and not t.of_institution]
    # A base's city is the surest: it was read from the words that place it.
    of_base = lands_of((c for b in bases for c in b.cities), between)
    placed = of_base or between.theirs.countries.intersection(t.place.country for t in headline if t.placed)
    sites = {feature(FeatureKind.SITE, city) for city in cities}
    # "ASEAN" in a headline that places nothing: a country
    # further on is an example, and parts no reports.
    if not placed and any(_within(hit, end) for hit in wide):
        return frozenset({*sites, WIDE})
    named = between.theirs.countries.intersection(t.place.country for t in headline) | _homes(findings, end)
    return frozenset(
        {*sites, *(feature(FeatureKind.LAND, code) for code in of_base or named or lands_of(cities, between))}
    )


def _homes(findings: Findings, end: int) -> frozenset[str]:
    """The member states of the people whom the headline names: who meets them meets their country."""
    return frozenset(
        m
        for m in findings.parties.theirs.countries
        if any(_within(hit, end) for hit in findings.hits.get(f"people_{m}", ()))
    )


def _sites(
    mentions: Sequence[PlaceMention], bases: Sequence[BaseMention], end: int, between: Parties
) -> set[str]:
    """The cities of a base, else those that headline and lead place the event in; partners' provinces where there is none.

    A capital mostly stands for a government, or is where something was announced.
    """
    known = gazetteer(between)
    capitals, cities = known.capitals, known.country_of
    headline = [t for t in mentions if _within(t.hit, end) and t.place.is_city]
    placed = {t.place.name for t in headline if t.placed}
    # A planned base is announced in capitals; once it stands, a capital is where it is.
    of_bases = [(city, b.stage in STANDING) for b in bases for city in b.cities]
    if of_bases:
        return {city for city, stands in of_bases if stands or city not in capitals or city in placed}
    free = [t for t in mentions if not t.of_institution and not t.in_dateline]
    found = {t.place.name for t in free if t.place.is_city and (t.placed or t in headline)}
    others = {t.place.country for t in headline if t.place.name not in capitals}
    # "Bangkok agrees" is a government. A capital counts if a word
    # places the event there, or the headline names its country besides.
    sites = {c for c in found if c not in capitals or c in placed or cities[c] in others}
    theirs = between.theirs.countries
    return sites or {t.place.name for t in free if t.placed and known.provinces.get(t.place.name) in theirs}


def _within(hit: Hit, end: int) -> bool:
    """Whether a hit stands in the headline, or before ``end`` in the text."""
    return hit.field == "title" or hit.start < end


def lands_of(cities: Iterable[str], parties: Parties) -> frozenset[str]:
    """The member states in which cities lie."""
    return parties.theirs.countries.intersection(code for c in cities if (code := country_of(c)) is not None)


def ground_of(features: Iterable[str], named: frozenset[str], parties: Parties) -> Ground:
    """The place of an event by an article's anchors; ``named`` are the member states among its parties."""
    features = list(features)
    cities = frozenset(values(features, FeatureKind.SITE))
    lands = frozenset(values(features, FeatureKind.LAND)) - {value_of(WIDE)}
    return Ground(cities, lands, named | lands, WIDE in features, parties)


def ground_of_base(cities: Iterable[str], countries: Iterable[str], parties: Parties) -> Ground:
    """Where a base lies: in its cities; where none is known, in the member states that its reports name."""
    own = frozenset(cities)
    lands = lands_of(own, parties) or parties.theirs.countries.intersection(countries)
    return Ground(own, lands, lands, parties=parties)


def elsewhere(a: Ground, b: Ground) -> bool:
    """Whether both say where they are, and it is not one place."""
    # Cities decide where both name some: outlets of one event may name different countries for it.
    by_cities = _other_cities(a.cities, b.cities, a.parties) if a.cities and b.cities else None
    return _other_lands(a, b) if by_cities is None else by_cities


def one_place(a: Ground, b: Ground) -> bool:
    """Whether both say where they are, and it is one place."""
    if elsewhere(a, b):
        return False
    if a.cities and b.cities:
        return meet(a.cities, b.cities)
    return not a.lands.isdisjoint(b.lands)


def covers(whole: Ground, a: Ground, b: Ground) -> bool:
    """Whether an article names all cities of two others, which have one of them in common: one event in several places.

    A roundup names the places of several events, which have none in common.
    """
    if (
        len(whole.cities) <= weights().event_places.network
        or not a.cities
        or not b.cities
        or not _met(a.cities, b.cities)
    ):
        return False
    return all(meet((city,), whole.cities) for city in a.cities | b.cities)


def contains(whole: Ground, part: Ground) -> bool:
    """Whether an article names all cities of another one that names any."""
    # An article without cities is contained in nothing: it may lie anywhere.
    return bool(part.cities) and all(meet((city,), whole.cities) for city in part.cities)


def hardly_together(a: Ground, b: Ground) -> bool:
    """Whether one lies in a Chinese city and does not even name the member state that the other one concerns."""
    return _only_at_home(a, b) or _only_at_home(b, a)


def _only_at_home(here: Ground, there: Ground) -> bool:
    if not here.cities or not there.lands or _abroad(here.cities, here.parties):
        return False
    return there.lands.isdisjoint(here.named) and not meet(here.cities, there.cities)


def _other_cities(a: frozenset[str], b: frozenset[str], parties: Parties) -> bool | None:
    """Whether cities lie apart; None where they say nothing of it.

    Partners' cities decide: two bases may both be agreed on in Kunming. Where neither names one, Chinese cities do.
    """
    ours = _abroad(a, parties)
    theirs = _abroad(b, parties)
    # Both lie in China only: then Chinese cities are all there is to tell them apart by.
    if not ours and not theirs:
        ours = a
        theirs = b
    if not ours or not theirs:
        return None
    # Several cities in common, Chinese ones too, are a network: its other cities differ by report.
    return not meet(ours, theirs) and _met(a, b) < weights().event_places.network


@lru_cache(maxsize=4096)
def _abroad(cities: frozenset[str], parties: Parties) -> frozenset[str]:
    """The cities that are not on our side."""
    return frozenset(c for c in cities if country_of(c) not in parties.ours.countries)


def partners_cities(ground: Ground) -> frozenset[str]:
    """The cities of member states, provinces aside."""
    return frozenset(c for c in ground.cities if country_of(c) in ground.parties.theirs.countries)


def meet(a: Collection[str], b: Iterable[str]) -> bool:
    """Whether some city of one is some city of the other."""
    others = frozenset(b)
    # Every place is near itself.
    return not others.isdisjoint(a) or any(near(x, y) for x in a for y in others)


def _met(a: frozenset[str], b: frozenset[str]) -> int:
    """How many of the cities of ``a`` are among ``b``."""
    return sum([x in b or any(near(x, y) for y in b) for x in a])


def _other_lands(a: Ground, b: Ground) -> bool:
    """Whether member states differ, so that one article does not even name what the other one is about."""
    if a.wide or b.wide:
        return False
    ours = a.lands or a.named
    theirs = b.lands or b.named
    if not ours or not theirs or not ours.isdisjoint(theirs):
        return False
    return ours.isdisjoint(b.named) or theirs.isdisjoint(a.named)
