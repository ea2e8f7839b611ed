"""Rows that are written: nothing that a file holds is lost, half written or mixed with something else."""

from __future__ import annotations

import csv
import io
import json
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from crawler.analysis.export import COLUMNS, LONGEST_CELL, write_xlsx
from crawler.analysis.output_files import OutputError, output_to

BOM = b"\xef\xbb\xbf"


def row(title: str = "A headline", **more: Any) -> dict[str, Any]:
    """An article as the export has it."""
    return (
        dict.fromkeys(COLUMNS["articles"])
        | {"id": 1, "title": title, "topics": ["trade"], "relevant": True}
        | more
    )


def write(path: Path, *titles: str, **how: Any) -> None:
    """Write rows as a crawl does: look first, then write."""
    output_to(path, **how).write([row(t) for t in titles], io.StringIO())


def titles(path: Path) -> list[str]:
    """The titles that a file holds."""
    if path.suffix == ".jsonl":
        return [json.loads(line)["title"] for line in path.read_text(encoding="utf-8").splitlines()]
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return [r["title"] for r in csv.DictReader(stream)]
    header, *cells = load_workbook(path).active.iter_rows(values_only=True)
    return [dict(zip(header, c, strict=True))["title"] for c in cells]


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """In this block no file of this process can grow beyond so many bytes, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("ending", ["jsonl", "csv"])
def test_a_second_run_adds(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"news.{ending}"
    write(file, "one", "two")
    write(file)
    write(file, "three")
    assert titles(file) == ["one", "two", "three"]


def test_a_spreadsheet_that_exists_is_refused_before_the_work(tmp_path: Path) -> None:
    file = tmp_path / "news.xlsx"
    write(file, "one")
    with pytest.raises(OutputError, match="--overwrite"):
        output_to(file)
    write(file, "two", overwrite=True)
    assert titles(file) == ["two"]


@pytest.mark.parametrize("ending", ["jsonl", "csv", "xlsx"])
def test_overwriting_replaces_all(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"news.{ending}"
    write(file, "one", "two")
    write(file, "three", overwrite=True)
    assert titles(file) == ["three"]
    assert [p.name for p in tmp_path.iterdir()] == [file.name]


def test_a_csv_file_begins_with_one_mark_of_its_encoding(tmp_path: Path) -> None:
    write(tmp_path / "news.csv", "中国—东盟")
    write(tmp_path / "news.csv", "ລາວ")
    data = (tmp_path / "news.csv").read_bytes()
    assert data.startswith(BOM)
    assert data.count(BOM) == 1
    assert data.count(b"id,url") == 1


def test_standard_output_has_no_mark() -> None:
    stream = io.StringIO()
    output_to(Path("-"), form="csv").write([row("中国")], stream)
    assert stream.getvalue().startswith("id,")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.csv", b"name,price\nx,1\n", "its first line is not"),
        ("a.csv", ",".join(COLUMNS["articles"][:-1]).encode() + b"\n", "its first line is not"),
        ("a.csv", ";".join(COLUMNS["articles"]).encode() + b"\r\n", "its first line is not"),
        ("a.csv", "id,url".encode("utf-16"), "its first line is not"),
        ("a.jsonl", b"minutes of the meeting\n", "holds no JSON Lines"),
        ("a.jsonl", b"[1, 2]", "holds no JSON Lines"),
    ],
)
def test_a_file_that_holds_something_else_is_refused_and_kept(
    tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(OutputError, match=told):
        output_to(file)
    assert file.read_bytes() == content
    write(file, "one", overwrite=True)
    assert titles(file) == ["one"]


@pytest.mark.parametrize("ending", ["jsonl", "csv"])
def test_a_last_line_without_an_end_stays_a_line_of_its_own(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"news.{ending}"
    write(file, "one")
    file.write_bytes(file.read_bytes().rstrip(b"\n"))
    write(file, "two")
    assert titles(file) == ["one", "two"]


def test_a_csv_file_that_a_spreadsheet_saved_is_added_to(tmp_path: Path) -> None:
    file = tmp_path / "news.csv"
    write(file, "one")
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    write(file, "two")
    assert titles(file) == ["one", "two"]


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("missing/news.csv", "there is no folder"),
        ("folder", "is a folder"),
        ("folder.csv", "is a folder"),
        ("file/news.csv", "there is no folder|Not a directory"),
        ("news.pdf", "allowed: .jsonl, .csv, .xlsx"),
        ("news", "allowed: .jsonl, .csv, .xlsx"),
        ("n" * 300 + ".csv", "cannot be written"),
        ("/proc/news.csv", "cannot be written"),
        ("/sys/kernel/news.jsonl", "cannot be written"),
    ],
)
def test_what_cannot_be_written_is_refused_before_the_work(tmp_path: Path, path: str, told: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=told) as caught:
        output_to(tmp_path / path)
    assert len(str(caught.value).splitlines()) == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "folder", "folder.csv"]


def test_looking_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "news.jsonl"
    output_to(file)
    assert not file.exists()
    write(file, "one")
    before = file.stat().st_mtime_ns
    output_to(file)
    assert file.stat().st_mtime_ns == before


@pytest.mark.parametrize("ending", ["jsonl", "csv"])
@pytest.mark.parametrize("overwrite", [True, False])
def test_a_disk_that_fills_leaves_the_file_as_it_was(tmp_path: Path, ending: str, overwrite: bool) -> None:
    file = tmp_path / f"news.{ending}"
    write(file, "one")
    before = file.read_bytes()
    place = output_to(file, overwrite=overwrite)
    with room_for(len(before) + 10_000), pytest.raises(OutputError, match="File too large"):
        place.write([row("x" * 40_000)], io.StringIO())
    assert file.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == [file.name]


def test_a_link_stays_a_link_and_rights_stay_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "real.csv").touch(mode=0o640)
    (tmp_path / "news.csv").symlink_to("real.csv")
    write(tmp_path / "news.csv", "one")
    write(tmp_path / "news.csv", "two", overwrite=True)
    assert (tmp_path / "news.csv").is_symlink()
    assert titles(tmp_path / "real.csv") == ["two"]
    assert stat.S_IMODE((tmp_path / "real.csv").stat().st_mode) == 0o640


HARMFUL = ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\r=1", "\n@x", "＝1+1", "－1", "＋1", "＠x"]


@pytest.mark.parametrize("title", HARMFUL)
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_spreadsheet_takes_no_text_for_a_formula(tmp_path: Path, ending: str, title: str) -> None:
    file = tmp_path / f"news.{ending}"
    write(file, title)
    (found,) = titles(file)
    assert found.startswith("'")


def test_json_lines_keep_texts_as_they_are(tmp_path: Path) -> None:
    write(tmp_path / "news.jsonl", *HARMFUL)
    assert titles(tmp_path / "news.jsonl") == HARMFUL


@given(st.text(max_size=60))
def test_any_text_can_stand_in_a_spreadsheet(tmp_path_factory: pytest.TempPathFactory, title: str) -> None:
    file = tmp_path_factory.getbasetemp() / "any.xlsx"
    write_xlsx([row(title)], file)
    titles(file)


@pytest.mark.parametrize("letter", ["x", "𠮷", "ᬅ"])
def test_a_text_that_no_cell_can_hold_ends_in_an_ellipsis(tmp_path: Path, letter: str) -> None:
    write_xlsx([row(letter * 40_000)], tmp_path / "long.xlsx")
    (found,) = titles(tmp_path / "long.xlsx")
    assert found.endswith("…")
    assert len(found.encode("utf-16-le")) // 2 in (LONGEST_CELL, LONGEST_CELL - 1)
