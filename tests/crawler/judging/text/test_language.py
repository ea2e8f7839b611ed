"""Languages are told by their words; a wrong claim does not win."""

from __future__ import annotations

import unicodedata

import pytest

from crawler.judging.text.language import known, language_of
from tests.newsroom.news import items


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("zh-CN", "zh"),
        ("in_ID", "id"),
        ("fil", "tl"),
        ("EN", "en"),
        ("", None),
        (None, None),
        ("english", None),
    ],
)
def test_what_feeds_call_their_language(given: str | None, code: str | None) -> None:
    assert known(given) == code


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("ທາງລົດໄຟ ລາວ-ຈີນ", "lo"),
        ("ทางรถไฟจีน-ลาว", "th"),
        ("ផ្លូវរថភ្លើង", "km"),
        ("မြန်မာနိုင်ငံ", "my"),
        ("中老铁路", "zh"),
        ("Đường sắt Lào - Trung Quốc được khánh thành", "vi"),
        ("Pemerintah mengatakan bahwa proyek itu akan selesai karena kerja sama", "id"),
        ("Kerajaan berkata projek itu akan siap kerana kerjasama dua hala", "ms"),
        ("Sinabi ng pamahalaan na matatapos ang proyekto sa susunod na taon", "tl"),
    ],
)
def test_a_wrong_claim_does_not_win(text: str, lang: str) -> None:
    assert language_of("", text, "en") == lang


@pytest.mark.parametrize(
    "text",
    [
        "Đà Nẵng hosts Chinese investors for port talks",
        "Lào Cai–Hà Nội–Hải Phòng railway breaks ground",
        "Bún chả and phở on the menu at Nanning food fair",
        "VinFast's Phạm Nhật Vượng visits Guangzhou",
        "Prime Minister Phạm Minh Chính told reporters in Đà Nẵng that Việt Nam and China would open a joint centre",
        "Hồ Xuân Sơn, Nguyễn Văn Thơ, Đặng Minh Khôi: ambassadors recall 75 years",
        "Đà Nẵng Port Opens New Pier",
        "Nguyễn Thị Hồng Visits Kunming",
    ],
)
def test_english_that_quotes_vietnamese_names_is_english(text: str) -> None:
    assert language_of(text, "", "en") == "en"
    assert language_of(unicodedata.normalize("NFD", text), "", "en") == "en"


@pytest.mark.parametrize(
    "text",
    [
        "Khánh thành cầu Bắc Luân 3",
        "Huawei, ZTE muốn đầu tư 5G",
        "China Railway Group trúng thầu metro số 3",
        "Nam Ninh - Hà Nội: tàu liên vận chạy lại",
        "Lễ ký MoU giữa VCCI và CCPIT",
        "Sầu riêng lên ngôi",
    ],
)
def test_vietnamese_with_foreign_names_is_vietnamese_whatever_is_claimed(text: str) -> None:
    assert {language_of(text, "", claim) for claim in (None, "vi", "en", "id")} == {"vi"}


@pytest.mark.parametrize(
    ("headline", "lang"),
    [
        ("Anwar lawat China", "ms"),
        ("Harga sawit naik", "ms"),
        ("Proton, Geely buka kilang", "ms"),
        ("Prabowo ke Beijing", "id"),
        ("Kereta Cepat Whoosh Tambah Rute", "id"),
        ("Jakarta-Bandung train", "en"),
        ("Council to speed up Malaysia-China Kuantan project", "en"),
        ("Barko ng Tsina namataan", "tl"),
    ],
)
def test_a_short_headline_is_in_the_language_of_its_source(headline: str, lang: str) -> None:
    assert language_of(headline, "", lang) == lang


def test_a_text_without_letters_has_the_claimed_language() -> None:
    assert language_of("", "2025 11 30", "vi") == "vi"
    assert language_of("", "", None) is None


def test_the_newsroom_is_read_in_its_languages() -> None:
    wrong = [
        (i.number, i.outlet.lang)
        for i in items()
        if language_of(i.title, i.text, i.outlet.lang) != i.outlet.lang
    ]
    assert len(wrong) <= 0.02 * len(items()), wrong


@pytest.mark.parametrize(
    ("title", "hint", "language"),
    [
        # Nothing is said in Latin letters but acronyms and numbers
        ("中国 ASEAN 2025 FTA 3.0", "en", "zh"),
        ("中国 ASEAN 2025 FTA 3.0", None, "zh"),
        ("ไทย ASEAN RCEP 2026", "en", "th"),
        ("ລາວ MRC 2026", "en", "lo"),
        ("မြန်မာ BRI CMEC", "id", "my"),
        # Names in both scripts: the claim decides
        ("李强 Li Qiang 安瓦尔 Anwar", "zh", "zh"),
        ("李强 Li Qiang 安瓦尔 Anwar", "en", "en"),
        ("Pop Mart (泡泡玛特) opens in Bangkok", "en", "en"),
        ("泡泡玛特 Pop Mart 曼谷开店", "zh", "zh"),
        # Something is said in one of them
        ("China–ASEAN (中国—东盟) expo opens", None, "en"),
        ("Tencent (腾讯), Alibaba (阿里巴巴) and JD.com (京东) bid for Lazada", None, "en"),
        ("TikTok Shop 与 Tokopedia 合并", None, "zh"),
        ("东盟 ASEAN 峰会在吉隆坡 Kuala Lumpur 开幕", "en", "zh"),
        ("BYD เปิดโรงงาน EV ในระยอง Rayong Thailand factory", "th", "th"),
        ("BYD opens Thai plant (บีวายดี)", "th", "en"),
        ("Laos–China railway ທາງລົດໄຟ", "en", "en"),
        ("ທາງລົດໄຟລາວ-ຈີນ Laos-China Railway", "lo", "lo"),
        ("Funan Techo (ហ្វូណនតេជោ) canal", "en", "en"),
        ("Kyaukphyu (ကျောက်ဖြူ) SEZ deal signed", "en", "en"),
        # English, Indonesian, Malay and Filipino that quote Vietnamese names
        ("Tô Lâm, Phạm Minh Chính visit Hà Nội's Long Biên", None, "en"),
        ("Viet Nam, China sign MoU in Hà Nội", "vi", "en"),
        ("Lương Cường hosts Xi", None, "en"),
        ("Lương Cường tiếp Xi", None, "vi"),
        ("Prabowo temui Phạm Minh Chính di Hà Nội", None, "id"),
        ("Anwar temui Phạm Minh Chính di Hà Nội", "ms", "ms"),
        ("Marcos, nakipagpulong kay Tô Lâm sa Hà Nội", None, "tl"),
        # Names, acronyms or numbers alone
        ("ECRL", None, "en"),
        ("ECRL", "ms", "ms"),
        ("GDP Q3 2025: 5.2%", "id", "id"),
        ("2026-11-26 14:05", "th", "th"),
        ("Jokowi, Prabowo, Xi", "id", "id"),
        # Very short, and two languages in one sentence
        ("Harga emas naik", "id", "id"),
        ("Harga emas naik", "ms", "ms"),
        ("Grabe ang traffic sa EDSA because of the new bridge project, sabi ng DPWH", None, "tl"),
        ("Marcos says no to new China loan for Mindanao railway", "tl", "en"),
    ],
)
def test_what_is_said_counts_before_names_and_the_claim(title: str, hint: str | None, language: str) -> None:
    assert language_of(title, "", hint) == language
