"""Where an event takes place, and what contradicts."""

from __future__ import annotations

import pytest

from crawler.judging.places.event_places import Ground, covers, elsewhere, hardly_together, meet, one_place
from tests.builders import article, shipped_judge


def at(*cities: str, lands: str = "", named: str = "", wide: bool = False) -> Ground:
    own = frozenset(lands.split())
    return Ground(frozenset(cities), own, frozenset(named.split()) | own, wide)


def place_of(title: str, text: str, lang: str) -> set[str]:
    found = shipped_judge().classify(article(title, text, lang_hint=lang)).anchors.features
    return {f for f in found if f[0] in "sg"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (at("Luang Prabang", lands="LA"), at("Vientiane", lands="LA")),
        (at("Luang Prabang", "Kunming", lands="LA"), at("Vientiane", "Kunming", lands="LA")),
        (at("Nanning"), at("Kunming")),
        (at("Khon Kaen", lands="TH"), at(lands="MY")),
        (at(lands="KH", named="VN TH"), at(lands="VN")),
        (at(named="TH"), at(named="MY")),
        (at("Dong Nai", lands="VN"), at("Bac Ninh", lands="VN")),
        (
            at("Phnom Penh", lands="KH"),
            at("Ayutthaya", lands="TH"),
        ),  # a city, and a province of another country
    ],
)
def test_other_places_are_other_events(one: Ground, other: Ground) -> None:
    assert elsewhere(one, other)
    assert elsewhere(other, one)
    assert not one_place(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (at("Vientiane", lands="LA"), at("Kunming", lands="LA")),  # a base there, agreed on here
        (
            at("Shenzhen", "Guangzhou", "Singapore", "Kuala Lumpur", lands="SG MY"),
            at("Shenzhen", "Guangzhou"),
        ),
        (
            at("Shenzhen", "Guangzhou", "Singapore", lands="SG"),
            at("Shenzhen", "Guangzhou", "Kuala Lumpur", lands="MY"),
        ),
        (at("Hanoi", "Haiphong", lands="VN"), at("Haiphong", lands="VN")),
        (at("Boten", lands="LA"), at("Mengla")),  # two sides of a border crossing
        (at("Makassar", lands="ID"), at("South Sulawesi", lands="ID")),
        (at("South Sulawesi", lands="ID"), at("Sulawesi", lands="ID")),
        (at(lands="LA", named="TH"), at(lands="TH", named="LA")),  # each told from its own side
        (
            at(named="VN", wide=True),
            at(named="TH", wide=True),
        ),  # ASEAN as a whole, with a country as an example
        (at(), at("Vientiane", lands="LA")),
    ],
)
def test_different_sets_of_places_may_be_one_event(one: Ground, other: Ground) -> None:
    assert not elsewhere(one, other)
    assert not elsewhere(other, one)


def test_what_lies_in_china_is_hardly_what_lies_in_a_country_that_it_does_not_name() -> None:
    assert hardly_together(at("Kunming", wide=True), at("Luang Prabang", lands="LA"))
    assert not hardly_together(at("Kunming", lands="LA"), at("Luang Prabang", lands="LA"))
    assert not hardly_together(at("Kunming", "Vientiane", lands="LA"), at("Luang Prabang", lands="LA"))


def test_an_event_in_several_places_is_told_with_some_of_them_and_a_roundup_is_none() -> None:
    network, roundup = at("Nanning", "Hanoi", "Jakarta"), at("Vientiane", "Phnom Penh", "Hanoi")
    assert covers(network, at("Nanning", "Hanoi"), at("Nanning", "Jakarta"))
    assert not covers(network, at("Nanning", "Hanoi"), at("Nanning", "Bangkok"))
    assert not covers(roundup, at("Vientiane"), at("Phnom Penh"))


def test_towns_within_reach_of_a_city_are_one_place_with_it() -> None:
    assert meet(["Vientiane"], ["Nong Khai"])
    assert not meet(["Hanoi"], ["Haiphong"])


SAME_BASE = [
    (
        "en",
        "China-Thailand training base opens in Khon Kaen",
        "A training base of China and Thailand opened in Khon Kaen on Friday.",
    ),
    ("zh", "中泰培训基地在孔敬启用", "11月28日,中泰农业培训基地在泰国孔敬启用。"),
    ("th", "ขอนแก่นเปิดฐานฝึกอบรมไทย-จีน", "ฐานฝึกอบรมไทย-จีนเปิดที่จังหวัดขอนแก่นเมื่อวันที่ 28 พฤศจิกายน"),
]


@pytest.mark.parametrize(("lang", "title", "text"), SAME_BASE, ids=[lang for lang, _, _ in SAME_BASE])
def test_a_place_is_the_same_anchor_in_every_language(lang: str, title: str, text: str) -> None:
    assert place_of(title, text, lang) == {"s:Khon Kaen", "g:TH"}


@pytest.mark.parametrize(
    ("title", "text", "lang", "place"),
    [
        ("Hanoi, Beijing agree on rice", "Vietnam and China agreed on cooperation in rice on Friday.", "en", {"g:VN"}),
        ("China, Vietnam start work on station in Lao Cai", "Work on the railway of the two countries began.", "en", {"s:Lao Cai", "g:VN"}),
        ("China, ASEAN launch scholarship scheme", "China and ASEAN launched a cooperation scheme; Thai students apply first.", "en", {"g:ASEAN"}),
        ("习近平同安瓦尔会谈", "11月28日,两国领导人在北京会谈,中马签署合作文件。", "zh", {"g:MY"}),
        ("中老续签双边本币互换协议", "两国央行11月28日续签双边本币互换协议,促进中老贸易合作。", "zh", {"g:LA"}),
    ],
)  # fmt: skip
def test_governments_people_and_names_of_two_countries_say_whom_it_concerns(
    title: str, text: str, lang: str, place: set[str]
) -> None:
    assert place_of(title, text, lang) == place


def test_a_city_within_a_longer_name_is_not_named() -> None:
    found = shipped_judge().classify(
        article("中菲签署榴莲议定书", "中国与菲律宾签署议定书,棉兰老岛种植户受益,合作深化。", lang_hint="zh")
    )
    assert "p:Medan" not in found.anchors.features
