"""The spellings of small places as they are looked for, by country.

`make parsed` writes them into a file of their own (``parsed/towns.zip``): to put the tables together and their spellings into normal
form takes a third of a second. Without that file, or with tables or weights that changed since, they are read.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from itertools import product
from typing import Any, NamedTuple

from crawler.judging.parties import CHINA_ASEAN
from crawler.judging.places.gazetteer import Place, gazetteer
from crawler.judging.places.town_tables import DATA, chinese_names, sources_checksum, spelled, towns_of
from crawler.judging.text.matching import patterns_by_key
from crawler.judging.text.normal import is_as_packaged, normal_spelling
from crawler.judging.text.script import script_of
from crawler.judging.text.terms import Pattern, pattern

SET = "small_places_"
"""Begins the names of the sets."""
KINDS = ("names", "kinds")
"""Names alone, which begin with a capital, and with the word for what they are, as in "quận Long Biên" within a sentence."""
FILE = "towns.zip"
_SHORTEST_HAN = 3
_SHORTEST_AS_ONE = 4
_SYLLABLES = 2
_BY_SEAT = frozenset({"KH", "ID"})
"""Countries in which news that names a rural district and the seat of its province means the latter."""


class SmallPlaceNames(NamedTuple):
    """The spellings of one country.

    Attributes:
        keys: what is searched for, as of `patterns_by_key`.
        rows: under each key the numbers of its spellings.
        spellings: how names are written: first all of the first of `KINDS`, then those of the other.
        first: how many are of the first kind.
        place_of: for each spelling the number of its place.
        places: the places.
    """

    keys: list[str]
    rows: list[list[int]]
    spellings: list[str]
    first: int
    place_of: list[int]
    places: list[Place]

    def pattern(self, number: int) -> Pattern:
        """The pattern of a spelling."""
        is_name = number < self.first
        kind = KINDS[0] if is_name else KINDS[1]
        made = pattern(SET + kind, "*", self.spellings[number], proper=is_name)
        assert made is not None, "a spelling of nothing is listed"
        return made


def names_of(country: str) -> SmallPlaceNames:
    """The spellings of a country's small places."""
    packed = _packed(country) if is_as_packaged() else None
    return read_names(country) if packed is None else _unpacked(packed, country)


def read_names(country: str) -> SmallPlaceNames:
    """The same, read from the tables."""
    known = {key: place for (_, key), place in gazetteer().places.items()}
    spellings: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
    number_of: dict[str, int] = {}
    places: dict[Place, int] = {}
    written = {KINDS[0]: _written_as_one, KINDS[1]: _in_chinese}
    for town in towns_of(country):
        place = _place(town)
        for kind, named in spellings.items():
            more = written[kind](town) if country == "VN" else ()
            for name in (*town.get(kind, ()), *more):
                key = normal_spelling(name)
                if _is_named_by(key, town, known.get(key)):
                    named.setdefault(key, name)
                    number_of.setdefault(key, places.setdefault(place, len(places)))
    listed = [name for named in spellings.values() for name in named.values()]
    of = [number_of[key] for named in spellings.values() for key in named]
    made = SmallPlaceNames([], [], listed, len(spellings[KINDS[0]]), of, list(places))
    numbers = {made.pattern(number): number for number in range(len(listed))}
    for key, same in patterns_by_key(numbers).items():
        made.keys.append(key)
        made.rows.append([numbers[p] for p in (same if isinstance(same, tuple) else (same,))])
    return made


def _written_as_one(town: Mapping[str, Any]) -> Iterator[str]:
    """A Vietnamese name of two syllables as English news writes it, too: Dalat, Sapa."""
    for name in town.get("names", ()):
        first, _, second = name.partition(" ")
        if name.isascii() and second.isalpha() and len(first + second) >= _SHORTEST_AS_ONE:
            yield first + second.lower()


def _in_chinese(town: Mapping[str, Any]) -> Iterator[str]:
    """A Vietnamese district in the characters of its syllables, with the word for what it is: 文关县 is Văn Quan."""
    table_of = spelled()
    for name in town.get("names", ()) if not town.get("of_city") else ():
        syllables = name.lower().split()
        if (
            name.isascii()
            or len(syllables) < _SYLLABLES
            or not all(s in table_of["syllables"] for s in syllables)
        ):
            continue
        for characters in product(*(table_of["syllables"][s] for s in syllables)):
            written = "".join(characters)
            yield from (
                written + kind for kind in table_of["kinds_of_districts"] if written not in chinese_names()
            )


def _place(town: Mapping[str, Any]) -> Place:
    """A town or district: of China with its province, of countries whose news tells rural districts by their seat with that."""
    above = town.get("in", "")
    if town["country"] in CHINA_ASEAN.ours.countries:
        # Elsewhere provinces were merged, and news goes on to call them as they were.
        return Place(town["name"], town["country"], province=above)
    seat = above if town["country"] in _BY_SEAT and above in gazetteer().country_of else ""
    return Place(town["name"], town["country"], seat=seat)


def _is_named_by(key: str, town: Mapping[str, Any], known: Place | None) -> bool:
    """Whether a spelling may mean a town or district, and no city of its country; one that was chosen may be part of a city."""
    chosen = town.get("of_city") and (town.get("short") or town["country"] == "VN")
    if not key or (known is not None and known.country == town["country"] and not chosen):
        return False
    # 启动 is no town of that name. Such short ones stand with the word for what they are, unless they were chosen.
    return len(key) >= _SHORTEST_HAN or bool(town.get("short")) or script_of(key[0]) != "han"


def packed_names() -> bytes:
    """The packaged file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for country in sorted(CHINA_ASEAN.all):
            text = json.dumps(packed(read_names(country)), ensure_ascii=False, separators=(",", ":"))
            archive.writestr(zipfile.ZipInfo(country), text, zipfile.ZIP_DEFLATED)
        archive.comment = b"%d" % sources_checksum()
    return file.getvalue()


def packed(names: SmallPlaceNames) -> dict[str, Any]:
    """What the file holds of a country. Long texts are read in a fraction of the time that lists of short ones take."""
    # The rows of a key that has but one are its number.
    rows = [row[0] if len(row) == 1 else row for row in names.rows]
    return {
        "keys": "\n".join(names.keys),
        "rows": rows,
        "spellings": "\n".join(names.spellings),
        "first": names.first,
        "place_of": names.place_of,
        "places": [[p.name, p.province, p.seat] for p in names.places],
    }


def _unpacked(packed: Mapping[str, Any], country: str) -> SmallPlaceNames:
    return SmallPlaceNames(
        packed["keys"].split("\n"),
        [row if isinstance(row, list) else [row] for row in packed["rows"]],
        packed["spellings"].split("\n"),
        packed["first"],
        packed["place_of"],
        [Place(name, country, province=province, seat=seat) for name, province, seat in packed["places"]],
    )


def _packed(country: str) -> Any:
    """What the file holds of a country; None where there is none, or another one than that of the tables."""
    if not is_packed():
        return None
    # It may have been damaged or removed since, by an upgrade under a running service.
    with suppress(OSError, zipfile.BadZipFile, zlib.error, ValueError), _opened() as archive:
        return json.loads(archive.read(country)) if country in archive.namelist() else None
    return None


@contextmanager
def _opened() -> Iterator[zipfile.ZipFile]:
    with DATA.joinpath("parsed", FILE).open("rb") as file, zipfile.ZipFile(file) as archive:
        yield archive


@cache
def is_packed() -> bool:
    """Whether the packaged file is there, and is that of the tables."""
    try:
        with _opened() as archive:
            return archive.comment == b"%d" % sources_checksum()
    except (OSError, zipfile.BadZipFile):
        return False
