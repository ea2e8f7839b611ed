"""How a verdict is shown with its reasons: as text with trees, and as plain values."""

from __future__ import annotations

from typing import Any

from rich.text import Text
from rich.tree import Tree

from crawler.commands.context import out
from crawler.judging.judge import Explanation, Judge
from crawler.judging.queries.nearest import name_of
from crawler.judging.queries.outcome import Outcome

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
            f"New base: {base.name} ({base.kind}, {base.stage}) in {', '.join(base.cities) or 'no city named'}",
            markup=False,
        )
    for outcome in explanation.outcomes:
        mark = "matches" if outcome.matches else f"does not match: {outcome.why_not}"
        tree = Tree(
            Text(
                f"{outcome.topic.name} {mark}; score {outcome.score:.2f}, threshold {outcome.topic.threshold:.2f}"
            )
        )
        _grow(tree, outcome.outcome, explanation)
        out.print(tree)
        if needs := judge.needs(outcome, explanation):
            out.print(f"  would match with: {'; '.join(needs)}", markup=False)


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
        "topics": [
            {"name": o.topic.name, "matches": o.matches, "why_not": o.why_not, "score": o.score, "threshold": o.topic.threshold,
             "needs": judge.needs(o, explanation), "query": tree(o.outcome)}
            for o in explanation.outcomes
        ],
    }  # fmt: skip
