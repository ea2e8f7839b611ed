"""What a base is to an act of its sentence: what comes into being by it, who does it, or only where it is done."""

from __future__ import annotations

from crawler.judging.bases.acts import Act, Form, words_behind
from crawler.judging.bases.candidates import ArticleClauses, ClauseCandidate
from crawler.judging.bases.grammar import Grammar
from crawler.judging.weights import weights

OBJECT_MARK = "ကို"
"""What Burmese writes behind the object of a verb."""


def role_of(reading: ArticleClauses, candidate: ClauseCandidate) -> str:
    """The role of a candidate's base: ``object``, ``subject``, ``actor``, ``described`` or ``place``."""
    text = reading.findings.fields[candidate.sentence.field].normal.text
    base = candidate.base.hit
    first = candidate.act.end <= base.start
    if _is_only_place(candidate, text, reading.grammar, first=first):
        return "place"
    if reading.grammar.verb_final:
        near = text[base.end : base.end + weights().bases.object_reach]
        return "object" if OBJECT_MARK in near else "subject"
    return "object" if first else _role_before(candidate, text, reading.grammar)


def _role_before(c: ClauseCandidate, text: str, grammar: Grammar) -> str:
    """The role of a base that its act stands behind."""
    act = c.act
    # "The park signed an agreement on …": who governs is not what begins.
    if c.governor and c.base.hit.end <= c.governor.start:
        act = c.governor
    if act.passive or (act.form is Form.INTENDED and not grammar.marks_voice):
        return "subject"
    if (act.is_a("governing") or grammar.marks_voice) and not act.is_a("nouns"):
        return "actor"
    if act.is_a("participles") and c.sentence.field == "text":
        return "described"
    return "actor" if _has_object(act, c, text, grammar) else "subject"


def _has_object(act: Act, c: ClauseCandidate, text: str, grammar: Grammar) -> bool:
    """Whether something else is what the act brings into being: "the centre opened *a* course"."""
    return bool(grammar.lists["articles"].match(words_behind(text, act.end, c.sentence.end, grammar)))


def _is_only_place(c: ClauseCandidate, text: str, grammar: Grammar, *, first: bool) -> bool:
    base, act = c.base.hit, c.act
    # In Chinese the act itself may make it so: 项目落户园区.
    settles = first and not grammar.spaced and grammar.lists["place"].fullmatch(text, act.start, act.end)
    if settles and not grammar.cuts.search(text, act.end, base.start):
        return True
    return is_place(text, act.end if first else c.sentence.start, base.start, base.end, grammar)


def is_place(text: str, low: int, start: int, end: int, grammar: Grammar) -> bool:
    """Whether the words before or behind a base at ``[start, end)`` make it the place of what is done; none before ``low`` count."""
    if grammar.lists["place_behind"].match(text[end : end + weights().bases.object_reach].lstrip()):
        return True
    low = max([low, *(m.end() for m in grammar.cuts.finditer(text, low, start))])
    if not grammar.name_grows_left:
        return bool(grammar.place_before.search(text, max(low, start - weights().bases.place_reach), start))
    near = list(grammar.lists["place"].finditer(text, max(low, start - weights().bases.name_left), start))
    if not near:
        return False
    inside = text[near[-1].end() : start]
    # "In Vientiane the joint laboratory", 在万象建设联合实验室: the place is named before the base.
    return not (grammar.lists["articles"].search(inside.strip(), 1) or grammar.acts.search(inside))
