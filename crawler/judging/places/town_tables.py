"""The packaged tables of towns and districts that the gazetteer lacks, by country.

To read them takes some 20 MB and a tenth of a second, and most processes need the names of a few countries, or none: so those are
packaged as they are looked for, too (`crawler.judging.places.small_place_names`).
"""

from __future__ import annotations

import zlib
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from crawler.judging.places.gazetteer import gazetteer
from crawler.runtime.data_tables import table

DATA = files("crawler").joinpath("data")
SOURCES = (
    "places.json",
    "aliases.yaml",
    "town_spellings.yaml",
    "districts.json",
    "towns.json",
    "world_places.json",
)
"""What is known of places is made of these files."""
_ONE_PLACE = 0.5
"""Degrees within which two tables mean one place by one name."""


class Towns(NamedTuple):
    """The small places of each country, where each lies, in which country, and how Chinese ones are called without what they are."""

    towns: dict[str, list[Any]]
    coordinates: dict[str, tuple[float, float]]
    country_of: dict[str, str]
    chinese: frozenset[str]


@cache
def sources_checksum() -> int:
    """The checksum of all that the packaged forms are made of, which says whether they are those of these tables."""
    found = 0
    for name in SOURCES:
        found = zlib.crc32(DATA.joinpath(name).read_bytes(), found)
    return found


@cache
def spelled() -> Any:
    """The spellings that the tables of towns and districts lack, read once."""
    return table("town_spellings.yaml")


def read_towns() -> Towns:
    """Read the tables of towns and districts whole.

    A district of a city bears the name of that. Other names that a city has, too, would be known under it in all other places.
    """
    known = gazetteer()
    towns: dict[str, list[Any]] = _chosen_spellings()
    coordinates: dict[str, tuple[float, float]] = {}
    country_of: dict[str, str] = {}
    for town in (*table("districts.json")["districts"], *table("towns.json")["towns"]):
        if not town.get("of_city"):
            at = tuple(town["at"]) if "at" in town else None
            listed = known.country_of.get(town["name"])
            if listed is not None:
                here = known.coordinates.get(town["name"])
                # The district of a city's own name may be written as the city is nowhere: Đà Lạt.
                if listed != town["country"] or at is None or here is None or _apart(here, at):
                    continue
            elif at and _apart(coordinates.setdefault(town["name"], at), at):
                continue
            else:
                country_of.setdefault(town["name"], town["country"])
        towns.setdefault(town["country"], []).append(town)
    chinese = {n for t in towns.get("CN", ()) for n in (*t["names"], *t.get("kinds", ()))}
    return Towns(towns, coordinates, country_of, frozenset(n.rstrip("县市区旗") for n in chinese))


def _chosen_spellings() -> dict[str, list[Any]]:
    """The towns of our own list of spellings, by country."""
    return {
        country: [
            {"name": name, "country": country, "names": spellings, "short": True}
            for name, spellings in named.items()
        ]
        for country, named in spelled()["spellings"].items()
    }


def _apart(a: tuple[float, float], b: tuple[float, float]) -> bool:
    """Whether two points of one name are two places: tables put one place some way apart."""
    return max(abs(a[0] - b[0]), abs(a[1] - b[1])) > _ONE_PLACE


def towns_of(country: str) -> list[Any]:
    """The towns and districts of a country, as the tables have them."""
    return _read_once().towns.get(country, [])


def chinese_names() -> frozenset[str]:
    """The names of Chinese towns and districts without the word for what they are."""
    return _read_once().chinese


@cache
def _read_once() -> Towns:
    return read_towns()
