"""The languages in which a new topic would find hardly anything, because no table and nobody gave it words in them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from alerts.authoring.answers import Answers, Spellings
from alerts.authoring.building import set_name, term_sets
from crawler.config.language_advice import news_languages
from crawler.config.settings import Settings
from crawler.judging.judge import all_sets
from crawler.judging.queries.language_gaps import has_terms_in, language_gaps
from crawler.judging.queries.query import parse
from crawler.judging.text.language import LANGUAGES
from crawler.model import TermSet


@dataclass(frozen=True, slots=True)
class LanguageGap:
    """Languages in which a topic finds hardly anything, and the things that have no words in them."""

    languages: tuple[str, ...]
    things: tuple[str, ...]


def gaps_of(settings: Settings, answers: Answers, name: str) -> tuple[LanguageGap, ...]:
    """What is missing for a topic to find news in the languages of the sources.

    Args:
        settings: with the term sets of the configuration.
        answers: with terms and query.
        name: of the topic.
    """
    rules = settings.rules()
    own = {
        set_: TermSet(set_, {lang: tuple(terms) for lang, terms in spellings.items() if lang != "except"})
        for set_, spellings in term_sets(answers, name).items()
    }
    things = {f"${set_name(name, part)}": part.replace("_", " ") for part in answers.terms or {}}
    found = language_gaps(
        parse(answers.query or ""), {**all_sets(rules.terms, rules.parties), **own}, _languages(settings)
    )
    return tuple(
        LanguageGap(langs, tuple(things.get(one, one) for one in missing)) for missing, langs in found.items()
    )


def languages_without(settings: Settings, *of_thing: Spellings) -> tuple[str, ...]:
    """The languages of the sources in which none of these terms finds a thing."""
    return tuple(
        lang for lang in _languages(settings) if not any(has_terms_in(terms, lang) for terms in of_thing)
    )


def _languages(settings: Settings) -> Iterable[str]:
    """Those in which terms can be given, as far as sources bring them; where no source says its language, all."""
    there = news_languages(settings)
    return [lang for lang in LANGUAGES if lang in there or not there]
