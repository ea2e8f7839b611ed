"""Which topics an article matches, and why."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from crawler.judging.matching import Findings, Hit
from crawler.judging.outcome import Outcome, evaluate
from crawler.judging.query import LEAD, Node
from crawler.model import Topic, TopicMatch

MOST_EVIDENCE = 12
BEHIND = 0.5
"""What a term behind the lead is worth, against one in it."""


@dataclass(frozen=True, slots=True)
class CompiledTopic:
    """A topic with its query as a tree."""

    topic: Topic
    query: Node


@dataclass(frozen=True, slots=True)
class TopicOutcome:
    """A topic's verdict on one article with the whole tree: what `topics explain` shows."""

    topic: Topic
    outcome: Outcome
    score: float
    matches: bool
    why_not: str = ""


def judge_topic(compiled: CompiledTopic, findings: Findings, members: Mapping[str, frozenset[str]], relevant: bool) -> TopicOutcome:
    """The verdict of one topic. A topic for relevant articles only stays silent on others, and says so."""
    topic = compiled.topic
    outcome = evaluate(compiled.query, findings, members)
    score = _score(outcome) if outcome.holds else 0.0
    if not outcome.holds:
        return TopicOutcome(topic, outcome, score, False, "the query does not hold")
    if topic.only_relevant and not relevant:
        return TopicOutcome(topic, outcome, score, False, "the article is not relevant")
    if score < topic.threshold:
        return TopicOutcome(topic, outcome, score, False, f"the score is below the threshold {topic.threshold}")
    return TopicOutcome(topic, outcome, score, True)


def _score(outcome: Outcome) -> float:
    """0..1: grows with the weights of the different terms found; what is said early says what an article is about.

    A term counts once in the lead and half behind it, and once more in the headline; inside a longer one it does not.
    """
    if not outcome.hits:
        return 1.0
    counting = _outermost(outcome.hits)
    weights: dict[tuple[str, bool], float] = {}
    for hit, weight in _weighed(outcome, 1.0):
        if hit in counting:
            in_title = hit.field == "title"
            early = in_title or hit.start < LEAD
            for place, worth in ((False, weight if early else weight * BEHIND), (True, weight * in_title)):
                key = (hit.pattern.key, place)
                weights[key] = max(weights.get(key, 0.0), worth)
    return round(1 - math.exp(-sum(weights.values()) / 4), 4)


def _outermost(hits: Iterable[Hit]) -> set[Hit]:
    """The hits that lie in no longer one: "digital" inside "digital economy" is not said twice."""
    kept: set[Hit] = set()
    reach: dict[str, int] = {}
    for hit in sorted(hits, key=lambda h: (h.start, -h.end)):
        if hit.end > reach.get(hit.field, 0):
            reach[hit.field] = hit.end
            kept.add(hit)
    return kept


def _weighed(outcome: Outcome, above: float) -> Iterator[tuple[Hit, float]]:
    """The hits of a query's terms, each with the weight that the query gives it."""
    weight = above * outcome.node.weight
    if outcome.node.kind in ("set", "literal"):
        yield from ((hit, weight) for hit in outcome.hits)
    elif outcome.node.kind != "not":
        for child in outcome.children:
            yield from _weighed(child, weight)


def match_of(outcome: TopicOutcome, findings: Findings) -> TopicMatch:
    """The match to store: name, score and the evidence in the original's characters."""
    evidence = tuple(findings.evidence(h) for h in outcome.outcome.hits[:MOST_EVIDENCE])
    return TopicMatch(outcome.topic.name, outcome.score, evidence)
