"""Where a place lies, in which country, and what it is, by its English name: of all places that any packaged table has.

Cities and provinces of the region come first, then its towns and districts, then places of the rest of the world. The tables take 18 MB
when they are read, and one name that none of them has would read them all; so `make parsed` writes what is known of each name into a file that
processes map into memory and share (``parsed/known_places.bin``). Without that file, or with tables that changed since, they are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from struct import Struct
from typing import NamedTuple

from crawler.judging.places.gazetteer import gazetteer, world_places
from crawler.judging.places.town_tables import DATA, Towns, read_towns, sources_checksum
from crawler.runtime.mapped_table import MappedTable, mapped, written

FILE = "known_places.bin"
_RECORD = Struct("<ii2sB")
"""Longitude and latitude in parts of a degree, the country's code, and what is true of it."""
_PARTS = 10_000
"""Parts of a degree in which the tables tell where a place lies: some ten metres."""
_HAS_POSITION, _PROVINCE, _SMALL = 1, 2, 4


class KnownPlace(NamedTuple):
    """What is known of a name.

    Attributes:
        position: longitude and latitude (WGS 84, degrees).
        country: its code.
        is_province: whether it is a province; some have a city of the same name.
        is_small: whether it is known as a town or district only.
    """

    position: tuple[float, float] | None
    country: str | None
    is_province: bool
    is_small: bool


_UNKNOWN = KnownPlace(None, None, False, False)


def position_of(name: str) -> tuple[float, float] | None:
    """Longitude and latitude (WGS 84, degrees) of a city or small place by its English name; None where none is known."""
    return known_place(name).position


def is_province(name: str) -> bool:
    """Whether a place, by its English name, is a province; some have a city of the same name."""
    return known_place(name).is_province


def is_small(name: str) -> bool:
    """Whether a place, by its English name, is known as a small one only."""
    return known_place(name).is_small


def country_of(name: str) -> str | None:
    """The country code of a city, province or small place by its English name; None where none is known."""
    return known_place(name).country


@lru_cache(maxsize=4096)
def known_place(name: str) -> KnownPlace:
    """What is known of a place, by its English name."""
    packaged = _packaged()
    if packaged is None:
        return _read().get(name, _UNKNOWN)
    record = packaged.get(name)
    return _UNKNOWN if record is None else _read_record(record)


@cache
def _packaged() -> MappedTable | None:
    """The packaged file; None where there is none, or another one than that of the tables."""
    try:
        found = mapped(DATA.joinpath("parsed", FILE))
    except (OSError, ValueError):
        return None
    # Of another release records may be of other bytes, though the tables are the same.
    return found if (found.of, found.width) == (sources_checksum(), _RECORD.size) else None


@cache
def _read() -> Mapping[str, KnownPlace]:
    return read_places()


def read_places() -> dict[str, KnownPlace]:
    """What is known of all places, by their names, read from the tables."""
    near, small, world = gazetteer(), read_towns(), world_places()
    names = {
        *near.country_of, *near.provinces, *near.coordinates, *small.country_of, *small.coordinates,
        *world.country_of, *world.coordinates, *world.provinces,
    }  # fmt: skip
    return {name: _read_place(name, small) for name in names}


def _read_place(name: str, small: Towns) -> KnownPlace:
    near, world = gazetteer(), world_places()
    is_city = name in near.coordinates
    is_near = is_city or name in near.provinces
    position = (
        near.coordinates.get(name) if is_near else small.coordinates.get(name) or world.coordinates.get(name)
    )
    country = (
        near.country_of.get(name)
        or near.provinces.get(name)
        or small.country_of.get(name)
        or world.country_of.get(name)
    )
    is_known_here = is_city or name in small.country_of
    return KnownPlace(
        position,
        country,
        name in near.provinces or (not is_known_here and name in world.provinces),
        not is_near and name in small.country_of,
    )


def packed_places() -> bytes:
    """The packaged file.

    Raises:
        ValueError: a table tells where a place lies more finely than the file can.
    """
    return written({name: _record(name, place) for name, place in read_places().items()}, sources_checksum())


def _record(name: str, place: KnownPlace) -> bytes:
    lon, lat = (round(degrees * _PARTS) for degrees in place.position or (0.0, 0.0))
    flags = (
        (_HAS_POSITION if place.position is not None else 0)
        | (_PROVINCE if place.is_province else 0)
        | (_SMALL if place.is_small else 0)
    )
    record = _RECORD.pack(lon, lat, (place.country or "").encode("ascii"), flags)
    if _read_record(record) != place:
        raise ValueError(f"{name}: {place} does not go into its record")
    return record


def _read_record(record: bytes) -> KnownPlace:
    lon, lat, code, flags = _RECORD.unpack(record)
    position = (lon / _PARTS, lat / _PARTS) if flags & _HAS_POSITION else None
    country = code.decode("ascii") if code[0] else None
    return KnownPlace(position, country, bool(flags & _PROVINCE), bool(flags & _SMALL))
