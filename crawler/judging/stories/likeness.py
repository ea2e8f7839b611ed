"""How likely two reports tell of one event.

Fellegi and Sunter's record linkage ("A Theory for Record Linkage", Journal of the American Statistical Association 64,
1969): each anchor that two reports share speaks for one event by the logarithm of how rare it is, what contradicts speaks
against, and the sum is the logarithm of the odds. What each kind of anchor is worth stands in
`crawler.judging.weights.stories`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, lru_cache
from sys import intern
from typing import NamedTuple

from crawler.judging.places.event_places import Ground, elsewhere, ground_of, hardly_together, partners_cities
from crawler.judging.places.gazetteer import CHINA
from crawler.judging.weights import weights
from crawler.judging.weights.stories import LikenessWeights
from crawler.runtime.data_tables import table

_KINDS_AND_ACTS = frozenset({
    "agreement", "anniversary", "base", "centre", "closing", "completion", "corridor", "donation", "education", "expo", "forum",
    "groundbreaking", "innovation", "investment", "labour", "laboratory", "opening", "park", "science", "students", "summit", "talks",
    "think_tank", "university", "vocational", "youth", "zone",
})  # fmt: skip
"""Concepts of what a base is and of what was done, which do not say what it is for."""
PARTNERS = "partners"
"""What is kept beside the kinds of anchors of a report."""
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Report:
    """What story grouping knows of one article. ``dated`` is false where ``when`` is only when it was seen."""

    article: int
    story: int
    lang: str | None
    when: datetime
    features: frozenset[str]
    words: frozenset[str]
    dated: bool = True
    _kinds: dict[str, frozenset[str]] = field(init=False, repr=False, compare=False, default_factory=dict)
    _ground: list[Ground] = field(init=False, repr=False, compare=False, default_factory=list)

    def of(self, kind: str) -> frozenset[str]:
        """The anchors of one kind."""
        if not self._kinds:
            kinds: dict[str, set[str]] = {PARTNERS: set()}
            for feature in self.features:
                kinds.setdefault(feature[0], set()).add(feature)
            kinds[PARTNERS] = {f[2:] for f in kinds.get("c", ())} - CHINA
            self._kinds.update({k: frozenset(named) for k, named in kinds.items()})
        return self._kinds.get(kind, _NONE)

    @property
    def partners(self) -> frozenset[str]:
        """The member states that it names."""
        return self.of(PARTNERS)

    @property
    def ground(self) -> Ground:
        """Where its event takes place."""
        if not self._ground:
            self._ground.append(ground_of(self.of("s") | self.of("g"), self.partners))
        return self._ground[0]


def shared(names: Iterable[str]) -> frozenset[str]:
    """Anchors or words of a report; those of all reports are one string each, for most come again and again."""
    return frozenset(map(intern, names))


@dataclass(frozen=True, slots=True)
class Likeness:
    """The logarithm of the odds that two reports tell of one event, and the shared anchors, the most telling first."""

    odds: float
    shared: tuple[str, ...] = ()

    @property
    def probability(self) -> float:
        """The odds as a probability."""
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, self.odds))))


@cache
def _frequencies() -> dict[str, float]:
    found: dict[str, float] = table("frequencies.yaml")
    return found


class Counted(NamedTuple):
    """How many stories of some days have an anchor, and how many stories there are."""

    of: Callable[[str], int] = lambda _: 0
    stories: int = 0

    def share(self, feature: str, expected: float, weight: float, own: int = 0) -> float:
        """The share of stories that have an anchor, ``own`` of them aside; ``expected`` counts as ``weight`` stories."""
        having, all_of_them = max(0, self.of(feature) - own), max(0, self.stories - own)
        return (having + weight * expected) / (all_of_them + weight)


NOTHING = Counted()
_ANCHORS_OF_A_REPORT = 32
"""About so many anchors and words belong to one set of words whose sum is remembered."""


class Scale:
    """How rare anchors and words are: counted over stories, with the packaged frequencies where those are few.

    What is common among the other stories of the day says little, however rare it was before: on the day on which six
    bases are opened, a base and an opening tell nothing.

    Args:
        before: what the days before have.
        today: what the day itself has so far.
        own: stories that are themselves compared, counted before and today; they make nothing common.
        whole: the scale of which this one leaves stories out.
    """

    def __init__(
        self, before: Counted = NOTHING, today: Counted = NOTHING, own: tuple[int, int] = (0, 0), whole: Scale | None = None
    ) -> None:
        self.before, self.today, self._own, self._whole = before, today, own, whole
        self._parts: dict[tuple[int, int], Scale] = {(0, 0): self}
        self._weigh = weights().likeness
        self.rarity = lru_cache(self._weigh.remembered)(self._rarity)
        self._square = lru_cache(self._weigh.remembered // _ANCHORS_OF_A_REPORT)(self._squares)

    def without(self, before: int, today: int) -> Scale:
        """The same scale with so many of the stories left out that are compared."""
        key = before, today
        if key not in self._parts:
            self._parts[key] = Scale(self.before, self.today, key, self)
        return self._parts[key]

    def _rarity(self, feature: str) -> float:
        weigh = self._weigh
        expected = _frequencies().get(feature, weigh.prior[feature[0]])
        before, today = self._own
        share = self.before.share(feature, expected, weigh.prior_weight, before)
        if self.today.of(feature) - today >= weigh.least_of_day:
            share = max(share, self.today.share(feature, share, weigh.day_weight, today))
        return -math.log(min(weigh.most_common, share))

    def _squares(self, words: frozenset[str]) -> float:
        return sum(self.rarity(w) ** 2 for w in words)

    def cosine(self, a: frozenset[str], b: frozenset[str]) -> float:
        """The cosine of two sets of words as vectors of rarity; what both have is what a story may have made common itself."""
        common = a & b
        both, whole = self._squares(common), self._whole or self
        more = both - whole._squares(common) if whole is not self else 0.0
        norm = math.sqrt((whole._square(a) + more) * (whole._square(b) + more))
        return both / norm if norm else 0.0


def likeness(a: Report, b: Report, scale: Scale, worth_it: float = -math.inf) -> Likeness:
    """How likely two reports tell of one event.

    Args:
        a: a report.
        b: another one.
        scale: how rare anchors are.
        worth_it: log odds below which nobody cares how unlike they are; then their words, which take longest, are not compared.
    """
    weigh = weights().likeness
    same_language = a.lang == b.lang
    common = a.features & b.features
    counted = {f"x:{_how(f[2:])[0]}" for f in common if f[0] == "e"}
    worth = {
        f: weigh.worth[f[0]] * scale.rarity(f)
        for f in common
        if f[0] in weigh.worth and f not in counted and not (f[0] == "z" and same_language)
    }
    concepts = sum(w for f, w in worth.items() if f[0] == "k")
    excess = max(0.0, concepts - weigh.most_concepts)
    odds = weigh.start + sum(worth.values()) - excess + _contradictions(a, b, common, weigh)
    if same_language and odds + weigh.words >= worth_it:
        odds += weigh.words * scale.cosine(a.words, b.words)
    if odds < worth_it:
        return Likeness(odds)
    telling = sorted((f for f in worth if f[0] in "evxpnodlzkm"), key=lambda f: (-worth[f], f))
    return Likeness(odds, tuple(telling[: weigh.most_shown]))


def _contradictions(a: Report, b: Report, shared: Iterable[str], weigh: LikenessWeights) -> float:
    """What speaks against one event."""
    against = _apart_in_time(a, b, weigh)
    if other_place(a, b):
        return against + weigh.other_place
    one_edition = any(f[0] == "e" for f in shared)
    if hardly_together(a.ground, b.ground):
        against += weigh.other_side
    if a.partners and b.partners and a.partners.isdisjoint(b.partners):
        against += _other_partners(a, b, one_edition, weigh)
    if not one_edition and other_edition(a, b):
        against += weigh.other_edition
    if a.lang == b.lang:
        against += _other_matter(a, b, weigh)
    for kind, weight in (("d", weigh.other_days), ("t", weigh.other_topics)):
        mine, other = a.of(kind), b.of(kind)
        if mine and other and mine.isdisjoint(other):
            against += weight
    return against


def _apart_in_time(a: Report, b: Report, weigh: LikenessWeights) -> float:
    """What the time between two reports speaks against one event."""
    if not (a.dated and b.dated):
        return weigh.undated
    return weigh.per_day * abs((a.when - b.when).total_seconds()) / 86_400


def _other_partners(a: Report, b: Report, one_edition: bool, weigh: LikenessWeights) -> float:
    """What it speaks against one event that two reports name other member states.

    Talks with one country are not talks with another; one edition of a series is reported from many countries.
    """
    if "k:talks" in a.features & b.features:
        return weigh.other_talks
    return 0.0 if one_edition else weigh.other_partners


def _other_matter(a: Report, b: Report, weigh: LikenessWeights) -> float:
    """What speaks against one event in what two reports in one language are about."""
    against = weigh.other_field if _other_field(a, b) else 0.0
    if _headlined_apart(a, b):
        return against + weigh.other_purpose
    if _other_base(a, b):
        return against + weigh.other_base
    return against + (weigh.other_kind if _other_kind(a, b) else 0.0)


def other_place(a: Report, b: Report) -> bool:
    """Whether two reports tell of events in different places; one edition of a series is reported from many countries."""
    if not a.of("e").isdisjoint(b.of("e")):
        return False
    return elsewhere(a.ground, b.ground) or (a.lang == b.lang and (_other_town(a, b) or _other_institution(a, b)))


def _other_field(a: Report, b: Report) -> bool:
    """Whether each names a field that the other one does not, and no topic is of both.

    A report that is in no topic may only lack the words; of a new base it says what that is for.
    """
    if not a.of("t").isdisjoint(b.of("t")) or not ((a.of("t") and b.of("t")) or (a.of("b") and b.of("b"))):
        return False
    return bool(a.of("k") - b.of("k") and b.of("k") - a.of("k"))


def _other_base(a: Report, b: Report) -> bool:
    """Whether both report a new base, and each has a topic and a field of its own and hardly a topic that both have."""
    if not a.of("b") or not b.of("b") or len(a.of("t") & b.of("t")) > 1:
        return False
    return all(x.of(kind) - y.of(kind) for kind in "tk" for x, y in ((a, b), (b, a)))


def _headlined_apart(a: Report, b: Report) -> bool:
    """Whether each headline says what its new base is for, and the other article does not speak of that."""
    ours, theirs = ({f[2:] for f in r.of("f")} - _KINDS_AND_ACTS for r in (a, b))
    if not ours or not theirs:
        return False
    return not any(f"k:{f}" in b.features for f in ours) and not any(f"k:{f}" in a.features for f in theirs)


def _other_kind(a: Report, b: Report) -> bool:
    """Whether both report new bases of other kinds, and neither speaks of one of the other's kind."""
    ours, theirs = a.of("b"), b.of("b")
    if not ours or not theirs:
        return False
    return not any(f"k:{kind[2:]}" in b.features for kind in ours) and not any(f"k:{kind[2:]}" in a.features for kind in theirs)


def _other_town(a: Report, b: Report) -> bool:
    """Whether one puts a base into a town that the gazetteer lacks, and the other one into another town or city.

    No town is another one that has a word of its name, or whose report names the other one too.
    """
    ours, theirs = a.of("u"), b.of("u")
    if ours and theirs:
        return not (_words(ours) & (_words(theirs) | _named(b)) or _words(theirs) & _named(a))
    if not ours and not theirs:
        return False
    (town, placed) = (a, b) if ours else (b, a)
    cities = partners_cities(placed.ground.cities)
    return bool(cities) and not _words(town.of("u")) & _named(placed) and not any(f"p:{c}" in town.features for c in cities)


def _other_institution(a: Report, b: Report) -> bool:
    """Whether each puts a base into an institution, and neither names the other's."""
    ours, theirs = a.of("y"), b.of("y")
    if not ours or not theirs:
        return False
    mine, other = _words(ours), _words(theirs)
    same = any(x.startswith(y) or y.startswith(x) for x in mine for y in other)  # where scripts do not part words
    return not (same or mine & _named(b) or other & _named(a))


def _words(towns: Iterable[str]) -> frozenset[str]:
    return frozenset(word for town in towns for word in town[2:].split())


def _named(report: Report) -> frozenset[str]:
    """The names in a report that the gazetteer lacks."""
    return frozenset(name[2:] for name in report.of("m"))


def other_edition(a: Report, b: Report) -> bool:
    """Whether both count, or date, one series differently."""
    return any(_how(x) == _how(y) for x in a.of("e") for y in b.of("e"))


def _how(edition: str) -> tuple[str, str]:
    name, mark, _ = edition.rpartition("#") if "#" in edition else edition.rpartition("@")
    return name, mark
