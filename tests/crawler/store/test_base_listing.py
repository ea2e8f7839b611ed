"""The register as lists show it: days of acts, reports in the reader's language, names, and what changed in a month."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from crawler.judging.bases.name_origins import shown_name
from crawler.judging.bases.names_together import name_key
from crawler.store import Store, base_corrections
from crawler.store.base_listing import aliases_of, changes_by_month, listed, tellers_of
from tests.builders import NOON, keep, later, new_store

NAME = "China-Cambodia Solar Training Base"
JAKARTA = ZoneInfo("Asia/Jakarta")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = new_store(tmp_path)
    text = f"China and Cambodia on Friday signed an agreement to build the {NAME} in Sihanoukville, worth 12 million dollars, with Huawei."
    keep(made, f"Agreement signed on {NAME}", text, published=NOON, source="mekong-post")
    text = "11月28日,中柬光伏实训基地合作协议在西哈努克市签署,投资1200万美元,每年培训300人。"
    keep(made, "中柬光伏实训基地签约", text, published=NOON, source="lingnan-daily")
    return made


def opened(store: Store, **more: object) -> None:
    moment = later(days=200)
    text = f"The {NAME} in Sihanoukville was officially opened by the two countries."
    keep(store, f"{NAME} opens in Sihanoukville", text, **{"first_seen": moment, "published": moment} | more)


def test_a_stage_has_the_day_of_its_act_and_the_latest_one_is_that_of_the_base(store: Store) -> None:
    opened(store, published=datetime(2026, 6, 15, 20, tzinfo=UTC))
    with store.read() as connection:
        (base,) = listed(connection)
    signed, launched = base.steps
    assert (signed.stage, signed.day, signed.is_first) == ("signed", date(2025, 11, 28), True)
    assert (launched.stage, launched.day, launched.is_first) == ("launched", None, False)
    assert base.stage == "launched"
    # No report says the day: it is that of the report, where the reader is.
    assert launched.day_in(UTC) == date(2026, 6, 15)
    assert launched.day_in(JAKARTA) == date(2026, 6, 16)


def test_the_day_of_storing_is_never_the_day_of_a_stage(store: Store) -> None:
    opened(store, published=None)
    with store.read() as connection:
        (base,) = listed(connection)
    assert base.latest.day_in(UTC) is None
    assert [list(c) for c in changes_by_month([base], UTC).values()] == [[(base, base.steps[0])]]


def test_a_stage_is_proved_in_the_readers_language(store: Store) -> None:
    with store.read() as connection:
        (base,) = listed(connection)
        tellers = tellers_of(connection, (t.article for t in base.latest.tellings))
    assert base.latest.proof_for(["zh", "en"]).sentence.startswith("11月28日")
    assert "signed an agreement" in base.latest.proof_for(["id", "en"]).sentence
    assert tellers[base.latest.proof_for(["zh"]).article].outlet == "lingnan-daily"


@pytest.mark.parametrize(
    ("languages", "expected"),
    [
        (["id", "en"], ("Base", "en")),
        (["zh", "en"], ("基地", "zh")),
        (["th"], ("ຖານ", "lo")),
        ([], ("ຖານ", "lo")),
    ],
)
def test_a_name_is_in_the_readers_language_else_english_else_the_original(
    languages: list[str], expected: tuple[str, str]
) -> None:
    assert shown_name({"en": "Base", "zh": "基地", "lo": "ຖານ"}, {}, languages, "lo") == expected


def test_all_names_that_reports_give_are_kept_by_language(store: Store) -> None:
    other = NAME.replace("-", "–")
    for source, text in (
        ("one", f"China and Cambodia signed the agreement on the {NAME} in Sihanoukville."),
        ("two", f"The {other} in Sihanoukville was agreed: China and Cambodia signed for it on Friday."),
    ):
        keep(store, f"Solar base agreed, says {source}", text, published=NOON, source=source)
    with store.write() as connection:
        (base,) = listed(connection)
        base_corrections.rename(connection, base.key, "Solar Base", "en", NOON)
    with store.read() as connection:
        (base,) = listed(connection)
        aliases = aliases_of(connection, base.key)
    assert base.name_for(["en"]) == ("Solar Base", "en")
    # Three reports in English, one of them with another dash; what we made of the name in Chinese is none of them.
    assert [(a.text, a.reports) for a in aliases["en"]] == [(NAME, 3)]
    assert aliases["en"][0].origin.origin == "report"
    assert [a.text for a in aliases["zh"]] == ["中柬光伏实训基地"]


@pytest.mark.parametrize(
    "other", ["China–Cambodia Solar Training Base", "CHINA - CAMBODIA solar training  base"]
)
def test_spellings_of_one_name_have_one_key(other: str) -> None:
    assert name_key(other) == name_key(NAME)
    assert name_key("China-Laos Solar Training Base") != name_key(NAME)


def test_changes_belong_to_the_month_of_the_act(store: Store) -> None:
    opened(store)
    late = later(days=5)
    text = "On 30 November 2025 China and Laos launched the China-Laos Joint Rice Breeding Laboratory in Vientiane."
    keep(store, "Rice laboratory launched in Vientiane", text, first_seen=late, published=late)
    with store.read() as connection:
        months = changes_by_month(listed(connection), UTC)
    assert list(months) == ["2026-06", "2025-11"]
    assert [(c.step.stage, c.step.is_first) for c in months["2026-06"]] == [("launched", False)]
    assert [c.step.day for c in months["2025-11"]] == [date(2025, 11, 30), date(2025, 11, 28)]
