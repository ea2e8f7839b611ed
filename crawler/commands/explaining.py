"""How a verdict is shown with its reasons: as text with trees, and as plain values."""

from __future__ import annotations

from typing import Any

from rich.text import Text
from rich.tree import Tree

from crawler.commands.context import out
from crawler.judging.bases.decision import ClauseDecision
from crawler.judging.judge import Explanation, Judge
from crawler.judging.queries.nearest import name_of
from crawler.judging.queries.outcome import Outcome
from crawler.judging.weights import weights

AS_BEST = "no topic reaches its threshold, and this one comes nearest"
AROUND = 30
"""Characters shown before and behind what was found."""


def print_explanation(explanation: Explanation, judge: Judge) -> None:
    """Relevance with its reasons, then each topic's query as a tree with what was found where."""
    reading = explanation.reading
    verdict = "relevant" if reading.relevance.relevant else "not relevant"
    threshold = judge.rules.relevance.threshold
    out.print(
        f"Language {reading.lang}; {verdict}: score {reading.relevance.score:.2f}, threshold {threshold:.2f}"
    )
    for reason, weight in reading.relevance.reasons:
        out.print(f"  {weight:+.2f}  {reason}")
    for base in reading.bases:
        out.print(
            f"{'New base' if base.is_new else 'Base'}: {base.name} ({base.kind}, {base.stage}) in {', '.join(base.cities) or 'no city named'}",
            markup=False,
        )
    for clause in clauses_of(explanation)[:SHOWN]:
        _print_clause(clause)
    for outcome in explanation.outcomes:
        mark = "matches" if outcome.matches else f"does not match: {outcome.why_not}"
        if outcome.as_best:
            mark = f"matches: {AS_BEST}"
        tree = Tree(
            Text(
                f"{outcome.topic.name} {mark}; score {outcome.score:.2f}, threshold {outcome.topic.threshold:.2f}"
            )
        )
        _grow(tree, outcome.outcome, explanation)
        out.print(tree)
        if needs := judge.needs(outcome, explanation):
            out.print(f"  would match with: {'; '.join(needs)}", markup=False)


SHOWN = 2
"""Clauses that are shown of those that may tell of a new base."""


def clause_summary(clause: dict[str, Any]) -> str:
    """What a clause tells of a new base, in a sentence."""
    verdict = "tells of a new base" if clause["is_new"] else "tells of no new base"
    return (
        f"clause {verdict} ({clause['act']} … {clause['base']}; {clause['chance']:.2f}, "
        f"threshold {weights().bases.threshold:.2f}): {clause['sentence']}"
    )


def _print_clause(clause: dict[str, Any]) -> None:
    out.print(clause_summary(clause), markup=False)
    for reason, weight in clause["reasons"].items():
        out.print(f"  {weight:+.2f}  {reason}")


def clauses_of(explanation: Explanation) -> list[dict[str, Any]]:
    """The clauses that may tell of a new base, the surest first, each with what decided."""
    found = sorted(explanation.bases.decisions, key=lambda d: -d.chance)
    return [_clause(decision, explanation) for decision in found[:MOST_CLAUSES]]


MOST_CLAUSES = 10


def _clause(decision: ClauseDecision, explanation: Explanation) -> dict[str, Any]:
    candidate = decision.candidate
    place = explanation.findings.fields[candidate.sentence.field]

    def written(start: int, end: int) -> str:
        low, high = place.normal.span(start, end)
        return place.original[low:high].strip()

    act = candidate.governor or candidate.act
    return {
        "sentence": written(candidate.sentence.start, candidate.sentence.end),
        "field": candidate.sentence.field,
        "base": written(candidate.base.hit.start, candidate.base.hit.end),
        "act": written(act.start, act.end),
        "stage": candidate.stage,
        "is_new": decision.is_new,
        "chance": round(decision.chance, 4),
        "reasons": dict(decision.reasons),
    }


def _grow(tree: Tree, outcome: Outcome, explanation: Explanation) -> None:
    branch = tree.add(
        Text(f"{'✓' if outcome.holds else '✗'} {name_of(outcome.node)}{_found(outcome, explanation)}")
    )
    for child in outcome.children:
        _grow(branch, child, explanation)


def _found(outcome: Outcome, explanation: Explanation) -> str:
    if outcome.node.kind not in ("set", "literal"):
        return ""
    shown = [
        f"{e['term']} ({e['field']} {e['start']}: …{e['around']}…)"
        for e in _evidence(outcome, explanation)[:3]
    ]
    more = f" and {len(outcome.hits) - 3} more" if len(outcome.hits) > 3 else ""
    return f": {'; '.join(shown)}{more}" if shown else ": nothing found"


def _evidence(outcome: Outcome, explanation: Explanation) -> list[dict[str, Any]]:
    found = []
    for hit in outcome.hits[:20]:
        proof = explanation.findings.evidence(hit)
        original = explanation.findings.fields[proof.field].original
        around = original[max(0, proof.start - AROUND) : proof.end + AROUND].replace("\n", " ")
        found.append(
            {
                "term": proof.term,
                "field": proof.field,
                "start": proof.start,
                "end": proof.end,
                "around": around,
            }
        )
    return found


def explanation_values(explanation: Explanation, judge: Judge) -> dict[str, Any]:
    """An explanation as plain values."""

    def tree(outcome: Outcome) -> dict[str, Any]:
        node = outcome.node
        return {
            "node": node.kind, "value": node.value, "number": node.number, "holds": outcome.holds,
            "evidence": _evidence(outcome, explanation), "children": [tree(o) for o in outcome.children],
        }  # fmt: skip

    reading = explanation.reading
    return {
        "lang": reading.lang,
        "relevance": {"relevant": reading.relevance.relevant, "score": reading.relevance.score, "reasons": dict(reading.relevance.reasons)},
        "bases": [{"name": b.name, "kind": b.kind, "stage": b.stage, "cities": b.cities, "sentence": b.sentence} for b in reading.bases],
        "clauses": clauses_of(explanation),
        "topics": [
            {"name": o.topic.name, "matches": o.matches, "as_best": o.as_best, "why_not": o.why_not, "score": o.score, "threshold": o.topic.threshold,
             "needs": judge.needs(o, explanation), "query": tree(o.outcome)}
            for o in explanation.outcomes
        ],
    }  # fmt: skip
