"""The register as files: what spreadsheets, maps and calendars make of it."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from crawler.analysis.calendar import CalendarWords
from crawler.analysis.export import COLUMNS, rows_of
from crawler.analysis.register_files import register_text
from crawler.store import Store, base_corrections
from tests.builders import NOON, keep, later, new_store

NAME = "China-Cambodia Solar Training Base"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = new_store(tmp_path)
    text = f"China and Cambodia on Friday signed an agreement to build the {NAME} in Sihanoukville; it will cost 12 million dollars, with Huawei."
    keep(made, f"Agreement signed on {NAME}", text, published=NOON, source="mekong-post")
    text = "11月28日,中柬光伏实训基地合作协议在西哈努克市签署,投资1200万美元,每年培训300人。"
    keep(made, "中柬光伏实训基地签约", text, published=NOON)
    text = f"The {NAME} in Sihanoukville was officially opened by the two countries."
    keep(made, f"{NAME} opens", text, first_seen=later(days=200), published=later(days=200))
    return made


def rows(store: Store) -> list[dict[str, Any]]:
    with store.read() as connection:
        return rows_of(connection, "bases")


def table(store: Store) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(register_text(rows(store), "csv"))))


def test_cells_say_in_words_what_has_several_parts(store: Store) -> None:
    (row,) = table(store)
    assert row["timeline"] == "signed 2025-11-28; launched (reported 2026-06-16)"
    assert row["names"].split("; ") == [f"en: {NAME}", "zh: 中柬光伏实训基地"]
    assert (row["outlet"], row["cities"]) == ("mekong-post", "Sihanoukville")
    assert "signed an agreement" in row["sentence"]
    assert not any(sign in cell for cell in row.values() for sign in ("{", "[", "None", "'"))


def test_a_stage_without_any_day_says_so(store: Store) -> None:
    found = rows(store)
    found[0]["timeline"][0] |= {"date": None, "reported": None}
    (row,) = csv.DictReader(io.StringIO(register_text(found, "csv")))
    assert row["timeline"].startswith("signed (day not known); ")


def test_a_cell_can_be_taken_apart_again(store: Store) -> None:
    key = rows(store)[0]["key"]
    with store.write() as connection:
        base_corrections.rename(connection, key, "Base; of the Sun", "en", NOON)
    assert table(store)[0]["names"].split("; ")[0] == "en: Base, of the Sun"


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", " @SUM(A1)", "\t-2", "＝1"])
def test_no_name_is_run_by_a_spreadsheet(store: Store, name: str) -> None:
    key = rows(store)[0]["key"]
    with store.write() as connection:
        base_corrections.rename(connection, key, name, "en", NOON)
    assert table(store)[0]["name"] == f"'{name}"


def test_every_form_has_the_same_columns(store: Store) -> None:
    (feature,) = json.loads(register_text(rows(store), "geojson"))["features"]
    (line,) = register_text(rows(store), "jsonl").splitlines()
    assert (
        list(table(store)[0])
        == list(json.loads(line))
        == list(feature["properties"])
        == list(COLUMNS["bases"])
    )


def test_a_map_gets_points_by_longitude_and_latitude(store: Store) -> None:
    """RFC 7946: members, types, and positions within the bounds of the earth."""
    found = rows(store)
    found.append(found[0] | {"key": "base-nowhere", "cities": ["Nowhere at All"]})
    collection = json.loads(register_text(found, "geojson"))
    assert collection.keys() == {"type", "features"}
    here, nowhere = collection["features"]
    assert here.keys() == {"type", "id", "geometry", "properties"}
    assert (here["type"], here["id"], here["geometry"]["type"]) == ("Feature", found[0]["key"], "MultiPoint")
    ((lon, lat),) = here["geometry"]["coordinates"]
    assert 103 < lon < 104
    assert 10 < lat < 11
    assert nowhere["geometry"] is None


def test_a_calendar_has_a_day_for_each_act_whose_day_is_known(store: Store) -> None:
    text = register_text(rows(store), "ics")
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    assert event["dtstart"].dt == date(2025, 11, 28)
    assert event["dtstart"].params["VALUE"] == "DATE"
    assert event["uid"] == f"{rows(store)[0]['key']}-signed@aseanwatch"
    assert event["summary"] == f"{NAME}: signed"
    assert event["description"].endswith("\nmekong-post")
    assert "it will cost 12 million dollars" in event["description"]


def test_a_calendar_speaks_the_readers_language_and_quotes_a_report_in_it(store: Store) -> None:
    say = CalendarWords(
        title="基地",
        summary=lambda name, stage: f"{name}：{stage}",
        places="、".join,
        label=str.upper,
        languages=("zh", "en"),
    )
    calendar = Calendar.from_ical(register_text(rows(store), "ics", say))
    (event,) = calendar.walk("VEVENT")
    assert (calendar["x-wr-calname"], event["summary"]) == ("基地", "中柬光伏实训基地：signed")
    assert event["description"].startswith("11月28日,中柬光伏实训基地合作协议")
    assert event["url"] == rows(store)[0]["timeline"][0]["quotes"]["zh"]["url"]
    assert event["categories"].cats[-1] == "SIGNED"


def test_a_calendar_is_folded_by_octets_and_stays_the_same(store: Store) -> None:
    key = rows(store)[0]["key"]
    with store.write() as connection:
        base_corrections.rename(connection, key, "中国—柬埔寨光伏实训基地" * 9, "en", NOON)
    text = register_text(rows(store), "ics")
    assert text.endswith("\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert text == register_text(rows(store), "ics")
