"""Pairs of a word for a base and a word for its coming into being, and what each pair weighs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.judging.bases.sentences import begins_next_sentence, same_sentence
from crawler.judging.bases.words import base_words
from crawler.judging.text.matching import Findings, Hit
from crawler.judging.text.nearness import Row
from crawler.judging.text.script import CUT_BY_RULE
from crawler.judging.weights import weights


@dataclass(frozen=True, slots=True)
class Pair:
    """A word for a base and a word for an act beside it.

    ``weight`` says how sure it is that the act is the base's: 1 where "base opened" stands in a headline.
    """

    base: Hit
    act: Hit
    weight: float


def pairs_in(findings: Findings, bases: Sequence[Hit], acts: Sequence[Hit]) -> list[Pair]:
    """The pairs of bases and acts that may belong together. Only the acts next to a base are looked at."""
    row = Row(acts)
    beside = weights().bases.beside
    candidates = (_pair(findings, base, act) for base in bases for act in row.around(base, beside))
    return [pair for pair in candidates if pair is not None]


def proof_of(pairs: Sequence[Pair]) -> Pair:
    """The pair that speaks for a base: a sentence of the text says more than a headline."""
    best = max(pairs, key=lambda p: (p.weight, len(p.base.pattern.key)))
    least = weights().bases.proof
    in_text = (p for p in pairs if p.base.field == "text" and p.weight >= least)
    return max(in_text, key=lambda p: p.weight, default=best)


def _pair(findings: Findings, base: Hit, act: Hit) -> Pair | None:
    """A base and an act with their weight; None where they stand too far apart, or one inside the other."""
    if base.field != act.field or (base.start < act.end and act.start < base.end):
        return None
    weigh = weights().bases
    distance = findings.distance(base, act)
    near = weigh.near_unspaced if findings.lang in CUT_BY_RULE else weigh.near
    if distance <= near and same_sentence(findings, base, act):
        weight = _role(findings, base, act)
    elif begins_next_sentence(findings, base, act):
        weight = weigh.next_sentence
        distance = 0.0  # what lies between is the rest of the base's own sentence
    else:
        return None
    place = _share_of_place(findings, base)
    # "launches the base" so early is the news itself; nothing is taken off for its place.
    if distance <= weigh.direct and base.start < weigh.early and weight == 1.0:
        place = 1.0
    nearness = 1.0 if distance <= weigh.close else weigh.less_close
    return Pair(base, act, weight * place * nearness)


def _share_of_place(findings: Findings, base: Hit) -> float:
    """What a mention counts by its place: the headline has the news, the end of a text its background."""
    weigh = weights().bases
    if base.field == "title" or (base.start < weigh.first and not findings.fields["title"].original):
        return 1.0
    if base.start < weigh.early:
        return weigh.early_share
    return weigh.later_share if base.start < weigh.later else weigh.late_share


def _role(findings: Findings, base: Hit, act: Hit) -> float:
    """The role of a base in an act: 1 if it is what is launched, less if that is only done there, or only advanced."""
    weigh = weights().bases
    text = findings.fields[base.field].normal.text
    if act.end <= base.start and _says_where(text[act.end : base.start], findings.lang):
        return weigh.where
    # 基地建设 is often what a speech is about (推进…建设): the base is to be built on, not begun.
    if act.end > base.start and act.pattern.key in base_words()["nouns_behind"]:
        return weigh.advanced
    before = text[max(0, min(base.start, act.start) - weigh.advanced_reach) : base.start]
    is_advanced = any(word in before for word in base_words()["advancing"].get(findings.lang, ()))
    return weigh.advanced if is_advanced else 1.0


def _says_where(between: str, lang: str | None) -> bool:
    """Whether the words between an act and a base make it the place of the act: "launched a course *at* the base".

    In Chinese 在 before a base may as well say that the base itself is opened there, so nothing is concluded.
    """
    where = base_words()["where"].get(lang) or base_words()["where"]["en"]
    if where["spaced"]:
        return not set(where["before"]).isdisjoint(between.split())
    return lang != "zh" and any(word in between for word in where["before"])


def strongest(pairs: Sequence[Pair]) -> list[float]:
    """The weights of the strongest pairs, one for each place in the text: what is said twice is surer."""
    spots: dict[tuple[str, int], float] = {}
    for pair in pairs:
        spot = (pair.base.field, pair.base.start)
        spots[spot] = max(spots.get(spot, 0.0), pair.weight)
    # One for each place: a base between two acts would count twice for one sentence.
    return sorted(spots.values(), reverse=True)[: weights().bases.most_pairs]
