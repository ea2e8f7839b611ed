"""Which reports tell of the same event, whatever their language.

Two reports are compared by anchors that do not depend on language (places, countries, numbers, Latin-script names,
topics, what kind of base) and, inside one language, by their words. Rare anchors weigh more (inverse document
frequency over the stories of the window). A report joins the story with its most similar report, if similar enough.
"""

from __future__ import annotations

import heapq
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from itertools import islice

from crawler.judging.normal import normalise
from crawler.judging.script import UNSPACED, UNSPACED_LETTERS, script_of
from crawler.model import Anchors

SAME_LANGUAGE, OTHER_LANGUAGE = 0.32, 0.32
_WEIGHT = {"p": 1.6, "n": 1.5, "m": 1.2, "c": 0.5, "t": 0.35, "b": 1.0}
_WORDS_SHARE = 0.55
"""How much of the same-language likeness the words give; the anchors give the rest."""
_PLENTY = 8.0
"""Shared anchors of this much weight speak for one event although each report also has many of its own."""
_MOST_COMPARED = 25
"""At most this many reports are compared with a new one, those that share most with it."""
_COMMON = 50
"""Features that more reports of the window have, and more than a tenth of them, call up no candidates."""
_STEADY = 50
_READ = 1200
"""Characters of a text whose words are compared."""
_RUN = re.compile(f"[^\\W_](?:[^\\W_]|[{UNSPACED_LETTERS}])*")
"""A run of letters and digits; the marks of unspaced scripts belong to it."""
Weigh = Callable[[str], float]


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
    _scale: Scale | None = None
    _changes: int = 0

    def add(self, report: Report) -> None:
        """Take a report in; replaces an earlier one of the same article."""
        self.remove(report.article)
        self._changes += 1
        self.reports[report.article] = report
        for feature in report.features | report.words:
            self.index.setdefault(feature, set()).add(report.article)
            self.counts[feature] += 1

    def remove(self, article: int) -> None:
        """Let a report go, as far as it is there."""
        report = self.reports.pop(article, None)
        self._changes += report is not None
        for feature in report.features | report.words if report else ():
            self.index[feature].discard(article)
            self.counts[feature] -= 1

    def weight(self, feature: str) -> float:
        """The inverse document frequency of a feature, times what its kind is worth."""
        rarity = math.log((len(self.reports) + 20) / (self.counts[feature] + 1.0))
        return max(0.05, rarity) * _WEIGHT.get(feature[0], 1.0)

    def place(self, report: Report) -> Placement:
        """The story that ``report`` belongs to."""
        scale = self._current_scale()
        best = Placement(None)
        for other in self._candidates(report, scale.weigh):
            score, shared = likeness(report, other, scale)
            least = SAME_LANGUAGE if report.lang == other.lang else OTHER_LANGUAGE
            if score >= least and score > best.score:
                best = Placement(other.story, round(score, 3), other.article, shared)
        return best

    def _current_scale(self) -> Scale:
        """The scale in force: made anew once one report in fifty has come or gone, for weights hardly move before."""
        if self._scale is None or self._changes * _STEADY > len(self.reports):
            self._scale, self._changes = Scale(self.weight), 0
        return self._scale

    def _candidates(self, report: Report, weigh: Weigh) -> Iterable[Report]:
        """The reports in reach of time and subject that share the most telling features, the likeliest first."""
        votes: dict[int, float] = {}
        most = max(_COMMON, len(self.reports) // 10)
        for feature in report.features | report.words:
            sharing = self.index.get(feature, ())
            if feature[0] != "c" and len(sharing) <= most:
                weight = weigh(feature)
                for article in sharing:
                    votes[article] = votes.get(article, 0.0) + weight
        likeliest = heapq.nlargest(_MOST_COMPARED * 4, votes, key=lambda article: (votes[article], -article))
        near = (o for o in map(self.reports.__getitem__, likeliest) if self._in_reach(report, o))
        return islice(near, _MOST_COMPARED)

    def _in_reach(self, a: Report, b: Report) -> bool:
        parties = not (a.partners and b.partners) or bool(a.partners & b.partners)
        return parties and abs(a.when - b.when) <= self.length


class Scale:
    """What features are worth at one time; each feature and set is weighed once."""

    def __init__(self, weigh: Weigh) -> None:
        self.weigh = cache(weigh)
        self._square = cache(self._weigh_all)

    def _weigh_all(self, features: frozenset[str]) -> float:
        return sum(self.weigh(f) ** 2 for f in features)

    def cosine(self, a: frozenset[str], b: frozenset[str]) -> float:
        """The cosine of two sets as vectors of weights."""
        norm = math.sqrt(self._square(a) * self._square(b))
        return self._weigh_all(a & b) / norm if norm else 0.0


def likeness(a: Report, b: Report, scale: Scale) -> tuple[float, tuple[str, ...]]:
    """How alike two reports are, 0..1, and the shared anchors that make them so.

    Args:
        a: a report.
        b: another one.
        scale: what features are worth.
    """
    shared = sorted((f for f in a.features & b.features if f[0] in "pnmb"), key=lambda f: (-scale.weigh(f), f))
    anchors = scale.cosine(a.features, b.features)
    telling = tuple(shared[:6])
    amount = 1 - math.exp(-sum(map(scale.weigh, shared)) / _PLENTY)
    anchored = (anchors + amount) / 2
    if a.lang == b.lang:
        words = scale.cosine(a.words, b.words)
        return max(anchored * (1 - _WORDS_SHARE) + words * _WORDS_SHARE, words), telling
    if sum(f[0] in "pnm" for f in shared) < 2:
        return 0.0, telling
    return anchored, telling


def features_of(anchors: Anchors) -> frozenset[str]:
    """The anchors as prefixed strings, words left out."""
    return frozenset(
        [f"c:{c}" for c in anchors.countries]
        + [f"p:{p}" for p in anchors.places]
        + [f"n:{n}" for n in anchors.numbers]
        + [f"m:{m}" for m in anchors.names]
        + [f"{'b' if t.startswith('base') else 't'}:{t}" for t in anchors.terms]
    )


def content_words(title: str, text: str, said: Mapping[str, Iterable[tuple[int, int]]]) -> frozenset[str]:
    """The words of the headline and the beginning of a text; two-character pieces in unspaced scripts.

    Args:
        title: the headline.
        text: the body.
        said: where, in the normal form of ``title`` and ``text``, stand words that every report of cooperation has (the
            parties' names, words of cooperation); they do not tell one event from another and are left out.
    """
    parts = [_without(normalise(title).text, said.get("title", ())), _without(normalise(text).text[:_READ], said.get("text", ()))]
    return frozenset(f"w:{piece}" for run in _RUN.findall(" ".join(parts)) for piece in _pieces(run))


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    parts, done = [], 0
    for start, end in sorted(spans):
        parts.append(text[done:start])
        done = max(done, end)
    return " ".join([*parts, text[done:]])


def _pieces(run: str) -> set[str]:
    script = script_of(run[0])
    if script not in UNSPACED:
        return {run} if len(run) >= 4 else set()
    size = 2 if script == "han" else 4
    return {run[i : i + size] for i in range(max(1, len(run) - size + 1))}
