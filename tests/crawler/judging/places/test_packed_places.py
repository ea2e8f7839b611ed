"""What is packaged of places says the same as the tables that it was made from, and only as long as those are the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.judging.parties import CHINA_ASEAN
from crawler.judging.places import known_places, small_place_names, town_tables
from crawler.judging.places.known_places import KnownPlace, known_place, read_places
from crawler.judging.places.small_place_names import names_of, read_names
from crawler.runtime.mapped_table import mapped, written

PARSED = known_places.DATA.joinpath("parsed")
CACHED = (
    known_place, known_places._packaged, known_places._read,
    town_tables.sources_checksum, town_tables._read_once, small_place_names.is_packed,
)  # fmt: skip


@pytest.fixture
def forgotten() -> Iterator[None]:
    for one in CACHED:
        one.cache_clear()
    yield
    for one in CACHED:
        one.cache_clear()


def test_places_are_known_as_the_tables_have_them() -> None:
    found = mapped(PARSED.joinpath(known_places.FILE))
    assert found.of == town_tables.sources_checksum(), "run `make parsed`"
    places = read_places()
    assert len(found) == len(places), "run `make parsed`"
    assert {name: known_place(name) for name in places} == places
    assert known_place("Nowhere") == known_place("") == KnownPlace(None, None, False, False)


@pytest.mark.parametrize("country", sorted(CHINA_ASEAN.all))
def test_names_of_small_places_are_as_the_tables_have_them(country: str) -> None:
    assert small_place_names.is_packed(), "run `make parsed`"
    assert names_of(country) == read_names(country)


@pytest.mark.usefixtures("forgotten")
def test_without_packaged_forms_or_with_changed_tables_those_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, small = known_place("Moc Chau"), names_of("LA")
    (tmp_path / "parsed").mkdir()
    for name in town_tables.SOURCES:
        (tmp_path / name).write_bytes(town_tables.DATA.joinpath(name).read_bytes())
    for module in (known_places, town_tables, small_place_names):
        monkeypatch.setattr(module, "DATA", tmp_path)
    for change in ("missing", "of other tables", "broken"):
        if change == "of other tables":
            for name in (known_places.FILE, small_place_names.FILE):
                (tmp_path / "parsed" / name).write_bytes(PARSED.joinpath(name).read_bytes())
            (tmp_path / "towns.json").write_bytes((tmp_path / "towns.json").read_bytes() + b"\n")
        if change == "broken":
            for name in (known_places.FILE, small_place_names.FILE):
                (tmp_path / "parsed" / name).write_bytes(b"nonsense")
        for one in CACHED:
            one.cache_clear()
        assert known_places._packaged() is None
        assert not small_place_names.is_packed()
    # Of another release, and damaged where that is not seen at once.
    file = tmp_path / "parsed" / known_places.FILE
    file.write_bytes(written({"Moc Chau": b"VN"}, town_tables.sources_checksum()))
    damaged = bytearray(small_place_names.packed_names())
    damaged[2000 : len(damaged) - 2_000] = bytes(len(damaged) - 4_000)
    (tmp_path / "parsed" / small_place_names.FILE).write_bytes(damaged)
    for one in CACHED:
        one.cache_clear()
    assert known_places._packaged() is None
    assert small_place_names.is_packed()
    assert (known_place("Moc Chau"), names_of("LA")) == (known, small)
