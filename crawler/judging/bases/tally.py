"""What the reports of one base say together, kept up while reports come: the same as `crawler.judging.bases.register` reads from all.

A base that thousands of reports tell of costs no more for the next one than a base of ten.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from crawler.judging.bases.counting import Counts, LostFirstError, ReportPlace
from crawler.judging.bases.descriptions import is_description
from crawler.judging.bases.fields import Fields, fields_of_base
from crawler.judging.bases.names_together import NamedTogether, NameSaid, name_together, namings_in
from crawler.judging.bases.proof import Proof
from crawler.judging.bases.register import cities_together
from crawler.judging.bases.stages import STAGES


class BaseTally:
    """The proofs of one base, counted. It is empty until `add` is called.

    Attributes:
        names: what reports call it, with their languages.
        days: the days of its acts.
        english: its names as reports in other languages were put into English.
    """

    __slots__ = (
        "_cities", "_countries", "_events", "_first", "_kinds", "_named_fields", "_new_days", "_said", "_stage_of", "_stages", "_stated_fields",
        "days", "english", "names",
    )  # fmt: skip

    def __init__(self, proofs: Iterable[Proof] = ()) -> None:
        self.names: Counts[tuple[str, str]] = Counts()
        self.days: Counts[date] = Counts()
        self.english: Counts[str] = Counts()
        self._kinds: Counts[str] = Counts()
        self._new_days: Counts[date] = Counts()
        self._cities: Counts[tuple[str, ...]] = Counts()
        self._countries: Counts[str] = Counts()
        self._named_fields: Counts[str] = Counts()
        self._stated_fields: Counts[str] = Counts()
        self._said: dict[str, Counts[tuple[str, str]]] = {}
        self._events: dict[int, Counts[str]] = {}
        self._stage_of: dict[int, int] = {}
        self._stages: Counter[int] = Counter()
        self._first: Proof | None = None
        for proof in proofs:
            self.add(proof)

    @property
    def first(self) -> Proof:
        """The first report that tells of it."""
        assert self._first is not None
        return self._first

    @property
    def fields(self) -> Fields:
        """What it is for, by all its reports."""
        return Fields(frozenset(self._named_fields), frozenset(self._stated_fields))

    @property
    def kind(self) -> str:
        """The kind that most reports give."""
        return self._kinds.most()

    @property
    def cities(self) -> tuple[str, ...]:
        """Its cities."""
        return cities_together({named: self._cities.times(named) for named in self._cities.in_order()})

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries that reports name."""
        return tuple(sorted(self._countries))

    @property
    def day(self) -> date | None:
        """The day on which it came into being, where reports say it."""
        return self._new_days.most() if self._new_days else None

    @property
    def stage(self) -> str:
        """How far it has come: the furthest stage of an event."""
        return STAGES[max(stage for stage, events in self._stages.items() if events)]

    @property
    def named(self) -> dict[str, NamedTogether]:
        """Its name in each language, and where that comes from."""
        return {lang: name_together(_in_order(said), lang) for lang, said in self._said.items()}

    def add(self, proof: Proof) -> None:
        """Count a report."""
        place = ReportPlace(proof.when, proof.article)
        if self._first is None or place < ReportPlace(self._first.when, self._first.article):
            self._first = proof
        for counted, value in self._values_of(proof):
            counted.add(value, place)
        for lang, naming in namings_in(proof):
            self._said.setdefault(lang, Counts()).add((naming.text, naming.origin), place)
        number = _event_of(proof)
        event = self._events.setdefault(number, Counts())
        event.add(proof.mention.stage, place)
        self._settle(number, event)

    def remove(self, proof: Proof) -> None:
        """Take a report away again, as it was counted.

        Raises:
            LostFirstError: it was the first to say something, and the tally is of no use any more.
        """
        place = ReportPlace(proof.when, proof.article)
        if self.first.article == proof.article:
            raise LostFirstError
        for counted, value in self._values_of(proof):
            counted.remove(value, place)
        for lang, naming in namings_in(proof):
            self._said[lang].remove((naming.text, naming.origin), place)
            if not self._said[lang]:
                del self._said[lang]
        number = _event_of(proof)
        self._events[number].remove(proof.mention.stage, place)
        self._settle(number, self._events[number])

    def merge_stories(self, into: int, gone: int) -> None:
        """The reports of one story belong to another one from now on."""
        event = self._events.pop(gone, None)
        if event is None:
            return
        self._forget_stage(gone)
        mine = self._events.setdefault(into, Counts())
        mine.take_over(event)
        self._settle(into, mine)
        if self.first.story == gone:
            self._first = replace(self.first, story=into)

    @property
    def stories(self) -> Container[int]:
        """The stories that tell of it; grows with it."""
        return self._stage_of

    def tells(self, story: int) -> bool:
        """Whether a report of a story tells of it."""
        return story in self._events

    def _settle(self, number: int, event: Counts[str]) -> None:
        """Note the stage that most reports of an event give now."""
        self._forget_stage(number)
        if not event:
            del self._events[number]
            return
        stage = STAGES.index(event.most())
        self._stage_of[number] = stage
        self._stages[stage] += 1

    def _forget_stage(self, number: int) -> None:
        known = self._stage_of.pop(number, None)
        if known is not None:
            self._stages[known] -= 1

    def _values_of(self, proof: Proof) -> Iterator[tuple[Counts[Any], Any]]:
        said = proof.mention
        yield self._kinds, said.kind
        yield self.names, (proof.lang, said.name)
        if said.cities:
            yield self._cities, said.cities
        for country in set(said.countries):
            yield self._countries, country
        if said.date is not None:
            yield self.days, said.date
            if said.is_new:
                yield self._new_days, said.date
        if said.name_en and not is_description(said.name_en):
            yield self.english, said.name_en
        fields = fields_of_base(said.name, said.name_en, said.sentence, proof.lang)
        for field in fields.named:
            yield self._named_fields, field
        for field in fields.stated:
            yield self._stated_fields, field


def _event_of(proof: Proof) -> int:
    """The number of the event that a report tells of, as `crawler.judging.bases.register.timeline` has it."""
    return proof.story if proof.story is not None else -proof.article


def _in_order(said: Counts[tuple[str, str]]) -> list[NameSaid]:
    return [NameSaid(*one, said.first(one).article, said.times(one)) for one in said.in_order()]
