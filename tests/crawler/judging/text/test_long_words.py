"""Terms of scripts without spaces are not found in longer words that mean something else."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.judging.text import long_words
from crawler.judging.text.matching import Matcher
from crawler.judging.text.terms import pattern


def is_found(lang: str, term: str, text: str) -> bool:
    made = pattern("own", lang, term)
    assert made is not None
    return bool(Matcher([made]).find({"text": text}, lang).hits)


@pytest.mark.parametrize(
    ("lang", "term", "word"),
    [
        ("th", "ศาล", "ศาลเจ้า"),
        ("th", "มอบ", "มอบหมาย"),
        ("th", "แผน", "แผนที่"),
        ("th", "ยา", "ยาว"),
        ("th", "นัด", "กำนัน"),
        ("lo", "ຖານ", "ພື້ນຖານ"),
        ("lo", "ຖານ", "ສະຖານທູດ"),
        ("lo", "ສານ", "ຜູ້ໂດຍສານ"),
        ("lo", "ສັນຍາ", "ສັນຍານ"),
        ("lo", "ປິດ", "ປິດບັງ"),
        ("my", "ပြောင်း", "အပြောင်းအလဲ"),
        ("my", "သမ္မတ", "သမ္မတနိုင်ငံ"),
        ("km", "ម្រេច", "សម្រេច"),
    ],
)
def test_a_term_is_not_found_in_a_longer_word(lang: str, term: str, word: str) -> None:
    assert is_found(lang, term, term)
    assert not is_found(lang, term, word)


@pytest.mark.parametrize(
    ("lang", "term", "text"),
    [
        ("th", "ศาล", "ศาลสั่งปรับผู้นำเข้า"),
        ("th", "ศาล", "จำเลยขึ้นศาล"),
        ("th", "มอบ", "จีนมอบรถให้ตำรวจ"),
        ("th", "ยา", "ยาวันนี้มาถึงแล้ว"),
        ("lo", "ຖານ", "ສ້າງຖານການຜະລິດ"),
        ("lo", "ສັນຍາ", "ເຊັນສັນຍາ"),
        ("my", "ပြောင်း", "ပြောင်းစိုက်တောင်သူ"),
        ("my", "သမ္မတ", "တရုတ်သမ္မတ"),
        ("km", "ម្រេច", "ម្រេចកំពត"),
    ],
)
def test_a_term_is_found_beside_other_words(lang: str, term: str, text: str) -> None:
    assert is_found(lang, term, text)


@given(lang=st.sampled_from(["th", "lo", "km", "my"]), chance=st.randoms(use_true_random=False))
def test_words_that_hold_a_term_are_those_that_are_found_one_by_one(lang: str, chance: random.Random) -> None:
    words = long_words._words(lang).split()
    word = chance.choice(words or ["ศาลเจ้า"])
    first = chance.randrange(len(word))
    term = word[first : first + chance.randrange(1, 5)]
    assert list(long_words._holding(term, lang)) == [word for word in words if term in word]
