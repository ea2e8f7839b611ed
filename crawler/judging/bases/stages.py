"""The life of a base, and its kind, by the words of the terms that speak of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from crawler.judging.bases.acts import Form
from crawler.judging.bases.candidates import ArticleClauses, ClauseCandidate
from crawler.judging.bases.decision import ClauseDecision
from crawler.judging.bases.grammar import grammar_of
from crawler.judging.bases.pairs import Pair
from crawler.judging.bases.states import is_going_on, is_in_works, is_proposed_before
from crawler.judging.bases.words import base_words
from crawler.judging.text.matching import Hit
from crawler.judging.text.normal import normal_spelling
from crawler.judging.weights import weights

STAGES = (
    "proposed",
    "planned",
    "approved",
    "signed",
    "under construction",
    "launched",
    "operating",
    "expanded",
    "closed",
)
"""The life of a base, in its order."""


@cache
def kind_of(term: str) -> str:
    """The kind of base that a term names: a laboratory, a park …; "base" if the term says no more."""
    return _first_named("kinds", term, "base")


def _first_named(list_of: str, term: str, default: str) -> str:
    """The first entry of a packaged list that has a part in a term."""
    low = term.casefold()
    for name, parts in base_words()[list_of].items():
        if any(part.casefold() in low for part in parts):
            return str(name)
    return default


def stage_of_act(act: Hit) -> str:
    """The stage that an act brings a base to; *launched* where the table of acts lacks the word."""
    word = grammar_of(act.pattern.lang).words.get(normal_spelling(act.pattern.spelling))
    return word.stage if word else "launched"


def stage_of(decisions: Sequence[ClauseDecision], decided: ClauseDecision, reading: ArticleClauses) -> str:
    """The stage that the clauses tell of a base of this kind.

    A verb that governs another, or one that only a beginning has, says it best where it does not only say what is to come; a
    bare verb may be short for either. Of several clauses that are as sure, the latest stage is the news.
    """
    kind = kind_of(decided.candidate.base.hit.pattern.spelling)
    new = [d for d in decisions if d.is_new and kind_of(d.candidate.base.hit.pattern.spelling) == kind]
    # What a known verb says is surer than what an unknown one may say.
    new = [d for d in new if d.candidate.act.is_known] or new
    new = [d for d in new if not _is_short(d.candidate)] or new
    surest = max(d.chance for d in new)
    sure = [d for d in new if d.chance >= surest - weights().bases.stage_margin]
    telling = [d for d in sure if _says_best(d.candidate)] or sure
    last = max(telling, key=lambda d: STAGES.index(_stage(d)))
    # "They signed on Friday. The heart of it is the founding of a centre": what is agreed is not done yet.
    if _is_loose(last.candidate) and reading.is_agreed(last.candidate):
        return "signed"
    return _as_shown(_stage(last), last.candidate, reading)


def _says_best(c: ClauseCandidate) -> bool:
    """Whether a verb governs the act of a clause, or is one of ceremonies: "was inaugurated", not "will be inaugurated"."""
    return bool(c.governor) or (c.act.is_a("ceremonies") and c.act.form is not Form.INTENDED)


def tells(decision: ClauseDecision, stage: str) -> bool:
    """Whether a clause by itself tells of a stage."""
    return _stage(decision) == stage


def _as_shown(stage: str, c: ClauseCandidate, reading: ArticleClauses) -> str:
    """A stage, corrected by what else shows how far a base has come."""
    if stage == "launched" and not c.governor:
        if is_proposed_before(c, reading):
            return "proposed"
        if is_going_on(c, reading):
            return "under construction"
    if stage == "planned" and is_in_works(c, reading):
        return "under construction"
    # "Will have a centre after both signed an agreement."
    if stage == "planned" and reading.follows_agreement(c):
        return "signed"
    return stage


def _is_loose(c: ClauseCandidate) -> bool:
    """Whether an act of launching may as well be what an agreement says: a noun, or a bare verb of many meanings."""
    bare = c.act.form is Form.DONE and c.act.is_a("weak") and not (c.act.passive or c.act.is_a("ceremonies"))
    return c.stage == "launched" and not c.governor and (bare or c.act.form is Form.NOUN)


_OF_WORKS = frozenset({"launched", "operating", "under construction"})


def _stage(d: ClauseDecision) -> str:
    """The stage that a clause tells; what lies ahead is planned, however its verb stands."""
    done = d.features.get("time: these days") or d.candidate.act.is_a("ceremonies")
    ahead = d.features.get("time: to come") and not done
    return "planned" if ahead and d.candidate.stage in _OF_WORKS else d.candidate.stage


def _is_short(c: ClauseCandidate) -> bool:
    """Whether a bare verb of a headline may as well be short for what is only agreed: "China, Laos set up a centre"."""
    bare = c.act.form is Form.DONE and not c.act.passive and not c.governor
    return c.sentence.field == "title" and bare and c.act.stage == "launched"


def progress_stage(pairs: Sequence[Pair], proof: Pair) -> str:
    """The furthest stage that the acts beside a known base show."""
    acts = [pair.act for pair in pairs if pair.base == proof.base]
    stages = [_first_named("stages", act.pattern.spelling, "operating") for act in acts]
    return max(stages, key=STAGES.index)
