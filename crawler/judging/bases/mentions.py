"""Whether an article's news is a new base of cooperation between the parties, and what it says of it.

A base is new where some clause, anywhere in the article, says that it comes into being: who does what, when, and who the
parties are is read from that clause, and the best one decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from crawler.judging.bases.candidates import ArticleClauses
from crawler.judging.bases.countries import countries_of
from crawler.judging.bases.days import day_of
from crawler.judging.bases.decision import ClauseDecision, best, decide
from crawler.judging.bases.facts import figures_in, partners_in
from crawler.judging.bases.features import Features
from crawler.judging.bases.fields import fields_of_base
from crawler.judging.bases.grammar import grammar_of
from crawler.judging.bases.joint_names import PartyWords, Spans, any_of_one_name, in_joint_names
from crawler.judging.bases.keys import key_of
from crawler.judging.bases.named_base import named_base, signs
from crawler.judging.bases.naming import BaseWords, name_of
from crawler.judging.bases.pairs import pairs_in, proof_of
from crawler.judging.bases.proving import names, proof_strength
from crawler.judging.bases.rule import BaseRule
from crawler.judging.bases.sentences import sentence_around
from crawler.judging.bases.sides import Sides
from crawler.judging.bases.stages import kind_of, progress_stage, stage_of, tells
from crawler.judging.places.gazetteer import Place
from crawler.judging.places.locating import site_of
from crawler.judging.text.matching import Findings, Hit
from crawler.judging.weights import weights
from crawler.model import BaseMention, DoubtfulBase

DOUBTFUL = 0.2, 0.8
"""Between these chances a candidate is kept for a second reader; the operator's own limits lie within."""


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What the name and the cities of a base are read from.

    ``said`` are all words that may name a base, also general ones: "the first four bases will be built in …"; ``news`` those
    of which a clause says that their base comes into being; ``signs`` is whether the base stands where those stand who sign.
    """

    bases: Sequence[Hit]
    said: Sequence[Hit]
    news: frozenset[Hit]
    signs: bool
    old: Sequence[Hit]
    launches: Sequence[Hit]
    places: Sequence[tuple[Hit, Place]]
    parties: Sequence[Hit]
    is_dated: bool


@dataclass(frozen=True, slots=True)
class BaseReading:
    """The bases of an article, the decisions on the clauses that might tell of one, and the surest candidate if it is doubtful."""

    mentions: tuple[BaseMention, ...] = ()
    decisions: tuple[ClauseDecision, ...] = ()
    doubt: DoubtfulBase | None = None


def bases_in(
    findings: Findings,
    places: Sequence[tuple[Hit, Place]],
    rule: BaseRule,
    members: Mapping[str, frozenset[str]],
    published: date,
    parties: PartyWords,
    *,
    is_dated: bool = True,
) -> BaseReading:
    """The base that an article reports: one, the surest; as new where it comes into being, else with its progress.

    None where nothing speaks of a beginning or of progress.

    Args:
        findings: what was found where.
        places: the places among it.
        rule: which term sets to read.
        members: the sets that each set stands for.
        published: the day of publication.
        parties: the words that name our side, theirs, or both in one; a base's full name holds some.
        is_dated: whether the day of publication is known, or only that on which the article was seen.
    """

    def of(name: str) -> list[Hit]:
        return findings.of(members.get(name, ()))

    if not (of(rule.base) or of(rule.head)):
        return BaseReading()
    reading = _reading(findings, of, rule, parties)
    sides = Sides(reading)
    said = [base.hit for base in reading.bases]
    # A general word ("centre") is a base of cooperation only where its sentence names a party, and both stand near.
    reading.resolve(lambda base: sides.near(reading.sentence_of(base.hit)), kind_of)
    if not reading.bases:
        return BaseReading()
    decisions = _decisions(reading, sides, of, rule, published)
    decided = best(decisions)
    own = (base.hit for base in reading.bases if base.how in ("known", "named"))
    hits = sorted(own, key=lambda h: h.start - h.end)
    parts = _ReadParts(findings, of, rule, places, published, parties, is_dated, reading, said, hits)
    if decided and decided.is_new:
        mention = _new_base(parts, decisions, decided)
        return BaseReading((mention,), tuple(decisions), _doubt(parts, decided, mention))
    doubt = None if decided is None else _doubt(parts, decided, decisions=decisions)
    # Only where nothing begins: a report of a new base also tells how it is going to go on.
    progress = pairs_in(findings, hits, of(rule.progress))
    if progress:
        pair = proof_of(progress)
        near = _Surroundings(
            _around(pair.base, hits),
            said,
            frozenset(),
            False,
            (),
            _acts_alone(findings, of(rule.launch)),
            places,
            parties.all,
            is_dated,
        )
        stage = progress_stage(progress, pair)
        mention = _mention(findings, pair.base, pair.base, stage, near, published, is_new=False)
        return BaseReading((mention,), tuple(decisions), doubt)
    return BaseReading((), tuple(decisions), doubt)


class _ReadParts(NamedTuple):
    """What an article's bases are read from: as `bases_in` is given it, and what it found first."""

    findings: Findings
    of: Callable[[str], list[Hit]]
    rule: BaseRule
    places: Sequence[tuple[Hit, Place]]
    published: date
    parties: PartyWords
    is_dated: bool
    reading: ArticleClauses
    said: Sequence[Hit]
    hits: Sequence[Hit]


def _new_base(parts: _ReadParts, decisions: Sequence[ClauseDecision], decided: ClauseDecision) -> BaseMention:
    """What an article says of the base that comes into being by its surest clause."""
    findings, of, rule, parties = parts.findings, parts.of, parts.rule, parts.parties
    base = named_base(decisions, decided, parties.all)
    proving = _around(base, parts.hits)
    near = _Surroundings(
        [*proving, *({base} - set(proving))],
        parts.said,
        frozenset(d.candidate.base.source for d in decisions if d.is_new),
        signs(decided, base),
        [*of(rule.established), *of(rule.progress)],
        _acts_alone(findings, of(rule.launch)),
        parts.places,
        parties.all,
        parts.is_dated,
    )
    stage = stage_of(decisions, decided, parts.reading)
    proof = _proof(decisions, decided)
    mention = _mention(findings, base, proof, stage, near, parts.published, is_new=True)
    return replace(mention, sentence=_quotable(findings, decisions, stage, mention))


def _doubt(
    parts: _ReadParts,
    decided: ClauseDecision,
    mention: BaseMention | None = None,
    decisions: Sequence[ClauseDecision] = (),
) -> DoubtfulBase | None:
    """The surest candidate, where the rules are not sure of it; ``mention`` is what they took it for, if they did."""
    low, high = DOUBTFUL
    if not low <= decided.chance <= high:
        return None
    hit = decided.candidate.base.hit
    clause = sentence_around(parts.findings.fields[hit.field], hit)
    if mention is not None:
        return DoubtfulBase(decided.chance, clause, mention, taken=True)
    # As it would be told if the rules were sure enough of it.
    sure = replace(decided, chance=weights().bases.threshold)
    others = [sure if d is decided else d for d in decisions]
    return DoubtfulBase(decided.chance, clause, _new_base(parts, others, sure), taken=False)


def _acts_alone(findings: Findings, acts: Sequence[Hit]) -> list[Hit]:
    """The words for acts, without those within a longer word that is none: แผน is "plan", แผนจีน is Chinese medicine."""
    grammar = grammar_of(findings.lang)
    longer = {
        name: [m.span() for m in grammar.acts.finditer(place.normal.text) if m[0] not in grammar.words]
        for name, place in findings.fields.items()
    }
    return [a for a in acts if not any(low <= a.start and a.end <= high for low, high in longer[a.field])]


def _around(base: Hit, hits: Sequence[Hit]) -> list[Hit]:
    """The words for bases of the headline, and of the text around one."""
    reach = weights().bases.proving
    place = base.start if base.field == "text" else 0
    return [h for h in hits if h.field == "title" or place - reach < h.start < place + reach]


def _reading(
    findings: Findings, of: Callable[[str], list[Hit]], rule: BaseRule, parties: PartyWords
) -> ArticleClauses:
    heads = of(rule.head)
    verbs = grammar_of(findings.lang).acts
    named = in_joint_names(findings, heads, parties, of(rule.joint), verbs=verbs)
    return ArticleClauses(findings, of(rule.base), named, heads, of(rule.launch), parties)


def _decisions(
    reading: ArticleClauses, sides: Sides, of: Callable[[str], list[Hit]], rule: BaseRule, published: date
) -> list[ClauseDecision]:
    features = Features(reading, sides, published, of(rule.established), of(rule.progress))
    found: list[ClauseDecision] = []
    headline_without = False
    # The headline first: where it names a base of which nothing begins, the text tells how that one gets on.
    for field in ("title", "text"):
        found += [
            decide(candidate, features.of(candidate, acts, bases, headline_without=headline_without))
            for candidate, acts, bases in reading.candidates(field)
        ]
        headline_without = not any(d.is_new for d in found) and any(
            base.hit.field == "title" and base.how != "general" for base in reading.bases
        )
    return found


def _proof(decisions: Sequence[ClauseDecision], decided: ClauseDecision) -> Hit:
    """The base whose sentence proves the news: a sentence of the text says more than a headline."""
    in_text = [d for d in decisions if d.is_new and d.candidate.sentence.field == "text"]
    found = best(in_text) or decided
    return found.candidate.base.hit


def _quotable(
    findings: Findings, decisions: Sequence[ClauseDecision], stage: str, mention: BaseMention
) -> str:
    """The sentence to quote as proof: of those in the text that name the base and tell of its stage the one that proves it best."""
    telling = (d for d in decisions if d.is_new and d.candidate.sentence.field == "text" and tells(d, stage))
    hits = (d.candidate.base.hit for d in sorted(telling, key=lambda d: -d.chance))
    telling_sentences = (sentence_around(findings.fields["text"], hit) for hit in hits)
    # Another base of the article may have come as far.
    sentences = [mention.sentence, *(s for s in telling_sentences if names(s, mention.name))]
    return max(sentences, key=lambda s: proof_strength(s, findings.lang or "en", stage, mention.name))


def launched_of_both(
    findings: Findings, rule: BaseRule, members: Mapping[str, frozenset[str]], parties: PartyWords
) -> list[Hit]:
    """The general words for a place of work that stand in one name with both parties and come into being beside it.

    "China-ASEAN education centre opens" speaks of cooperation without any word for it.
    """
    acts = findings.of(members.get(rule.launch, ()))
    # Most articles lack one of these; the search for names, which is what costs, is for the rest.
    if not acts or not (parties.both or (parties.ours and parties.theirs)):
        return []
    heads = findings.of(members.get(rule.head, ()))
    pairs = pairs_in(findings, heads, acts, within=weights().bases.close) if heads else []
    launched = list(dict.fromkeys(pair.base for pair in pairs))
    return in_joint_names(findings, launched, parties, (), ties=True) if launched else []


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
    findings: Findings,
    base: Hit,
    proof: Hit,
    stage: str,
    near: _Surroundings,
    published: date,
    *,
    is_new: bool,
) -> BaseMention:
    """What a word for a base, the sentence that proves it, and what stands around, say of the base."""
    sentence = sentence_around(findings.fields[proof.field], proof)
    words = BaseWords(
        near.bases, _around(base, near.said), near.news, near.parties, near.launches, near.signs
    )
    named = name_of(findings, base, words)
    kind = kind_of(base.pattern.spelling)
    again = [h for h in near.said if h.field == "text" and kind_of(h.pattern.spelling) == kind]
    speaking = list(dict.fromkeys([*near.bases, *again]))
    site = site_of(findings, near.places, speaking, named.own, acts=near.launches, proof=proof, stage=stage)
    countries = countries_of(findings, near.places, near.parties)
    kind = kind_of((named.head or base).pattern.spelling)
    named = named.or_described(findings, base, countries, site.cities)
    return BaseMention(
        key=key_of(
            kind,
            site.cities,
            countries,
            named.own,
            provinces=site.provinces,
            fields=fields_of_base(named.own, named.english, "", findings.lang).named,
        ),
        name=named.own,
        kind=kind,
        stage=stage,
        cities=site.cities,
        countries=countries,
        date=day_of(findings, proof, near.launches, published, is_dated=near.is_dated),
        sentence=sentence,
        partners=partners_in(sentence, findings.lang),
        figures=figures_in(f"{sentence}\n{_part_around(findings, base)}", findings.lang),
        is_new=is_new,
        name_en=named.english,
        name_origin=named.origin,
        name_en_origin=named.english_origin,
    )


def _part_around(findings: Findings, base: Hit) -> str:
    """The part of the text that speaks of a base: its beginning, or what stands around a base further down."""
    place = findings.fields["text"]
    reach = weights().bases.proving
    if base.field == "title" or base.start < reach or not place.original:
        return place.original[:reach]
    low, _ = place.normal.span(base.start, base.end)
    return place.original[low - reach // 2 : low + reach // 2]
