"""Which topics an article matches, and why."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from crawler.judging.matching import Findings, Hit
from crawler.judging.outcome import Outcome, evaluate
from crawler.judging.query import Node
from crawler.model import Topic, TopicMatch

MOST_EVIDENCE = 12


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
    """0..1: grows with the weights of the different terms found, those of the headline counting twice."""
    if not outcome.hits:
        return 1.0
    counting = set(outcome.hits)
    weights: dict[tuple[str, str], float] = {}
    for hit, weight in _weighed(outcome, 1.0):
        if hit in counting:
            place = ("title" if hit.field == "title" else "any", hit.pattern.key)
            for where in {place, ("any", hit.pattern.key)}:
                weights[where] = max(weights.get(where, 0.0), weight)
    return round(1 - math.exp(-sum(weights.values()) / 4), 4)


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
