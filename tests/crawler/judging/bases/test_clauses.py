"""A new base is read from the clause that tells of it: who does what, when, and how deep in the text matters nothing."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from crawler.judging.judge import Judge
from crawler.model import Article
from tests.builders import article, shipped_judge

TABLE = Path(__file__).with_name("clauses.yaml")
BACKGROUND = Path(__file__).parents[4] / "benchmarks/news/background.yaml"


@cache
def languages() -> dict[str, Any]:
    found: dict[str, Any] = yaml.load(TABLE.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return found


@cache
def background() -> dict[str, Any]:
    found: dict[str, Any] = yaml.load(BACKGROUND.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return found


def telling(lang: str, sentence: str, before: str = "") -> Article:
    """An article that tells of something in a sentence."""
    told = languages()[lang]
    return article(told["headline"], f"{told['behind']}\n{before}{sentence}", lang_hint=lang)


@cache
def stage(lang: str, sentence: str, before: str = "") -> str:
    """The stage of the new base that an article tells of in a sentence; "none" where it tells of none."""
    # Without the features of its story, which take longest and say nothing of bases.
    reading = shipped_judge().classify_without_features(telling(lang, sentence, before))
    new = [base for base in reading.bases if base.is_new]
    return new[0].stage if new else "none"


@pytest.mark.parametrize("lang", languages())
def test_each_sentence_tells_its_stage(lang: str) -> None:
    told = languages()[lang]["sentences"]
    assert [(stage(lang, sentence), sentence) for _, sentence in told] == [tuple(pair) for pair in told]


@pytest.mark.parametrize("lang", languages())
def test_a_verdict_is_the_same_behind_paragraphs_of_other_things(lang: str) -> None:
    before = f"{background()[lang]['plain']}\n{background()[lang]['related']}\n"
    # A sentence of each stage is enough: the table's other half differs in grammar alone.
    told = {wanted: sentence for wanted, sentence in languages()[lang]["sentences"]}
    assert {wanted: stage(lang, sentence, before) for wanted, sentence in told.items()} == {
        w: w for w in told
    }


def test_background_alone_tells_of_no_base() -> None:
    for lang, kinds in background().items():
        assert stage(lang, kinds["related"] + kinds["plain"]) == "none"


def test_the_clause_and_the_features_that_decided_are_named() -> None:
    one = telling(
        "en", "The two governments signed a memorandum to establish a China-Laos joint laboratory for soil."
    )
    explanation = shipped_judge().explain(one)
    decision = max(explanation.bases.decisions, key=lambda d: d.chance)
    assert decision.is_new
    assert {"act: signed", "relation: object", "parties: both in the sentence"} <= dict(
        decision.reasons
    ).keys()
    (base,) = explanation.reading.bases
    assert base.sentence.startswith("The two governments signed")


THIRD = [
    "Pakistan",
    "India",
    "Bangladesh",
    "Kazakhstan",
    "Hungary",
    "Sri Lanka",
    "Serbia",
    "Egypt",
    "Mongolia",
    "Tajikistan",
    "Peru",
]


@pytest.mark.parametrize("country", THIRD)
def test_a_base_of_china_with_a_third_country_is_none_of_asean(country: str) -> None:
    title = f"China and {country} open joint laboratory"
    text = (
        f"A joint laboratory of China and {country} was opened on Monday. "
        "China also cooperates with Laos and other ASEAN countries, with which it signed agreements last year."
    )
    assert not [
        base for base in shipped_judge().classify_without_features(article(title, text)).bases if base.is_new
    ]


def test_an_act_of_the_operator_that_the_table_lacks_is_a_launch() -> None:
    shipped = shipped_judge()
    rules = shipped.rules
    launch = rules.terms["launch"]
    spellings = dict(launch.spellings)
    spellings["en"] = (*spellings["en"], "gavelled in")
    own = replace(rules, terms={**rules.terms, "launch": replace(launch, spellings=spellings)})
    one = article(
        "China and Laos move closer",
        "The joint laboratory of China and Laos was gavelled in at Vientiane.",
    )
    assert [base.stage for base in Judge(own).classify_without_features(one).bases] == ["launched"]
    assert not shipped.classify_without_features(one).bases
