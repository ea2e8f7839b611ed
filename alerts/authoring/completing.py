"""What is suggested for every question that is open, taken as the answer."""

from __future__ import annotations

from collections.abc import Iterable

from alerts.authoring.answers import Answers, joined
from alerts.authoring.building import is_taken, name_for, term_sets
from alerts.authoring.suggesting import chosen_terms, open_parts, with_terms
from alerts.authoring.trying import NewTopicTrial, UnwantedThing, preset_against
from crawler.config.settings import Settings
from crawler.judging.judge import all_sets
from crawler.judging.queries.query import parse, term_sets_of
from crawler.model import AseanwatchError

NO_TERMS = "there are no terms, so that nothing could match: name some of them"


def completed(trial: NewTopicTrial, answers: Answers) -> tuple[Answers, str]:
    """Answers in which what is suggested stands for each open question, and the topic's name.

    Raises:
        AseanwatchError: no term or query is left, or the name is taken.
    """
    if (given := answers).terms is None or given.open_terms:
        answers = with_terms(given, chosen_terms(open_parts(given, trial.reports)))
        # Terms that somebody named stand for all that could be suggested.
        if given.terms is None and given.alone:
            answers = answers.with_values(alone=given.alone)
    name = name_for(answers, trial.settings)
    if answers.only_relevant is None:
        answers = answers.with_values(only_relevant=trial.is_all_relevant(answers) is not False)
    if answers.without is None:
        answers = answers.with_values(without=together(preset_against(trial.against(answers, name))))
    if answers.query is None:
        options = trial.options(answers, name)
        if not options:
            raise AseanwatchError(NO_TERMS)
        answers = answers.with_values(query=options[0].query)
    if is_taken(name, answers, trial.settings):
        raise AseanwatchError(
            f"the configuration has {name} already, as a topic or a term set: choose another name"
        )
    if problem := unknown_sets(trial.settings, answers, name, answers.query or ""):
        raise AseanwatchError(problem)
    return answers, name


def together(things: Iterable[UnwantedThing]) -> dict[str, tuple[str, ...]]:
    """The terms of several things."""
    found: dict[str, tuple[str, ...]] = {}
    for thing in things:
        found = joined(found, thing.terms)
    return found


def unknown_sets(settings: Settings, answers: Answers, name: str, query: str) -> str | None:
    """What is wrong with a query that names a term set which neither the configuration nor the topic has."""
    own = term_sets(answers, name)
    there = {*all_sets(settings.rules().terms), *own}
    unknown = [one for one in term_sets_of(parse(query)) if one not in there]
    named = ", ".join(f"${n}" for n in own)
    return f"unknown term set ${unknown[0]}; those of this topic: {named or 'none'}" if unknown else None
