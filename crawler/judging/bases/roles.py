"""What a base is to an act of its sentence: what comes into being by it, who does it, or only where it is done."""

from __future__ import annotations

import re

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
    if _is_only_place(reading, candidate, text, first=first):
        return "place"
    if reading.grammar.verb_final:
        near = text[base.end : base.end + weights().bases.object_reach]
        return "object" if OBJECT_MARK in near else "subject"
    return "object" if first else _role_before(reading, candidate, text)


def _role_before(reading: ArticleClauses, c: ClauseCandidate, text: str) -> str:
    """The role of a base that its act stands behind."""
    act, grammar = c.act, reading.grammar
    # "The park signed an agreement on …": who governs is not what begins.
    if c.governor and c.base.hit.end <= c.governor.start:
        act = c.governor
    if act.passive or (act.form is Form.INTENDED and not grammar.marks_voice):
        return "subject"
    if _benefits(c, text, grammar):
        return "object"
    if (act.is_a("governing") or grammar.marks_voice) and not act.is_a("nouns"):
        return "subject" if _ends_clause(act, c, text, grammar) else "actor"
    if act.is_a("participles") and c.sentence.field == "text":
        return "described"
    return "actor" if _has_object(reading, act, c, text) else "subject"


def _benefits(c: ClauseCandidate, text: str, grammar: Grammar) -> bool:
    """Whether a word before the base makes it what the act is done for: 为中老产业园揭牌."""
    low = max(c.sentence.start, c.base.hit.start - weights().bases.name_left)
    near = list(grammar.lists["benefit"].finditer(text, low, c.base.hit.start))
    if not near:
        return False
    between = text[near[-1].end() : c.base.hit.start]
    return not (grammar.cuts.search(between) or grammar.acts.search(between))


def _ends_clause(act: Act, c: ClauseCandidate, text: str, grammar: Grammar) -> bool:
    """Whether nothing is left that an act without a mark of voice could be done to: 中老数据中心签约."""
    if grammar.spaced or grammar.verb_final:
        return False
    rest = text[act.end : c.sentence.end].lstrip()
    return not rest.strip(" .。!?！？") or bool(
        grammar.cuts.match(rest) or grammar.lists["place"].match(rest)
    )


def _has_object(reading: ArticleClauses, act: Act, c: ClauseCandidate, text: str) -> bool:
    """Whether something else is what the act brings into being: "the centre opened *a* course"."""
    grammar = reading.grammar
    if grammar.lists["articles"].match(words_behind(text, act.end, c.sentence.end, grammar)):
        return True
    # 两所大学共建实验室: another base stands behind the act.
    return not grammar.spaced and any(
        act.end <= base.hit.start < c.sentence.end
        and base.hit.field == c.sentence.field
        and not grammar.cuts.search(text, act.end, base.hit.start)
        and not is_place(text, act.end, base.hit.start, base.hit.end, reading)
        for base in reading.bases
    )


def _is_only_place(reading: ArticleClauses, c: ClauseCandidate, text: str, *, first: bool) -> bool:
    base, act, grammar = c.base.hit, c.act, reading.grammar
    if act.is_a("rites") and first and not _names_other(text[act.end : base.start], grammar):
        return False  # "cut the ribbon at the centre": the centre is what is opened
    # In Chinese the act itself may make it so: 项目落户园区.
    settles = first and not grammar.spaced and grammar.lists["place"].fullmatch(text, act.start, act.end)
    if settles and not grammar.cuts.search(text, act.end, base.start):
        return True
    low = act.end if first else c.sentence.start
    # "Gave the nod to the park": what is agreed to is no place.
    if first and act.is_a("governing"):
        goal = grammar.lists["goal"].match(text, low + len(text[low:]) - len(text[low:].lstrip()))
        low = goal.end() if goal else low
    return is_place(text, low, base.start, base.end, reading)


def _names_other(between: str, grammar: Grammar) -> bool:
    """Whether a firm, a project, a course … stands between an act and a base: the act is of that."""
    return any(grammar.lists[name].search(between) for name in ("tenants", "others"))


def is_place(text: str, low: int, start: int, end: int, reading: ArticleClauses) -> bool:
    """Whether the words before or behind a base at ``[start, end)`` make it the place of what is done; none before ``low`` count."""
    grammar = reading.grammar
    if grammar.lists["place_behind"].match(text[end : end + weights().bases.object_reach].lstrip()):
        return True
    low = max([low, *(m.end() for m in grammar.cuts.finditer(text, low, start))])
    if not grammar.name_grows_left:
        return bool(grammar.place_before.search(text, max(low, start - weights().bases.place_reach), start))
    near = list(grammar.lists["place"].finditer(text, max(low, start - weights().bases.name_left), start))
    while near and _is_in_name(near[-1], text, low, start, reading):
        del near[-1]
    if not near:
        return False
    inside = text[near[-1].end() : start]
    # "In Vientiane the joint laboratory", 在万象建设联合实验室: the place is named before the base.
    return not (grammar.lists["articles"].search(inside.strip(), 1) or grammar.acts.search(inside))


def _is_in_name(found: re.Match[str], text: str, low: int, start: int, reading: ArticleClauses) -> bool:
    """Whether a word like 与 joins two words of a name that began before it: 中泰水果质量与农残联合实验室."""
    if not reading.grammar.lists["with"].fullmatch(found[0]):
        return False
    parties = [h.start for h in reading.parties.all if h.start < start]
    return any(low <= p < found.start() for p in parties) and not any(p >= found.end() for p in parties)
