"""What makes two bases one: names, fields, parties, places and days together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.judging.bases.fields import Fields, fields_of, of_one_field, of_other_field
from crawler.judging.bases.keys import key_of
from crawler.judging.bases.own_names import partners_in, says_which
from crawler.judging.bases.sameness import KnownBase, same_base
from crawler.model import BaseMention

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def mention(
    name: str, *cities: str, kind: str = "centre", stage: str = "launched", sentence: str = ""
) -> BaseMention:
    return BaseMention("", name, kind, stage, cities, ("CN", "LA"), None, sentence or name)


def known(
    name: str, *cities: str, lang: str = "en", kind: str = "centre", days_ago: float = 2, story: int = 1
) -> KnownBase:
    return KnownBase(
        1, kind, frozenset(cities), ((lang, name),), frozenset({story}), frozenset({"CN", "LA"}), "launched",
        NOON - timedelta(days=days_ago), fields=fields_of(name, name, lang),
    )  # fmt: skip


def is_one(one: BaseMention, base: KnownBase, lang: str = "en", story: int | None = None) -> bool:
    return same_base(one, lang, story, base, NOON) > 0


@pytest.mark.parametrize(
    ("one", "base", "lang"),
    [
        # in another language, of one field, in one city
        (mention("中老水稻联合实验室", "Vientiane", kind="laboratory"), known("China-Laos rice centre", "Vientiane"), "zh"),
        # a name of its own, years later
        (mention("Cassava Seed Centre Qinghe", "Pakse"), known("Cassava Seed Centre Qinghe", "Pakse", days_ago=2000), "en"),
        # a name of its own, years later, in a city that the report does not name
        (mention("Cassava Seed Centre Qinghe"), known("Cassava Seed Centre Qinghe", "Pakse", days_ago=2000), "en"),
        # one project by two names
        (mention("Saysettha zone", kind="zone"), known("赛色塔综合开发区", lang="zh", kind="zone", days_ago=900), "en"),
        # no city, but one field in one country in the same days
        (mention("ສູນຝຶກອົບຮົມປູກເຂົ້າຈີນ-ລາວ"), known("China-Laos rice training centre"), "lo"),
    ],
)  # fmt: skip
def test_one_base(one: BaseMention, base: KnownBase, lang: str) -> None:
    assert is_one(one, base, lang)


@pytest.mark.parametrize(
    ("one", "base", "story"),
    [
        # two fields in one town, even in one story
        (mention("China-Laos rice centre", "Vientiane"), known("China-Laos railway centre", "Vientiane"), 1),
        # two partners
        (mention("China-ASEAN rice centre", "Nanning"), known("China-Laos rice centre", "Nanning"), None),
        # one field in two towns
        (mention("China-Laos rice centre", "Pakse"), known("China-Laos rice centre", "Luang Namtha"), None),
        # a name that many have, launched again long after
        (mention("China-Laos joint laboratory", kind="laboratory"), known("China-Laos joint laboratory", kind="laboratory", days_ago=90), None),
        # one field in one town, where one teaches and one studies
        (mention("China-Laos fishing crew training centre", "Bitung"), known("中老金枪鱼联合实验室", "Bitung", lang="zh", kind="laboratory"), None),
        (mention("China-Laos joint tuna laboratory", "Bitung", kind="laboratory"), known("Pusat Pelatihan Perikanan Tiongkok-Laos", "Bitung", lang="id"), None),
        # a brand that many have
        (mention("Luban Workshop", "Pakse", kind="workshop"), known("Luban Workshop", "Vientiane", kind="workshop"), None),
    ],
)  # fmt: skip
def test_two_bases(one: BaseMention, base: KnownBase, story: int | None) -> None:
    assert not is_one(one, base, story=story)


def test_reports_of_one_event_may_place_a_base_of_one_field_in_two_cities() -> None:
    base = known("China-Laos rice centre", "Vientiane")
    assert is_one(mention("中老水稻中心", "Pakse"), base, "zh", story=1)
    assert not is_one(mention("中老水稻中心", "Pakse"), base, "zh", story=2)


@pytest.mark.parametrize(
    ("a", "b", "other", "same"),
    [
        (Fields(frozenset({"rice"})), Fields(frozenset({"railway"})), True, False),
        (Fields(frozenset({"rice"})), Fields(frozenset({"agriculture"})), False, False),
        (Fields(frozenset({"rice"})), Fields(stated=frozenset({"rice", "trade"})), False, True),
        (Fields(frozenset({"rice"})), Fields(), False, False),
        (Fields(stated=frozenset({"rice"})), Fields(stated=frozenset({"drugs"})), True, False),
    ],
)
def test_fields(a: Fields, b: Fields, other: bool, same: bool) -> None:
    assert (of_other_field(a, b), of_other_field(b, a)) == (other, other)
    assert of_one_field(a, b) == same


@pytest.mark.parametrize(
    ("name", "lang", "which"),
    [
        ("joint laboratory", "en", False),
        ("China-Laos Joint Laboratory", "en", False),
        ("demonstration base (China–Laos), Vientiane", "en", False),
        ("Luban Workshop", "en", False),
        ("China-Laos Rice Laboratory", "en", True),
        ("Qinghe Centre", "en", True),
        ("Trung tâm Văn hóa Trung Quốc", "vi", True),
        ("农业技术示范基地", "zh", False),
        ("中老水稻联合实验室", "zh", True),
        ("中老联合实验室", "zh", False),
    ],
)
def test_a_name_that_tells_a_base_from_others(name: str, lang: str, which: bool) -> None:
    assert says_which(name, lang) == which


@pytest.mark.parametrize(
    ("name", "lang", "partners"),
    [
        ("China-Laos rice centre", "en", {"LA"}),
        ("中老水稻中心", "zh", {"LA"}),
        ("中国—东盟水稻中心", "zh", {"ASEAN"}),
        ("ศูนย์ข้าวไทย-จีน", "th", {"TH"}),
        ("rice centre", "en", set()),
    ],
)
def test_the_partners_in_a_name(name: str, lang: str, partners: set[str]) -> None:
    assert partners_in(name, lang) == partners


def test_keys_name_place_and_field() -> None:
    at = ("Vientiane",)
    rice, rail = (key_of("centre", at, ("CN", "LA"), "", fields=[f]) for f in ("rice", "railway"))
    assert rice != rail
    assert rice == key_of("centre", at, ("CN",), "another name", fields=["rice"])
    in_province = key_of("centre", (), ("CN", "LA"), "", provinces=["Bokeo"])
    assert in_province != key_of("centre", (), ("CN", "LA"), "", provinces=["Attapeu"])
    assert in_province != key_of("centre", (), ("CN", "LA"), "")
