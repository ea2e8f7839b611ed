"""What the reports of one base say together, kept up while reports come: the same as `crawler.judging.bases.register` reads from all.

A base that thousands of reports tell of costs no more for the next one than a base of ten.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import islice, takewhile
from typing import Any

from crawler.judging.bases.counting import Counts, LostFirstError, ReportPlace
from crawler.judging.bases.descriptions import is_description
from crawler.judging.bases.fields import Fields, fields_of_base
from crawler.judging.bases.life import BaseLife, BaseStep
from crawler.judging.bases.names_together import (
    MOST_NAMES,
    NamedTogether,
    NameSaid,
    name_together,
    namings_in,
)
from crawler.judging.bases.proof import Proof
from crawler.judging.bases.register import cities_together
from crawler.judging.weights import weights


class BaseTally:
    """The proofs of one base, counted. It is empty until `add` is called.

    Attributes:
        days: the days of its acts.
    """

    __slots__ = (
        "_cities", "_countries", "_english", "_first", "_kinds", "_life", "_named", "_named_fields", "_names", "_new_days", "_said", "_stated_fields",
        "_towns", "_widths", "days",
    )  # fmt: skip

    def __init__(self, proofs: Iterable[Proof] = ()) -> None:
        self.days: Counts[date] = Counts()
        self._names: dict[str, Counts[str]] = {}
        self._english: Counts[str] = Counts()
        self._kinds: Counts[str] = Counts()
        self._new_days: Counts[date] = Counts()
        self._cities: Counts[tuple[str, ...]] = Counts()
        self._towns: Counts[str] = Counts()
        self._widths: Counter[int] = Counter()
        self._countries: Counts[str] = Counts()
        self._named_fields: Counts[str] = Counts()
        self._stated_fields: Counts[str] = Counts()
        self._said: dict[str, Counts[tuple[str, str]]] = {}
        self._named: dict[str, NamedTogether] = {}
        self._life = BaseLife()
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
    def names(self) -> tuple[tuple[str, str], ...]:
        """What most reports call it in each language, with the languages."""
        return tuple(
            (lang, name) for lang, of in self._names.items() for name in islice(of.commonest(), MOST_NAMES)
        )

    @property
    def english(self) -> frozenset[str]:
        """Its names as reports in other languages were put into English, those of most reports."""
        return frozenset(islice(self._english.commonest(), MOST_NAMES))

    @property
    def kind(self) -> str:
        """The kind that most reports give."""
        return self._kinds.most()

    @property
    def cities(self) -> tuple[str, ...]:
        """Its cities."""
        if max((width for width, reports in self._widths.items() if reports), default=0) >= len(self._towns):
            # One report may name all of them. So there are few, and few ways of naming them.
            return cities_together({named: self._cities.times(named) for named in self._cities.in_order()})
        least = weights().register.majority * self._widths.total()
        enough = takewhile(lambda town: self._towns.times(town) >= least, self._towns.commonest())
        return tuple(sorted(enough, key=self._towns.first))

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
        return self._life.stage

    @property
    def steps(self) -> list[BaseStep]:
        """The steps of its life, as `crawler.judging.bases.register.timeline` has them."""
        return self._life.steps()

    @property
    def named(self) -> dict[str, NamedTogether]:
        """Its name in each language, and where that comes from."""
        for lang, said in self._said.items():
            if lang not in self._named:
                self._named[lang] = name_together(_in_order(said), lang)
        return {lang: self._named[lang] for lang in self._said}

    def add(self, proof: Proof) -> None:
        """Count a report."""
        place = ReportPlace(proof.when, proof.article)
        if self._first is None or place < ReportPlace(self._first.when, self._first.article):
            self._first = proof
        self._names.setdefault(proof.lang, Counts()).add(proof.mention.name, place)
        for counted, value in self._values_of(proof):
            counted.add(value, place)
        for town, part in _towns_of(proof, place):
            self._towns.add(town, part)
        if proof.mention.cities:
            self._widths[len(proof.mention.cities)] += 1
        for lang, naming in namings_in(proof):
            self._said.setdefault(lang, Counts()).add((naming.text, naming.origin), place)
            self._named.pop(lang, None)
        self._life.add(_event_of(proof), proof.mention.stage, proof.mention.date, place)

    def remove(self, proof: Proof) -> None:
        """Take a report away again, as it was counted.

        Raises:
            LostFirstError: it was the first to say something, and the tally is of no use any more.
        """
        place = ReportPlace(proof.when, proof.article)
        if self.first.article == proof.article:
            raise LostFirstError
        self._names[proof.lang].remove(proof.mention.name, place)
        if not self._names[proof.lang]:
            del self._names[proof.lang]
        for counted, value in self._values_of(proof):
            counted.remove(value, place)
        for town, part in _towns_of(proof, place):
            self._towns.remove(town, part)
        if proof.mention.cities:
            self._widths[len(proof.mention.cities)] -= 1
        for lang, naming in namings_in(proof):
            self._said[lang].remove((naming.text, naming.origin), place)
            self._named.pop(lang, None)
            if not self._said[lang]:
                del self._said[lang]
        self._life.remove(_event_of(proof), proof.mention.stage, proof.mention.date, place)

    def merge_stories(self, into: int, gone: int) -> None:
        """The reports of one story belong to another one from now on."""
        if self._life.merge(into, gone) and self.first.story == gone:
            self._first = replace(self.first, story=into)

    @property
    def stories(self) -> Container[int]:
        """The stories that tell of it; grows with it."""
        return self._life.events

    def tells(self, story: int) -> bool:
        """Whether a report of a story tells of it."""
        return story in self._life.events

    def _values_of(self, proof: Proof) -> Iterator[tuple[Counts[Any], Any]]:
        said = proof.mention
        yield self._kinds, said.kind
        if said.cities:
            yield self._cities, said.cities
        for country in set(said.countries):
            yield self._countries, country
        if said.date is not None:
            yield self.days, said.date
            if said.is_new:
                yield self._new_days, said.date
        if said.name_en and not is_description(said.name_en):
            yield self._english, said.name_en
        fields = fields_of_base(said.name, said.name_en, said.sentence, proof.lang)
        for field in fields.named:
            yield self._named_fields, field
        for field in fields.stated:
            yield self._stated_fields, field


def _event_of(proof: Proof) -> int:
    """The number of the event that a report tells of, as `crawler.judging.bases.register.timeline` has it."""
    return proof.story if proof.story is not None else -proof.article


def _towns_of(proof: Proof, place: ReportPlace) -> Iterator[tuple[str, ReportPlace]]:
    """The cities that a report names, each with where it does."""
    return ((town, place._replace(part=part)) for part, town in enumerate(proof.mention.cities))


def _in_order(said: Counts[tuple[str, str]]) -> list[NameSaid]:
    """What most reports call a base, in the order of their first reports."""
    first = sorted(islice(said.commonest(), MOST_NAMES), key=said.first)
    return [NameSaid(*one, said.first(one).article, said.times(one)) for one in first]
