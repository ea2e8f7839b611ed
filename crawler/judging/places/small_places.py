"""Small places, which are looked for only in reports of bases: their names are too many, and too short, for all news."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from crawler.judging.places.gazetteer import Place, gazetteer
from crawler.judging.text.matching import Findings, Hit, Matcher
from crawler.judging.text.nearness import Row, outermost
from crawler.judging.text.normal import normal_spelling
from crawler.judging.text.script import script_of
from crawler.judging.text.terms import patterns
from crawler.model import TermSet
from crawler.runtime.data_tables import table

_SET = "small_places_"
_SHORTEST_HAN = 3


class SmallPlaces(NamedTuple):
    """The matcher of small places, which place a spelling means in each country, and where each lies."""

    matcher: Matcher
    places: dict[tuple[str, str], Place]
    coordinates: dict[str, tuple[float, float]]
    country_of: dict[str, str]


@cache
def small_places() -> SmallPlaces:
    """The packaged table of small places, read at the first report of a base."""
    known = {key for _, key in gazetteer().places}
    listed = gazetteer().country_of
    spellings: dict[str, dict[str, str]] = {}
    places: dict[tuple[str, str], Place] = {}
    coordinates: dict[str, tuple[float, float]] = {}
    for town in table("towns.json")["towns"]:
        code = town["country"]
        # A city of that name would be known under it in all other places.
        if town["name"] in listed or coordinates.setdefault(town["name"], tuple(town["at"])) != tuple(
            town["at"]
        ):
            continue
        place = Place(town["name"], code, province=town.get("in", ""))
        for name in town["names"]:
            key = normal_spelling(name)
            # 启动 is no town of that name. Such short ones stand with the word for what they are.
            if key and key not in known and not (len(key) < _SHORTEST_HAN and script_of(key[0]) == "han"):
                spellings.setdefault(code, {}).setdefault(key, name)
                places.setdefault((_SET + code, key), place)
    sets = [TermSet(_SET + code, {"*": tuple(named.values())}) for code, named in sorted(spellings.items())]
    countries = {place.name: place.country for place in places.values()}
    return SmallPlaces(Matcher(patterns(sets, [s.name for s in sets])), places, coordinates, countries)


def position_of(name: str) -> tuple[float, float] | None:
    """Longitude and latitude (WGS 84, degrees) of a city or small place by its English name; None where none is known."""
    known = gazetteer()
    if name in known.coordinates or name in known.provinces:
        return known.coordinates.get(name)
    return small_places().coordinates.get(name)


def is_small(name: str) -> bool:
    """Whether a place, by its English name, is known as a small one only."""
    known = gazetteer()
    return (
        name not in known.coordinates and name not in known.provinces and name in small_places().coordinates
    )


def country_of(name: str) -> str | None:
    """The country code of a city, province or small place by its English name; None where none is known."""
    known = gazetteer()
    return known.country_of.get(name) or known.provinces.get(name) or small_places().country_of.get(name)


_MORE_BEHIND = re.compile(r"^[ -][A-ZÀ-Þ]")
_MORE_BEFORE = re.compile(r"[A-ZÀ-Þ][\w'-]+ $")


def small_places_in(
    findings: Findings, countries: frozenset[str], taken: Sequence[Hit]
) -> list[tuple[Hit, Place]]:
    """The small places of some countries that an article names, where no larger name holds them.

    Args:
        findings: what was found in the article.
        countries: the codes of the countries that it concerns.
        taken: hits that mean something else.
    """
    small = small_places()
    found = small.matcher.find_in(findings.fields.values(), findings.lang)
    row = Row(taken)
    hits = found.of(sorted(_SET + code for code in countries))
    return [
        (hit, small.places[hit.pattern.set_name, hit.pattern.key])
        for hit in outermost(hits)
        if not _overlaps(hit, row) and not _is_of_longer_name(findings, hit)
    ]


def _overlaps(hit: Hit, row: Row) -> bool:
    """Whether a hit shares characters with one of a row."""
    before = row.before(hit)
    behind = row.behind(hit)
    return (before is not None and before.end > hit.start) or (behind is not None and behind.start < hit.end)


def _is_of_longer_name(findings: Findings, hit: Hit) -> bool:
    """Whether words with a capital stand right beside a name: "San Jose" in "San Jose Street"."""
    field = findings.fields[hit.field]
    low, high = field.normal.span(hit.start, hit.end)
    text = field.original
    return bool(
        _MORE_BEHIND.match(text[high : high + 2]) or _MORE_BEFORE.search(text[max(0, low - 24) : low])
    )
