"""From answers to what config.yaml needs: the term sets of a topic and its query. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from alerts.authoring.answer_mistakes import ALONE, WITHOUT
from alerts.authoring.answers import Answers, Spellings, name_of
from alerts.authoring.wishes import wish_of
from crawler.config.judging_settings import Examples, TopicSetting
from crawler.config.settings import Settings
from crawler.judging.judge import all_sets
from crawler.judging.queries.query import parse, term_sets_of
from crawler.judging.text.terms import REFERENCE
from crawler.model import AseanwatchError, Phrase


class Closeness(StrEnum):
    """Where the things that a topic is about must stand."""

    NEAR = "near"
    LEAD = "lead"
    TITLE = "title"
    ANYWHERE = "anywhere"


NEAR_WORDS = 15
"""Words between two things of which one sentence tells together."""


def name_for(answers: Answers, settings: Settings) -> str:
    """A name for the topic that nothing has yet: the given one, else one made of what is looked for."""
    if answers.name:
        return answers.name
    wanted = name_of(answers.title or wish_of(answers.looking_for).wanted)
    number = 2
    name = wanted
    while is_taken(name, answers, settings):
        name = f"{wanted}_{number}"
        number += 1
    return name


def is_taken(name: str, answers: Answers, settings: Settings) -> bool:
    """Whether a topic, or one of the term sets that the topic would have, is there already."""
    return name in settings.topics or not term_sets(answers, name).keys().isdisjoint(settings.terms)


def set_name(name: str, part: str) -> str:
    """The name of the term set of one thing of a topic."""
    return name if part == name else f"{name}_{part}"


def term_sets(answers: Answers, name: str) -> dict[str, dict[str, list[str]]]:
    """The term sets of a topic by their names, as config.yaml has them; things without terms have none."""
    groups: dict[str, Spellings] = dict(answers.terms or {})
    groups |= {key: own for key, own in ((ALONE, answers.alone), (WITHOUT, answers.without or {})) if own}
    found = {
        set_name(name, part): {lang: list(terms) for lang, terms in spellings.items() if terms}
        for part, spellings in groups.items()
    }
    return {own: spellings for own, spellings in found.items() if spellings}


def queries(answers: Answers, name: str) -> dict[Closeness, str]:
    """The queries that the terms allow, by how close things must stand."""
    there = term_sets(answers, name)
    parts = [f"${own}" for part in answers.terms or {} if (own := set_name(name, part)) in there]
    alone = f"${set_name(name, ALONE)}" if set_name(name, ALONE) in there else ""
    without = f"${set_name(name, WITHOUT)}" if set_name(name, WITHOUT) in there else ""
    return {
        closeness: _query(together, _within(closeness, alone), without)
        for closeness, together in _together(parts).items()
        if together or alone
    }


def _together(parts: list[str]) -> dict[Closeness, str]:
    """The things of a topic joined, by how close they must stand."""
    if len(parts) <= 1:
        own = "".join(parts)
        return {c: _within(c, own) for c in (Closeness.LEAD, Closeness.TITLE, Closeness.ANYWHERE)}
    together = " AND ".join(parts)
    return {
        Closeness.NEAR: f" NEAR/{NEAR_WORDS} ".join(parts),
        Closeness.LEAD: f"lead:({together})",
        Closeness.TITLE: f"title:({together})",
        Closeness.ANYWHERE: together,
    }


def _within(closeness: Closeness, wanted: str) -> str:
    """A set in the part of an article where it counts: what is near to nothing must stand at the beginning."""
    places = {Closeness.NEAR: "lead:", Closeness.LEAD: "lead:", Closeness.TITLE: "title:"}
    return f"{places.get(closeness, '')}{wanted}" if wanted else ""


def _query(together: str, alone: str, without: str) -> str:
    wanted = " OR ".join(f"({w})" if " " in w and alone else w for w in (alone, together) if w)
    if not without:
        return wanted
    return f"({wanted}) NOT title:{without}" if " " in wanted else f"{wanted} NOT title:{without}"


def topic_values(answers: Answers) -> dict[str, Any]:
    """The topic as config.yaml has it: values that are the default are left out."""
    values: dict[str, Any] = {"title": answers.title or title_of(answers.looking_for), "query": answers.query}
    if answers.alert and answers.alert != "story":
        values["alert"] = answers.alert
    if answers.only_relevant is False:
        values["only_relevant"] = False
    examples = {
        key: list(own) for key, own in (("match", answers.match), ("no_match", answers.no_match)) if own
    }
    return values | ({"examples": examples} if examples else {})


def title_of(looking_for: str) -> str:
    """A title made of what is wanted."""
    words = wish_of(looking_for).wanted
    return words[:1].upper() + words[1:]


def used_sets(answers: Answers, name: str) -> dict[str, dict[str, list[str]]]:
    """Those of the term sets that the query names."""
    named = set(term_sets_of(parse(answers.query or "")))
    return {own: spellings for own, spellings in term_sets(answers, name).items() if own in named}


def _check_references(settings: Settings, answers: Answers) -> None:
    """Make sure that terms name no set that is not there: a judge could not be made."""
    groups = [*(answers.terms or {}).values(), answers.alone, answers.without or {}]
    terms = [term for spellings in groups for own in spellings.values() for term in own]
    named = [found[1] for term in terms if (found := REFERENCE.match(term))]
    there = all_sets(settings.rules().terms) if named else {}
    if unknown := [name for name in named if name not in there]:
        raise AseanwatchError(Phrase("unknown term set %(name)s", name=f"${unknown[0]}"))


def settings_with(
    settings: Settings, answers: Answers, name: str, topics: Mapping[str, TopicSetting]
) -> Settings:
    """The settings with the term sets of the answers, and with further topics.

    Raises:
        AseanwatchError: a term names a set that is not there.
    """
    _check_references(settings, answers)
    sets = {own: {lang: tuple(t) for lang, t in s.items()} for own, s in term_sets(answers, name).items()}
    return settings.model_copy(
        update={"terms": {**settings.terms, **sets}, "topics": {**settings.topics, **topics}}
    )


def topic_setting(answers: Answers) -> TopicSetting:
    """The topic of the answers, whose query is known."""
    return TopicSetting(
        title={"en": answers.title or title_of(answers.looking_for)}
        if answers.title or answers.looking_for
        else {},
        query=answers.query or "",
        alert=answers.alert or "story",
        only_relevant=answers.only_relevant is not False,
        examples=Examples(match=answers.match, no_match=answers.no_match),
    )
