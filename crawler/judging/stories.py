"""Which reports tell of the same event, whatever their language.

Two reports are compared by anchors that do not depend on language (places, countries, numbers, Latin-script names,
topics, what kind of base) and, inside one language, by their words. Rare anchors weigh more (inverse document
frequency over the stories of the window). A report joins the story with its most similar report, if similar enough.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from crawler.judging.normal import normalise
from crawler.judging.script import UNSPACED, script_of
from crawler.model import Anchors

SAME_LANGUAGE, OTHER_LANGUAGE = 0.32, 0.32
_WEIGHT = {"p": 1.6, "n": 1.5, "m": 1.2, "c": 0.5, "t": 0.35, "b": 1.0}
_WORDS_SHARE = 0.55
"""How much of the same-language likeness the words give; the anchors give the rest."""
_PLENTY = 8.0
"""Shared anchors of this much weight speak for one event although each report also has many of its own."""
_RECENT = 40
"""Of a long story this many reports are compared: the first and the latest ones."""


@dataclass(frozen=True, slots=True)
class Report:
    """What story grouping knows of one article. ``features`` carry their kind as a prefix (``p:Shenzhen``)."""

    article: int
    story: int
    lang: str | None
    when: datetime
    features: frozenset[str]
    words: frozenset[str]
    partners: frozenset[str]


@dataclass(frozen=True, slots=True)
class Placement:
    """The story that a report joins (None: a new one), how similar it is, and to which article by what."""

    story: int | None
    score: float = 0.0
    like: int | None = None
    shared: tuple[str, ...] = ()


@dataclass(slots=True)
class Window:
    """The reports of the stories that can still grow, with an index from feature to reports."""

    length: timedelta = timedelta(days=5)
    reports: dict[int, Report] = field(default_factory=dict)
    index: dict[str, set[int]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, report: Report) -> None:
        """Take a report in; replaces an earlier one of the same article."""
        self.remove(report.article)
        self.reports[report.article] = report
        for feature in report.features | report.words:
            self.index.setdefault(feature, set()).add(report.article)
            self.counts[feature] += 1

    def remove(self, article: int) -> None:
        """Let a report go, as far as it is there."""
        report = self.reports.pop(article, None)
        for feature in report.features | report.words if report else ():
            self.index[feature].discard(article)
            self.counts[feature] -= 1

    def forget(self, before: datetime) -> None:
        """Let go of all reports older than ``before``."""
        for article in [a for a, r in self.reports.items() if r.when < before]:
            self.remove(article)

    def weight(self, feature: str) -> float:
        """The inverse document frequency of a feature, times what its kind is worth."""
        rarity = math.log((len(self.reports) + 20) / (self.counts[feature] + 1.0))
        return max(0.05, rarity) * _WEIGHT.get(feature[0], 1.0)

    def place(self, report: Report) -> Placement:
        """The story that ``report`` belongs to."""
        best = Placement(None)
        for other in self._candidates(report):
            score, shared = self.likeness(report, other)
            least = SAME_LANGUAGE if report.lang == other.lang else OTHER_LANGUAGE
            if score >= least and score > best.score:
                best = Placement(other.story, round(score, 3), other.article, shared)
        return best

    def _candidates(self, report: Report) -> Iterable[Report]:
        """The reports in reach of time and subject that share at least one telling feature, the likeliest first."""
        votes: Counter[int] = Counter()
        for feature in report.features | report.words:
            sharing = self.index.get(feature, ())
            if feature[0] != "c" and len(sharing) <= 2000:
                votes.update(sharing)
        for article, _ in votes.most_common(_RECENT * 4):
            other = self.reports[article]
            near = abs(other.when - report.when) <= self.length
            parties = not (report.partners and other.partners) or bool(report.partners & other.partners)
            if near and parties:
                yield other

    def likeness(self, a: Report, b: Report) -> tuple[float, tuple[str, ...]]:
        """0..1 and the shared anchors that made it so."""
        shared = a.features & b.features
        anchors = self._cosine(a.features, b.features, shared)
        telling = tuple(sorted((f for f in shared if f[0] in "pnmb"), key=self.weight, reverse=True)[:6])
        amount = 1 - math.exp(-sum(self.weight(f) for f in shared if f[0] in "pnmb") / _PLENTY)
        anchored = (anchors + amount) / 2
        if a.lang == b.lang:
            words = self._cosine(a.words, b.words, a.words & b.words)
            return max(anchored * (1 - _WORDS_SHARE) + words * _WORDS_SHARE, words), telling
        if sum(f[0] in "pnm" for f in shared) < 2:
            return 0.0, telling
        return anchored, telling

    def _cosine(self, a: frozenset[str], b: frozenset[str], shared: frozenset[str]) -> float:
        def square(features: frozenset[str]) -> float:
            return sum(self.weight(f) ** 2 for f in features)

        norm = math.sqrt(square(a) * square(b))
        return square(shared) / norm if norm else 0.0


def features_of(anchors: Anchors) -> frozenset[str]:
    """The anchors as prefixed strings, words left out."""
    return frozenset(
        [f"c:{c}" for c in anchors.countries]
        + [f"p:{p}" for p in anchors.places]
        + [f"n:{n}" for n in anchors.numbers]
        + [f"m:{m}" for m in anchors.names]
        + [f"{'b' if t.startswith('base') else 't'}:{t}" for t in anchors.terms]
    )


def content_words(title: str, text: str) -> frozenset[str]:
    """The words of the headline and the beginning of a text; two-character pieces in unspaced scripts."""
    out: set[str] = set()
    run = ""
    for char in normalise(f"{title}\n{text[:1200]}").text + " ":
        if char.isalnum() or (run and script_of(char) in UNSPACED):
            run += char
            continue
        if run:
            out |= _pieces(run)
        run = ""
    return frozenset(f"w:{w}" for w in out)


def _pieces(run: str) -> set[str]:
    script = script_of(run[0])
    if script not in UNSPACED:
        return {run} if len(run) >= 4 else set()
    size = 2 if script == "han" else 4
    return {run[i : i + size] for i in range(max(1, len(run) - size + 1))}
