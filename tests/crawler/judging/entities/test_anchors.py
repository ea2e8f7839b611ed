"""What ties reports in different languages together."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.judging.entities.pinyin import names_in_han, names_in_latin
from tests.builders import article, shipped_judge

DAY = datetime(2025, 9, 18, 6, tzinfo=UTC)


def anchors(title: str, text: str, lang: str) -> frozenset[str]:
    return (
        shipped_judge()
        .classify(article(title, text, lang_hint=lang, first_seen=DAY, published=DAY))
        .anchors.features
    )


EXPO = [
    (
        "en",
        "China and Malaysia at the 22nd China-ASEAN Expo",
        "The 22nd China-ASEAN Expo opened in Nanning on Wednesday.",
    ),
    ("zh", "第22届中国—东盟博览会在南宁开幕", "9月17日,第22届东博会在广西南宁开幕,马来西亚企业参展。"),
    (
        "id",
        "Pameran China-ASEAN ke-22 dibuka di Nanning",
        "Indonesia ikut dalam CAEXPO ke-22 di Nanning, Rabu (17/9).",
    ),
    (
        "vi",
        "Khai mạc Hội chợ Trung Quốc - ASEAN lần thứ 22",
        "Việt Nam dự Hội chợ Trung Quốc - ASEAN lần thứ 22 tại Nam Ninh ngày 17/9.",
    ),
    (
        "th",
        "เปิดงานมหกรรมแสดงสินค้าจีน-อาเซียน ครั้งที่ 22",
        "ไทยร่วมมหกรรมแสดงสินค้าจีน-อาเซียน ครั้งที่ 22 ที่หนานหนิง วันที่ 17 กันยายน 2568",
    ),
    (
        "lo",
        "ງານວາງສະແດງສິນຄ້າ ຈີນ-ອາຊຽນ ຄັ້ງທີ 22",
        "ລາວເຂົ້າຮ່ວມງານວາງສະແດງສິນຄ້າ ຈີນ-ອາຊຽນ ຄັ້ງທີ 22 ທີ່ນະຄອນໜານໜິງ ວັນທີ 17 ກັນຍາ",
    ),
    ("km", "កម្ពុជាចូលរួមពិព័រណ៍ចិន-អាស៊ាន លើកទី២២", "កម្ពុជាចូលរួមពិព័រណ៍ចិន-អាស៊ាន លើកទី២២ នៅទីក្រុងណាននីង ថ្ងៃទី១៧ ខែកញ្ញា ឆ្នាំ២០២៥"),
]


@pytest.mark.parametrize(("lang", "title", "text"), EXPO, ids=[lang for lang, _, _ in EXPO])
def test_an_edition_is_one_anchor_in_every_language(lang: str, title: str, text: str) -> None:
    found = anchors(title, text, lang)
    assert {"e:China-ASEAN Expo#22", "h:China-ASEAN Expo#22", "p:Nanning", "d:2025-09-17"} <= found
    assert not {"o:22", "n:22"} & found


SAME = [
    (
        "en",
        "China buys Vietnamese durian",
        "Xi Jinping and To Lam signed a durian protocol worth 1.7 billion dollars in Guangxi yesterday.",
    ),
    ("zh", "越南榴莲输华", "习近平与苏林昨日在广西见证签署榴莲议定书,金额17亿美元,中越合作。"),
    (
        "vi",
        "Trung Quốc mua sầu riêng Việt Nam",
        "Hôm qua tại Quảng Tây, Tập Cận Bình và Tô Lâm chứng kiến ký nghị định thư sầu riêng trị giá 1,7 tỷ USD.",
    ),
    ("th", "จีนซื้อทุเรียนเวียดนาม", "สี จิ้นผิง และโต เลิม ร่วมลงนามพิธีสารทุเรียนมูลค่า 1,700 ล้านดอลลาร์ที่กว่างซีเมื่อวานนี้"),
]


@pytest.mark.parametrize(("lang", "title", "text"), SAME, ids=[lang for lang, _, _ in SAME])
def test_people_places_numbers_days_and_concepts_are_the_same_in_every_language(
    lang: str, title: str, text: str
) -> None:
    expected = {
        "x:Xi Jinping",
        "x:To Lam",
        "p:Guangxi",
        "n:1.7e+09",
        "d:2025-09-17",
        "k:durian",
        "k:agreement",
        "c:VN",
    }
    assert expected <= anchors(title, text, lang)


def test_a_visit_names_who_goes_where() -> None:
    found = anchors(
        "Xi Jinping begins state visit to Malaysia",
        "President Xi Jinping arrived for talks on cooperation with Malaysia.",
        "en",
    )
    assert "v:Xi Jinping>MY" in found
    assert "v:Xi Jinping>CN" not in found


def test_names_of_chinese_people_meet_in_pinyin() -> None:
    assert "wangtongzhou" in names_in_latin("CCCC chairman Wang Tongzhou met the minister.") & names_in_han(
        "中国交建董事长王彤宙会见部长"
    )
    assert not names_in_latin("Kuala Lumpur and Phnom Penh; Lawrence Wong")


def test_what_stands_far_down_is_no_anchor() -> None:
    text = (
        "China and Laos agreed on a rice deal in Vientiane. "
        + "The talks went on for long in good spirits. " * 40
        + "In 2016 Hun Sen was in Phuket."
    )
    assert not {"x:Hun Sen", "p:Phuket"} & anchors("China, Laos agree on rice", text, "en")


@pytest.mark.parametrize(
    ("lang", "title", "text"),
    [
        ("ja", "中国とインドネシア、メダンの港湾で合意", "両国は14日、スラウェシ島マカッサルとメダンの港湾整備で協定に署名した。"),
        ("ko", "중국과 인도네시아 협력 강화, 메단 항만 협정", "중국과 인도네시아는 교류 협력을 위해 14일 마카사르와 메단 항만 협력 협정에 서명했다."),
        ("ru", "Китай и Индонезия: сотрудничество в порту Медана", "Соглашение о порте в Медане и Макасаре, сотрудничество Китая с Индонезией, подписано 14 сентября."),
        ("ar", "الصين وإندونيسيا توقعان اتفاق ميناء ميدان", "وقعت الصين وإندونيسيا في 14 سبتمبر اتفاق تعاون لتطوير ميناء ماكاسار وميدان."),
        ("fr", "La Chine et l'Indonésie signent un accord sur le port de Medan", "L'accord sur le port de Makassar a été signé le 14 septembre."),
        ("pt", "China e Indonésia assinam acordo sobre o porto de Medan", "O acordo sobre o porto de Makassar foi assinado em 14 de setembro."),
    ],
)  # fmt: skip
def test_days_concepts_and_places_are_read_beyond_the_languages_of_the_region(
    lang: str, title: str, text: str
) -> None:
    found = anchors(title, text, lang)
    assert {"k:agreement", "k:seaport", "p:Makassar", "c:ID"} <= found
    assert any(name.startswith("d:") and name.endswith("-14") for name in found)


def test_words_that_are_no_names_tie_nothing() -> None:
    found = anchors(
        "China and Malaysia agree on port",
        "Cooperation of China and Malaysia began at the quay near Qwertang.\nWorkers of Ahmad Vocational College cheered; workers went home.",
        "en",
    )
    assert {n for n in found if n.startswith("m:")} == {"m:qwertang"}
