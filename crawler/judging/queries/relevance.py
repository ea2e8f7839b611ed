"""Whether an article reports cooperation between the parties: China and ASEAN or a member state, as shipped.

Two parties must be named (or one name that holds both, as 中柬 or "China-ASEAN Expo"). Then evidence is weighed:
how close the parties stand, words of cooperation for it, words of dispute, crime, sport and festivals against it,
and other powers that the article may really be about. The weighted sum goes through the logistic function, so
that the score lies in 0..1; each part is kept as a reason. What each part weighs stands in
`crawler.judging.weights.relevance`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from crawler.judging.queries.query import LEAD
from crawler.judging.queries.standing import (
    Actors,
    AsOne,
    acts_alone,
    acts_with_others,
    letters_of_a_word,
    named_as_one,
    takes_part,
)
from crawler.judging.text.matching import Findings, Hit
from crawler.judging.text.nearness import Nearness, Row, outermost
from crawler.judging.text.sentences import Sentences
from crawler.judging.weights import weights
from crawler.judging.weights.relevance import RelevanceWeights
from crawler.model import NATIONAL_LANGUAGE, Relevance

UNCONCERNED = Relevance(False, 0.0, (("not both parties named", 0.0),))
"""The verdict on what does not name both parties."""


@dataclass(frozen=True, slots=True)
class RelevanceRule:
    """Which term sets speak for and against relevance. Each is the name of a term set."""

    ours: str = "china"
    theirs: str = "asean_or_member"
    both: str = "china_asean"
    two_sides: str = "two_sides"
    cooperation: Sequence[str] = ("cooperation",)
    matters: Sequence[str] = ()
    strong: Sequence[str] = ("agreement",)
    against: Sequence[str] = ("dispute", "crime", "sport", "festival")
    softens: Sequence[str] = ()
    subjects: Sequence[str] = ()
    deeds: Sequence[str] = ()
    happenings: Sequence[str] = ()
    elsewhere: str = "other_power"
    threshold: float = 0.5

    def sets(self) -> list[str]:
        """All set names that the rule reads."""
        single = [self.ours, self.theirs, self.both, self.two_sides, self.elsewhere]
        lists = (self.cooperation, self.matters, self.strong, self.against, self.softens)
        return [*single, *chain(*lists, self.subjects, self.deeds, self.happenings)]


@dataclass(frozen=True, slots=True)
class RelevanceSets:
    """All sets that each part of a rule stands for, with those inside others."""

    ours: frozenset[str]
    theirs: frozenset[str]
    both: frozenset[str]
    two_sides: frozenset[str]
    working: frozenset[str]
    strong: frozenset[str]
    matters: frozenset[str]
    against: frozenset[str]
    softens: frozenset[str]
    subjects: frozenset[str]
    deeds: frozenset[str]
    happenings: frozenset[str]
    elsewhere: frozenset[str]

    @classmethod
    def of(cls, rule: RelevanceRule, members: Mapping[str, frozenset[str]]) -> RelevanceSets:
        """Those of a rule.

        Args:
            rule: which term sets speak for and against.
            members: the sets that each set stands for.
        """

        def of(*names: str) -> frozenset[str]:
            return frozenset[str]().union(*(members.get(name, ()) for name in names))

        return cls(
            ours=of(rule.ours),
            theirs=of(rule.theirs),
            both=of(rule.both),
            two_sides=of(rule.two_sides),
            working=of(*rule.cooperation, *rule.strong),
            strong=of(*rule.strong),
            matters=of(*rule.matters),
            against=of(*rule.against),
            softens=of(*rule.softens),
            subjects=of(*rule.matters, *rule.subjects),
            deeds=of(*rule.deeds),
            happenings=of(*rule.happenings),
            elsewhere=of(rule.elsewhere),
        )


@dataclass(frozen=True, slots=True)
class _Parties:
    ours: list[Hit]
    theirs: list[Hit]
    both: list[Hit]

    def all(self) -> list[Hit]:
        return [*self.ours, *self.theirs, *self.both]


def judge_relevance(
    findings: Findings,
    sets: RelevanceSets,
    threshold: float,
    together: Sequence[Hit] = (),
) -> Relevance:
    """The verdict with its reasons and the words that name the parties and what they do.

    Args:
        findings: what was found where.
        sets: those that speak for and against.
        threshold: the score from which on it is relevant.
        together: words that speak of cooperation by what stands around them (`crawler.judging.bases.mentions.launched_of_both`).
    """
    of = findings.of
    weigh = weights().relevance
    powers = of(sets.elsewhere)
    parties = _Parties(_not_among(of(sets.ours), powers), of(sets.theirs), of(sets.both))
    # News in a national language says "both countries" for
    # its own and China, and may not name its own at all.
    own = NATIONAL_LANGUAGE.get(findings.lang or "")
    home = own in findings.parties.theirs.countries and bool(of(sets.two_sides))
    if not (parties.both or (parties.ours and (parties.theirs or home))):
        return UNCONCERNED
    # A word may be in several sets; it counts once.
    working = list(dict.fromkeys([*of(sets.working), *together]))
    strong = of(sets.strong)
    matters = of(sets.matters)
    speaks_of_it = bool(working or parties.both)
    amount = _amount(findings, working, parties, weigh)
    if speaks_of_it:  # trade figures and weather name both parties, and say nothing of what they do together
        amount += weigh.matter * _amount(findings, matters, parties, weigh)
    against = of(sets.against)
    happening = of(sets.happenings)
    other = _outside(powers, parties.all())
    # Patrol cars are given to the police: such news is full of words of crime.
    softened = weigh.softened if against and _is_given(findings, parties, of(sets.softens)) else 1.0
    home_side = of(sets.two_sides) if home else []
    part = _takes_part(findings, parties, home_side, working, other)
    actors = Actors(parties.ours, [*parties.theirs, *home_side], parties.both, other)
    apart = acts_with_others(findings, actors, working)
    alone = part and not apart and acts_alone(findings, actors, of(sets.two_sides), working)
    reasons = [
        ("parties side by side", weigh.tie * _tie(findings, parties, home, weigh)),
        ("words of cooperation", weigh.cooperation * _saturate(amount, weigh)),
        *([] if speaks_of_it else _of_few_words(findings, parties, sets, other)),
        # "Quake on the China-Myanmar border" is silent, though one name holds both.
        (
            "something that happens to them",
            0.0 if working else weigh.against * _saturate(_count(happening), weigh),
        ),
        ("a party only in passing", 0.0 if part else weigh.in_passing),
        ("done with others", weigh.with_others if apart else 0.0),
        ("nothing done with China", weigh.alone if alone else 0.0),
        ("words of agreement", weigh.agreement * _saturate(len(_distinct(strong)), weigh)),
        ("both parties in the headline", weigh.headline * _in_title(parties)),
        ("both parties early", weigh.prominent * _early(parties, home)),
        ("dispute, crime, sport or festival", weigh.against * _saturate(_count(against), weigh) * softened),
        ("about another power", weigh.elsewhere * _elsewhere(other, parties, weigh)),
    ]
    # The logistic function of the log odds; the reasons shown, with the bias, add up to it.
    score = 1 / (1 + math.exp(-weigh.bias - sum(weight for _, weight in reasons)))
    shown = [*parties.both[:1], *parties.ours[:1], *parties.theirs[:1], *working[: weigh.most_shown]]
    return Relevance(
        score >= threshold,
        round(score, 4),
        tuple((what, round(weight, 3)) for what, weight in reasons if weight),
        tuple(findings.evidence(h) for h in dict.fromkeys(shown)),
    )


def _of_few_words(
    findings: Findings, parties: _Parties, sets: RelevanceSets, other: Sequence[Hit]
) -> list[tuple[str, float]]:
    """The reasons where no word speaks of cooperation.

    A long text that is silent has nothing to say of it. A headline has no room for it: "China, Laos launch railway
    service". There it is enough that both are its subject, or that something is done in a matter of cooperation.
    """
    weigh = weights().relevance
    deeds, subjects = findings.of(sets.deeds), findings.of(sets.subjects)
    named = named_as_one(findings, parties.ours, parties.theirs)
    acts = named is AsOne.SUBJECT or (subjects and (deeds or named is AsOne.SOMEWHERE))
    tied = _in_title(parties) or _tie(findings, parties, False, weigh) == 1.0
    # Where others are named, too, what is told may be theirs.
    if other or not (acts and tied):
        return [("nothing said of cooperation", weigh.silent)]
    room = _room(findings, weigh)
    few = weigh.matter * _amount(findings, [*deeds, *subjects], parties, weigh)
    return [
        ("nothing said of cooperation", weigh.silent * room),
        ("what few words tell of both", (1 - room) * weigh.cooperation * _saturate(few, weigh)),
        ("both parties as one", (1 - room) * weigh.one_subject * (named is not AsOne.NOWHERE)),
    ]


def _room(findings: Findings, weigh: RelevanceWeights) -> float:
    """How much room an article has to say what its news is, 0 (a headline) to 1."""
    letters = sum(len(field.normal.text) for field in findings.fields.values())
    words = letters / letters_of_a_word(findings.lang)
    return min(1.0, max(0.0, (words - weigh.headline_words) / (weigh.telling_words - weigh.headline_words)))


def _not_among(hits: list[Hit], others: Sequence[Hit]) -> list[Hit]:
    """The hits that are not at the same time names of others: Taiwan acts for itself, though it is listed among provinces."""
    if not others:
        return hits
    same = {(h.field, h.start, h.end) for h in others}
    return [h for h in hits if (h.field, h.start, h.end) not in same]


def _outside(hits: Sequence[Hit], longer: Sequence[Hit]) -> list[Hit]:
    """The hits that lie in none of some longer ones: India (印度) is not named where Indonesia (印度尼西亚) is."""
    if not hits:
        return []
    kept = {(h.field, h.start, h.end) for h in outermost([*hits, *longer])}
    return [h for h in hits if (h.field, h.start, h.end) in kept]


def _takes_part(
    findings: Findings, parties: _Parties, home: Sequence[Hit], working: Sequence[Hit], other: Sequence[Hit]
) -> bool:
    """Whether both parties take part; where one name holds both, they do."""
    if parties.both or not parties.ours:
        return True
    return takes_part(findings, parties.ours, [*parties.theirs, *home], working, other)


def _is_given(findings: Findings, parties: _Parties, given: Sequence[Hit]) -> bool:
    """Whether the headline or the lead says that something is signed or given between the parties."""
    if not given:
        return False
    sentences = Sentences(findings)
    # The very first sentence may be no more than a dateline.
    first = [s for s in sentences.with_any(given) if s.number <= 1]
    if not first:
        return False
    ours, theirs, both = map(sentences.with_any, (parties.ours, parties.theirs, parties.both))
    return any(s in both or (s in ours and s in theirs) for s in first)


def _distinct(hits: Sequence[Hit]) -> set[str]:
    return {h.pattern.key for h in hits}


def _saturate(amount: float, weigh: RelevanceWeights) -> float:
    """More of the same counts ever less: 1 term 0.49, 2 terms 0.74, 4 terms 0.93."""
    return 1 - math.exp(-amount / weigh.saturation)


def _count(hits: Sequence[Hit]) -> float:
    """Distinct terms, those of the headline twice."""
    return len(_distinct(hits)) + len(_distinct([h for h in hits if h.field == "title"]))


def _tie(findings: Findings, parties: _Parties, home: bool, weigh: RelevanceWeights) -> float:
    """How closely the parties are tied to each other, 0..1."""
    if parties.both:
        return 1.0
    ours = parties.ours[: weigh.most_ours]
    theirs = parties.theirs[: weigh.most_theirs]
    if not (ours and theirs):
        return weigh.near_share if home else weigh.far_share
    row = Row(theirs)
    closest = min(_gap(findings, hit, row) for hit in ours)
    if closest <= weigh.tie_close:
        return 1.0
    # A headline is one sentence, however its words are counted.
    near = closest <= weigh.tie_near or _in_title(parties)
    return weigh.near_share if near else weigh.far_share


def _gap(findings: Findings, hit: Hit, row: Row) -> float:
    """The words from a hit to the nearest of a row; infinite where its field has none."""
    beside = (row.before(hit), row.behind(hit))
    return min((findings.distance(hit, other) for other in beside if other), default=math.inf)


def _amount(findings: Findings, working: Sequence[Hit], parties: _Parties, weigh: RelevanceWeights) -> float:
    """Distinct terms, those near a party and those of the headline for more."""
    named = parties.all()[: weigh.most_named]
    by_key: dict[str, list[Hit]] = {}
    for hit in working:
        by_key.setdefault(hit.pattern.key, []).append(hit)
    near = Nearness(findings, named)
    amount = 0.0
    for found in by_key.values():
        same = found[: weigh.most_same]
        close = any(near.is_within(hit, weigh.party_reach) for hit in same)
        amount += (1.0 if close else weigh.beyond_share) + weigh.headline_bonus * any(
            h.field == "title" for h in same
        )
    return amount


def _in_title(parties: _Parties) -> float:
    ours, theirs, both = (
        any(h.field == "title" for h in hits) for hits in (parties.ours, parties.theirs, parties.both)
    )
    return 1.0 if both or (ours and theirs) else 0.0


def _early(parties: _Parties, home: bool) -> float:
    def early(hits: Sequence[Hit]) -> bool:
        return any(h.field == "title" or h.start < LEAD for h in hits)

    return 1.0 if early(parties.both) or (early(parties.ours) and (home or early(parties.theirs))) else -1.0


def _elsewhere(other: Sequence[Hit], parties: _Parties, weigh: RelevanceWeights) -> float:
    """The share of another power among the mentions; its place in the headline without both parties weighs more."""
    if not other:
        return 0.0
    # The weaker party: an article about China and America may well mention Vietnam once.
    weaker = min(len(parties.ours), len(parties.theirs)) + weigh.both_weight * len(parties.both)
    share = len(other) / (len(other) + weigh.party_weight * weaker)
    headline = any(h.field == "title" for h in other) and not _in_title(parties)
    return min(1.0, share + weigh.headline_elsewhere * headline)
