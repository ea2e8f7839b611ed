"""The register of bases, as pure rules: what the reports of one base say of it together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import combinations
from typing import TypeVar

from crawler.judging.bases.figures import FigureTogether, figures_together
from crawler.judging.bases.name_origins import NameOrigin
from crawler.judging.bases.names_together import names_by_language
from crawler.judging.bases.proof import BaseAct, Proof
from crawler.judging.bases.stages import STAGES
from crawler.judging.places.event_places import meet
from crawler.judging.weights import weights

T = TypeVar("T", bound=Hashable)


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

    ``names`` and ``origins`` hold for each language what the base is called and where that comes from; ``facts`` holds for each field its values with their articles, the commonest first.
    """

    names: Mapping[str, str]
    origins: Mapping[str, NameOrigin]
    kind: str
    stage: str
    cities: tuple[str, ...]
    countries: tuple[str, ...]
    day: date | None
    timeline: tuple[StageReached, ...]
    facts: Mapping[str, tuple[tuple[str, tuple[int, ...]], ...]] = field(default_factory=dict)
    figures: tuple[FigureTogether, ...] = ()


def summarise(proofs: Sequence[Proof]) -> BaseSummary:
    """What the proofs of a base say together: the majority, of equals the earliest; the stage as its latest step.

    Args:
        proofs: at least one.
    """
    ordered = sorted(proofs, key=lambda p: (p.when, p.article))
    named_in = names_by_language(ordered)
    cities = cities_together(Counter(p.mention.cities for p in ordered if p.mention.cities))
    days = [p.mention.date for p in ordered if p.mention.date and p.mention.is_new]
    steps = timeline([p.act for p in ordered])
    return BaseSummary(
        names={lang: found.text for lang, found in named_in.items()},
        origins={lang: found.origin for lang, found in named_in.items()},
        kind=_most([p.mention.kind for p in ordered]),
        stage=steps[-1].stage,
        cities=cities,
        countries=tuple(sorted({c for p in ordered for c in p.mention.countries})),
        day=_most(days) if days else None,
        timeline=steps,
        facts=_facts(ordered),
        figures=figures_together(ordered),
    )


def cities_together(named: Mapping[tuple[str, ...], int]) -> tuple[str, ...]:
    """The cities that half of the reports name; where some name one and some another, all if one report names all of them.

    Args:
        named: how many reports name which cities together, in the order of their first reports.
    """
    together = {city for cities in named for city in cities}
    whole = next((cities for cities in named if together <= set(cities)), None)
    # Outlets may each name one city of a base in several;
    # one report that names all shows that none is wrong.
    if whole and any(not meet(a, b) for a, b in combinations(named, 2)):
        return whole
    counts: Counter[str] = Counter()
    for cities, times in named.items():
        for city in cities:
            counts[city] += times
    least = weights().register.majority * sum(named.values())
    return tuple(c for c in counts if counts[c] >= least)


def _most(values: Sequence[T]) -> T:
    # A counter keeps the order, and `max` takes the first
    # of equals: ties go to the earliest report.
    counts = Counter(values)
    return max(counts, key=counts.__getitem__)


def timeline(ordered: Sequence[BaseAct]) -> tuple[StageReached, ...]:
    """The steps of a base's life: for each event the stage that most of its reports give, if it is a new one.

    Args:
        ordered: what its proofs tell, in the order of publication.
    """
    events: dict[int, list[BaseAct]] = {}
    for act in ordered:
        # A proof whose story is gone stands for an event of
        # its own; negative, so that it meets no story's id.
        events.setdefault(act.story if act.story is not None else -act.article, []).append(act)
    steps: list[StageReached] = []
    for reports in sorted(events.values(), key=_happened):
        stage = _most([r.stage for r in reports])
        reached = max((STAGES.index(s.stage) for s in steps), default=-1)
        # The life of a base goes one way. A report of an earlier stage is a repeat or looks back.
        if STAGES.index(stage) > reached or not steps:
            telling = [r for r in reports if r.stage == stage]
            days = [r.day for r in telling if r.day]
            first = telling[0]
            day = _most(days) if days else None
            steps.append(
                StageReached(stage, day, first.when, first.story, first.article, len(reports), first.sentence)
            )
    return tuple(steps)


def known_repeats(proofs: Sequence[Proof]) -> frozenset[int]:
    """The articles that tell of a base as new that was known before, at a stage that it had already.

    Reports of the event by which it became known, or of the days around it, are news all the same.
    """
    ordered = sorted(proofs, key=lambda p: (p.when, p.article))
    found: set[int] = set()
    # By stage the stories of the reports that are old enough; two are enough, for one of them is another one.
    by_stage: dict[int, set[int]] = {}
    old = 0
    for proof in ordered:
        while proof.when - ordered[old].when > weights().register.same_days:
            before = ordered[old]
            stories = by_stage.setdefault(STAGES.index(before.mention.stage), set())
            if len(stories) < 2:
                # Without a story a report is of an event of its own.
                stories.add(before.story if before.story is not None else -before.article)
            old += 1
        stage = STAGES.index(proof.mention.stage)
        if any(reached >= stage and stories - {proof.story} for reached, stories in by_stage.items()):
            found.add(proof.article)
    return frozenset(found)


def _happened(reports: Sequence[BaseAct]) -> date:
    """The day of an event: of its first report, or, where the reports look back on it, the one that they name."""
    first = min(r.when for r in reports).date()
    days = [r.day for r in reports if r.day]
    return min(first, day) if days and (day := _most(days)) < first - weights().bases.look_back else first


def _facts(ordered: Sequence[Proof]) -> dict[str, tuple[tuple[str, tuple[int, ...]], ...]]:
    """The values of each field, each with the articles that state it. Fields with a single value are included."""
    found: dict[str, dict[str, list[int]]] = {name: {} for name in ("stage", "cities", "date", "partners")}
    for proof in ordered:
        mention = proof.mention
        values: dict[str, Iterable[str]] = {
            "stage": [mention.stage],
            "cities": [", ".join(sorted(mention.cities))] if mention.cities else [],
            "date": [mention.date.isoformat()] if mention.date else [],
            "partners": mention.partners,
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
