"""Which topics an article matches, and why."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from crawler.judging.queries.outcome import Outcome, evaluate
from crawler.judging.queries.query import (
    LEAD,
    Node,
    can_hold_by,
    literal_patterns,
    literal_set,
    parse,
    term_sets_of,
    wanted_terms,
)
from crawler.judging.text.matching import Findings, Hit
from crawler.judging.text.nearness import outermost
from crawler.judging.text.terms import Pattern, expand
from crawler.judging.weights import weights
from crawler.model import TermSet, Topic, TopicMatch


@dataclass(frozen=True, slots=True)
class CompiledTopic:
    """A topic with its query as a tree."""

    topic: Topic
    query: Node


class TopicOutcome(NamedTuple):
    """A topic's verdict on one article with the whole tree: what `topics explain` shows."""

    topic: Topic
    outcome: Outcome
    score: float
    matches: bool
    why_not: str = ""


class TopicSet:
    """All topics of a configuration with the term sets that they read, compiled.

    Args:
        topics: the topics.
        sets: all term sets by name.

    Raises:
        QueryError: a query cannot be read.
        UnknownTermSetError: a query names a set that does not exist.
    """

    def __init__(self, topics: Iterable[Topic], sets: Mapping[str, TermSet]) -> None:
        self.compiled = [CompiledTopic(t, parse(t.query)) for t in topics]
        used = dict.fromkeys(name for t in self.compiled for name in term_sets_of(t.query))
        self.members = {name: expand(sets, name) for name in used}
        self.looks_anywhere = any(not t.topic.only_relevant for t in self.compiled)
        self.anywhere = self._terms_of(t for t in self.compiled if not t.topic.only_relevant)
        self._always: list[int] = []
        self._called: dict[str, list[int]] = {}
        for number, topic in enumerate(self.compiled):
            # A topic is looked at only if one of these sets was found, so
            # that the cost of an article does not grow with the topics.
            names = can_hold_by(topic.query)
            if names is None:
                self._always.append(number)
            for member in {m for n in names or () for m in self.members.get(n, {n})}:
                self._called.setdefault(member, []).append(number)

    def _terms_of(self, topics: Iterable[CompiledTopic]) -> frozenset[str]:
        """The names of all sets with a term that speaks for some topic, including sets inside others."""
        leaves = [n for t in topics for n in wanted_terms(t.query)]
        literal = {literal_set(n.value) for n in leaves if n.kind == "literal"}
        return frozenset({m for n in leaves if n.kind == "set" for m in self.members[n.value]} | literal)

    def set_names(self) -> set[str]:
        """The names of all term sets that the topics read, those inside others included."""
        return {name for members in self.members.values() for name in members}

    def literals(self) -> list[Pattern]:
        """The patterns of the terms that queries hold themselves."""
        return [p for t in self.compiled for p in literal_patterns(t.query)]

    def called(self, findings: Findings) -> list[CompiledTopic]:
        """The topics that could match what was found, so that the cost does not grow with all the others."""
        called = {number for name in findings.hits for number in self._called.get(name, ())}
        return [self.compiled[number] for number in sorted(called.union(self._always))]

    def outcomes(
        self, findings: Findings, relevant: bool, *, every: bool = False
    ) -> tuple[TopicOutcome, ...]:
        """The verdicts on one article: of every topic, or of those that may match."""
        chosen = (
            self.compiled
            if every
            else [t for t in self.called(findings) if relevant or not t.topic.only_relevant]
        )
        return tuple([judge_topic(topic, findings, self.members, relevant) for topic in chosen])


def judge_topic(
    compiled: CompiledTopic, findings: Findings, members: Mapping[str, frozenset[str]], relevant: bool
) -> TopicOutcome:
    """The verdict of one topic. A topic for relevant articles only stays silent on others, and says so."""
    topic = compiled.topic
    outcome = evaluate(compiled.query, findings, members)
    score = _score(outcome) if outcome.holds else 0.0
    if not outcome.holds:
        return TopicOutcome(topic, outcome, score, False, "the query does not hold")
    if topic.only_relevant and not relevant:
        return TopicOutcome(topic, outcome, score, False, "the article is not relevant")
    if score < topic.threshold:
        return TopicOutcome(
            topic, outcome, score, False, f"the score is below the threshold {topic.threshold}"
        )
    return TopicOutcome(topic, outcome, score, True)


def _score(outcome: Outcome) -> float:
    """A score from 0 to 1. It grows with the weights of the different terms found; early ones count more.

    A term counts once in the lead and half behind it, and once more in the headline. A term inside
    a longer one does not count.
    """
    if not outcome.hits:
        return 1.0
    weigh = weights().topics
    counting = set(outermost(outcome.hits))  # "digital" inside "digital economy" is not said twice
    anywhere: dict[str, float] = {}
    headline: dict[str, float] = {}
    for hit, weight in _weighed(outcome, 1.0):
        if hit in counting:
            key = hit.pattern.key
            in_title = hit.field == "title"
            worth = weight if in_title or hit.start < LEAD else weight * weigh.behind_lead
            anywhere[key] = max(anywhere.get(key, 0.0), worth)
            if in_title:
                headline[key] = max(headline.get(key, 0.0), weight)
    return round(1 - math.exp(-(sum(anywhere.values()) + sum(headline.values())) / weigh.saturation), 4)


def _weighed(outcome: Outcome, above: float) -> Iterator[tuple[Hit, float]]:
    """The hits of a query's terms, each with the weight that the query gives it."""
    weight = above * outcome.node.weight
    if outcome.node.kind in ("set", "literal"):
        yield from ((hit, weight) for hit in outcome.hits)
    # What stands behind NOT must be absent, and weighs nothing.
    elif outcome.node.kind != "not":
        for child in outcome.children:
            yield from _weighed(child, weight)


def match_of(outcome: TopicOutcome, findings: Findings) -> TopicMatch:
    """The match to store: name, score and the evidence in the original's characters."""
    evidence = tuple(findings.evidence(h) for h in outcome.outcome.hits[: weights().topics.most_evidence])
    return TopicMatch(outcome.topic.name, outcome.score, evidence)
