"""Countries and cities of the region by all their names: the packaged gazetteer as term sets.

Names come from CLDR and GeoNames (``data/places.json``, see ``scripts/build_places.py``) and from
``data/aliases.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from crawler.judging.text.normal import normalise
from crawler.judging.text.terms import Pattern
from crawler.model import TermSet
from crawler.runtime.data_tables import table

CHINA = frozenset({"CN", "HK", "MO"})
MEMBERS = frozenset({"BN", "KH", "ID", "LA", "MY", "MM", "PH", "SG", "TH", "TL", "VN"})
"""The member states of ASEAN; Timor-Leste since October 2025 (ASEAN Secretariat)."""
_PLAIN_D = str.maketrans("ĐđÐð", "DdDd")
"""Vietnamese đ, for which GeoNames also has the Icelandic letter of the same shape."""


@dataclass(frozen=True, slots=True)
class Place:
    """A city by its English name. Provinces are no cities and carry ``is_city=False``."""

    name: str
    country: str
    is_city: bool = True


@dataclass(frozen=True)
class Gazetteer:
    """Built-in term sets (``country_CN``, ``places_CN``, …) and which place a spelling means."""

    sets: tuple[TermSet, ...]
    places: Mapping[tuple[str, str], Place]

    def place(self, pattern: Pattern) -> Place | None:
        """The place that a pattern of a ``places_XX`` set names."""
        return self.places.get((pattern.set_name, pattern.key))

    @cached_property
    def country_of(self) -> dict[str, str]:
        """The country codes of the cities, by their English names."""
        return {place.name: place.country for place in self.places.values() if place.is_city}

    @cached_property
    def coordinates(self) -> dict[str, tuple[float, float]]:
        """Longitude and latitude (WGS 84, degrees) of cities, by their English names."""
        # Reversed: of cities of one name the first listed,
        # which is the larger one, is written last.
        listed = {city["name"]: tuple(city["at"]) for city in reversed(table("places.json")["cities"])}
        added = {
            name: tuple(extra["at"])
            for name, extra in table("aliases.yaml")["places"].items()
            if "at" in extra
        }
        return listed | added

    @cached_property
    def capitals(self) -> frozenset[str]:
        """The capitals, by their English names; headlines mean governments by them."""
        return frozenset(table("aliases.yaml")["capitals"])

    @cached_property
    def provinces(self) -> dict[str, str]:
        """The country codes of provinces, by their English names; some have a city of the same name."""
        return {name: code for code, named in table("aliases.yaml")["provinces"].items() for name in named}

    @property
    def proper(self) -> list[str]:
        """The sets whose Latin spellings must begin with a capital."""
        return [s.name for s in self.sets]


def _merged(a: Mapping[str, Iterable[str]], b: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    return {lang: tuple(dict.fromkeys((*a.get(lang, ()), *b.get(lang, ())))) for lang in {*a, *b}}


def _countries(names: Mapping[str, Any], aliases: Mapping[str, Any]) -> list[TermSet]:
    more = aliases["countries"]
    exceptions = aliases["exceptions"]
    return [
        TermSet(f"country_{code}", _merged(own, more.get(code, {})), tuple(exceptions.get(code, ())))
        for code, own in names.items()
    ]


def _named_places(data: Mapping[str, Any], aliases: Mapping[str, Any]) -> list[tuple[Place, list[str]]]:
    found: dict[str, tuple[Place, list[str]]] = {}
    for name, extra in aliases["places"].items():
        # Some places have an English name that is an ordinary
        # word (Muse); those are found by their other names only.
        own = [] if extra.get("latin") is False else [name]
        found[name] = Place(name, extra["country"]), own + extra["names"]
    for city in data["cities"]:
        name = city["name"]
        same = found.get(name)
        if same is None:
            found[name] = Place(name, city["country"]), _written(city["names"])
        # A name that two countries share stays the listed
        # place's: spellings of the other one would mislead.
        elif same[0].country == city["country"]:
            same[1].extend(n for n in _written(city["names"]) if n not in same[1])
    provinces = []
    for code, named in aliases["provinces"].items():
        for name, others in named.items():
            same = found.get(name)
            if same is not None and same[0].country == code:
                same[1].extend(others)  # news means a province and its seat of the same name by one word
            else:
                provinces.append((Place(name, code, is_city=False), [name, *others]))
    return [*found.values(), *provinces]


def _written(names: Iterable[str]) -> list[str]:
    """Spellings, and as other languages write them that have no đ: Nam Dinh for Nam Đinh."""
    named = list(names)
    return named + [plain for n in named if (plain := n.translate(_PLAIN_D)) != n]


@cache
def gazetteer() -> Gazetteer:
    """The packaged gazetteer, read once. Where two places share a spelling, the listed and larger one wins."""
    data = table("places.json")
    aliases = table("aliases.yaml")
    spellings: dict[str, list[str]] = {}
    places: dict[tuple[str, str], Place] = {}
    taken: set[str] = set()
    for place, names in _named_places(data, aliases):
        for name in names:
            # Compared as texts are searched: two spellings that differ only in marks are one.
            key = normalise(name).text
            if key in taken:
                continue
            taken.add(key)
            spellings.setdefault(f"places_{place.country}", []).append(name)
            places[(f"places_{place.country}", key)] = place
    cities = [TermSet(name, {"*": tuple(names)}) for name, names in sorted(spellings.items())]
    return Gazetteer((*_countries(data["countries"], aliases), *cities), places)
