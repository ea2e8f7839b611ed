"""``aseanwatch crawl`` on the news web shows what is new, once, from every kind of source, even if some sources fail."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.conftest import Done, run
from tests.newsroom.configuration import watching
from tests.newsroom.news import items, outlets
from tests.newsroom.web import Answer, Newsroom

DESK = [{"name": "desk", "channel": "folder", "when": "instant"}]


def crawl(folder: Path, *arguments: str) -> Done:
    return run("crawl", "--config", folder / "config.yaml", *arguments, cwd=folder)


@pytest.fixture
def folder(tmp_path: Path, room: Newsroom) -> Path:
    watching(room, tmp_path, subscriptions=DESK)
    return tmp_path


def test_a_crawl_takes_every_item_of_every_source_once(folder: Path) -> None:
    done = crawl(folder, "--json", "--output", "new.jsonl", "--all")
    assert done.status == 0, done.err
    summary = done.json["summary"]
    assert summary["articles"] == len(items())
    assert summary["sources_ok"] == len(outlets()) + 1
    assert summary["duplicates"] == sum(i.labels["dup_of"] is not None for i in items())
    assert summary["alerts"] > 0
    written = [json.loads(line) for line in (folder / "new.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {r["title"] for r in written} == {i.title for i in items()}
    texts = {i.number: "".join(i.text.split()) for i in items()}
    relevant = [r for r in written if r["story"]]
    assert [r["title"] for r in relevant if "".join(r["text"].split()) not in texts.values()] == []


def test_a_second_crawl_finds_nothing_new_and_raises_nothing(folder: Path, room: Newsroom) -> None:
    crawl(folder)
    asked = len(room.requests)
    done = crawl(folder, "--json")
    summary = done.json["summary"]
    assert (summary["articles"], summary["new_entries"], summary["alerts"]) == (0, 0, 0)
    assert summary["sources_unchanged"] == len(outlets()) + 1
    again = [status for path, status in room.requests[asked:] if path != "/robots.txt"]
    assert again.count(304) >= len(outlets())
    assert not any(path.endswith(".html") for path, _ in room.requests[asked:])


def test_time_goes_on_between_crawls(tmp_path: Path, room: Newsroom) -> None:
    watching(room, tmp_path, subscriptions=DESK)
    later = room.now
    room.now = items()[len(items()) // 2].at
    before = crawl(tmp_path, "--json").json["summary"]["articles"]
    room.now = later
    assert before + crawl(tmp_path, "--json").json["summary"]["articles"] == len(items())


def test_the_table_and_the_summary_are_for_people_also_where_a_process_judges(
    tmp_path: Path, room: Newsroom
) -> None:
    crawling = {"allow_private": ["127.0.0.1"], "per_host": 16, "judges": 1}
    watching(room, tmp_path, subscriptions=DESK, crawl=crawling)
    done = crawl(tmp_path)
    assert "What is new" in done.out
    assert "New articles: 124" in done.out
    assert done.out.rstrip().splitlines()[-1].startswith("Sources: 16 ok, 0 unchanged, 0 failed.")
    assert "\x1b" not in done.out


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_file_for_a_spreadsheet(folder: Path, ending: str) -> None:
    crawl(folder, "--source", "song-hong", "--output", f"new.{ending}", "--all")
    titles = {i.title for i in items() if i.outlet.name == "song-hong"}
    if ending == "csv":
        with (folder / "new.csv").open(encoding="utf-8-sig", newline="") as stream:
            rows: list[dict[str, Any]] = list(csv.DictReader(stream))
    else:
        header, *cells = load_workbook(folder / "new.xlsx").active.iter_rows(values_only=True)
        rows = [dict(zip(header, row, strict=True)) for row in cells]
    assert {r["title"] for r in rows} == titles


def test_pages_are_fetched_only_where_they_could_matter(folder: Path, room: Newsroom) -> None:
    crawl(folder, "--source", "song-hong")
    flowers = next(
        i for i in items() if i.labels["story"] == "lunar-new-year-flowers" and i.outlet.name == "song-hong"
    )
    launch = next(
        i for i in items() if i.labels["story"] == "innovation-base" and i.outlet.name == "song-hong"
    )
    asked = {path for path, _ in room.requests}
    assert launch.path in asked
    assert flowers.path not in asked


def test_no_pages_fetches_none(folder: Path, room: Newsroom) -> None:
    crawl(folder, "--no-pages")
    assert not any(path.endswith(".html") for path, _ in room.requests)


def test_any_address_can_be_crawled(folder: Path, room: Newsroom) -> None:
    page = next(i for i in items() if i.outlet.name == "lingnan-daily" and i.labels["new_base"])
    done = crawl(
        folder, "--url", room.address(page.path), "--url", room.address("/siam-chaophraya/feed"), "--json"
    )
    titles = {a["title"] for a in done.json["articles"]}
    assert titles == {page.title} | {i.title for i in items() if i.outlet.name == "siam-chaophraya"}


def test_since_leaves_old_entries_aside(folder: Path) -> None:
    assert crawl(folder, "--json", "--source", "song-hong", "--since", "1h").json["summary"]["articles"] == 0


def test_private_addresses_are_refused_unless_allowed(tmp_path: Path, room: Newsroom) -> None:
    watching(room, tmp_path, crawl={})
    done = crawl(tmp_path, "--source", "song-hong")
    assert done.status == 1
    assert "song-hong: 127.0.0.1 is a private address; crawl.allow_private can let it through" in done.err


@pytest.mark.parametrize("host", ["localhost", "127.0.0.2", "[::1]"])
def test_a_redirect_does_not_lead_past_the_guard(
    folder: Path, room: Newsroom, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    answer, inside = room.answer, room.address("/song-hong/feed").replace("127.0.0.1", host)
    moved = Answer(b"", status=302, location=inside)
    monkeypatch.setattr(
        room, "answer", lambda path, query: moved if path == "/moved" else answer(path, query)
    )
    done = crawl(folder, "--url", room.address("/moved"))
    assert done.status == 1
    assert f"{host.strip('[]')} is a private address" in done.err
    assert [path for path, _ in room.requests] == ["/moved"]


def test_a_topic_is_explained_for_a_page_of_the_web(folder: Path, room: Newsroom) -> None:
    page = next(i for i in items() if i.outlet.name == "straits-ledger" and i.labels["new_base"])
    done = run("topics", "explain", room.address(page.path), "--config", folder / "config.yaml", cwd=folder)
    assert done.status == 0, done.err
    assert "demonstration_base matches" in done.out


def test_a_page_that_robots_txt_forbids_is_not_fetched(
    folder: Path, room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = room.answer

    def forbidding(path: str, query: dict[str, list[str]]):  # type: ignore[no-untyped-def]
        found = answer(path, query)
        return (
            type(found)(b"User-agent: *\nDisallow: /song-hong/2025/\n", "text/plain")
            if path == "/robots.txt"
            else found
        )

    monkeypatch.setattr(room, "answer", forbidding)
    done = crawl(folder, "--source", "song-hong", "--json")
    assert not any(path.startswith("/song-hong/2025") for path, _ in room.requests)
    assert done.json["summary"]["articles"] == sum(i.outlet.name == "song-hong" for i in items())
    assert "robots.txt forbids it" in done.err
