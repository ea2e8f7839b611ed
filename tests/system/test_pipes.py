"""The reader of a command's output may go away at any time, and its disk may be full."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import COMMAND, EVENING, environment, run
from tests.newsroom.configuration import watching
from tests.newsroom.web import Newsroom


def into(target: str, *arguments: str, cwd: Path) -> tuple[int, str]:
    """Run a command whose output goes into a shell's redirection; gives its status and what it said on standard error."""
    line = f'"$@" {target}; exit ${{PIPESTATUS[0]}}'
    done = subprocess.run(
        ["bash", "-c", line, "bash", *COMMAND, *arguments], cwd=cwd, capture_output=True, text=True, timeout=120, env=environment(),
        check=False,
    )  # fmt: skip
    return done.returncode, done.stderr


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which one outlet was crawled."""
    folder = tmp_path_factory.mktemp("crawled")
    with Newsroom(EVENING) as room:
        watching(room, folder)
        run("crawl", "--source", "song-hong", "--no-pages", cwd=folder)
    return folder


@pytest.mark.parametrize(
    "command",
    [
        ["export", "--format", "csv"],
        pytest.param(["articles", "list", "--all"], marks=pytest.mark.long),
        pytest.param(["schema"], marks=pytest.mark.long),
    ],
)
def test_a_reader_that_goes_away_is_no_error(crawled: Path, command: list[str]) -> None:
    assert into("| true", *command, cwd=crawled) == (0, "")


def test_a_crawl_whose_reader_goes_away_is_a_crawl_all_the_same(tmp_path: Path, room: Newsroom) -> None:
    watching(room, tmp_path)
    status, told = into(
        "| true", "crawl", "--source", "song-hong", "--no-pages", "--output", "-", cwd=tmp_path
    )
    assert status == 0
    assert "New articles" in told
    assert run("articles", "list", "--all", "--json", cwd=tmp_path).json


def test_a_full_disk_is_told_in_one_line(crawled: Path) -> None:
    assert into("> /dev/full", "export", cwd=crawled) == (1, "standard output: No space left on device\n")


@pytest.mark.parametrize(
    "closed", [">&-", *(pytest.param(one, marks=pytest.mark.long) for one in ("2>&-", "<&- >&- 2>&-"))]
)
def test_where_a_standard_stream_is_closed_the_work_is_done_all_the_same(crawled: Path, closed: str) -> None:
    file = crawled / "rows.jsonl"
    file.unlink(missing_ok=True)
    assert into(closed, "export", "--output", str(file), cwd=crawled)[0] == 0
    assert file.stat().st_size


@pytest.mark.skipif(sys.platform != "linux", reason="needs /dev/full")
def test_rows_that_could_not_be_written_are_had_by_export(tmp_path: Path, room: Newsroom) -> None:
    watching(room, tmp_path)
    done = run(
        "crawl",
        "--source",
        "song-hong",
        "--no-pages",
        "--output",
        "/dev/full",
        "--format",
        "csv",
        cwd=tmp_path,
    )
    assert done.status == 1
    (line,) = [line for line in done.err.splitlines() if "aseanwatch export" in line]
    assert run(*line.partition("aseanwatch ")[2].split(), cwd=tmp_path).status == 0
    with (tmp_path / "FILE.csv").open(encoding="utf-8-sig", newline="") as stream:
        written = len(list(csv.DictReader(stream)))
    assert written == len(run("articles", "list", "--all", "--limit", "999", "--json", cwd=tmp_path).json)


def test_a_place_that_cannot_be_written_ends_a_crawl_before_it_begins(tmp_path: Path, room: Newsroom) -> None:
    watching(room, tmp_path)
    done = run("crawl", "--output", "reports/today.csv", cwd=tmp_path)
    assert done.status == 2
    assert len(done.err.splitlines()) == 1
    assert room.requests == []
