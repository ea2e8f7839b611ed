"""The ways in of three newcomers work as their pages say, with the program of the wheel in an environment of its own."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.executable_pages import run, script_of
from tests.newsroom import demo, other_parties
from tests.newsroom.web import Newsroom

ALLOW = "sed -i 's/^crawl:/alerts: {fresh: 3650d}\\ncrawl:\\n  allow_private: [127.0.0.1]/' config.yaml\n"
"""What the tests' news web needs: it is at this machine, and its news is of 2025."""


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with Newsroom(demo.END) as found:
        yield found


def mails_to(folder: Path, address: str) -> list[str]:
    """The mails in a Maildir that somebody got."""
    mails = [m.read_text(encoding="utf-8") for m in (folder / "new").iterdir()]
    return [m for m in mails if f"To: {address}" in m]


@pytest.mark.long  # tests/system/test_crawl.py crawls any address
def test_who_wants_a_file_of_news_gets_one(room: Newsroom, installed: Path, tmp_path: Path) -> None:
    own = tmp_path / "loopback.yaml"
    own.write_text("extends: packaged\ncrawl: {allow_private: [127.0.0.1]}\nalerts: {fresh: 3650d}\n")
    outlet = room.sources()[1]["name"]
    script = script_of("how-to/crawl-once.md").replace("https://outlet.example/", room.address(f"/{outlet}"))
    done = run(script, installed, tmp_path, ASEANWATCH_CONFIG=str(own))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    with (tmp_path / "news.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows and all(row["title"] and row["url"].startswith("http") for row in rows)
    assert f"/{outlet}/feed" in done.stdout + done.stderr, "it says which feed it found"
    with (tmp_path / "newer.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert list(csv.DictReader(stream)) == [], "the second crawl has nothing new"


def test_a_team_comes_from_nothing_to_its_first_digest(
    room: Newsroom, installed: Path, tmp_path: Path
) -> None:
    script = script_of("tutorial.md").replace("https://outlet.example/feed", room.sources()[1]["url"])
    done = run(script.replace("aseanwatch init\n", f"aseanwatch init\n{ALLOW}"), installed, tmp_path)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert len(mails_to(tmp_path / "watch" / "mail", "you@example.org")) == 1
    assert (tmp_path / "watch" / "preview" / "first.html").exists()
    assert done.stdout.rstrip().splitlines()[-1].startswith("0 alerts, 0 digests, 0 sent"), "told once"


@pytest.mark.long  # tests/system/test_demo_parties.py brings such a desk from `init --for` to a digest
def test_a_desk_of_other_parties_comes_to_its_first_digest(installed: Path, tmp_path: Path) -> None:
    rows = [json.loads(line) for line in other_parties.NEWS.read_text(encoding="utf-8").splitlines()]
    script = script_of("how-to/another-desk.md").replace("cd desk\n", f"cd desk\n{ALLOW}")
    with other_parties.news_web(
        {"en": other_parties.feed([r for r in rows if r["lang"] == "en"])}
    ) as address:
        done = run(script.replace("https://outlet.example/feed", f"{address}/en"), installed, tmp_path)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    (mail,) = mails_to(tmp_path / "desk" / "mail", "you@example.org")
    assert "India" in mail and "ASEAN" not in mail.split("\n\n", 1)[1]
