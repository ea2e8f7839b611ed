"""Whether an article's news is a new base of China–ASEAN cooperation, and what it says of it.

A base is new where a word for a base stands close to a word for its coming into being, in the headline or early
in the text, and where no words speak of what has existed for long.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from crawler.judging.bases.countries import countries_of
from crawler.judging.bases.days import day_of
from crawler.judging.bases.facts import figures_in, partners_in
from crawler.judging.bases.joint_names import Parties, Spans, any_of_one_name, in_joint_names
from crawler.judging.bases.keys import key_of
from crawler.judging.bases.naming import name_of
from crawler.judging.bases.pairs import Pair, pairs_in, proof_of, strongest
from crawler.judging.bases.past import is_long_ago, was_in_earlier_year, weight_of_history
from crawler.judging.bases.rule import BaseRule
from crawler.judging.bases.sentences import sentence_around
from crawler.judging.bases.stages import kind_of, stage_of
from crawler.judging.places.gazetteer import Place
from crawler.judging.places.locating import cities_of
from crawler.judging.text.matching import Findings, Hit
from crawler.judging.text.nearness import outermost
from crawler.judging.weights import weights
from crawler.model import BaseMention


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What the name and the cities of a base are read from."""

    bases: Sequence[Hit]
    launches: Sequence[Hit]
    places: Sequence[tuple[Hit, Place]]
    parties: Sequence[Hit]


def bases_in(
    findings: Findings,
    places: Sequence[tuple[Hit, Place]],
    rule: BaseRule,
    members: Mapping[str, frozenset[str]],
    published: date,
    parties: Parties,
) -> tuple[BaseMention, ...]:
    """The base that an article reports: one, the strongest; as new where it comes into being, else with its progress.

    None where nothing speaks of a beginning or of progress.

    Args:
        findings: what was found where.
        places: the places among it.
        rule: which term sets to read.
        members: the sets that each set stands for.
        published: the day of publication.
        parties: the words that name China, a partner, or both in one; a base's full name holds some.
    """

    def of(name: str) -> list[Hit]:
        return findings.of(members.get(name, ()))

    # "Industrial park", not the "park" within it; the longest first.
    words = [*of(rule.base), *in_joint_names(findings, of(rule.head), parties, of(rule.joint))]
    bases = sorted(outermost(words), key=lambda h: h.start - h.end)
    if not bases:
        return ()
    weigh = weights().bases
    # What an article looks back on proves nothing new; without this every anniversary began a base.
    acts = _acts_of_late(findings, of(rule.launch), published)
    proving = [b for b in bases if b.field == "title" or b.start < weigh.proving]
    near = _Surroundings(proving, acts, places, parties.all)
    pairs = pairs_in(findings, bases, acts)
    headlined = weigh.headlined * any(b.field == "title" for b in bases)
    weight = sum(strongest(pairs)) + headlined + weight_of_history(of(rule.established))
    if pairs and weight >= weigh.threshold:
        return (_mention(findings, pairs, near, published, is_new=True),)
    # Only where nothing begins: a report of a new base also tells how it is going to go on.
    progress = [p for p in pairs_in(findings, bases, of(rule.progress)) if p.weight >= weigh.progress]
    if progress:
        return (_mention(findings, progress, near, published, is_new=False),)
    return ()


def _acts_of_late(findings: Findings, launches: Sequence[Hit], published: date) -> list[Hit]:
    """The acts that an article reports as news, without those that it looks back on."""
    return [
        act
        for act in launches
        if not is_long_ago(findings, act, published)
        and not was_in_earlier_year(findings, act, launches, published)
    ]


def launched_of_both(
    findings: Findings, rule: BaseRule, members: Mapping[str, frozenset[str]], parties: Parties
) -> list[Hit]:
    """The general words for a place of work that stand in one name with both parties and come into being beside it.

    "China-ASEAN education centre opens" speaks of cooperation without any word for it.
    """
    acts = findings.of(members.get(rule.launch, ()))
    # Most articles lack one of these; the search for names, which is what costs, is for the rest.
    if not acts or not (parties.both or (parties.china and parties.partner)):
        return []
    heads = in_joint_names(findings, findings.of(members.get(rule.head, ())), parties, (), ties=True)
    least = weights().bases.threshold
    launched = (pair.base for pair in pairs_in(findings, heads, acts) if pair.weight >= least)
    return list(dict.fromkeys(launched))


def is_of_all(
    findings: Findings, rule: BaseRule, members: Mapping[str, frozenset[str]], wide: Iterable[Hit]
) -> bool:
    """Whether a word for a base stands in one name with a word that names ASEAN as a whole: it may lie in several countries."""
    spans = Spans((h.field, h.start, h.end) for h in wide)
    heads = findings.of(members.get(rule.base, ())) + findings.of(members.get(rule.head, ()))
    weigh = weights().bases
    near = (h for h in heads if h.field == "title" or h.start < weigh.early)
    return any(any_of_one_name(findings, h, spans, weigh.name_length) for h in near)


def _mention(
    findings: Findings, pairs: Sequence[Pair], near: _Surroundings, published: date, *, is_new: bool
) -> BaseMention:
    """What the pairs, and what stands around them, say of a base."""
    pair = proof_of(pairs)
    place = findings.fields[pair.base.field]
    sentence = sentence_around(place, pair.base)
    name = name_of(findings, pair.base, near.bases, near.parties, near.launches)
    cities = cities_of(findings, near.places, near.bases, name)
    countries = countries_of(findings, near.places, near.parties)
    kind = kind_of(pair.base.pattern.spelling)
    return BaseMention(
        key=key_of(kind, cities, countries, name),
        name=name,
        kind=kind,
        stage=stage_of(pairs, pair),
        cities=cities,
        countries=countries,
        date=day_of(findings, sentence, published),
        sentence=sentence,
        partners=partners_in(sentence, findings.lang),
        figures=figures_in(
            f"{sentence}\n{findings.fields['text'].original[: weights().bases.proving]}", findings.lang
        ),
        is_new=is_new,
    )
