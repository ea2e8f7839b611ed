"""Words that a topic's articles use and no term set knows."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.judging.queries.suggesting import Tally, likelihood_ratio, unknown_words
from tests.builders import article, judge


def words_of(title: str, text: str = "") -> set[str]:
    return unknown_words(judge(topic="$trade").explain(article(title, text)).findings)


def test_words_around_known_terms_are_given_up_to_three_in_a_row() -> None:
    found = words_of("Durian growers of Johor watch China trade rules")
    assert {"durian", "growers", "durian growers", "durian growers of", "rules"} <= found
    assert not any("china" in w.split() or "trade" in w.split() for w in found)
    assert "watch rules" not in found  # a known term stands between them


def test_words_of_unspaced_scripts_are_cut_by_dictionaries() -> None:
    found = words_of("มหาวิทยาลัยเปิดหลักสูตรใหม่")
    assert {"มหาวิทยาลัย", "หลักสูตร"} <= found


def test_a_telling_word_is_suggested_with_what_it_is_worth() -> None:
    tally = Tally()
    for i in range(60):
        durian = i < 6
        tally.add(
            "en",
            {"durian", "growers", "durian growers"} if durian else {"weather"},
            ["trade"] if i < 5 else [],
            relevant=i < 8,
        )
    (best, *_) = tally.suggestions()
    assert (best.term, best.topic, best.articles, best.precision, best.adds) == (
        "durian growers",
        "trade",
        6,
        0.833,
        1,
    )
    assert not [s for s in tally.suggestions() if s.term in ("durian", "growers", "weather")]


def test_function_words_and_rare_words_are_not_suggested() -> None:
    tally = Tally()
    for i in range(20):
        tally.add(
            "en",
            {"the", "the durian", "durian", *(["rare"] if i < 2 else [])},
            ["trade"] if i < 5 else [],
            relevant=True,
        )
    assert tally.suggestions() == []


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", ("have", "that", "more than", "have signed")), ("ms", ("yang", "bahawa")), ("vi", ("được", "trong")), ("th", ("และ",)), ("zh", ("我们",))],
)  # fmt: skip
def test_words_of_every_text_are_left_out_of_a_short_history(lang: str, words: tuple[str, ...]) -> None:
    tally = Tally()
    for i in range(30):
        tally.add(
            lang, {*words, "mangosteen"} if i < 5 else {"weather"}, ["trade"] if i < 5 else [], relevant=True
        )
    assert [s.term for s in tally.suggestions()] == ["mangosteen"]


@pytest.mark.parametrize(("counts", "expected"), [((5, 5, 5, 5), 0.0), ((10, 0, 0, 10), 20 * math.log(4))])
def test_the_likelihood_ratio(counts: tuple[int, int, int, int], expected: float) -> None:
    assert likelihood_ratio(*counts) == pytest.approx(expected, abs=1e-9)


@given(st.tuples(*[st.integers(0, 1000)] * 4))
def test_the_likelihood_ratio_is_never_negative(counts: tuple[int, int, int, int]) -> None:
    assert likelihood_ratio(*counts) >= 0.0
