"""The smallest change of an article that would have made a topic match: what is missing, what is too much. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from crawler.judging.queries.outcome import Outcome
from crawler.judging.queries.query import Node
from crawler.judging.queries.topics import TopicOutcome, length_factor
from crawler.judging.text.matching import Field, Findings
from crawler.judging.text.nearness import gaps
from crawler.judging.text.normal import normal_spelling
from crawler.judging.text.terms import is_unspaced
from crawler.judging.weights import weights

Needs = tuple[str, ...]


def nearest(outcome: TopicOutcome, findings: Findings, relevance: float, least: float) -> Needs:
    """What would have to be otherwise for a topic to match; nothing where it does.

    Args:
        outcome: the topic's verdict.
        findings: what was found in the article.
        relevance: the article's relevance score.
        least: the relevance that counts.
    """
    if outcome.matches:
        return ()
    needs = list(_needs(outcome.outcome, findings, ""))
    missing = (_weight(outcome.topic.threshold) - _weight(outcome.score)) * length_factor(findings)
    if outcome.outcome.holds and missing > 0:
        # The slack: weights are sums of fractions, and 1.0000001 terms are one.
        more = math.ceil(missing - 1e-6)
        needs.append(
            f"{more} more {'term' if more == 1 else 'terms'} of the query in the lead (or {math.ceil(more / 2)} in the headline)"
        )
    if outcome.topic.only_relevant and relevance < least:
        needs.append(f"relevance of {least:.2f} (it is {relevance:.2f})")
    return tuple(needs)


def _weight(score: float) -> float:
    """The sum of weights behind a score, see `crawler.judging.queries.topics`."""
    return -weights().topics.saturation * math.log(max(1e-9, 1 - score))


def name_of(node: Node) -> str:
    """A node as its query writes it, shortened."""
    plain = {
        "set": f"${node.value}",
        "literal": f'"{node.value}"',
        "within": f"{node.value}:",
        "about": node.value,
    }
    return plain.get(node.kind) or f"{node.kind.upper()}{f'/{node.number}' if node.number else ''}"


def _needs(outcome: Outcome, findings: Findings, where: str) -> Needs:
    """What a query needs to hold; the fewest things."""
    if outcome.holds:
        return ()
    return _MISSING.get(outcome.node.kind, _all)(outcome, findings, where)


def _all(outcome: Outcome, findings: Findings, where: str) -> Needs:
    return tuple(need for child in outcome.children for need in _needs(child, findings, where))


def _any(outcome: Outcome, findings: Findings, where: str) -> Needs:
    return min((_needs(child, findings, where) for child in outcome.children), key=len)


def _term(outcome: Outcome, findings: Findings, where: str) -> Needs:
    if outcome.node.kind == "literal" and (inside := _inside(outcome.node.value, findings)):
        typed = name_of(outcome.node)
        return (f'"{inside}"{where}: {typed} stands inside this longer word; write that',)
    what = "a term of " if outcome.node.kind == "set" else ""
    return (f"{what}{name_of(outcome.node)}{where}",)


def _inside(value: str, findings: Findings) -> str:
    """The longer word inside which the letters of a term stand, so that it is not found there; empty where there is none."""
    wanted = normal_spelling(value.strip("=*")).lower()
    if not wanted:
        return ""
    for place in findings.fields.values():
        text = place.normal.text
        at = text.lower().find(wanted)
        while at >= 0:
            start, end = _word_at(place, at)[0], _word_at(place, at + len(wanted) - 1)[1]
            if start < at or at + len(wanted) < end:
                low, high = place.normal.span(start, end)
                return place.normal.original[low:high].strip()
            at = text.lower().find(wanted, at + 1)
    return ""


def _word_at(place: Field, at: int) -> tuple[int, int]:
    """Where the word begins and ends that a character belongs to, in scripts with and without spaces."""
    text = place.normal.text
    start, end = place.ruler.word_around(at)
    if is_unspaced(text[at]):
        return start, end
    while start and text[start - 1].isalnum() and not is_unspaced(text[start - 1]):
        start -= 1
    while end < len(text) and text[end].isalnum() and not is_unspaced(text[end]):
        end += 1
    return start, end


def _about(outcome: Outcome, findings: Findings, where: str) -> Needs:
    return (outcome.node.value,)


def _without(outcome: Outcome, findings: Findings, where: str) -> Needs:
    words = dict.fromkeys(findings.evidence(h).term for h in outcome.children[0].hits)
    return (
        f"nothing of {name_of(outcome.children[0].node)}"
        + (f" (there is {', '.join(list(words)[:3])})" if words else ""),
    )


def _atleast(outcome: Outcome, findings: Findings, where: str) -> Needs:
    have = len({h.pattern.key for h in outcome.children[0].hits})
    return (
        f"{outcome.node.number - have} more different terms of {name_of(outcome.children[0].node)}{where}",
    )


def _within(outcome: Outcome, findings: Findings, where: str) -> Needs:
    place = {"title": " in the headline", "lead": " in the lead", "text": " in the text"}[outcome.node.value]
    return _all(outcome, findings, place)


def _near(outcome: Outcome, findings: Findings, where: str) -> Needs:
    first, second = outcome.children
    if not (first.hits and second.hits):
        return _all(outcome, findings, where)
    least = min(gaps(findings, first.hits, second.hits).values())
    found = f"the nearest are {least:.0f} apart" if least < math.inf else "they stand in different fields"
    # Near enough, and yet it does not hold: then ONEAR's order is what is wrong.
    if least <= outcome.node.number:
        found = "they stand the other way round"
    order = " behind" if outcome.node.kind == "onear" else " of"
    return (
        f"{name_of(second.node)} within {outcome.node.number} words{order} {name_of(first.node)}{where} ({found})",
    )


_MISSING: Mapping[str, Callable[[Outcome, Findings, str], Needs]] = {
    "or": _any,
    "set": _term,
    "literal": _term,
    "about": _about,
    "not": _without,
    "atleast": _atleast,
    "within": _within,
    "near": _near,
    "onear": _near,
}
