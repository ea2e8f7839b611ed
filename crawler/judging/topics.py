"""Which topics an article matches, and why."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from crawler.judging.matching import Findings, Hit
from crawler.judging.query import Node, Outcome, evaluate
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
    score = _score(outcome.hits) if outcome.holds else 0.0
    if not outcome.holds:
        return TopicOutcome(topic, outcome, score, False, "the query does not hold")
    if topic.only_relevant and not relevant:
        return TopicOutcome(topic, outcome, score, False, "the article is not relevant")
    if score < topic.threshold:
        return TopicOutcome(topic, outcome, score, False, f"the score is below the threshold {topic.threshold}")
    return TopicOutcome(topic, outcome, score, True)


def _score(hits: tuple[Hit, ...]) -> float:
    """0..1: grows with the number of different terms, those of the headline counting twice."""
    keys = {h.pattern.key for h in hits}
    titled = {h.pattern.key for h in hits if h.field == "title"}
    return round(1 - math.exp(-(len(keys) + len(titled)) / 4), 4) if keys else 1.0


def match_of(outcome: TopicOutcome, findings: Findings) -> TopicMatch:
    """The match to store: name, score and the evidence in the original's characters."""
    evidence = tuple(findings.evidence(h) for h in outcome.outcome.hits[:MOST_EVIDENCE])
    return TopicMatch(outcome.topic.name, outcome.score, evidence)
