"""The packaged tables of towns and districts that the gazetteer lacks, by country.

They are packaged as they are written and, by country, as they are read (``parsed/towns.zip``, made by `make parsed`): to read
them whole takes some 20 MB and a tenth of a second, and most processes need a few countries, or none.
"""

from __future__ import annotations

import io
import json
import zipfile
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple
from zlib import crc32

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
PACKED = "towns.zip"
_CHINESE = "chinese"
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
        found = crc32(DATA.joinpath(name).read_bytes(), found)
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


def packed_parts() -> dict[str, Any]:
    """What the packaged form holds, by the names of its parts."""
    made = read_towns()
    return {**made.towns, _CHINESE: sorted(made.chinese)}


def packed_towns() -> bytes:
    """The packaged form."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in sorted(packed_parts().items()):
            archive.writestr(
                zipfile.ZipInfo(name), json.dumps(part, ensure_ascii=False), zipfile.ZIP_DEFLATED
            )
        archive.comment = b"%d" % sources_checksum()
    return file.getvalue()


def towns_of(country: str) -> list[Any]:
    """The towns and districts of a country, as the tables have them."""
    found: list[Any] = _part(country) or []
    return found


@cache
def chinese_names() -> frozenset[str]:
    """The names of Chinese towns and districts without the word for what they are."""
    return frozenset(_part(_CHINESE) or ())


def _part(name: str) -> Any:
    """One part of the packaged form; None where there is none of that name."""
    if not _is_packed():
        return _read_parts().get(name)
    with DATA.joinpath("parsed", PACKED).open("rb") as file, zipfile.ZipFile(file) as archive:
        return json.loads(archive.read(name)) if name in archive.namelist() else None


@cache
def _read_parts() -> dict[str, Any]:
    return packed_parts()


@cache
def _is_packed() -> bool:
    """Whether the packaged form is there, and is that of the tables."""
    try:
        with DATA.joinpath("parsed", PACKED).open("rb") as file, zipfile.ZipFile(file) as archive:
            return archive.comment == b"%d" % sources_checksum()
    except (OSError, zipfile.BadZipFile):
        return False
