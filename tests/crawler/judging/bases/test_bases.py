"""New bases: a base and its coming into being, its name, cities and day; old ones are no news."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from crawler.model import BaseMention
from tests.builders import NOON, article, shipped_judge


def bases(title: str, text: str, **more: Any) -> tuple[BaseMention, ...]:
    return shipped_judge().classify(article(title, text, **more)).bases


def test_a_launch_gives_name_cities_and_day() -> None:
    (base,) = bases(
        "China-ASEAN training base opened in Nanning",
        "The China-ASEAN Vocational Training Base was officially launched in Nanning on Nov. 27, both sides said. "
        "A second campus of the training base will follow in Vientiane.",
        published=NOON,
    )
    assert base.name == "China-ASEAN Vocational Training Base"
    assert base.cities == ("Nanning", "Vientiane")
    assert base.date == date(2025, 11, 27)
    assert base.stage == "launched"
    assert "officially launched" in base.sentence


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "China-Malaysia industrial park marks anniversary",
            "The industrial park of China and Malaysia, which opened in 2013, marks its anniversary.",
        ),
        ("中国与文莱合作走廊拓展", "2014年启动的文莱—广西经济走廊继续拓展合作。"),
        (
            "China and Thailand hold talks on parks",
            "Officials of China and Thailand spoke of trade cooperation.",
        ),
        (
            "Japan and Vietnam launch innovation base",
            "The innovation base of Japan and Vietnam was launched in Hanoi.",
        ),
    ],
)
def test_what_is_no_new_base(title: str, text: str) -> None:
    assert bases(title, text) == ()


@pytest.mark.parametrize(
    ("title", "text", "cities"),
    [
        (
            "中国—东盟新材料联合实验室在桂林揭牌",
            "中国—东盟新材料联合实验室11月27日在桂林揭牌，与河内的伙伴合作。",
            {"Guilin"},
        ),
        (
            "Tiongkok dan Indonesia resmikan pusat inovasi di Surabaya",
            "Pusat inovasi Tiongkok-Indonesia diresmikan di Surabaya.",
            {"Surabaya"},
        ),
        (
            "Trung Quốc - ASEAN khai trương trung tâm đổi mới tại Hà Nội",
            "Trung tâm đổi mới Trung Quốc - ASEAN khai trương tại Hà Nội.",
            {"Hanoi"},
        ),
        ("จีน-ไทยเปิดศูนย์วิจัยร่วมที่เชียงใหม่", "จีนและไทยเปิดตัวศูนย์วิจัยความร่วมมือที่เชียงใหม่", {"Chiang Mai"}),
    ],
)
def test_bases_in_other_languages(title: str, text: str, cities: set[str]) -> None:
    (base,) = bases(title, text)
    assert cities <= set(base.cities)


def test_reports_of_one_base_agree_on_its_key_across_languages() -> None:
    (english,) = bases(
        "China-Laos demonstration base launched in Vientiane",
        "China and Laos launched a demonstration base in Vientiane.",
    )
    (chinese,) = bases("中国老挝示范基地在万象启动", "中国与老挝合作的示范基地在万象启动。")
    assert english.key == chinese.key


@pytest.mark.parametrize("city", ["Hue", "Nam Dinh", "Da Lat", "Dong Hoi"])
def test_short_names_of_cities_and_those_without_their_own_letters_are_known(city: str) -> None:
    title = f"China and Vietnam open agricultural training base in {city}"
    reading = shipped_judge().classify(
        article(title, f"The base was opened in {city} on Friday. Officials from Beijing came.")
    )
    assert [mention.countries for mention in reading.bases] == [("CN", "VN")]
    assert len(reading.bases[0].cities) == 1


def test_a_capital_that_stands_for_a_government_is_not_where_a_base_lies() -> None:
    text = "The base was opened in Qwertang on Friday. Officials from Beijing and Laos said that it would train farmers."
    reading = shipped_judge().classify(
        article("China and Laos open agricultural training base in Qwertang", text)
    )
    assert [mention.cities for mention in reading.bases] == [()]


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "How a laboratory changed Lao farming",
            "When China and Laos opened a joint laboratory in Luang Prabang in May 2015, few hoped.",
        ),
        (
            "Taman industri China-Indonesia",
            "Taman industri China-Indonesia diresmikan di Batang pada 2015 dan kini menampung 30 perusahaan.",
        ),
        ("นิคมอุตสาหกรรมไทย-จีน", "นิคมอุตสาหกรรมไทย-จีนเปิดที่ระยองเมื่อปี 2558 ปัจจุบันมีบริษัท 100 แห่งร่วมมือกัน"),
        (
            "Khu công nghiệp Việt - Trung",
            "Khu công nghiệp Việt Nam - Trung Quốc được khánh thành tại Hải Phòng năm 2015.",
        ),
        (
            "ฐานสาธิตเกษตรไทย-จีน",
            "ฐานสาธิตความร่วมมือไทย-จีนที่น่านเปิดตัวเมื่อเดือนพฤษภาคม 2558 ปัจจุบันฝึกอบรมเกษตรกรแล้ว 900 คน",
        ),
        ("ສູນກະສິກຳລາວ-ຈີນ", "ສູນສາທິດກະສິກຳຮ່ວມມືລາວ-ຈີນ ໄດ້ເປີດໃນເດືອນພຶດສະພາ 2015 ຢູ່ວຽງຈັນ ຝຶກອົບຮົມຊາວກະສິກອນແລ້ວ 900 ຄົນ."),
        (
            "တရုတ်-မြန်မာ စခန်း",
            "တရုတ်-မြန်မာ ပူးပေါင်းဆောင်ရွက်ရေး သရုပ်ပြစခန်းကို ၂၀၁၅ ခုနှစ် မေလတွင် ဖွင့်လှစ်ခဲ့ပြီး တောင်သူ ၉၀၀ ကို သင်တန်းပေးခဲ့သည်။",
        ),
        (
            "Sentro ng kooperasyong Pilipinas-Tsina",
            "Binuksan ang sentro ng pagsasanay ng kooperasyong Pilipinas-Tsina noong Mayo 2015 sa Davao.",
        ),
    ],
)
def test_an_act_whose_clause_ends_with_an_earlier_year_is_no_news(title: str, text: str) -> None:
    assert not any(mention.is_new for mention in bases(title, text))


@pytest.mark.parametrize(
    "rest",
    [
        "under an agreement signed in 2019",
        "that was proposed in 2019",
        "in 2025",
        "under the 2021-2025 plan",
        "by 2030",
    ],
)
def test_the_year_of_another_clause_is_not_that_of_the_act(rest: str) -> None:
    text = f"China and Laos opened a joint laboratory in Luang Prabang {rest}."
    assert any(mention.is_new for mention in bases("China, Laos open joint laboratory", text))


def test_the_place_of_a_report_is_no_country_of_a_base() -> None:
    (base,) = bases(
        "China-Laos training base opened",
        "SINGAPORE -- A China-Laos vocational training base was launched in Pakse on Thursday, both sides said.",
        published=NOON,
    )
    assert base.cities == ("Pakse",)
    assert "SG" not in base.countries
