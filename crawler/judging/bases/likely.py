"""Which bases of a register may be the one that a report speaks of, told from little: of thousands a few are left to be compared.

`may_be_same` never rules out what `crawler.judging.bases.sameness.same_base` would find to be the same, but in one case: reports
of one event. Their bases are compared in any case.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from crawler.judging.bases.descriptions import is_description
from crawler.judging.bases.fields import Fields, fields_of_base, of_one_field
from crawler.judging.bases.own_names import anchors, pieces
from crawler.judging.bases.sameness import KnownBase
from crawler.judging.parties import Parties
from crawler.judging.places.event_places import ground_of_base
from crawler.judging.weights import weights
from crawler.model import BaseMention


@dataclass(frozen=True, slots=True)
class BaseAsked:
    """A mention, with what is compared of it.

    Attributes:
        names: the words of its names, by language.
        anchors: what its name speaks of; ``entities`` are those of it of which there is one each.
        lands: the member states in which it lies.
        date: the day of its act.
    """

    names: tuple[tuple[str, frozenset[str]], ...]
    anchors: frozenset[str]
    entities: frozenset[str]
    cities: frozenset[str]
    lands: frozenset[str]
    fields: Fields
    date: date | None
    when: datetime | None


@dataclass(frozen=True, slots=True)
class BaseTraits:
    """What is compared of a known base.

    Attributes:
        words: by language the words of all its names, and how many the shortest has.
        anchors: the same of what its names speak of.
    """

    words: Mapping[str, tuple[frozenset[str], int]]
    anchors: tuple[frozenset[str], int]
    entities: frozenset[str]
    cities: frozenset[str]
    lands: frozenset[str]
    fields: Fields
    days: Container[date]
    since: datetime | None


def asked_for(mention: BaseMention, lang: str, when: datetime | None, parties: Parties) -> BaseAsked:
    """What is compared of a mention in an article of a language."""
    names = [(lang, pieces(mention.name))]
    if mention.name_en and lang != "en" and not is_description(mention.name_en):
        names.append(("en", pieces(mention.name_en)))
    speaks_of = anchors(mention.name, lang)
    return BaseAsked(
        tuple(names), speaks_of, _entities(speaks_of), frozenset(mention.cities), ground_of_base(mention.cities, mention.countries, parties).lands,
        fields_of_base(mention.name, mention.name_en, mention.sentence, lang), mention.date, when,
    )  # fmt: skip


def traits_of(known: KnownBase) -> BaseTraits:
    """What is compared of a base of the register."""
    said: dict[str, list[frozenset[str]]] = {}
    anchored = [anchors(name, lang) for lang, name in known.names]
    for lang, name in known.names:
        said.setdefault(lang, []).append(pieces(name))
    for name in known.english:
        said.setdefault("en", []).append(pieces(name))
    words = {lang: _together(of) for lang, of in said.items()}
    speaks_of = _together(anchored)
    lands = ground_of_base(known.cities, known.countries, known.parties).lands
    return BaseTraits(
        words, speaks_of, _entities(speaks_of[0]), known.cities, lands, known.fields, known.days, known.since
    )


def may_be_same(asked: BaseAsked, known: BaseTraits) -> bool:
    """Whether a mention may speak of a known base. Where both are of other events; the kinds were compared before."""
    if asked.lands and known.lands and asked.lands.isdisjoint(known.lands):
        return False
    likeness = _most_alike(asked, known)
    if likeness >= weights().register.same_name or not asked.entities.isdisjoint(known.entities):
        return True
    if not asked.cities.isdisjoint(known.cities) and (
        likeness >= weights().register.like_name
        or _share(asked.anchors, known.anchors) >= weights().register.like_anchors
        or of_one_field(asked.fields, known.fields)
    ):
        return True
    return _is_soon(asked, known) and of_one_field(asked.fields, known.fields)


def _most_alike(asked: BaseAsked, known: BaseTraits) -> float:
    """The most that a name of one can be like a name of the other, as if one name had the words of all."""
    most = 0.0
    for lang, mine in asked.names:
        theirs = known.words.get(lang)
        if theirs is None:
            continue
        if not mine:
            return 1.0  # names without any word are taken for the same
        most = max(most, _share(mine, theirs))
    return most


def _together(several: Sequence[frozenset[str]]) -> tuple[frozenset[str], int]:
    """All that some sets hold, and the size of the smallest."""
    return frozenset[str]().union(*several), min(map(len, several), default=0)


def _share(mine: frozenset[str], theirs: tuple[frozenset[str], int]) -> float:
    """The most that Dice's coefficient of a set and one of several can be."""
    return 2 * len(mine & theirs[0]) / (len(mine) + theirs[1]) if mine else 0.0


def _is_soon(asked: BaseAsked, known: BaseTraits) -> bool:
    """Whether both were reported in the same days."""
    if asked.date in known.days:
        return True
    if asked.when is None or known.since is None:
        return False
    return abs(asked.when - known.since) <= weights().register.same_days


def _entities(speaks_of: frozenset[str]) -> frozenset[str]:
    return frozenset(a for a in speaks_of if a[0] == "x")
