"""The ways in of three newcomers work as their pages say, with the program of the wheel in an environment of its own."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.executable_pages import run, script_of
from tests.newsroom import demo
from tests.newsroom.web import Newsroom


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with Newsroom(demo.END) as found:
        yield found


@pytest.fixture
def open_to_loopback(tmp_path: Path) -> Path:
    """A configuration that differs from the packaged one only by what the tests' news web needs: it is at this machine, and of 2025."""
    path = tmp_path / "loopback.yaml"
    path.write_text(
        "extends: packaged\ncrawl: {allow_private: [127.0.0.1]}\nalerts: {fresh: 3650d}\n", encoding="utf-8"
    )
    return path


def test_who_wants_a_file_of_news_gets_one(
    room: Newsroom, installed: Path, open_to_loopback: Path, tmp_path: Path
) -> None:
    outlet = room.sources()[1]["name"]
    script = script_of("how-to/crawl-once.md").replace("https://outlet.example/", room.address(f"/{outlet}"))
    done = run(script, installed, tmp_path, ASEANWATCH_CONFIG=str(open_to_loopback))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    with (tmp_path / "news.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows and all(row["title"] and row["url"].startswith("http") for row in rows)
    assert f"/{outlet}/feed" in done.stdout + done.stderr, "it says which feed it found"
    with (tmp_path / "newer.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert list(csv.DictReader(stream)) == [], "the second crawl has nothing new"
