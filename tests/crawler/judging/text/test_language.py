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
