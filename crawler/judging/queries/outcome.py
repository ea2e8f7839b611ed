"""A query held against what was found in an article: whether it holds, by which words, and why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from crawler.judging.queries.query import LEAD, NEW_BASE, Node, literal_set
from crawler.judging.territories import countries_of, is_grouped
from crawler.judging.text.matching import Findings, Hit
from crawler.judging.text.nearness import gaps


class Outcome(NamedTuple):
    """What one node found: whether it holds, the hits that prove it, and the outcomes below."""

    node: Node
    holds: bool
    hits: tuple[Hit, ...] = ()
    children: tuple[Outcome, ...] = ()


def evaluate(
    node: Node, findings: Findings, members: Mapping[str, frozenset[str]], inside: str = ""
) -> Outcome:
    """Whether a query holds for what was found in an article.

    Args:
        node: the query.
        findings: the hits by set.
        members: for each set the names of itself and the sets inside it.
        inside: the field (title, lead, text) that terms count in; empty for all.
    """
    return _evaluated(node, _Ground(findings, members, inside))


def _evaluated(node: Node, ground: _Ground) -> Outcome:
    if node.kind == "within":
        ground = ground._replace(inside=node.value)
    below = tuple([_evaluated(child, ground) for child in node.children]) if node.children else ()
    holds, hits = _RULES[node.kind](node, below, ground)
    # Without the hits of a part that does not hold: they would be shown as evidence.
    return Outcome(node, holds, hits if holds else (), below)


class _Ground(NamedTuple):
    """What a query is evaluated on."""

    findings: Findings
    members: Mapping[str, frozenset[str]]
    inside: str


Below = tuple[Outcome, ...]
Verdict = tuple[bool, tuple[Hit, ...]]


def _term(node: Node, below: Below, ground: _Ground) -> Verdict:
    names = ground.members.get(node.value, frozenset()) if node.kind == "set" else {literal_set(node.value)}
    hits = ground.findings.of(names)
    if ground.inside:
        hits = [h for h in hits if _inside(h, ground.inside)]
    return bool(hits), tuple(hits)


def _about(node: Node, below: Below, ground: _Ground) -> Verdict:
    """Whether the article is of a language, names a country, comes from a source, or reports a new base."""
    name, _, wanted = node.value.partition(":")
    has = ground.findings.about.get(name, frozenset())
    if name == "country" and is_grouped(wanted):  # as in subscriptions: any country of it
        return not countries_of(wanted).isdisjoint(has), ()
    if node.value == NEW_BASE:
        # The words for the base prove it, so that a reader is shown why.
        return wanted in has, tuple(ground.findings.hits.get(NEW_BASE, ()))
    return (any(h.startswith(wanted[:-1]) for h in has) if wanted.endswith("*") else wanted in has), ()


def _and(node: Node, below: Below, ground: _Ground) -> Verdict:
    return all(o.holds for o in below), _joined(below)


def _or(node: Node, below: Below, ground: _Ground) -> Verdict:
    return any(o.holds for o in below), _joined(below)


def _not(node: Node, below: Below, ground: _Ground) -> Verdict:
    return not below[0].holds, ()


def _atleast(node: Node, below: Below, ground: _Ground) -> Verdict:
    # Different terms: ATLEAST asks for several signs, not for one that is repeated.
    return len({h.pattern.key for h in below[0].hits}) >= node.number, below[0].hits


def _within(node: Node, below: Below, ground: _Ground) -> Verdict:
    return below[0].holds, below[0].hits


def _near(node: Node, below: Below, ground: _Ground) -> Verdict:
    near = gaps(ground.findings, below[0].hits, below[1].hits, ordered=node.kind == "onear")
    found = [hit for hit, gap in near.items() if gap <= node.number]
    return bool(found), tuple(sorted(found, key=lambda h: h.order))


_RULES: dict[str, Callable[[Node, Below, _Ground], Verdict]] = {
    "set": _term,
    "literal": _term,
    "about": _about,
    "and": _and,
    "or": _or,
    "not": _not,
    "atleast": _atleast,
    "within": _within,
    "near": _near,
    "onear": _near,
}


def _joined(outcomes: tuple[Outcome, ...]) -> tuple[Hit, ...]:
    return tuple(dict.fromkeys(h for o in outcomes if o.holds for h in o.hits))


def _inside(hit: Hit, name: str) -> bool:
    return hit.field == "title" or hit.start < LEAD if name == "lead" else hit.field == name
