"""Which topics an article matches, and why."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from crawler.judging.queries.outcome import Outcome, evaluate
from crawler.judging.queries.query import (
    Node,
    can_hold_by,
    literal_patterns,
    literal_set,
    parse,
    term_sets_of,
    wanted_terms,
)
from crawler.judging.queries.standing import letters_of_a_word
from crawler.judging.text.matching import BASE_NAME, BASE_SENTENCE, Findings, Hit
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
    as_best: bool = False
    """It matches only because no topic with ``if_best`` reached its threshold, and this one came nearest."""


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
        self.takes_anything = any(
            not t.topic.only_relevant and can_hold_by(t.query) is None for t in self.compiled
        )
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
        outcomes = [judge_topic(topic, findings, self.members, relevant) for topic in chosen]
        return tuple(_of_rivals(outcomes) if relevant else outcomes)


def _of_rivals(outcomes: list[TopicOutcome]) -> list[TopicOutcome]:
    """The outcomes, of whose topics with ``if_best`` those match that tell best what a relevant article is about.

    That is the best one in any case: without a topic nobody would hear of the article. Of the others that reach their
    thresholds those match that come near to it, up to three in all: what falls far behind is mentioned by the way.
    """
    rivals = [o for o in outcomes if o.topic.if_best and o.outcome.holds]
    if not rivals:
        return outcomes
    weigh = weights().topics
    # Of several that are alike the first in the configuration.
    best = max(rivals, key=_nearness)
    near = [o for o in rivals if o.matches and _nearness(o) >= weigh.rival_share * _nearness(best)]
    kept = {o.topic.name for o in sorted(near, key=_nearness, reverse=True)[: weigh.most_rivals]}
    return [_beside(o, best, kept) for o in outcomes]


def _beside(outcome: TopicOutcome, best: TopicOutcome, kept: Collection[str]) -> TopicOutcome:
    """The verdict on a topic beside its rivals: the best one matches, and those that are kept."""
    if outcome is best and not outcome.matches:
        return outcome._replace(matches=True, why_not="", as_best=True)
    if outcome.matches and outcome.topic.if_best and outcome.topic.name not in kept:
        return outcome._replace(matches=False, why_not=f"the article fits {best.topic.name} far better")
    return outcome


def _nearness(outcome: TopicOutcome) -> float:
    """How near a score comes to the threshold of its topic."""
    return outcome.score / outcome.topic.threshold


def judge_topic(
    compiled: CompiledTopic, findings: Findings, members: Mapping[str, frozenset[str]], relevant: bool
) -> TopicOutcome:
    """The verdict of one topic. A topic for relevant articles only stays silent on others, and says so."""
    topic = compiled.topic
    outcome = evaluate(compiled.query, findings, members)
    score = _score(outcome, findings) if outcome.holds else 0.0
    if not outcome.holds:
        return TopicOutcome(topic, outcome, score, False, "the query does not hold")
    if topic.only_relevant and not relevant:
        return TopicOutcome(topic, outcome, score, False, "the article is not relevant")
    if score < topic.threshold:
        return TopicOutcome(
            topic, outcome, score, False, f"the score is below the threshold {topic.threshold}"
        )
    return TopicOutcome(topic, outcome, score, True)


def _score(outcome: Outcome, findings: Findings) -> float:
    """A score from 0 to 1. It grows with the weights of the terms found, and less of it is left in a long text.

    A term counts once in the headline, the lead or the sentence on a new base, half elsewhere, once more in the headline or
    the base's name, and a little more for each repeat. A term inside a longer one does not count.
    """
    weigh = weights().topics
    weighed: list[tuple[Hit, float]] = []
    _weigh(outcome, 1.0, weighed)
    counting = set(
        outermost([hit for hit, _ in weighed])
    )  # "digital" inside "digital economy" is not said twice
    terms: dict[str, list[tuple[Hit, float]]] = {}
    for hit, weight in weighed:
        if hit in counting:
            terms.setdefault(hit.pattern.key, []).append((hit, weight))
    # A query of NOT, lang: or new: alone has nothing to count.
    if not terms:
        return 1.0
    lead = weigh.lead_words * letters_of_a_word(findings.lang)
    worth = sum(_worth(same, findings, lead) for same in terms.values())
    return round(1 - math.exp(-worth / length_factor(findings) / weigh.saturation), 4)


def _worth(same: list[tuple[Hit, float]], findings: Findings, lead: float) -> float:
    """What all places of one term are worth together."""
    weigh = weights().topics
    weight = max(weight for _, weight in same)
    telling = any(hit.field == "title" or findings.stands_in(hit, BASE_NAME) for hit, _ in same)
    early = telling or any(hit.start < lead or findings.stands_in(hit, BASE_SENTENCE) for hit, _ in same)
    # A query may find one place by several of its parts.
    repeats = len({(hit.field, hit.start) for hit, _ in same}) - 1
    more = weigh.repeats * (1 - weigh.repeat_left**repeats)
    return weight * ((1.0 if early else weigh.behind_lead) + telling + more)


def length_factor(findings: Findings) -> float:
    """How many times as much a topic must be spoken of in this article as in a short one.

    A long text mentions much by the way: its topics are those that it keeps coming back to.
    """
    weigh = weights().topics
    letters = sum(len(field.normal.text) for field in findings.fields.values())
    words = letters / letters_of_a_word(findings.lang)
    return min(weigh.most_length, math.sqrt(max(1.0, words / weigh.short_text)))


def _weigh(outcome: Outcome, above: float, found: list[tuple[Hit, float]]) -> None:
    """Gather the hits of a query's terms, each with the weight that the query gives it."""
    node = outcome.node
    weight = above * node.weight
    if node.kind in ("set", "literal"):
        found += [(hit, weight) for hit in outcome.hits]
    # What stands behind NOT must be absent, and weighs nothing.
    elif node.kind != "not":
        for child in outcome.children:
            _weigh(child, weight, found)


def match_of(outcome: TopicOutcome, findings: Findings) -> TopicMatch:
    """The match to store: name, score and the evidence in the original's characters."""
    evidence = tuple(findings.evidence(h) for h in outcome.outcome.hits[: weights().topics.most_evidence])
    return TopicMatch(outcome.topic.name, outcome.score, evidence)
