"""What the terms and topics of a configuration are good for: how often each was seen in the stored history, and in what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from crawler.analysis.history import PastArticle
from crawler.judging.judge import Judge
from crawler.judging.text.terms import REFERENCE, Pattern
from crawler.model import TermSet


@dataclass(frozen=True, slots=True, order=True)
class Term:
    """One spelling as config.yaml writes it."""

    set_name: str
    lang: str
    spelling: str


@dataclass(slots=True)
class Usage:
    """How often things were seen, in articles; ``wanted`` counts only articles that matched a topic."""

    articles: int = 0
    seen: Counter[Term] = field(default_factory=Counter)
    wanted: Counter[Term] = field(default_factory=Counter)
    topics: Counter[str] = field(default_factory=Counter)
    events: dict[str, set[str]] = field(default_factory=dict)
    causes: dict[str, Counter[Term]] = field(default_factory=dict)

    def never_seen(self, terms: Iterable[Term]) -> list[Term]:
        """The terms that no article has."""
        return sorted(t for t in terms if not self.seen[t])

    def only_unwanted(self, least: int) -> list[Term]:
        """The terms seen in at least so many articles, none of which matched a topic; the most frequent first."""
        found = [t for t, n in self.seen.items() if n >= least and not self.wanted[t]]
        return sorted(found, key=lambda t: (-self.seen[t], t))

    def causes_of(self, topic: str) -> list[tuple[Term, int]]:
        """The terms that a topic matched by, with how many articles; the most frequent first, then by name."""
        return sorted(self.causes.get(topic, Counter()).items(), key=lambda found: (-found[1], found[0]))


def terms_of(sets: Iterable[TermSet]) -> list[Term]:
    """The operator's own spellings, references to other sets left out."""
    own = ((s.name, lang, w) for s in sets for lang, words in s.spellings.items() for w in words)
    return [
        Term(name, lang, _bare(spelling)) for name, lang, spelling in own if not REFERENCE.match(spelling)
    ]


def _bare(spelling: str) -> str:
    return spelling.removeprefix("=").removesuffix("*") or spelling


def usage(history: Iterable[PastArticle], judge: Judge) -> Usage:
    """What was seen where in a history."""
    found = Usage()
    for past in history:
        explanation = judge.explain(past.article)
        found.articles += 1
        # Articles are counted, not places: a set, so that a term that is repeated counts once.
        seen = {_term(hit.pattern) for hits in explanation.findings.hits.values() for hit in hits}
        found.seen.update(seen)
        matching = [o for o in explanation.outcomes if o.matches]
        if matching:
            found.wanted.update(seen)
        for outcome in matching:
            name = outcome.topic.name
            found.topics[name] += 1
            found.events.setdefault(name, set()).add(past.event)
            terms = {_term(hit.pattern) for hit in outcome.outcome.hits}
            found.causes.setdefault(name, Counter()).update(terms)
    return found


def _term(pattern: Pattern) -> Term:
    return Term(pattern.set_name, pattern.lang, pattern.spelling)
