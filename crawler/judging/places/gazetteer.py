"""Countries and cities of the region by all their names: the packaged gazetteer as term sets.

Names come from CLDR, GeoNames and a list of our own (``data/places.json``, see ``scripts/build_places.py``); what else news
calls countries comes from ``data/aliases.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any

from crawler.judging.parties import CHINA_ASEAN, Parties
from crawler.judging.places.elsewhere import countries_elsewhere
from crawler.judging.places.world import world_aliases, world_listed
from crawler.judging.text.normal import normal_spelling
from crawler.judging.text.terms import Pattern
from crawler.model import TermSet
from crawler.runtime.data_tables import table

DEMONYMS = "demonyms_"
"""Begins the names of the sets of adjectives that languages write in small letters: "kényan"."""
_SHORTEST_PROVINCE = 5
"""Characters of the shortest English name of a province that is looked for: Nan and Tak are words, too."""
_PLAIN_D = str.maketrans("ĐđÐð", "DdDd")
"""Vietnamese đ, for which GeoNames also has the Icelandic letter of the same shape."""


@dataclass(frozen=True, slots=True)
class Place:
    """A city by its English name. Provinces are no cities and carry ``is_city=False``.

    ``province`` is that of a Chinese city, whose names repeat from province to province. ``seat`` is the city by which a rural
    district is told where news names both.
    """

    name: str
    country: str
    is_city: bool = True
    province: str = ""
    seat: str = ""


@dataclass(frozen=True)
class Gazetteer:
    """Built-in term sets (``country_CN``, ``places_CN``, …) and which place a spelling means."""

    sets: tuple[TermSet, ...]
    places: Mapping[tuple[str, str], Place]
    parties: Parties = CHINA_ASEAN

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
        return {city["name"]: tuple(city["at"]) for city in reversed(_listed(self.parties)["cities"])}

    @cached_property
    def capitals(self) -> frozenset[str]:
        """The capitals, by their English names; headlines mean governments by them."""
        return frozenset(_aliases(self.parties)["capitals"])

    @cached_property
    def provinces(self) -> dict[str, str]:
        """The country codes of provinces, by their English names; some have a city of the same name. Cities that are provinces are none."""
        cities = self.capitals.union(table("aliases.yaml")["municipalities"])
        named = ((name, code) for code, names in _listed(self.parties)["provinces"].items() for name in names)
        return {name: code for name, code in named if name not in cities}

    @property
    def proper(self) -> list[str]:
        """The sets whose Latin spellings must begin with a capital."""
        return [s.name for s in self.sets if not s.name.startswith(DEMONYMS)]


def _listed(parties: Parties) -> Any:
    """The packaged table of countries, provinces and cities. Not kept: what is read of it once holds all that is used."""
    return table("places.json") if parties.is_default else world_listed(parties)


def _aliases(parties: Parties) -> Any:
    """What else news calls countries."""
    return table("aliases.yaml") if parties.is_default else world_aliases(parties)


def _merged(a: Mapping[str, Iterable[str]], b: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    return {
        lang: tuple(dict.fromkeys((*a.get(lang, ()), *b.get(lang, ())))) for lang in dict.fromkeys((*a, *b))
    }


def _countries(names: Mapping[str, Any], aliases: Mapping[str, Any]) -> list[TermSet]:
    more = aliases["countries"]
    exceptions = aliases["exceptions"]
    return [
        TermSet(f"country_{code}", _merged(own, more.get(code, {})), tuple(exceptions.get(code, ())))
        for code, own in names.items()
    ]


def _named_places(data: Mapping[str, Any]) -> list[tuple[Place, list[str]]]:
    found: dict[str, tuple[Place, list[str]]] = {}
    for city in data["cities"]:
        place = Place(city["name"], city["country"], province=city.get("in", ""))
        # A name that two countries share stays the listed
        # place's: spellings of the other one would mislead.
        found.setdefault(place.name, (place, _written(city["names"])))
    provinces = []
    for code, named in data["provinces"].items():
        for name, others in named.items():
            same = found.get(name)
            if same is not None and same[0].country == code:
                same[1].extend(others)  # news means a province and its seat of the same name by one word
            else:
                own = [name] if len(name) >= _SHORTEST_PROVINCE else []
                provinces.append((Place(name, code, is_city=False), [*own, *_written(others)]))
    return [*found.values(), *provinces]


def _written(names: Iterable[str]) -> list[str]:
    """Spellings; Russian ones go on (в Хайфоне), and other languages have no đ: Nam Dinh for Nam Đinh."""
    named = [f"{n[:-1] if n[-1] in 'аяйь' else n}*" if "а" <= n[0].lower() <= "я" else n for n in names]
    return named + [plain for n in named if (plain := n.translate(_PLAIN_D)) != n]


def listed_spellings() -> set[str]:
    """All spellings of cities and provinces, as they are compared; `scripts.build_parsed` works out their normal forms."""
    return {name.removesuffix("*") for _, names in _named_places(_listed(CHINA_ASEAN)) for name in names}


def gazetteer(parties: Parties = CHINA_ASEAN) -> Gazetteer:
    """The packaged gazetteer for some parties, read once. Where two places share a spelling, the listed and larger one wins."""
    return _gazetteer(parties)


# Apart from the function with its default: a call without it and one with it would be two entries.
@lru_cache(maxsize=8)
def _gazetteer(parties: Parties) -> Gazetteer:
    data = _listed(parties)
    aliases = _aliases(parties)
    spellings: dict[str, list[str]] = {}
    places: dict[tuple[str, str], Place] = {}
    taken: set[str] = set()
    for place, names in _named_places(data):
        for name in names:
            # Compared as texts are searched: two spellings that differ only in marks are one.
            key = normal_spelling(name.removesuffix("*"))
            if not key or key in taken:
                continue
            taken.add(key)
            spellings.setdefault(f"places_{place.country}", []).append(name)
            places[(f"places_{place.country}", key)] = place
    # "Peking opera" speaks of China as little as "Chinese food" does.
    exceptions = aliases["exceptions"]
    cities = [
        TermSet(name, {"*": tuple(names)}, tuple(exceptions.get(name.removeprefix("places_"), ())))
        for name, names in sorted(spellings.items())
    ]
    countries = _countries(data["countries"], aliases)
    if not parties.is_default:  # lists of the shipped desk still lead somewhere
        cities += [
            TermSet(f"places_{code}", {}) for code in data["countries"] if f"places_{code}" not in spellings
        ]
    demonyms = [
        TermSet(f"{DEMONYMS}{code}", named, tuple(exceptions.get(code, ())))
        for code, named in aliases.get("demonyms", {}).items()
    ]
    elsewhere = countries_elsewhere(data["countries"])
    return Gazetteer((*countries, elsewhere, *demonyms, *cities), places, parties)


@dataclass(frozen=True, slots=True)
class WorldPlaces:
    """What is known of the places outside the shipped desk's region, by their English names, of which each is unique."""

    country_of: Mapping[str, str]
    coordinates: Mapping[str, tuple[float, float]]
    provinces: Mapping[str, str]


@cache
def world_places() -> WorldPlaces:
    """The places of the rest of the world; read when a place is asked for that the region's table does not have."""
    data = table("world_places.json")
    provinces = {name: code for code, names in data["provinces"].items() for name in names}
    cities = {city["name"]: city for city in data["cities"]}
    return WorldPlaces(
        {**provinces, **{name: city["country"] for name, city in cities.items()}},
        {name: tuple(city["at"]) for name, city in cities.items()},
        provinces,
    )
