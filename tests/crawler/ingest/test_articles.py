"""A page that was found in the place of an article is held against what the source announced."""

from __future__ import annotations

import pytest

from crawler.ingest.articles import says_nothing_of
from crawler.model import Document
from tests.builders import entry

URL = "https://outlet.example/1"
ANNOUNCED = {
    "en": ("Coastal works near completion", "China and Cambodia opened a demonstration base in Kampot on Friday."),
    "zh": ("沿海工程即将完工", "中国与柬埔寨的农业示范基地周五在贡布揭牌。"),
    "id": ("Pembangunan pesisir hampir rampung", "Tiongkok dan Kamboja membuka pangkalan percontohan di Kampot."),
    "vi": ("Công trình ven biển sắp hoàn thành", "Trung Quốc và Campuchia khánh thành cơ sở mẫu ở Kampot."),
    "th": ("งานก่อสร้างชายฝั่งใกล้แล้วเสร็จ", "จีนและกัมพูชาเปิดฐานสาธิตการเกษตรที่กำปอต"),
    "km": ("ការសាងសង់ឆ្នេរជិតរួចរាល់", "ចិន និងកម្ពុជាបើកមូលដ្ឋានសាកល្បងកសិកម្មនៅកំពត"),
}  # fmt: skip
FOREIGN = [
    ("Hello there", "Whatever stood here went somewhere else long ago."),
    ("提示", "您来晚了一步,这里什么都没有。"),
    ("Aduh", "Anda tersesat. Coba lagi nanti."),
    ("Rất tiếc", "Mời quay lại sau ít phút."),
    ("อุ๊ย", "ลองใหม่อีกครั้งภายหลัง"),
    ("Outlet", ""),
]
BRIEFS = {
    "en": ("Works finished at the coast", "The base in Kampot opened."),
    "zh": ("示范基地揭牌", "基地周五开放。"),
    "id": ("Pangkalan dibuka", "Kamboja menyambut tamu."),
    "vi": ("Khánh thành cơ sở mẫu", "Lễ diễn ra sáng nay."),
    "th": ("เปิดฐานสาธิตการเกษตร", "พิธีมีขึ้นเช้าวันนี้"),
    "km": ("បើកមូលដ្ឋានសាកល្បងកសិកម្ម", "ពិធីធ្វើឡើងព្រឹកនេះ"),
}


@pytest.mark.parametrize("lang", ANNOUNCED)
@pytest.mark.parametrize(("title", "text"), FOREIGN)
def test_a_short_page_about_nothing_of_it_is_not_the_article(lang: str, title: str, text: str) -> None:
    headline, summary = ANNOUNCED[lang]
    assert says_nothing_of(entry(headline, summary=summary), Document(URL, title, text))


@pytest.mark.parametrize("lang", ANNOUNCED)
def test_a_brief_in_other_words_is_the_article(lang: str) -> None:
    headline, summary = ANNOUNCED[lang]
    assert not says_nothing_of(entry(headline, summary=summary), Document(URL, *BRIEFS[lang]))


def test_a_long_page_and_an_entry_of_few_words_are_not_compared() -> None:
    headline, summary = ANNOUNCED["en"]
    long = Document(URL, "Another headline", "The ministers agreed on who pays for the railway. " * 20)
    assert not says_nothing_of(entry(headline, summary=summary), long)
    assert not says_nothing_of(entry("Rail"), Document(URL, *FOREIGN[0]))
