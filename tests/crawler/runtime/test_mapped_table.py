"""Tables of records in a mapped file answer as a dict does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.runtime.mapped_table import MappedTable, mapped, written

NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
TABLES = st.integers(0, 5).flatmap(
    lambda width: st.dictionaries(NAMES, st.binary(min_size=width, max_size=width), max_size=40)
)


@given(TABLES, st.lists(st.text(max_size=8)))
def test_it_answers_as_a_dict_does(records: Mapping[str, bytes], others: list[str]) -> None:
    table = MappedTable(written(records, 7))
    assert (len(table), table.of) == (len(records), 7)
    assert {name: table.get(name) for name in (*records, *others)} == {
        name: records.get(name) for name in (*records, *others)
    }


@given(TABLES, st.data())
def test_a_file_that_is_cut_off_or_goes_on_is_refused(
    records: Mapping[str, bytes], data: st.DataObject
) -> None:
    content = written(records, 7)
    with pytest.raises(ValueError, match="cut off"):
        MappedTable(content[: data.draw(st.integers(0, len(content) - 1))])
    with pytest.raises(ValueError, match="cut off"):
        MappedTable(content + b"\0")


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff" * 64])
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "some.bin"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="cut off"):
        mapped(path)


def test_records_of_two_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\[1, 2\]"):
        written({"a": b"1", "b": b"12"}, 0)


def test_it_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "some.bin"
    path.write_bytes(written({"hué": b"VN", "北京": b"CN"}, 1))
    table = mapped(path)
    assert [table.get(name) for name in ("hué", "北京", "hu")] == [b"VN", b"CN", None]
