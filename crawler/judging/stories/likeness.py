"""How likely two reports tell of one event.

Fellegi and Sunter's record linkage ("A Theory for Record Linkage", Journal of the American Statistical Association 64,
1969): each anchor that two reports share speaks for one event by the logarithm of how rare it is, what contradicts speaks
against, and the sum is the logarithm of the odds. What each kind of anchor is worth stands in
`crawler.judging.weights.stories`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, lru_cache
from operator import mul
from sys import intern
from typing import NamedTuple, TypeVar, cast

from crawler.judging.entities.known import undertakings
from crawler.judging.features import Feature, FeatureKind, feature, kind_of, value_of
from crawler.judging.parties import CHINA_ASEAN, Parties
from crawler.judging.places.event_places import (
    WIDE,
    Ground,
    elsewhere,
    ground_of,
    hardly_together,
    partners_cities,
)
from crawler.judging.places.gazetteer import gazetteer
from crawler.judging.stories.day_counts import NOWHERE, Having
from crawler.judging.weights import weights
from crawler.judging.weights.stories import LikenessWeights
from crawler.runtime.data_tables import table

_KINDS_AND_ACTS = frozenset({
    "agreement", "anniversary", "base", "centre", "closing", "completion", "corridor", "donation", "education", "expo", "forum",
    "groundbreaking", "innovation", "investment", "labour", "laboratory", "opening", "park", "science", "students", "summit", "talks",
    "think_tank", "university", "vocational", "youth", "zone",
})  # fmt: skip
"""Concepts of what a base is and of what was done, which do not say what it is for."""
_OF_ANY_NEWS = _KINDS_AND_ACTS | {"ambassador", "foreign_minister", "media", "party", "state_visit"}
"""Concepts that do not say what a headline is about either, because outlets name them or not."""
# Looking up a member of an enumeration takes Python 3.11
# some 100 ns, and these are looked up in every comparison.
_BASE_KIND = FeatureKind.BASE_KIND
_CHINESE_NAME = FeatureKind.CHINESE_NAME
_CONCEPT = FeatureKind.CONCEPT
_DAY = FeatureKind.DAY
_EDITION = FeatureKind.EDITION
_ENTITY = FeatureKind.ENTITY
_HEADLINED = FeatureKind.HEADLINED
_INSTITUTION = FeatureKind.INSTITUTION
_LAND = FeatureKind.LAND
_LATIN_NAME = FeatureKind.LATIN_NAME
_NUMBER_SIGN = FeatureKind.NUMBER.value
_PARTY = FeatureKind.PARTY
_PLACE = FeatureKind.PLACE
_PURPOSE = FeatureKind.PURPOSE
_SITE = FeatureKind.SITE
_TOPIC = FeatureKind.TOPIC
_TOWN = FeatureKind.TOWN
_NONE: frozenset[Feature] = frozenset()
_T = TypeVar("_T", bound=str)
_SHOWN = frozenset({
    FeatureKind.EDITION, FeatureKind.VISIT, FeatureKind.ENTITY, FeatureKind.PLACE, FeatureKind.NUMBER, FeatureKind.ORDINAL,
    FeatureKind.DAY, FeatureKind.LINK, FeatureKind.CHINESE_NAME, FeatureKind.CONCEPT, FeatureKind.LATIN_NAME,
})  # fmt: skip
"""The kinds that are shown where a report says what ties it to another one."""


@dataclass(frozen=True, slots=True)
class Report:
    """What story grouping knows of one article. ``dated`` is false where ``when`` is only when it was seen."""

    article: int
    story: int
    lang: str | None
    when: datetime
    features: frozenset[Feature]
    words: frozenset[Feature]
    dated: bool = True
    parties: Parties = CHINA_ASEAN
    _kinds: dict[FeatureKind, frozenset[Feature]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    _partners: list[frozenset[str]] = field(init=False, repr=False, compare=False, default_factory=list)
    _ground: list[Ground] = field(init=False, repr=False, compare=False, default_factory=list)
    _subject: list[_Subject] = field(init=False, repr=False, compare=False, default_factory=list)

    def of(self, kind: FeatureKind) -> frozenset[Feature]:
        """The features of one kind."""
        # Sorted by kind once for each report: it is compared with many others.
        return (self._kinds or self.by_kind).get(kind, _NONE)

    def as_stored(self, article: int, story: int) -> Report:
        """The same report under the number and in the story that it has in the store."""
        made = replace(self, article=article, story=story)
        # What was worked out of its words goes along.
        for name in ("_kinds", "_partners", "_ground", "_subject"):
            object.__setattr__(made, name, getattr(self, name))
        return made

    @property
    def by_kind(self) -> Mapping[FeatureKind, frozenset[Feature]]:
        """The features of each kind that the report has."""
        if not self._kinds and self.features:
            # By their letters: a call for each feature would take most of the time.
            kinds: dict[str, list[Feature]] = {}
            for one in self.features:
                if (known := kinds.get(one[0])) is None:
                    kinds[one[0]] = [one]
                else:
                    known.append(one)
            self._kinds.update({kind_of(named[0]): frozenset(named) for named in kinds.values()})
        return self._kinds

    @property
    def partners(self) -> frozenset[str]:
        """The member states that it names, or concerns: news at home need not name its own country."""
        if not self._partners:
            named = map(value_of, self.of(_PARTY) | self.of(_LAND) - {WIDE})
            self._partners.append(frozenset(named) - self.parties.ours.countries)
        return self._partners[0]

    @property
    def ground(self) -> Ground:
        """Where its event takes place."""
        if not self._ground:
            self._ground.append(ground_of(self.of(_SITE) | self.of(_LAND), self.partners, self.parties))
        return self._ground[0]

    @property
    def subject(self) -> _Subject:
        """What it is about by name."""
        if not self._subject:
            self._subject.append(_subject_of(self))
        return self._subject[0]


class _Subject(NamedTuple):
    """What a report is about, by what has a name of its own.

    Args:
        headlined: the people, projects, series … in its headline, as entities.
        undertakings: the projects and series that it names.
        spots: the places that it names, capitals aside: they stand for governments.
    """

    headlined: frozenset[Feature]
    undertakings: frozenset[Feature]
    spots: frozenset[Feature]


def _subject_of(report: Report) -> _Subject:
    named = report.of(_ENTITY)
    headlined = (feature(_ENTITY, value_of(one)) for one in report.of(_HEADLINED))
    return _Subject(
        # An edition in the headline stands beside its series, which is an entity.
        frozenset(headlined) & named,
        named & _undertakings(),
        report.of(_PLACE) - _capitals(report.parties),
    )


@cache
def _undertakings() -> frozenset[Feature]:
    return frozenset(feature(_ENTITY, name) for name in undertakings())


@cache
def _capitals(parties: Parties) -> frozenset[Feature]:
    return frozenset(feature(_PLACE, city) for city in gazetteer(parties).capitals)


def shared(names: Iterable[str]) -> frozenset[Feature]:
    """Features or words of a report; those of all reports are one string each, for most come again and again."""
    # By way of a set: what is made one by one keeps room to grow, a third of its memory.
    return cast("frozenset[Feature]", frozenset(set(map(intern, names))))


class Likeness(NamedTuple):
    """The logarithm of the odds that two reports are about one event, and why.

    ``shared`` are the anchors that matter most, in their order.
    """

    odds: float
    shared: tuple[str, ...] = ()

    @property
    def probability(self) -> float:
        """The odds as a probability."""
        # Beyond 30 the probability is 0 or 1 to thirteen digits, and far beyond `exp` overflows.
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, self.odds))))


@cache
def _frequencies() -> dict[str, float]:
    found: dict[str, float] = table("frequencies.yaml")
    return found


def _is_round(number: str) -> bool:
    """Whether a number, in the form of `crawler.judging.text.numbers`, is a digit with nothing but zeros behind it: 3,000."""
    return len(number.partition("e")[0].replace(".", "").strip("0")) < 2


_ANCHORS_OF_A_REPORT = 4
"""For so many anchors one set of words has its sum remembered: the sets are there in any case, and of many reports of
few events each is compared again and again."""


class Scale:
    """How rare anchors and words are: counted over stories, with the packaged frequencies where those are few.

    What is common among the other stories of the day says little, however rare it was before: on the day on which six
    bases are opened, a base and an opening tell nothing.

    Args:
        having: how many stories have a name, of the days before and of the day itself so far.
        before: how many stories the days before have.
        today: how many the day itself has so far.
        own: stories that are themselves compared, counted before and today; they make nothing common.
        whole: the scale of which this one leaves stories out.
    """

    def __init__(
        self,
        having: Callable[[str], Having] = lambda _: NOWHERE,
        before: int = 0,
        today: int = 0,
        own: tuple[int, int] = (0, 0),
        whole: Scale | None = None,
    ) -> None:
        self._having = having
        self.before = before
        self.today = today
        self._own = own
        self._whole = whole
        self._parts: dict[tuple[int, int], Scale] = {(0, 0): self}
        self._weigh: LikenessWeights = whole._weigh if whole else weights().likeness
        # A rarity is worked out hundreds of times for a report, so what it needs of the scale is made ready.
        self._stories = max(0, before - own[0]) + self._weigh.prior_weight
        self._stories_today = max(0, today - own[1]) + self._weigh.day_weight
        self._prior: Mapping[str, float] = (
            whole._prior if whole else {kind.value: share for kind, share in self._weigh.prior.items()}
        )
        self._only_against: bool | None = None
        self._expected = _frequencies()
        # A cache of its own for each scale: it goes with the scale when its day has grown.
        self.rarity = lru_cache(self._weigh.remembered)(self._rarity)
        self._square = lru_cache(self._weigh.remembered // _ANCHORS_OF_A_REPORT)(self._squares)

    def without(self, before: int, today: int) -> Scale:
        """The same scale with so many of the stories left out that are compared."""
        key = before, today
        if key not in self._parts:
            self._parts[key] = Scale(self._having, self.before, self.today, key, self)
        return self._parts[key]

    def forget(self) -> None:
        """Forget what was worked out. A scale that nobody needs holds on to itself by its caches, until a collector that seldom looks finds it."""
        for scale in self._parts.values():
            scale.rarity.cache_clear()
            scale._square.cache_clear()

    def only_against(self, weigh: LikenessWeights) -> bool:
        """Whether by some weights contradictions only speak against one event; remembered for those that the scale was made by."""
        if weigh is not self._weigh:
            return _only_speak_against(weigh)
        if self._only_against is None:
            self._only_against = (
                self._whole.only_against(weigh) if self._whole else _only_speak_against(weigh)
            )
        return self._only_against

    def _rarity(self, name: Feature) -> float:
        weigh = self._weigh
        expected = self._expected.get(name)
        if expected is None:
            kind = name[0]
            is_round = kind == _NUMBER_SIGN and _is_round(value_of(name))
            # Round numbers come again and again.
            expected = weigh.prior_of_round if is_round else self._prior[kind]
        before, today = self._having(name)
        own_before, own_today = self._own
        before -= own_before
        today -= own_today
        # Not by `max`, which takes as long as all the rest.
        share = ((before if before > 0 else 0) + weigh.prior_weight * expected) / self._stories
        # Fewer stories of today may be one event whose reports have not met yet.
        if today >= weigh.least_of_day:
            of_day = ((today if today > 0 else 0) + weigh.day_weight * share) / self._stories_today
            share = max(share, of_day)
        return -math.log(share if share < weigh.most_common else weigh.most_common)

    def _squares(self, words: frozenset[str]) -> float:
        rarities = list(map(self.rarity, words))
        squares: float = sum(map(mul, rarities, rarities))
        return squares

    def most_cosine(self, a: frozenset[str], b: frozenset[str]) -> float:
        """What the `cosine` of two sets of words is at most: only the words of both, and all of ``a``, are looked at."""
        both = self._squares(a & b)
        whole = self._whole
        # What both have is in the norm of each.
        ours = self._squares(a) if whole is None else whole._square(a) + both - whole._squares(a & b)
        return min(1.0, math.sqrt(max(0.0, both / ours)) * (1 + 1e-9)) if ours > 0 else 1.0

    def cosine(self, a: frozenset[str], b: frozenset[str], least: float = -math.inf) -> float:
        """The cosine of two sets of words as vectors of rarity; what both have is what a story may have made common itself.

        Args:
            a: the words of the report that is compared with others.
            b: words.
            least: below which nobody cares how small it is; then -1.0 is given.
        """
        common = a & b
        both = self._squares(common)
        whole = self._whole or self
        more = both - whole._squares(common) if whole is not self else 0.0
        ours = whole._square(a) + more
        # The words of ``b`` are summed last: most of them are in no other report, so it takes longest, and
        # ``b`` is at least as long as what both have.
        if ours and math.sqrt(both / ours) < least * (1 - 1e-9):
            return -1.0
        norm = math.sqrt(ours * (whole._square(b) + more))
        # Rounded, the cosine of equal words may be more than 1, and all bounds count on no more.
        return min(both / norm, 1.0) if norm else 0.0


def likeness(a: Report, b: Report, scale: Scale, worth_it: float = -math.inf) -> Likeness:
    """How likely two reports tell of one event.

    Args:
        a: a report.
        b: another one.
        scale: how rare anchors are.
        worth_it: log odds below which nobody cares how unlike they are; then neither all contradictions nor words, which take
            longest, are compared.
    """
    weighed = _weighed(a, b, scale, worth_it)
    if weighed.odds < worth_it:
        return Likeness(weighed.odds)
    worth = weighed.worth
    telling = sorted((f for f in worth if kind_of(f) in _SHOWN), key=lambda f: (-worth[f], f))
    return Likeness(weighed.odds, tuple(telling[: weights().likeness.most_shown]))


def odds_of(a: Report, b: Report, scale: Scale) -> float:
    """The logarithm of the odds that two reports tell of one event, where nobody asks why."""
    return _weighed(a, b, scale, -math.inf).odds


class _Weighed(NamedTuple):
    """The log odds of two reports, and what each feature that they share speaks for one event."""

    odds: float
    worth: Mapping[Feature, float]


def _weighed(a: Report, b: Report, scale: Scale, worth_it: float) -> _Weighed:
    weigh = weights().likeness
    same_language = a.lang == b.lang
    common = a.features & b.features
    agreements = _agreements(a, b, common, same_language, scale, weigh)
    worth = agreements.worth
    concepts = agreements.concepts
    # Concepts come together (a car, its factory): summed
    # as if they were independent, they count too often.
    excess = max(0.0, concepts - weigh.most_concepts)
    speaking_for = weigh.start + sum(worth.values()) - excess
    # Words add no more than this, and contradictions nothing: below it is clear that nobody cares.
    least = worth_it if worth_it > -math.inf and scale.only_against(weigh) else -math.inf
    words = weigh.words if same_language else 0.0
    if speaking_for + words < least:
        return _Weighed(speaking_for, worth)
    # Most pairs end here. What contradicts is looked for after it, since what it needs of a report is worked out
    # when that is asked for it, and of a large window hardly any report is met twice.
    if words and least > -math.inf:
        words *= scale.most_cosine(a.words, b.words)
        if speaking_for + words < least:
            return _Weighed(speaking_for, worth)
    against = 0.0
    for against in _contradictions(a, b, weigh):
        if speaking_for + against + words < least:
            return _Weighed(speaking_for + against, worth)
    odds = speaking_for + against
    # The cosine is 1 at most, so this is the most that words could still add.
    if same_language and odds + weigh.words >= worth_it:
        needed = (worth_it - odds) / weigh.words if weigh.words > 0 else -math.inf
        odds += weigh.words * scale.cosine(a.words, b.words, needed)
    return _Weighed(odds, worth)


def _only_speak_against(weigh: LikenessWeights) -> bool:
    """Whether no contradiction speaks for one event and words do, as by the packaged weights; an operator may weigh otherwise."""
    return weigh.words >= 0 and (
        max(
            weigh.undated, weigh.per_day, weigh.other_place, weigh.other_site, weigh.other_side, weigh.other_partners, weigh.other_talks,
            weigh.other_edition, weigh.other_field, weigh.other_base, weigh.other_purpose, weigh.other_purpose_abroad, weigh.other_kind,
            weigh.other_headlined, weigh.other_undertaking, weigh.other_spots, weigh.other_days, weigh.other_topics,
        )
        <= 0
    )  # fmt: skip


class _Agreements(NamedTuple):
    """What each feature that two reports share speaks for one event, and what the concepts among them speak together."""

    worth: dict[Feature, float]
    concepts: float


def _agreements(
    a: Report, b: Report, common: Iterable[Feature], same_language: bool, scale: Scale, weigh: LikenessWeights
) -> _Agreements:
    """What two reports agree in.

    The series of an edition counts with its edition. Names that may be Chinese persons' count between languages alone: within
    one language they are words.
    """
    editions = a.of(_EDITION) & b.features
    counted = {feature(_ENTITY, _edition(f).series) for f in editions}
    if editions and _other_talks(a, b):  # both met beside it
        counted |= editions
    worth: dict[Feature, float] = {}
    concepts = 0.0
    worth_of, rarity = cast("dict[str, float]", weigh.worth), scale.rarity
    for one in common:
        # By the letter, which is the kind: a call for each feature would take most of the time.
        kind = one[0]
        weight = worth_of.get(kind)
        if weight is None or one in counted or (same_language and kind == _CHINESE_NAME):
            continue
        worth[one] = speaks = weight * rarity(one)
        if kind == _CONCEPT:
            concepts += speaks
    return _Agreements(worth, concepts)


def _contradictions(a: Report, b: Report, weigh: LikenessWeights) -> Iterator[float]:
    """What speaks against one event: after each thing that may, the sum so far."""
    yield (against := _apart_in_time(a, b, weigh))
    one_edition = _one_edition(a, b)
    placed_apart = not one_edition and elsewhere(a.ground, b.ground)
    if _in_other_place(a, b, one_edition, placed_apart):
        yield against + weigh.other_place
        return
    if placed_apart:
        against += weigh.other_site
    if hardly_together(a.ground, b.ground):
        against += weigh.other_side
    if _apart(a.partners, b.partners):
        against += _other_partners(a, b, one_edition, weigh)
    yield against
    if not one_edition and other_edition(a, b):
        against += weigh.other_edition
    if a.lang == b.lang:
        against += _other_matter(a, b, weigh)
    elif _headlined_apart(a, b):
        against += weigh.other_purpose_abroad
    yield against
    against += _other_subject(a, b, one_edition, weigh)
    for kind, weight in ((_DAY, weigh.other_days), (_TOPIC, weigh.other_topics)):
        mine = a.of(kind)
        other = b.of(kind)
        if mine and other and mine.isdisjoint(other):
            against += weight
    yield against


def _apart_in_time(a: Report, b: Report, weigh: LikenessWeights) -> float:
    """What the time between two reports speaks against one event."""
    if not (a.dated and b.dated):
        return weigh.undated
    return weigh.per_day * abs((a.when - b.when).total_seconds()) / 86_400


_TALKS = feature(_CONCEPT, "talks")


def _other_talks(a: Report, b: Report) -> bool:
    """Whether both tell of talks, and of talks with other member states."""
    return _TALKS in a.features and _TALKS in b.features and _apart(a.partners, b.partners)


def _other_partners(a: Report, b: Report, one_edition: bool, weigh: LikenessWeights) -> float:
    """What it speaks against one event that two reports name other member states.

    Talks with one country are not talks with another; one edition of a series is reported from many countries.
    """
    if _other_talks(a, b):
        return weigh.other_talks
    return 0.0 if one_edition else weigh.other_partners


def _other_matter(a: Report, b: Report, weigh: LikenessWeights) -> float:
    """What speaks against one event in what two reports in one language are about."""
    against = weigh.other_field if _other_field(a, b) else 0.0
    if _headlined_apart(a, b):
        of_bases = a.of(_BASE_KIND) and b.of(_BASE_KIND)
        return against + (weigh.other_purpose if of_bases else weigh.other_purpose_abroad)
    if _other_base(a, b):
        return against + weigh.other_base
    return against + (weigh.other_kind if _other_kind(a, b) else 0.0)


def _other_subject(a: Report, b: Report, one_edition: bool, weigh: LikenessWeights) -> float:
    """What speaks against one event in that two reports name other things.

    One report may lack what the other one names. That each has a subject of its own is no accident.
    """
    if one_edition:
        return 0.0
    ours = a.subject
    theirs = b.subject
    against = 0.0
    if ours.headlined - b.of(_ENTITY) and theirs.headlined - a.of(_ENTITY):
        against = weigh.other_headlined
    elif _apart(ours.undertakings, theirs.undertakings):
        against = weigh.other_undertaking
    return against + (weigh.other_spots if _apart(ours.spots, theirs.spots) else 0.0)


def _apart(ours: frozenset[_T], theirs: frozenset[_T]) -> bool:
    """Whether both have something and nothing is of both."""
    return bool(ours and theirs) and ours.isdisjoint(theirs)


def other_place(a: Report, b: Report) -> bool:
    """Whether two reports tell of events in different places; one edition of a series is reported from many countries."""
    one_edition = _one_edition(a, b)
    return _in_other_place(a, b, one_edition, not one_edition and elsewhere(a.ground, b.ground))


def _in_other_place(a: Report, b: Report, one_edition: bool, placed_apart: bool) -> bool:
    """`other_place` where it is known whether both tell of one edition, and whether what they say of the place is one place."""
    if placed_apart:
        return not (_names_place_of(a, b) or _names_place_of(b, a))
    return a.lang == b.lang and not one_edition and (_other_town(a, b) or _other_institution(a, b))


def _one_edition(a: Report, b: Report) -> bool:
    """Whether both tell of one edition of a series."""
    return not a.of(_EDITION).isdisjoint(b.features)


def _names_place_of(report: Report, other: Report) -> bool:
    """Whether a report names a city that another one takes for the place: either may have taken the wrong one for it."""
    return any(feature(_PLACE, city) in report.features for city in other.ground.cities)


def _other_field(a: Report, b: Report) -> bool:
    """Whether each names a field that the other one does not, and no topic is of both.

    A report that is in no topic may only lack the words; of a new base it says what that is for.
    """
    if not a.of(_TOPIC).isdisjoint(b.of(_TOPIC)) or not (
        (a.of(_TOPIC) and b.of(_TOPIC)) or (a.of(_BASE_KIND) and b.of(_BASE_KIND))
    ):
        return False
    return bool(a.of(_CONCEPT) - b.of(_CONCEPT) and b.of(_CONCEPT) - a.of(_CONCEPT))


def _other_base(a: Report, b: Report) -> bool:
    """Whether both report a new base, and each has a topic and a field of its own and hardly a topic that both have."""
    if not a.of(_BASE_KIND) or not b.of(_BASE_KIND) or len(a.of(_TOPIC) & b.of(_TOPIC)) > 1:
        return False
    return all(x.of(kind) - y.of(kind) for kind in (_TOPIC, _CONCEPT) for x, y in ((a, b), (b, a)))


def _headlined_apart(a: Report, b: Report) -> bool:
    """Whether each headline says what its new base is for, and the other article does not speak of that."""
    if not (a.of(_PURPOSE) and b.of(_PURPOSE)):
        return False
    ours, theirs = ({*map(value_of, r.of(_PURPOSE))} - _OF_ANY_NEWS for r in (a, b))
    return bool(ours and theirs) and not _has_concept(b, ours) and not _has_concept(a, theirs)


def _has_concept(report: Report, concepts: Iterable[str]) -> bool:
    """Whether a report speaks of one of some concepts."""
    return any(feature(_CONCEPT, concept) in report.features for concept in concepts)


def _other_kind(a: Report, b: Report) -> bool:
    """Whether both report new bases of other kinds, and neither speaks of one of the other's kind."""
    if not (a.of(_BASE_KIND) and b.of(_BASE_KIND)):
        return False
    ours, theirs = ([*map(value_of, r.of(_BASE_KIND))] for r in (a, b))
    return not _has_concept(b, ours) and not _has_concept(a, theirs)


def _other_town(a: Report, b: Report) -> bool:
    """Whether one report puts a base into a town that the gazetteer lacks, and the other into another town or city.

    Towns whose names share a word are not different, and neither is a town that the other report
    names too.
    """
    ours = a.of(_TOWN)
    theirs = b.of(_TOWN)
    if ours and theirs:
        # By words: a town's name is written with more
        # words by one outlet and with fewer by another.
        return not (_words(ours) & (_words(theirs) | _named(b)) or _words(theirs) & _named(a))
    if not ours and not theirs:
        return False
    (town, placed) = (a, b) if ours else (b, a)
    cities = partners_cities(placed.ground)
    return (
        bool(cities)
        and not _words(town.of(_TOWN)) & _named(placed)
        and not any(feature(_PLACE, c) in town.features for c in cities)
    )


def _other_institution(a: Report, b: Report) -> bool:
    """Whether each puts a base into an institution, and neither names the other's."""
    ours = a.of(_INSTITUTION)
    theirs = b.of(_INSTITUTION)
    if not ours or not theirs:
        return False
    mine = _words(ours)
    other = _words(theirs)
    # Where scripts do not part words, a name may go on into what follows it.
    same = any(x.startswith(y) or y.startswith(x) for x in mine for y in other)
    return not (same or mine & _named(b) or other & _named(a))


def _words(towns: Iterable[str]) -> frozenset[str]:
    return frozenset(word for town in towns for word in value_of(town).split())


def _named(report: Report) -> frozenset[str]:
    """The names in a report that the gazetteer lacks."""
    return frozenset(map(value_of, report.of(_LATIN_NAME)))


def other_edition(a: Report, b: Report) -> bool:
    """Whether both count, or date, one series differently."""
    return any(_edition(x) == _edition(y) for x in a.of(_EDITION) for y in b.of(_EDITION))


class _SeriesEdition(NamedTuple):
    """Which series an edition is of, and whether it is counted (#) or dated (@)."""

    series: str
    mark: str


def _edition(name: Feature) -> _SeriesEdition:
    value = value_of(name)
    series, mark, _ = value.rpartition("#") if "#" in value else value.rpartition("@")
    return _SeriesEdition(series, mark)
