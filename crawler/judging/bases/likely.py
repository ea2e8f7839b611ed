"""What is compared of a report's base and of a base of the register, told once: `crawler.judging.bases.likely_index` looks it up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from crawler.judging.bases.descriptions import is_description
from crawler.judging.bases.fields import Fields, fields_of_base, is_for_training
from crawler.judging.bases.own_names import (
    anchors,
    entities_in,
    is_own_name,
    names_only_parties,
    partners_in,
    pieces,
    purpose_pieces,
    says_only_what,
    says_which,
    unique_things_in,
)
from crawler.judging.bases.sameness import KnownBase
from crawler.judging.bases.stages import STAGES
from crawler.judging.parties import Parties
from crawler.judging.places.event_places import ground_of_base
from crawler.judging.weights import weights
from crawler.model import BaseMention

# Each thing that is looked up has a text of its own, which begins with what it is.
(
    WORD,
    PURPOSE,
    NO_PURPOSE,
    ENGLISH,
    ANCHOR,
    NAMED_IN,
    PARTNER,
    ANY_PARTNER,
    CITY,
    NO_CITY,
    LAND,
    NO_LAND,
    DAY,
    ANY_DAY,
) = map(chr, range(1, 15))
MOST_DAYS = 64
"""A base of more days than that is taken for one of any day."""


@dataclass(frozen=True)
class BaseAsked:
    """What an article says of a base, with what is compared of it.

    Args:
        mention: what the article says.
        lang: its language.
        when: when it was published.
        parties: between whom the cooperation is.
    """

    mention: BaseMention
    lang: str
    when: datetime | None
    parties: Parties

    @cached_property
    def names(self) -> list[tuple[str, str]]:
        """Its names that are compared, each with the language."""
        said = self.mention
        named = [(self.lang, said.name)]
        if said.name_en and self.lang != "en" and not is_description(said.name_en):
            named.append(("en", said.name_en))
        return named

    @cached_property
    def fields(self) -> Fields:
        """What it is for."""
        said = self.mention
        return fields_of_base(said.name, said.name_en, said.sentence, self.lang)

    @cached_property
    def lands(self) -> frozenset[str]:
        """The member states in which it lies."""
        return ground_of_base(self.mention.cities, self.mention.countries, self.parties).lands

    @cached_property
    def anchors(self) -> frozenset[str]:
        """What its name speaks of."""
        return anchors(self.mention.name, self.lang)

    @cached_property
    def entities(self) -> frozenset[str]:
        """The persons, firms and projects of its name."""
        return entities_in(self.mention.name, self.lang)

    @cached_property
    def unique_things(self) -> frozenset[str]:
        """Those of them of which there is one each."""
        return unique_things_in(self.mention.name, self.lang)

    @cached_property
    def partners(self) -> frozenset[str]:
        """The partners of its name."""
        return partners_in(self.mention.name, self.lang, self.parties)

    @cached_property
    def stage(self) -> int:
        """How far it has come."""
        return STAGES.index(self.mention.stage)

    @cached_property
    def is_own_name(self) -> bool:
        """Whether no other base has its name."""
        return is_own_name(self.mention.name, self.lang, self.parties)

    @cached_property
    def says_which(self) -> bool:
        """Whether a name tells it from most others."""
        return any(says_which(name, lang, self.parties) for lang, name in self.names)

    @cached_property
    def says_only_what(self) -> bool:
        """Whether its name says only what it is."""
        return says_only_what(self.mention.name, self.lang, self.parties)

    @cached_property
    def names_only_parties(self) -> bool:
        """Whether its name says besides at most between whom."""
        return names_only_parties(self.mention.name, self.lang, self.parties)

    @cached_property
    def teaches(self) -> bool:
        """Whether people are taught there, by its name."""
        return is_for_training(self.mention.name, self.lang)

    @cached_property
    def looks_back(self) -> bool:
        """Whether the report looks back on something of long ago."""
        day = self.mention.date
        return (
            self.when is not None and day is not None and self.when.date() - day > weights().bases.look_back
        )


def terms_of(known: KnownBase) -> frozenset[str]:
    """All that a base of the register is looked up by."""
    return frozenset(_terms(known))


def _terms(known: KnownBase) -> Iterator[str]:
    for lang, name in known.names:
        words, purpose = pieces(name), purpose_pieces(name, known.parties)
        yield named_in(lang)
        yield from (word_of(lang, word) for word in words)
        # Where common words are taken out of a name without spaces, pieces come to be that it does not have.
        yield from (purpose_of(lang, piece) for piece in purpose - words)
        if not purpose:
            yield NO_PURPOSE + lang
        yield from (ANCHOR + anchor for anchor in anchors(name, lang))
        for partner in partners_in(name, lang, known.parties):
            yield PARTNER + partner
            yield ANY_PARTNER
    yield from map(in_english, known.english)
    yield from (CITY + city for city in known.cities)
    if not known.cities:
        yield NO_CITY
    lands = ground_of_base(known.cities, known.countries, known.parties).lands
    yield from (LAND + land for land in lands)
    if not lands:
        yield NO_LAND
    yield from map(of_day, known.days) if len(known.days) <= MOST_DAYS else [ANY_DAY]


def word_of(lang: str, word: str) -> str:
    """A word of a name in a language."""
    return f"{WORD}{lang} {word}"


def purpose_of(lang: str, piece: str) -> str:
    """A piece of what a name says that a base is for, and which is none of its words."""
    return f"{PURPOSE}{lang} {piece}"


def named_in(lang: str) -> str:
    """That a base has a name in a language."""
    return NAMED_IN + lang


def in_english(name: str) -> str:
    """A name in English that is the same only where all words are."""
    return ENGLISH + " ".join(sorted(pieces(name)))


def of_day(day: date) -> str:
    """A day of an act."""
    return DAY + day.isoformat()
