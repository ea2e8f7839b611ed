"""Pairs of a word for a base and a word for what becomes of it, in one sentence."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crawler.judging.bases.sentences import same_sentence
from crawler.judging.bases.words import base_words
from crawler.judging.text.matching import Findings, Hit
from crawler.judging.text.nearness import Row
from crawler.judging.text.script import CUT_BY_RULE
from crawler.judging.weights import weights


@dataclass(frozen=True, slots=True)
class Pair:
    """A word for a base, a word for an act beside it, and how many words lie between."""

    base: Hit
    act: Hit
    distance: float


def pairs_in(
    findings: Findings, bases: Sequence[Hit], acts: Sequence[Hit], *, within: float = math.inf
) -> list[Pair]:
    """The pairs of bases and acts that may belong together, ``within`` so many words. Only the acts next to a base are looked at."""
    row = Row(acts)
    weigh = weights().bases
    reach = min(within, weigh.near_unspaced if findings.lang in CUT_BY_RULE else weigh.near)
    return [
        pair
        for base in bases
        for act in row.around(base, weigh.beside)
        for pair in _pair(findings, base, act, reach)
    ]


def proof_of(pairs: Sequence[Pair]) -> Pair:
    """The pair that speaks for a base: a sentence of the text says more than a headline, and the nearest most."""
    return min(pairs, key=lambda p: (p.base.field == "title", p.distance, -len(p.base.pattern.key)))


def _pair(findings: Findings, base: Hit, act: Hit, reach: float) -> Iterator[Pair]:
    """A base and an act; none where they stand too far apart, one inside the other, or the base is only the place."""
    if base.field != act.field or (base.start < act.end and act.start < base.end):
        return
    distance = findings.distance(base, act)
    if distance > reach or not same_sentence(findings, base, act):
        return
    text = findings.fields[base.field].normal.text
    if not (act.end <= base.start and _says_where(text[act.end : base.start], findings.lang)):
        yield Pair(base, act, distance)


def _says_where(between: str, lang: str | None) -> bool:
    """Whether the words between an act and a base make it the place of the act: "expanded a course *at* the base".

    In Chinese 在 before a base may as well say that the base itself is there, so nothing is concluded.
    """
    where = base_words()["where"].get(lang) or base_words()["where"]["en"]
    if where["spaced"]:
        return not set(where["before"]).isdisjoint(between.split())
    return lang != "zh" and any(word in between for word in where["before"])
