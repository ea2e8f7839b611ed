"""Features: what ties the reports of one event together.

A feature has a kind and a value. It is kept as one text, ``KIND:VALUE``, as it is stored: the text is hashed once and shared
by all reports that have the feature, and a window holds hundreds of thousands of them. Only this module knows the form.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NewType, cast

Feature = NewType("Feature", str)
"""A feature in its stored form; made by `feature`, or read from the store."""


class FeatureKind(StrEnum):
    """What a feature is; the value is the letter under which it is stored."""

    # The letters are in every stored feature and in
    # data/frequencies.yaml: they must never change their meaning.
    PARTY = "c"
    """A party that is named: VN."""
    PLACE = "p"
    """A city or province: Nanning."""
    ENTITY = "x"
    """A person, project, firm …: Xi Jinping."""
    EDITION = "e"
    """An edition of a series: China-ASEAN Expo#22."""
    DAY = "d"
    """A day: 2025-09-17."""
    NUMBER = "n"
    """A number with its scale: 3200."""
    ORDINAL = "o"
    """An ordinal number: 19."""
    LINK = "l"
    """An address that is linked, or the report's own: host/path."""
    VISIT = "v"
    """Somebody's visit to a country: Xi Jinping>MY."""
    HEADLINED = "h"
    """An entity or edition that the headline names: Xi Jinping."""
    CONCEPT = "k"
    """A concept: durian."""
    TOPIC = "t"
    """A topic of the configuration: finance."""
    BASE_KIND = "b"
    """The kind of a new base: park."""
    BASE_CITY = "i"
    """A city in which a new base lies: Khon Kaen."""
    PURPOSE = "f"
    """A concept in the headline of a new base: solar."""
    OF_ALL = "a"
    """A base that is named after ASEAN as a whole: ASEAN."""
    LATIN_NAME = "m"
    """A name in Latin script: vangvieng."""
    CHINESE_NAME = "z"
    """Perhaps a Chinese person's name: wangtongzhou."""
    SITE = "s"
    """A city where it happens: Khon Kaen."""
    LAND = "g"
    """The member state that it concerns, or ASEAN for all: TH."""
    TOWN = "u"
    """A town that no gazetteer has: qwertang."""
    INSTITUTION = "y"
    """An institution that no gazetteer has: putra."""
    WORD = "w"
    """A word of the text, for reports in one language."""

    # That of an enumeration is written in Python, and grouping looks up kinds a thousand times for a report.
    __hash__ = str.__hash__


_KINDS = {kind.value: kind for kind in FeatureKind}


def feature(kind: FeatureKind, value: str) -> Feature:
    """A feature of a kind."""
    return Feature(kind + ":" + value)


def features(kind: FeatureKind, several: Iterable[str]) -> frozenset[Feature]:
    """The features of a kind with these values."""
    prefix = kind + ":"
    # Of words there are a hundred: no call for each of them.
    return cast("frozenset[Feature]", frozenset({prefix + value for value in several}))


def kind_of(name: str) -> FeatureKind:
    """The kind of a feature."""
    return _KINDS[name[0]]


def value_of(name: str) -> str:
    """The value of a feature, without its kind."""
    return name[2:]


def values(names: Iterable[str], kind: FeatureKind) -> list[str]:
    """The values of the features of one kind, in their order.

    Older programs may have stored texts that are no features; those are left out.
    """
    # Compared with its colon, not by `kind_of`: that would raise for a text that is no feature.
    return [value_of(name) for name in names if name[:2] == kind + ":"]
