"""The query fits the examples; what only unwanted headlines are about is left out; the nearest topic is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from alerts.authoring.answers import Answers, read_answers
from alerts.authoring.building import Closeness, settings_with
from alerts.authoring.completing import completed
from alerts.authoring.missing_languages import gaps_of
from alerts.authoring.reports import latest_reports
from alerts.authoring.saving import entries_of, keep_answers
from alerts.authoring.trying import NewTopicTrial, preset_against
from crawler.model import AseanwatchError
from tests.builders import NOON, keep, later, new_store, shipped

FAR = (
    "Durians are ripe in Pahang. "
    + "The weather was fine and the road was dry that day. " * 20
    + "Exports of tin fell."
)
LED = (
    "Growers of Pahang look back\nThe export season ended. "
    + "It had rained. " * 12
    + "Most of it was durian."
)
TERMS = {"durian": {"en": ("durian",)}, "exports": {"en": ("exports", "export")}}
BASE = Answers(looking_for="durian exports", only_relevant=False)


@pytest.mark.parametrize(
    ("match", "no_match", "closeness"),
    [
        (("Thai durian exports rise",), ("Durians are cheap",), Closeness.NEAR),
        (("Thai durian exports rise", LED), (), Closeness.LEAD),
        (("Thai durian exports rise",), (f"A look at Pahang\n{FAR}",), Closeness.NEAR),
        (("Thai durian exports rise", f"A look at Pahang\n{FAR}"), (), Closeness.ANYWHERE),
        (
            ("Thai durian exports rise",),
            ("A market\nDurian exports are told of in passing.",),
            Closeness.TITLE,
        ),
    ],
)
def test_the_query_is_the_first_that_gets_the_examples_right(
    match: tuple[str, ...], no_match: tuple[str, ...], closeness: Closeness
) -> None:
    trial = NewTopicTrial(shipped(), ())
    answers = BASE.with_values(match=match, no_match=no_match, terms=TERMS, without={})
    best = trial.options(answers, "durian_exports")[0]
    assert (best.closeness, best.broken) == (closeness, 0)


def test_what_only_unwanted_headlines_are_about_is_left_out_in_all_languages() -> None:
    trial = NewTopicTrial(shipped(), ())
    answers = BASE.with_values(
        match=("Durian exports shown at expo",),
        no_match=("Film about durian exporters tops box office", "Durian exporters' museum opens"),
    )
    made, name = completed(trial, answers)
    assert made.without is not None
    assert {"电影", "博物馆"} <= set(made.without["zh"])
    assert "办事处" not in made.without["zh"], "a box office is no office"
    assert not trial.outcome(new_store_of_nothing(), made, name).broken
    offered = trial.against(made.with_values(without={}), name)
    assert len({u.name for u in offered}) == len(offered), "what several tables have is offered once"
    assert {u.name for u in preset_against(offered)} == {"film", "museum"}


def new_store_of_nothing() -> object:
    """No store is asked where there are no reports."""
    return None


def test_what_is_in_wanted_headlines_too_is_not_left_out() -> None:
    trial = NewTopicTrial(shipped(), ())
    answers = BASE.with_values(
        match=("Film on durian exports",), no_match=("Film on durian exporters is bad",)
    )
    made, _ = completed(trial, answers)
    assert made.without == {}


def test_the_outcome_counts_events_names_the_nearest_topic_and_who_would_be_told(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    for number, title in enumerate(
        ("China buys durian exports of Malaysia", "China and Laos open a railway")
    ):
        keep(store, title, published=NOON, first_seen=later(minutes=number))
    trial = NewTopicTrial(shipped(), latest_reports(store))
    made, name = completed(trial, BASE.with_values(match=("China buys durian exports of Malaysia",)))
    outcome = trial.outcome(store, made, name)
    assert (outcome.tried, outcome.change.after, len(outcome.change.events_after)) == (2, 1, 1)
    assert outcome.nearest is not None
    assert outcome.nearest.name in ("agriculture_food", "trade_investment")
    assert (outcome.nearest.shared, outcome.nearest.articles) == (1, 1)
    assert set(outcome.subscriptions) <= {
        s.name for s in shipped().subscriptions if not s.topics and not s.languages
    }


def test_only_the_sets_that_the_query_names_are_written() -> None:
    made, name = completed(NewTopicTrial(shipped(), ()), BASE.with_values(query="$durian_exports_durian"))
    assert [(key.section, key.name) for key in entries_of(made, name)] == [
        ("terms", "durian_exports_durian"), ("topics", "durian_exports"),
    ]  # fmt: skip


def test_a_name_that_is_taken_gets_a_number() -> None:
    made, name = completed(NewTopicTrial(shipped(), ()), Answers(looking_for="finance"))
    assert name == "finance_2"
    assert made.name is None


def test_answers_are_kept_beside_what_is_there(tmp_path: Path) -> None:
    assert [keep_answers(BASE, tmp_path).name for _ in range(2)] == [
        "topic-answers.yaml",
        "topic-answers-2.yaml",
    ]
    again = BASE.with_values(title="Durians", open_terms=("exports",))
    assert keep_answers(again, tmp_path, tmp_path / "topic-answers.yaml").name == "topic-answers.yaml"
    assert read_answers(tmp_path / "topic-answers.yaml") == again
    assert keep_answers(BASE, tmp_path, Path("/dev/stdin")).name == "topic-answers-3.yaml"


def test_only_the_terms_that_are_open_are_suggested() -> None:
    given = Answers(looking_for="durian exports", terms={"durian": {"en": ("durian",)}})
    taken, _ = completed(NewTopicTrial(shipped(), ()), given)
    assert taken.terms == given.terms, "a file names all that it wants"
    rest, _ = completed(NewTopicTrial(shipped(), ()), given.with_values(open_terms=("exports",)))
    assert rest.terms is not None
    assert rest.terms["durian"] == {"en": ("durian",)}
    assert rest.terms["exports"]["en"]
    assert not rest.open_terms


@pytest.mark.parametrize("where", ["terms", "alone", "without"])
def test_a_term_that_names_an_unknown_set_is_refused(where: str) -> None:
    spellings = {"*": ("$nowhere",)}
    more = {where: {"durian": spellings} if where == "terms" else spellings}
    answers = BASE.with_values(**{"terms": TERMS, "without": {}, **more})
    with pytest.raises(AseanwatchError, match=r"unknown term set \$nowhere"):
        completed(NewTopicTrial(shipped(), ()), answers)


@pytest.mark.parametrize(
    ("words", "gaps"),
    [
        ("durian exports", []),
        ("electric ferries", [("zh id ms vi th tl km lo my", "electric, ferries")]),
        # Names stand in news of every language.
        ("BYD", []),
        ("durian gastrodiplomacy", [("zh id ms vi th tl km lo my", "gastrodiplomacy")]),
        ("榴莲千层酥", [("en id ms vi th tl km lo my", "part 2")]),
    ],
)
def test_languages_in_which_nothing_would_be_found_are_named(words: str, gaps: list[tuple[str, str]]) -> None:
    answers, name = completed(NewTopicTrial(shipped(), ()), Answers(looking_for=words, only_relevant=False))
    found = gaps_of(settings_with(shipped(), answers, name, {}), answers, name)
    assert [(" ".join(gap.languages), ", ".join(gap.things)) for gap in found] == gaps
