"""What a quick look passes over is what a slow one finds nothing in: both ways agree over random texts of ten languages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.feeds import sentences as newspaper_sentences
from crawler.judging.bases import sentences as base_sentences
from crawler.judging.entities import anchors, sounds
from crawler.judging.places import gazetteer, governing, unlisted_papers
from crawler.judging.text import dates, numbers, script, sentences, words
from crawler.judging.text.matching import Findings, Hit, field_of
from crawler.judging.text.nearness import Nearness
from crawler.judging.text.terms import pattern
from crawler.judging.weights import weights

SENTENCES = [text for texts in newspaper_sentences().values() for text in texts]
SIGNS = (
    *(". ", "! ", "?", ".\n", "\n", "\n\n", " ", "  ", "。", "！", "။ ", "។ ", "؟", "…", "”", "»", ")", '"', ",", " - ", "-", "–", "_"),
    *("Mr. ", "Dr. ", "St. ", "Prof. ", "A. ", "Inc. ", "TP. ", "22 พ.ค. ", "U.S. ", "x", "Ạ. ", "И. "),
    *("𠀀", "\ud800", "\u200b", "\u0301", "中", "ກ", "ក្", "한", "あ", "ア", "Ж", "س", "7", "٣", "²"),
    *("November", "noVEMBER", "ſeptember", "oſ", "İ", "ı", "мая", "Ноябрь", "ᲀ", "tháng 11", "พฤศจิกายน", "12 ", "3 mai"),
    *("3.2 billion", "5", " juta", "1,000", " ล้าน", "亿", "RM", "Rp", "b"),
)  # fmt: skip
PIECES = st.sampled_from(SIGNS) | st.sampled_from(SENTENCES) | st.text(max_size=3)
TEXTS = st.lists(PIECES, max_size=8).map("".join)
_LOWER = base_sentences._LOWER
ENDS = {
    "sentences": (
        sentences._END,
        r"[。！？；។။؟۔]|\n|(?<!\b[A-ZÀ-ÞĀ-ŽА-ЯẠ-Ỹ])(?<!\b(?:Mr|Dr|Ms|St|Ir))[.!?][\"”’»)]?(?=\s+[^\W\d_]|\s*$)",
    ),
    "sentences on bases": (
        base_sentences._SENTENCE_END,
        rf"[。！？；។။]+[”’」』\"]?|\n(?![ \t]*[{_LOWER}])"
        r"|[.!?](?<!\b[A-ZÀ-ÝĐ]\.)(?<!\b(?:Mr|Dr|Ms|St|Ir|Co|No)\.)(?<!\b(?:Mrs|Gov|Sen|Gen|Inc|Ltd|Dra|Drs)\.)(?<!\bProf\.)"
        rf"[”’\")]*(?=\s+[“‘\"(]*[^\W\d{_LOWER}]|\s*$)",
    ),
    "sentences around places": (
        governing._SENTENCE_END,
        r"[。！？；။។\n]|[.!?](?=\s+[^\Wa-z\d_]|\s*$)(?<!\b[A-Z]\.)(?<!\bSt\.)(?<!\bTP\.)(?<![\u0e00-\u0e7f]\.)",
    ),
}
"""Patterns that begin with all characters that may end a sentence, and the same without that."""


@pytest.mark.parametrize("which", ENDS)
@given(text=TEXTS)
def test_sentences_end_where_the_plain_pattern_ends_them(which: str, text: str) -> None:
    quick, plain = ENDS[which]
    assert [m.span() for m in quick.finditer(text)] == [m.span() for m in re.finditer(plain, text)]


@given(text=TEXTS.map(lambda text: text * 3) | st.text("ab 中ก.-𠀀", max_size=150))
def test_words_before_a_place_are_those_counted_one_by_one(text: str) -> None:
    halves = [0] * (len(text) + 1)
    for match in script._UNIT.finditer(text):
        halves[match.start() + 1] = 1 if match.lastindex else 2
    ruler = script.Ruler(text)
    counted = [ruler.words_before(index) for index in range(len(text) + 1)]
    assert counted == [number / 2 for number in accumulate(halves)]
    assert all(type(number) is float for number in counted)


@given(text=TEXTS, lang=st.sampled_from(sorted(dates._LOCALES)))
def test_days_are_those_that_are_found_without_looking_for_months_first(text: str, lang: str) -> None:
    plain = numbers.ascii_digits(text)
    every = " ".join(dates._names(lang).months)
    day = date(2025, 11, 28)
    found = dates._days_of_months(plain, plain.lower(), lang, day)
    assert found == dates._days_of_months(plain, every, lang, day)


@given(text=TEXTS)
def test_scales_are_those_that_are_found_without_their_first_letter(text: str) -> None:
    plain = numbers.ascii_digits(text)
    pattern_of_scales = numbers._pattern()
    slow = re.compile(
        re.sub(r"\(\?:\\s\*\(\?=\[.*?\]\)(\(.*\))\)\?$", r"\\s*\1?", pattern_of_scales.pattern), re.IGNORECASE
    )
    assert slow.pattern != pattern_of_scales.pattern
    found, expected = (
        [(m.start(), m[1], m[2]) for m in p.finditer(plain)] for p in (pattern_of_scales, slow)
    )
    assert found == expected


@given(text=TEXTS)
def test_scripts_are_told_as_by_counting_all_letters(text: str) -> None:
    main = script.main_script(text)
    assert sounds.writes_by_sound(text) == (main in sounds._TOKENS)
    assert main != "han" or anchors._HAN.search(text) is not None


_PAPER_WORDS = [
    "Voice of",
    "Radio",
    "Radio Television",
    "Suara",
    "Warta",
    "Tribun",
    "Đài tiếng nói",
    "Đài Tiếng nói",
    "the",
    "harian",
    "Harian",
    "Koran",
    "surat kabar",
    "akhbar",
    "Tabloid",
    "majalah",
    "pahayagang",
    "tờ",
    "Tờ",
    "báo",
    "nhật báo",
    "tuần báo",
    "tạp chí",
    "hãng tin",
    "theo tờ",
    "Trên",
    "The",
    "Post",
    "ABC",
    "x",
    ".",
    ",",
    "(",
    "“",
]


@given(
    st.lists(st.tuples(st.sampled_from(_PAPER_WORDS), st.sampled_from([" ", "\u00a0", "", "\n"])), max_size=5)
)
def test_papers_are_named_by_their_words_alone(pairs: Sequence[tuple[str, str]]) -> None:
    before = "".join(word + space for word, space in pairs)
    named = unlisted_papers._VOICE.search(before) or unlisted_papers._PAPER_BEFORE.search(before)
    assert not named or unlisted_papers._MAY_NAME_PAPER.search(before)


RICE = pattern("rice", "en", "rice")


@given(text=TEXTS, spans=st.lists(st.tuples(st.integers(0, 400), st.integers(1, 30)), min_size=2, max_size=9))
def test_what_is_near_is_what_few_words_part(text: str, spans: Sequence[tuple[int, int]]) -> None:
    assert RICE is not None
    field = field_of("text", text + "rice and tea")
    end = len(field.normal.text)
    findings = Findings("en", {"text": field, "title": field_of("title", text)})
    hits = [Hit(RICE, "text", min(low, end - 1), min(low + length, end)) for low, length in spans]
    one, others = hits[0], hits[1:]
    reach = weights().relevance.party_reach
    near = Nearness(findings, others)
    assert near.is_within(one, reach) == any(findings.distance(one, other) <= reach for other in others)
    assert not near.is_within(one._replace(field="title"), reach)


@given(text=TEXTS)
def test_between_spaces_stands_a_whole_word(text: str) -> None:
    assert RICE is not None
    normal = field_of("text", f"{text} rice {text}").normal.text
    for match in re.finditer("(?:^|(?<= ))rice(?= |$)", normal):
        assert words.begin_of_word(normal, match.start()) == match.start()
        for lang in ("en", "id", "zh", "ko", None):
            assert words.end_of_word(normal, *match.span(), RICE, lang) == match.end()


@given(st.sampled_from([*words.MALAY_PREFIXES, "per", "me", "x"]), st.sampled_from(["", " ", "a", "é", "中"]))
def test_a_word_behind_a_prefix_begins_with_it(prefix: str, before: str) -> None:
    text = f"{before}{prefix}bangun"
    found = words._PREFIX.search(text, 0, len(text) - 6)
    assert words.begin_of_word(text, len(text) - 6) == (found.start() if found else None)


def test_spellings_of_a_place_come_in_the_order_of_their_tables() -> None:
    merged = gazetteer._merged(
        {"my": ["a"], "en": ["b"], "th": ["c"]}, {"vi": ["d"], "en": ["e"], "id": ["f"]}
    )
    assert list(merged.items()) == [
        ("my", ("a",)), ("en", ("b", "e")), ("th", ("c",)), ("vi", ("d",)), ("id", ("f",)),
    ]  # fmt: skip


@pytest.mark.parametrize("lang", sorted(dates._LOCALES))
def test_letters_like_those_of_months_are_found_once_for_all_languages(lang: str) -> None:
    letters = {letter for name in dates._names(lang).months for letter in name}
    every = "".join(map(chr, range(0x10000)))
    same = re.findall(f"(?i:[{re.escape(''.join(sorted(letters)))}])", every)
    assert dates._matching(frozenset(letters), dates._like_any_month()) == same
