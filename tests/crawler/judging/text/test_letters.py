"""The letters of a text by looking up each character are those of its normal form, whatever the text holds."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.judging.text.letters import is_latin, key_of, keys_of, letters_in, letters_of, words_of
from crawler.judging.text.normal import normalise
from tests.crawler.judging.text.variants import VARIANTS

POOLS = (
    "abcXYZéÉòóỏõọaeÒÙùyY \u0300\u0301\u0323o'-–…’\n_12", "ကခဂ\u1025\u102e\u1026\u1031\u103a\u1039\u103b\u103c\u103d\u103e\u1037\u1038\u102f\u102d\u1064\u1040\u200b\u1060",
    "កខរ\u17d2\u179a\u17d2\u1780\u17b6\u17c1\u17b8\u17be\u200b\u17dd", "กขนำำ\u0e48\u0e49\u0e34\u0e31\u0e38\u0e39\u0e3a\u0e4d\u0e32เแไ", "ໜໝຫນກຳ\u0eb4\u0ec8\u0eb8\u0eba\u0ecd",
    "中國国門门 -－‐・ソカ\uff76\uff9e한\u1112\u1161\u11ab", "ﬁßİıΣςǅŉ①½㎞\u0345\ud800\U0001f600\U00020000\u8b42Ａ１", "ЙИ\u0306ёأ\u0627\u0654ىﷺ", "\u00ad\u200b\u200d\ufeff\u2060",
)  # fmt: skip
_mixed = st.lists(st.sampled_from(POOLS), min_size=1, max_size=3).flatmap(
    lambda pools: st.text(st.sampled_from("".join(pools)), max_size=16)
)
texts = _mixed | st.text(max_size=12)


@given(texts, texts)
@example("น้ำ", "ปุ่ม \u0e38\ufeff\u0e3a")
@example("hòa", "THỦY thủy, tòa án")
@example("ໜັງສືພິມ", "ສະໜາມ ½")
def test_letters_are_those_of_the_normal_form(title: str, text: str) -> None:
    found = letters_of(title, text)
    one, other = normalise(title), normalise(text)
    assert found.title == one.core.encode("utf-8", "surrogatepass")
    assert found.text == letters_in(text) == other.core.encode("utf-8", "surrogatepass")
    both = f"{one.text}\n{other.text}"
    if found.is_latin:
        assert is_latin(both)
        assert found.searched.split() == words_of(both).split()
    else:
        assert found.searched == key_of(both)


@pytest.mark.parametrize("kind", VARIANTS)
def test_each_way_to_write_a_word_has_its_letters(kind: str) -> None:
    for _, word, ways in VARIANTS[kind]:
        for way in ways:
            if normalise(way).core == normalise(word).core:
                assert letters_in(way) == letters_in(word), way


@given(st.lists(texts, max_size=5))
def test_keys_of_several_are_those_of_each(written: list[str]) -> None:
    several = [normalise(text).text for text in written]
    assert keys_of(several) == [key_of(one) for one in several]
