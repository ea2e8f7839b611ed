"""Shared words make a copy only where the headlines let them."""

from __future__ import annotations

from itertools import combinations

import pytest

from benchmarks.duplicate_cases import PHRASES, country
from crawler.judging.stories.duplicates import fingerprint, text_hash, without
from crawler.judging.stories.republishing import Overlap, Wording, are_near, repeats

SAME, SAME_AND_LONG, NEARLY = Overlap(True, False), Overlap(True, True), Overlap(False, True)
REPORT = (
    "A new freight train between Vientiane and Kunming left on Tuesday with forty containers of rubber and cassava, the railway "
    "company said, and it will run twice a week until the harvest ends in spring."
)


def wording(title: str, text: str, outlet: str = "") -> Wording:
    return Wording(title, text, outlet)


@pytest.mark.parametrize("lang", sorted(PHRASES))
@pytest.mark.parametrize("overlap", [SAME, SAME_AND_LONG])
def test_a_teaser_under_different_headlines_is_no_copy_in_any_language(lang: str, overlap: Overlap) -> None:
    phrases = PHRASES[lang]
    news = [(country(c, lang), g) for c, g in zip(("LA", "VN", "TH", "MY"), phrases.goods, strict=False)]
    for (p, g), (other_p, other_g) in combinations(news, 2):
        one = wording(phrases.title.format(p=p, g=g), phrases.paywall, "outlet")
        other = wording(phrases.title.format(p=other_p, g=other_g), phrases.paywall, "outlet")
        assert repeats(one, other, overlap) is None


@pytest.mark.parametrize("lang", sorted(PHRASES))
def test_a_template_with_other_numbers_is_no_copy_under_the_same_headline(lang: str) -> None:
    phrases = PHRASES[lang]
    rates = [phrases.rate.format(n=n, m=m) for n, m in ((7.0812, 23), (7.1034, 118))]
    one, other = (wording(phrases.rate_title, text) for text in rates)
    assert repeats(one, other, NEARLY) is None


@pytest.mark.parametrize("lang", sorted(PHRASES))
def test_a_long_text_under_another_headline_is_a_copy(lang: str) -> None:
    phrases = PHRASES[lang]
    facts = {"p": country("LA", lang), "g": phrases.goods[0], "n": "12"}
    text = f"{phrases.own.format(**facts)} {phrases.template.format(**facts)} {phrases.teaser}"
    one = wording(phrases.own.format(**facts), text, "one")
    other = wording(phrases.title.format(**facts), f"({lang}) {text}", "other")
    assert repeats(one, other, NEARLY) is not None


def test_a_short_report_is_a_copy_where_it_tells_what_both_headlines_say() -> None:
    one, other = (
        wording("Laos, China launch new freight train", REPORT, "a"),
        wording("New train links Vientiane and Kunming", REPORT, "b"),
    )
    assert repeats(one, other, SAME) is not None


def test_headlines_that_name_different_numbers_forbid_a_copy() -> None:
    text = "The ministry publishes the figures of trade with its neighbours every month on its page, where all tables can be found."
    assert (
        repeats(
            wording("Trade grows 12 percent", text), wording("Trade grows 31 percent", text), SAME_AND_LONG
        )
        is None
    )


def test_a_city_and_its_country_do_not_contradict_each_other() -> None:
    one, other = (
        wording("Vientiane awaits the train", REPORT, "a"),
        wording("Laos and China open a freight line", REPORT, "b"),
    )
    assert repeats(one, other, SAME_AND_LONG) is not None


def test_headlines_with_one_word_more_are_near() -> None:
    assert are_near(
        wording("China and Laos sign railway deal", ""), wording("China and Laos sign new railway deal", "")
    )
    assert not are_near(
        wording("China and Laos sign railway deal", ""), wording("Vietnam sells more durian", "")
    )


@pytest.mark.parametrize("text", ["", "News", "…", "ข่าว", "新闻", "Sign in to read more."])
def test_a_text_of_a_few_words_is_the_same_only_under_the_same_headline(text: str) -> None:
    assert text_hash("China and Laos sign", text) != text_hash("Vietnam sells durian", text)
    assert text_hash("China and Laos sign", text) == text_hash("CHINA and Laos sign", text)


@pytest.mark.parametrize("lang", sorted(PHRASES))
def test_what_is_left_of_a_text_without_a_footer_is_its_own_sentence(lang: str) -> None:
    phrases = PHRASES[lang]
    own = phrases.own.format(p=country("LA", lang), g=phrases.goods[0])
    left = without(f"{own} {phrases.footer}", fingerprint(phrases.footer))
    assert without(own, ()) in left
    assert len(left) < len(without(own, ())) + 40
