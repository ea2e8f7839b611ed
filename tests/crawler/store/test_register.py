"""The register: one entry a base across languages and events, its stages, conflicting facts, and an operator's corrections."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crawler.analysis.rejudge import rejudge
from crawler.model import AseanwatchError
from crawler.store import Store, base_corrections, bases
from crawler.store.upkeep import prune
from tests.builders import NOON, keep, later, new_store, shipped, shipped_judge

NAME = "China-Cambodia Solar Training Base"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def register(store: Store) -> list[dict[str, Any]]:
    with store.read() as connection:
        return bases.find(connection)


def signed(store: Store, **more: Any) -> int:
    text = f"China and Cambodia on Friday signed an agreement to build the {NAME} in Sihanoukville, worth 12 million dollars, with Huawei."
    return keep(store, f"Agreement signed on {NAME}", text, published=NOON, **more).article


def signed_in_chinese(store: Store) -> int:
    text = "11月28日,中柬光伏实训基地合作协议在西哈努克市签署,投资1200万美元,每年培训300人。"
    return keep(store, "中柬光伏实训基地签约", text, published=NOON).article


def opened(store: Store, days: int = 200) -> int:
    text = f"The {NAME} in Sihanoukville was officially opened on Monday by the two countries."
    return keep(
        store, f"{NAME} opens in Sihanoukville", text, first_seen=later(days=days), published=later(days=days)
    ).article


def test_reports_in_two_languages_are_one_entry_with_a_name_in_each(store: Store) -> None:
    evidence = [signed(store), signed_in_chinese(store)]
    (base,) = register(store)
    assert base["evidence"] == evidence
    assert base["names"]["en"] == NAME
    assert "光伏实训基地" in base["names"]["zh"]
    assert (base["cities"], base["date"], base["status"]) == (["Sihanoukville"], "2025-11-28", "signed")


def test_a_name_in_english_comes_from_any_report_that_has_one(store: Store) -> None:
    text = "11月28日,“中柬光伏实训基地”(China-Cambodia Photovoltaic Training Base)合作协议在西哈努克市签署,每年培训300人。"
    keep(store, "中柬光伏实训基地签约", text, published=NOON)
    (base,) = register(store)
    assert base["names"] == {"zh": "中柬光伏实训基地", "en": "China-Cambodia Photovoltaic Training Base"}
    assert (base["name"], base["name_en"]) == (base["names"]["en"], base["names"]["en"])
    assert base["stage"] == base["status"] == "signed"


def test_the_name_in_a_report_in_english_wins_over_what_others_call_the_base_in_english(store: Store) -> None:
    signed_in_chinese(store)
    (alone,) = register(store)
    signed(store)
    (base,) = register(store)
    assert alone["name_en"].startswith("China–Cambodia")
    assert base["name_en"] == NAME


def test_facts_carry_the_articles_that_tell_them(store: Store) -> None:
    first, _ = signed(store), signed_in_chinese(store)
    facts = register(store)[0]["facts"]
    assert {"value": "Huawei", "articles": [first]} in facts["partners"]
    assert any("12 million dollars" in f["value"] for f in facts["figures"])


def test_a_later_stage_is_a_step_in_the_life_of_the_same_base(store: Store) -> None:
    signed(store)
    opened(store)
    (base,) = register(store)
    assert [s["stage"] for s in base["timeline"]] == ["signed", "launched"]
    assert base["status"] == "launched"


def test_a_repeat_is_no_step(store: Store) -> None:
    signed(store)
    opened(store)
    opened_again = keep(
        store,
        f"Thousands visit {NAME}",
        f"The {NAME} in Sihanoukville was opened by the two countries, visitors said.",
        first_seen=later(days=230),
        published=later(days=230),
    ).article
    (base,) = register(store)
    assert len(base["timeline"]) == 2
    assert opened_again not in [s["article"] for s in base["timeline"]]


def test_conflicting_facts_stay_side_by_side_the_majority_first(store: Store) -> None:
    rows = [
        (
            f"{NAME} launched",
            f"China and Cambodia on Friday launched the {NAME} in Sihanoukville, with a ceremony of both governments.",
        ),
        (
            "Ministers at solar base",
            f"The {NAME} was unveiled on Friday in Sihanoukville; technicians of the two countries will train there.",
        ),
        (
            "Base for solar workers",
            f"A new {NAME} was inaugurated by China and Cambodia on Friday in Phnom Penh, a broadcaster reported.",
        ),
    ]
    for title, text in rows:
        keep(store, title, text, published=NOON)
    found = register(store)
    cities = [f["value"] for b in found for f in b["facts"].get("cities", ())]
    assert cities[0] == "Sihanoukville"
    assert "Phnom Penh" in cities


def test_an_operators_name_outlasts_judging_again(store: Store) -> None:
    signed(store)
    key = register(store)[0]["key"]
    with store.write() as connection:
        base_corrections.rename(connection, key, "Solar Base", "en", NOON)
    rejudge(store, shipped_judge(), None, later(days=1), shipped().stories.window)
    (base,) = register(store)
    assert (base["name"], base["key"]) == ("Solar Base", key)


def test_an_operators_split_and_merge_outlast_judging_again(store: Store) -> None:
    signed(store)
    chinese = signed_in_chinese(store)
    (base,) = register(store)
    with store.write() as connection:
        other = base_corrections.split(connection, base["key"], [chinese], NOON)
    rejudge(store, shipped_judge(), None, later(days=1), shipped().stories.window)
    assert {b["key"] for b in register(store)} == {base["key"], other}
    with store.write() as connection:
        assert base_corrections.merge(connection, base["key"], other, NOON) == base["key"]
    rejudge(store, shipped_judge(), None, later(days=1), shipped().stories.window)
    (one,) = register(store)
    assert len(one["evidence"]) == 2
    with store.read() as connection:
        assert bases.key_of(connection, bases.id_of(connection, other)) == base["key"]


def test_what_cannot_be_corrected_is_said(store: Store) -> None:
    signed(store)
    key = register(store)[0]["key"]
    with store.write() as connection:
        with pytest.raises(AseanwatchError, match="no base has the key"):
            base_corrections.rename(connection, "park-none", "x", "en", NOON)
        with pytest.raises(AseanwatchError, match="one base already"):
            base_corrections.merge(connection, key, key, NOON)
        with pytest.raises(AseanwatchError, match="prove nothing"):
            base_corrections.split(connection, key, [99], NOON)


def test_pruning_keeps_the_proofs_of_every_stage(store: Store) -> None:
    signed(store)
    opened(store)
    prune(store, later(days=900), later(days=900))
    assert [s["stage"] for s in register(store)[0]["timeline"]] == ["signed", "launched"]


def test_bases_of_one_name_in_two_countries_are_two_entries(store: Store) -> None:
    keep(
        store,
        "Laos, China open training base",
        "Laos and China on Friday opened a joint training base for farmers, they said.",
        published=NOON,
    )
    text = "A joint training base was opened on Monday by Malaysia and China; smallholders will learn to fight pests there, the ministry said."
    keep(
        store, "Malaysia, China open training base", text, first_seen=later(days=80), published=later(days=80)
    )
    assert [set(b["countries"]) - {"CN"} for b in register(store)] == [{"LA"}, {"MY"}]


def test_a_base_agreed_on_in_china_is_one_entry_with_where_it_will_stand(store: Store) -> None:
    text = "11月28日,中老生物医药联合研究中心协议在云南昆明签署,中心将设在老挝,投资4800万元。"
    keep(store, "中老生物医药联合研究中心协议在昆明签署", text, published=NOON)
    text = "Yunnan and Laos signed a deal on Friday for a China-Laos joint biomedicine research centre in Vientiane, worth 48 million yuan."
    keep(store, "Yunnan, Laos sign deal for biomedicine centre in Vientiane", text, published=NOON)
    (base,) = register(store)
    assert len(base["evidence"]) == 2


LAUNCH = (
    "China and Laos launch demonstration base{}",
    "China and Laos launched a demonstration base{} on Friday.",
)


def launched(store: Store, place: str, days: int) -> None:
    title, text = (part.format(place) for part in LAUNCH)
    keep(store, f"{title} ({days})", text, first_seen=later(days=days), published=later(days=days))


@pytest.mark.parametrize(
    ("old", "new"), [("", " in Vientiane"), (" in Vientiane", ""), (" in Vientiane", " in Vientiane")]
)
def test_a_base_without_a_name_that_is_launched_anew_is_another_one(old: str, new: str, store: Store) -> None:
    launched(store, old, -400)
    launched(store, new, 0)
    assert len(register(store)) == 2


def test_a_base_that_was_launched_before_is_not_the_one_that_is_launched_in_a_place_unknown(
    store: Store,
) -> None:
    for days, place in ((-400, "Thailand"), (0, "Khon Kaen, Thailand")):
        text = f"China and Thailand opened a Luban Workshop in {place} on Friday."
        keep(
            store,
            f"Luban Workshop opens in {place}",
            text,
            first_seen=later(days=days),
            published=later(days=days),
        )
    assert len(register(store)) == 2


def test_progress_of_a_base_with_a_common_name_is_a_step_of_the_one_in_its_city(store: Store) -> None:
    launched(store, " in Vientiane", -400)
    text = "The China-Laos demonstration base in Vientiane officially began operation on Friday."
    keep(store, "Demonstration base in Vientiane begins operation", text, first_seen=NOON, published=NOON)
    assert [b["status"] for b in register(store)] == ["operating"]
