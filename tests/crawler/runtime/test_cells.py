"""Cells of a terminal: measured as the C library measures them, and lines broken where their script allows it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.runtime.cells import width, wrapped
from tests.terminal import by_c_library

HEADLINES = {
    "en": "China-ASEAN innovation base for emerging industries launched in Shenzhen",
    "zh": "中国—东盟新兴产业协同创新示范基地在深圳启动，首批落户四座城市",
    "vi": "Ra mắt căn cứ trình diễn đổi mới sáng tạo Trung Quốc - ASEAN",
    "th": "จีน-อาเซียนเปิดตัวฐานสาธิตนวัตกรรม 4 แห่งแรกในเซินเจิ้น กว่างโจว น้ำใจ",
    "lo": "ຈີນ-ອາຊຽນ ເປີດຕົວຖານສາທິດນະວັດຕະກຳ ຢູ່ເຊີນເຈີ້ນ",
    "km": "ចិន និងអាស៊ាន សម្ពោធមូលដ្ឋានគំរូនវានុវត្តន៍នៅទីក្រុងសេនជិន",
    "my": "တရုတ်-အာဆီယံ ဆန်းသစ်တီထွင်မှု သရုပ်ပြအခြေစိုက်စခန်း ရှန်ကျန်းမြို့တွင် ဖွင့်လှစ်",
    "ta": "சீனா மற்றும் மலேசியா தொழிற்பூங்கா திறப்பு",
    "ko": "한중 아세안 협력 기지가 선전에서 문을 열다",
    "jv": "ꦱꦸꦫꦧꦪ ꦏꦺꦴꦠ",
}


@pytest.mark.parametrize("lang", HEADLINES)
def test_a_headline_is_as_wide_as_the_c_library_says(lang: str) -> None:
    assert width(HEADLINES[lang]) == sum(map(by_c_library, HEADLINES[lang]))


def test_every_letter_of_the_region_is_as_wide_as_the_c_library_says() -> None:
    blocks = [range(0x20, 0x7F), range(0xA0, 0x600), range(0x900, 0x1200), range(0x1700, 0x1800), range(0x1900, 0x1CFA),
              range(0x1E00, 0x2000), range(0x3000, 0x3248), range(0xA980, 0xAA80), range(0x3400, 0x4DC0), range(0x4E00, 0xA000),
              range(0xAC00, 0xD7A4), range(0xFF01, 0xFFEF)]  # fmt: skip
    letters = [chr(c) for block in blocks for c in block if unicodedata.category(chr(c)) not in ("Cn", "Cc")]
    assert [c for c in letters if width(c) != by_c_library(c)] == []


@pytest.mark.parametrize("most", [8, 20, 33])
@pytest.mark.parametrize("lang", HEADLINES)
def test_lines_fit_and_lose_nothing(lang: str, most: int) -> None:
    lines = wrapped(HEADLINES[lang], most)
    assert max(map(width, lines)) <= most
    assert "".join("".join(lines).split()) == "".join(HEADLINES[lang].split())


@given(st.text(alphabet=st.sampled_from("aé 中ກຳมื่កာြ\u200b\U0001f600-\n"), max_size=60), st.integers(2, 12))
def test_no_text_is_lost_or_too_wide(text: str, most: int) -> None:
    lines = wrapped(text, most)
    assert "".join("".join(lines).split()) == "".join(text.split())
    # What people see as one character is never cut, however wide the marks of it are measured.
    assert all(width(line) <= most or len(line) > 1 for line in lines)


def test_unspaced_scripts_break_between_words() -> None:
    assert wrapped("ฐานนวัตกรรมร่วมสำหรับอุตสาหกรรมเกิด", 20) == ["ฐานนวัตกรรมร่วมสำหรับ", "อุตสาหกรรมเกิด"]
    assert wrapped("Solar Training Base", 14) == ["Solar Training", "Base"]


def test_a_word_that_is_longer_than_a_line_is_broken_between_characters() -> None:
    assert wrapped("https://outlet.example/", 10) == ["https://", "outlet.exa", "mple/"]
