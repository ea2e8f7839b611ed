"""How well a sentence proves that a base reached a stage: it tells the act as done, names the base, and says when."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from crawler.judging.bases.grammar import Grammar, grammar_of
from crawler.judging.bases.own_names import pieces
from crawler.judging.text.dates import dates_in
from crawler.judging.text.normal import normalise

_AHEAD = frozenset({"proposed", "planned", "approved", "signed"})
"""Stages that are about what is still to come: a word for that says nothing against their sentences."""
_PLANS = frozenset({"proposed", "planned"})
_ACT, _DOUBT, _NAME, _DAY = 4, 2, 1, 1
_SAME = 0.5
"""The share of a name's words that a sentence has which names it."""
_ANY_DAY = date(2024, 5, 15)
"""Whether a sentence names a day does not depend on when it was written."""


@lru_cache(maxsize=8192)
def proof_strength(sentence: str, lang: str, stage: str, name: str = "") -> int:
    """How well a sentence proves a stage: 0 is not at all. To be compared within a language.

    Args:
        sentence: a sentence of a report.
        lang: its language.
        stage: the stage (`crawler.judging.bases.stages.STAGES`).
        name: what its report calls the base.
    """
    grammar, text = grammar_of(lang), normalise(sentence).text
    found = _ACT * _has_act(grammar, text, stage)
    if found and stage not in _AHEAD and _is_doubtful(grammar, text):
        found -= _DOUBT
    return found + _NAME * names(sentence, name) + _DAY * bool(dates_in(sentence, lang, _ANY_DAY))


def names(sentence: str, name: str) -> bool:
    """Whether a sentence has most of what a base is called."""
    wanted = pieces(name)
    return bool(wanted) and len(wanted & pieces(sentence)) >= _SAME * len(wanted)


def _has_act(grammar: Grammar, text: str, stage: str) -> bool:
    """Whether a word for an act of the stage stands in a sentence."""
    return any(_stage_of(grammar, match[0]) == stage for match in grammar.acts.finditer(text))


def _is_doubtful(grammar: Grammar, text: str) -> bool:
    """Whether a sentence also speaks of what is to come, or of a plan: "will be set up in …", "under a plan that was unveiled"."""
    ahead = any(grammar.lists[name].search(text) for name in ("future", "future_behind"))
    return ahead or any(_stage_of(grammar, match[0]) in _PLANS for match in grammar.acts.finditer(text))


def _stage_of(grammar: Grammar, word: str) -> str:
    act = grammar.words.get(word)
    return act.stage if act else ""
