"""The table of the parts of names: one word means one thing, and everything can be said in English."""

from __future__ import annotations

from collections import defaultdict

from crawler.judging.bases.name_words import name_words, part_words
from crawler.judging.text.normal import normalise


def test_no_word_of_a_language_has_two_meanings() -> None:
    meanings: dict[tuple[str, str], set[str]] = defaultdict(set)
    for role, listed in part_words().items():
        for english, by_language in listed.items():
            for lang, words in by_language.items():
                for word in words:
                    meanings[lang, normalise(word).text].add(f"{role}: {english}")
    assert {word: said for word, said in meanings.items() if len(said) > 1} == {}


def test_every_part_is_said_in_english_and_in_a_language_of_the_region() -> None:
    for listed in part_words().values():
        for english, by_language in listed.items():
            assert english.isascii()
            assert by_language, english


def test_all_languages_of_the_region_know_most_of_what_bases_are_for() -> None:
    before = part_words()["before"]
    for lang in ("zh", "id", "ms", "vi", "th", "lo", "km", "my", "tl"):
        known = sum(lang in by_language for by_language in before.values())
        assert known > 0.55 * len(before), lang


def test_short_places_are_of_china_or_of_its_partners() -> None:
    assert {*name_words()["short_partners"]} < {*name_words()["short_places"]}
