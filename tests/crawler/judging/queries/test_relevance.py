"""Relevant is cooperation between China and ASEAN or a member; friction alone is not."""

from __future__ import annotations

import pytest

from crawler.analysis.classify import classify
from crawler.judging.evaluation import measure
from tests.builders import NOON, article, judge, shipped_judge
from tests.newsroom.news import labelled


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("China and ASEAN widen cooperation", True),
        ("China and Malaysia signed a cooperation agreement", True),
        ("China-ASEAN Expo opens with cooperation in mind", True),
        ("China widens cooperation", False),
        ("Malaysia widens cooperation", False),
        ("ASEAN and Japan widen cooperation", False),
        ("China fires water cannon at ship of ASEAN member", False),
        ("Football: China meet Malaysia", False),
    ],
)
def test_both_parties_and_what_they_do(title: str, expected: bool) -> None:
    assert judge().classify(article(title, title + ".")).relevance.relevant is expected


def test_a_verdict_names_its_reasons_and_words() -> None:
    relevance = judge().classify(article("China and ASEAN widen cooperation")).relevance
    assert dict(relevance.reasons)["both parties in the headline"] > 0
    assert {e.term for e in relevance.evidence} >= {"China", "ASEAN", "cooperation"}


def test_the_shipped_rules_reach_their_floor_on_the_newsroom() -> None:
    rows = labelled()
    measures = measure(rows, classify(rows, shipped_judge(), NOON))
    assert measures["relevant"]["f1"] >= 0.95
    assert min(rates["f1"] for rates in measures["relevant_by_lang"].values()) >= 0.85
    assert measures["new_base"]["f1"] >= 0.9
    assert measures["cities_f1"] >= 0.9
    assert measures["stories_b3"]["p"] >= 0.95
    assert measures["stories_b3"]["f1"] >= 0.8


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "China-ASEAN agricultural base launched in Khon Kaen",
            "A China-ASEAN farming base was launched in Khon Kaen on Friday.",
        ),
        (
            "Philippines-China rice centre opens in Nueva Ecija",
            "A rice centre of the Philippines and China opened on Friday.",
        ),
        (
            "Pusat pendidikan vokasional China-ASEAN dilancarkan di Melaka",
            "Pusat itu dilancarkan pada Jumaat dengan 90 pelajar.",
        ),
        ("ເປີດສູນອາຊີວະສຶກສາຈີນ-ລາວຢູ່ວຽງຈັນ", "ສູນອາຊີວະສຶກສາຈີນ-ລາວໄດ້ເປີດຢູ່ວຽງຈັນ ຈະຮັບນັກຮຽນ 90 ຄົນ."),
    ],
)
def test_a_place_of_work_that_both_parties_name_and_open_is_cooperation_without_a_word_for_it(
    title: str, text: str
) -> None:
    reading = shipped_judge().classify(article(title, text))
    assert reading.relevance.relevant
    assert [mention.is_new for mention in reading.bases] == [True]


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "Chinese Malaysian businessman opens karaoke centre in Ipoh",
            "The owner, a Chinese Malaysian, opened the centre on Friday.",
        ),
        (
            "China-Vietnam border town has no hospital centre",
            "The nearest centre is 90 kilometres from the China-Vietnam border.",
        ),
        (
            "China-Philippines row deepens over reef station",
            "Police arrested a man of the China-Philippines station on Friday.",
        ),
    ],
)
def test_a_place_of_work_that_is_of_neither_or_is_not_opened_is_none(title: str, text: str) -> None:
    assert not shipped_judge().classify(article(title, text)).relevance.relevant


@pytest.mark.parametrize(
    ("title", "text", "lang"),
    [
        (
            "Chinese patrol cars handed to Cambodian police",
            "Cambodia's police received patrol cars and a laboratory van as a grant from China on Monday. They will be used against "
            "drug smuggling and online scams.",
            "en",
        ),
        (
            "Kapal patroli hibah Tiongkok tiba di Jakarta",
            "Kapal bantuan Tiongkok untuk polisi Indonesia itu akan dipakai menjaga laut dari penyelundupan.",
            "id",
        ),
        (
            "中国向老挝警方捐赠巡逻车",
            "中国向老挝警方捐赠二十辆巡逻车,用于打击毒品走私和诈骗犯罪。双方还签署合作协议。",
            "zh",
        ),
    ],
)
def test_what_is_given_to_the_police_is_aid(title: str, text: str, lang: str) -> None:
    assert shipped_judge().classify(article(title, text, lang_hint=lang)).relevance.relevant


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Chinese and Thai police raid scam centre", "Chinese and Thai police arrested 40 suspects of a scam gang. Cars were donated last year."),
        ("中泰警方联手捣毁诈骗窝点", "警方逮捕四十名嫌疑人,缴获毒品和走私车辆。"),
    ],
)  # fmt: skip
def test_what_the_police_of_both_do_is_crime_news(title: str, text: str) -> None:
    assert not shipped_judge().classify(article(title, text)).relevance.relevant


@pytest.mark.parametrize(
    "title",
    [
        "Laos, China open second freight yard",
        "Cambodia ships first mangoes to China by rail",
        "Hainan hospital treats 300 cataract patients in Kampot",
        "柬埔寨香蕉首次海运抵达上海",
        "China dan Indonesia bangun pelabuhan di Batam",
        "Sarawak hantar pelajar ke Hainan",
        "Chanh leo Sơn La lên đường sang Trung Quốc",
        "นักศึกษาเชียงใหม่ไปเรียนที่คุนหมิง",
        "Tsina at Pilipinas, naglunsad ng bagong ruta ng barko",
        "ចិននិងកម្ពុជាបើកផ្លូវហោះហើរថ្មី",
        "ນັກສຶກສາລາວໄປຮຽນຢູ່ຄຸນໝິງ",
        "တရုတ်နှင့် မြန်မာ တံတားသစ် ဖွင့်",
        "Le Cambodge et la Chine relancent la pêche en cage",
    ],
)
def test_a_headline_has_no_room_for_words_of_cooperation(title: str) -> None:
    assert shipped_judge().classify(article(title, "")).relevance.relevant


@pytest.mark.parametrize(
    "title",
    [
        "Chinese cafe chains crowd Kuala Lumpur malls",
        "Hong Kong, Singapore stocks fall",
        "Malaysia overtakes China in passport ranking",
        "Vietnam begins anti-dumping probe into Chinese steel",
        "泰国榴莲在上海超市打折",
        "Daftar negara dengan utang terbesar ke China, Laos nomor satu",
        "Perbicaraan warga China bermula di Kuala Lumpur",
        "Bão số 5 hướng vào Hải Nam, Quảng Ninh đề phòng",
        "คนจีนแห่ซื้อคอนโดพัทยา",
        "Mga bangka ng Tsina, nagkalat malapit sa Pag-asa",
        "ទេសចរចិនលង់ទឹកស្លាប់នៅព្រះសីហនុ",
        "ພາຍຸພັດເຂົ້າຫວຽດນາມ ແລະ ພາກໃຕ້ຂອງຈີນ",
        "မြန်မာ-တရုတ်နယ်စပ်တွင် ငလျင်လှုပ်",
        "Apple shifts iPhone production from China to Vietnam and India",
    ],
)
def test_a_headline_that_names_both_parties_need_not_tell_what_they_do_together(title: str) -> None:
    assert not shipped_judge().classify(article(title, "")).relevance.relevant


def test_a_long_text_that_is_silent_on_cooperation_is_of_none() -> None:
    title = "Cambodia ships mangoes to China"
    short, long = (
        shipped_judge().classify(article(title, "Mangoes were sold in the market. " * n)).relevance
        for n in (1, 15)
    )
    assert short.score > 0.5 > long.score
