"""The register of bases, as pure rules: which reports speak of one base, and what they say of it together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, lru_cache
from itertools import combinations
from typing import TypeVar

from crawler.judging.bases.descriptions import is_description
from crawler.judging.bases.name_words import name_words
from crawler.judging.bases.stages import STAGES
from crawler.judging.bases.words import base_words
from crawler.judging.entities.anchors import named_in
from crawler.judging.places.event_places import (
    Ground,
    beside_china,
    elsewhere,
    ground_of_base,
    lands_of,
    meet,
)
from crawler.judging.places.gazetteer import gazetteer
from crawler.judging.text.normal import normalise
from crawler.judging.text.script import UNSPACED, script_of
from crawler.judging.weights import weights
from crawler.model import BaseMention

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True, slots=True)
class KnownBase:
    """What matching looks at in a base of the register.

    ``names`` are (language, name), ``countries`` those that reports name, ``since`` when it was reported first.
    """

    id: int
    kind: str
    cities: frozenset[str]
    names: tuple[tuple[str, str], ...]
    stories: frozenset[int] = frozenset()
    countries: frozenset[str] = frozenset()
    stage: str = STAGES[0]
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """What one article says of a base."""

    article: int
    story: int | None
    lang: str
    when: datetime
    mention: BaseMention


@dataclass(frozen=True, slots=True)
class StageReached:
    """A stage that a base reached: when, by which first report, and in how many reports."""

    stage: str
    day: date | None
    when: datetime
    story: int | None
    article: int
    reports: int
    sentence: str


@dataclass(frozen=True, slots=True)
class BaseSummary:
    """What the proofs of a base say together.

    ``facts`` holds for each field its values with their articles, the commonest first.
    """

    names: Mapping[str, str]
    kind: str
    stage: str
    cities: tuple[str, ...]
    countries: tuple[str, ...]
    day: date | None
    timeline: tuple[StageReached, ...]
    facts: Mapping[str, tuple[tuple[str, tuple[int, ...]], ...]] = field(default_factory=dict)


@lru_cache(maxsize=4096)
def _pieces(name: str) -> frozenset[str]:
    """The words of a name; pieces of two or three characters in scripts without spaces."""
    text = normalise(name).text
    first = next((script_of(c) for c in text if script_of(c) != "other"), "other")
    if first not in UNSPACED:
        return frozenset(w for w in re.findall(r"[^\W_]+", text) if len(w) > 2)
    # Pieces in place of words: where these scripts part words differs by writer and by dictionary.
    joined = "".join(text.split())
    size = 2 if first == "han" else 3
    return frozenset(joined[i : i + size] for i in range(max(1, len(joined) - size + 1)))


@lru_cache(maxsize=4096)
def _anchors(name: str, lang: str) -> frozenset[str]:
    return named_in(name, lang)


def _dice(a: frozenset[T], b: frozenset[T]) -> float:
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


@lru_cache(maxsize=4096)
def says_only_what(name: str, lang: str) -> bool:
    """Whether a name only says what a base is ("demonstration base"), not which; so does what only describes it."""
    if is_description(name):
        return True
    if any(anchor[0] == "x" for anchor in _anchors(name, lang)):
        return False
    if script_of(next((c for c in name if c.isalpha()), "a")) not in UNSPACED:
        # In Latin script a name of its own has a capital.
        return name == name.lower()
    return not any(party in name for party in _parties())


def _names_only_parties(name: str, lang: str) -> bool:
    """Whether a name holds, besides what a base is, at most the countries that it is of: "China-Laos joint laboratory"."""
    if says_only_what(name, lang):
        return True
    if any(anchor[0] == "x" for anchor in _anchors(name, lang)):
        return False
    if script_of(next((c for c in name if c.isalpha()), "a")) in UNSPACED:
        return not any(c.isalpha() for c in _without_parties(name))
    words = re.findall(r"[^\W\d_]+", name)
    return all(w.lower() == w or normalise(w).text in _party_words() for w in words[1:])


@cache
def _party_words() -> frozenset[str]:
    """The words of the names of countries and their people in scripts with spaces, in normal form."""
    sets = (s for s in gazetteer().sets if s.name.startswith(("country_", "people_")))
    spellings = (n for s in sets for names in s.spellings.values() for n in names)
    found = {
        normalise(w.rstrip("*")).text
        for n in spellings
        if n and script_of(n[0]) not in UNSPACED
        for w in re.split(r"[\s-]+", n)
    }
    return frozenset(w for w in found if w)


@cache
def _parties() -> frozenset[str]:
    """The names of countries in scripts without spaces, and of China with another one."""
    spellings = (
        n
        for s in gazetteer().sets
        if s.name.startswith("country_")
        for names in s.spellings.values()
        for n in names
    )
    pairs = {pair for code in beside_china() for pair in (f"中{code}", f"{code}中")}
    return frozenset({n for n in spellings if n and script_of(n[0]) in UNSPACED} | pairs)


def _is_opened_anew(mention: BaseMention, lang: str, known: KnownBase, when: datetime | None) -> bool:
    """Whether a base would come into being a second time, long after it was there: then it is another one.

    Where both lie in one city, a name of its own says that it is the same all the same.
    """
    if (
        not mention.is_new
        or when is None
        or known.since is None
        or when - known.since <= weights().register.opened_anew
    ):
        return False
    if STAGES.index(mention.stage) > STAGES.index(known.stage):
        return False
    # The report looks back on an opening of long ago, which may be that of the known base.
    if mention.date is not None and when.date() - mention.date > weights().bases.look_back:
        return False
    return not meet(mention.cities, known.cities) or says_only_what(mention.name, lang)


def _begins_too(mention: BaseMention, lang: str, known: KnownBase, when: datetime | None) -> bool:
    """Whether another event of the same days begins a base that is named only by what it is and between whom.

    The reports of these days were compared as stories, and found to be of two events.
    """
    if (
        not mention.is_new
        or when is None
        or known.since is None
        or abs(when - known.since) > weights().register.same_days
    ):
        return False
    if STAGES.index(mention.stage) > STAGES.index(known.stage) or not any(
        other == lang for other, _ in known.names
    ):
        return False
    if _names_only_parties(mention.name, lang):
        return True
    # A name without spaces that says more is compared as a whole.
    return script_of(next((c for c in mention.name if c.isalpha()), "a")) in UNSPACED and not any(
        name in mention.name or mention.name in name for other, name in known.names if other == lang
    )


def _without_parties(name: str) -> str:
    """What a name without spaces says besides parties and what a base is."""
    text = normalise(name).text
    for word in _common_words():
        text = text.replace(word, "")
    return text


@cache
def _common_words() -> tuple[str, ...]:
    """Parties, and words that only say what a base is, in normal form; the longest first."""
    kinds = [word for words in base_words()["kinds"].values() for word in words]
    said = [*kinds, *name_words()["general"], *name_words()["heads"]]
    found = {normalise(word).text for word in (*said, *_parties())}
    return tuple(sorted(found, key=len, reverse=True))


def same_base(
    mention: BaseMention, lang: str, story: int | None, known: KnownBase, when: datetime | None = None
) -> float:
    """How likely a mention speaks of a known base, 0..1; 0 where it does not.

    Args:
        mention: what an article says.
        lang: the article's language.
        story: the article's story.
        known: a base of the register.
        when: the time of the article.
    """
    of_one_event = story is not None and story in known.stories
    names = max(
        (_dice(_pieces(mention.name), _pieces(n)) for other, n in known.names if other == lang), default=0.0
    )
    same_name = names >= weights().register.same_name
    # Reports of one story were joined by more than their
    # base's name; these doubts are for all others.
    if not of_one_event and (
        _is_opened_anew(mention, lang, known, when) or _begins_too(mention, lang, known, when)
    ):
        return 0.0
    # Before names: bases in two countries may well have one name ("China-aided vocational school").
    if _is_elsewhere(mention, known, of_one_event=of_one_event, same_name=same_name):
        return 0.0
    says_which = not says_only_what(mention.name, lang)
    if same_name and (of_one_event or says_which or meet(mention.cities, known.cities)):
        return names
    return _certainty(mention, lang, known, names, of_one_event=of_one_event)


def _certainty(
    mention: BaseMention, lang: str, known: KnownBase, names: float, *, of_one_event: bool
) -> float:
    """How likely a mention speaks of a known base of another name: by what both names speak of, by city, by event."""
    weigh = weights().register
    mine = _anchors(mention.name, lang)
    anchors = max((_dice(mine, _anchors(n, other)) for other, n in known.names), default=0.0)
    alike = max(names, anchors)
    one_kind = mention.kind == known.kind
    # One person, firm or project in both names is proof
    # across languages, where words cannot be compared.
    if one_kind and any(a[0] == "x" for n in known.names for a in mine & _anchors(n[1], n[0])):
        return weigh.one_entity
    # One thing in common (a laboratory) is too little where names are in two languages.
    has_like_name = names >= weigh.like_name or (anchors >= weigh.like_anchors and len(mine) > 1)
    if one_kind and known.cities.intersection(mention.cities) and has_like_name:
        return weigh.one_city + alike * weigh.alike_share
    if of_one_event and (one_kind or alike >= weigh.in_story):
        return weigh.one_event + alike * weigh.alike_share
    return 0.0


def _is_elsewhere(mention: BaseMention, known: KnownBase, *, of_one_event: bool, same_name: bool) -> bool:
    """Whether a mention places its base where the known one cannot be."""
    mine = ground_of_base(mention.cities, mention.countries)
    theirs = ground_of_base(known.cities, known.countries)
    if of_one_event and _is_one_of_several(mine, known):
        return False
    return _lie_apart(mine, theirs, of_one_event=of_one_event, same_name=same_name)


def _is_one_of_several(place: Ground, known: KnownBase) -> bool:
    """Whether reports of a base name the other country in which an outlet of the same event places it."""
    own = lands_of(known.cities)
    return bool(place.lands and own) and place.lands.isdisjoint(own) and place.lands <= known.countries


def _lie_apart(a: Ground, b: Ground, *, of_one_event: bool, same_name: bool) -> bool:
    """Whether two bases cannot be one by where they lie.

    Reports of one event may place a base of one name in two cities of a country: one of them is wrong. Those of different
    events must name one city, if they name any.
    """
    # Two member states forbid it always, also within one story: a base lies in one of them.
    if a.lands and b.lands and a.lands.isdisjoint(b.lands):
        return True
    if of_one_event:
        return elsewhere(a, b) and not same_name
    return bool(a.cities and b.cities) and not meet(a.cities, b.cities)


def summarise(proofs: Sequence[Proof]) -> BaseSummary:
    """What the proofs of a base say together: the majority, of equals the earliest; the stage as its latest step.

    Args:
        proofs: at least one.
    """
    ordered = sorted(proofs, key=lambda p: (p.when, p.article))
    by_language: dict[str, list[str]] = {}
    for proof in ordered:
        by_language.setdefault(proof.lang, []).append(proof.mention.name)
    names = {lang: _fullest(found) for lang, found in by_language.items()}
    names |= _english_name(ordered, names)
    named = [p.mention.cities for p in ordered if p.mention.cities]
    cities = _cities(named)
    days = [p.mention.date for p in ordered if p.mention.date and p.mention.is_new]
    steps = timeline(ordered)
    return BaseSummary(
        names=names,
        kind=_most([p.mention.kind for p in ordered]),
        stage=steps[-1].stage,
        cities=cities,
        countries=tuple(sorted({c for p in ordered for c in p.mention.countries})),
        day=_most(days) if days else None,
        timeline=steps,
        facts=_facts(ordered),
    )


def _cities(named: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The cities that half of the reports name; where some name one and some another, all if one report names all of them."""
    distinct = list(dict.fromkeys(named))
    together = {city for cities in distinct for city in cities}
    whole = next((cities for cities in distinct if together <= set(cities)), None)
    # Outlets may each name one city of a base in several;
    # one report that names all shows that none is wrong.
    if whole and any(not meet(a, b) for a, b in combinations(distinct, 2)):
        return whole
    counts = Counter(c for cities in named for c in cities)
    least = weights().register.majority * len(named)
    return tuple(c for c in dict.fromkeys(c for cs in named for c in cs) if counts[c] >= least)


def _english_name(proofs: Sequence[Proof], names: Mapping[str, str]) -> dict[str, str]:
    """The name in English where no report in English names the base: as reports in other languages give it."""
    if "en" in names and not is_description(names["en"]):
        return {}
    told = [p.mention.name_en for p in proofs if p.mention.name_en]
    return {"en": _fullest(told)} if told else {}


def _fullest(names: Sequence[str]) -> str:
    """The longest of the names that at least half as many reports give as the commonest; the earliest of equals.

    What only describes the base stands for its name where no report has one.
    """
    counts = Counter([n for n in names if not is_description(n)] or names)
    least = weights().register.majority * max(counts.values())
    # The longest is the fullest; only among names that
    # enough reports give, or a single error would win.
    return max((n for n in dict.fromkeys(names) if counts[n] >= least), key=len)


def _most(values: Sequence[T]) -> T:
    # `dict.fromkeys` keeps the order, and `max` takes the
    # first of equals: ties go to the earliest report.
    return max(dict.fromkeys(values), key=values.count)


def timeline(ordered: Sequence[Proof]) -> tuple[StageReached, ...]:
    """The steps of a base's life: for each event the stage that most of its reports give, if it is a new one.

    Args:
        ordered: proofs in the order of publication.
    """
    events: dict[int, list[Proof]] = {}
    for proof in ordered:
        # A proof whose story is gone stands for an event of
        # its own; negative, so that it meets no story's id.
        events.setdefault(proof.story if proof.story is not None else -proof.article, []).append(proof)
    steps: list[StageReached] = []
    for reports in sorted(events.values(), key=_happened):
        stage = _most([p.mention.stage for p in reports])
        reached = max((STAGES.index(s.stage) for s in steps), default=-1)
        # The life of a base goes one way. A report of an earlier stage is a repeat or looks back.
        if STAGES.index(stage) > reached or not steps:
            telling = [p for p in reports if p.mention.stage == stage]
            days = [p.mention.date for p in telling if p.mention.date]
            first = telling[0]
            day = _most(days) if days else None
            steps.append(
                StageReached(
                    stage, day, first.when, first.story, first.article, len(reports), first.mention.sentence
                )
            )
    return tuple(steps)


def _happened(reports: Sequence[Proof]) -> date:
    """The day of an event: of its first report, or, where the reports look back on it, the one that they name."""
    first = min(p.when.date() for p in reports)
    days = [p.mention.date for p in reports if p.mention.date]
    return min(first, day) if days and (day := _most(days)) < first - weights().bases.look_back else first


def _facts(ordered: Sequence[Proof]) -> dict[str, tuple[tuple[str, tuple[int, ...]], ...]]:
    """The values of each field, each with the articles that state it. Fields with a single value are included."""
    found: dict[str, dict[str, list[int]]] = {
        name: {} for name in ("stage", "cities", "date", "partners", "figures")
    }
    for proof in ordered:
        mention = proof.mention
        values: dict[str, Iterable[str]] = {
            "stage": [mention.stage],
            "cities": [", ".join(sorted(mention.cities))] if mention.cities else [],
            "date": [mention.date.isoformat()] if mention.date else [],
            "partners": mention.partners,
            "figures": mention.figures,
        }
        for name, said in values.items():
            for value in said:
                found[name].setdefault(value, []).append(proof.article)
    return {
        name: tuple(
            (value, tuple(articles))
            # Sorting is stable: values that are told equally often keep the order of their reports.
            for value, articles in sorted(values.items(), key=lambda item: -len(item[1]))
        )
        for name, values in found.items()
        if values
    }
