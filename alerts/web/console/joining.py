"""Why a report is in its story, in words: what it shares with the report that it was found by."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from alerts.digests.wording import N_, Words
from crawler.judging.features import FeatureKind, kind_of, value_of

_LABELS = {
    FeatureKind.ENTITY: N_("names"),
    FeatureKind.HEADLINED: N_("names"),
    FeatureKind.LATIN_NAME: N_("names"),
    FeatureKind.CHINESE_NAME: N_("names"),
    FeatureKind.TOWN: N_("names"),
    FeatureKind.INSTITUTION: N_("names"),
    FeatureKind.EDITION: N_("event"),
    FeatureKind.VISIT: N_("visit"),
    FeatureKind.PLACE: N_("places"),
    FeatureKind.SITE: N_("places"),
    FeatureKind.BASE_CITY: N_("places"),
    FeatureKind.PARTY: N_("countries"),
    FeatureKind.LAND: N_("countries"),
    FeatureKind.DAY: N_("day"),
    FeatureKind.NUMBER: N_("figures"),
    FeatureKind.ORDINAL: N_("figures"),
    FeatureKind.CONCEPT: N_("subject"),
    FeatureKind.PURPOSE: N_("subject"),
    FeatureKind.TOPIC: N_("subject"),
    FeatureKind.BASE_KIND: N_("subject"),
    FeatureKind.LINK: N_("address"),
    FeatureKind.WORD: N_("words"),
}


class SharedThings(NamedTuple):
    """What two reports have in common of one sort."""

    label: str
    values: tuple[str, ...]


def in_words(shared: Iterable[str], say: Words) -> list[SharedThings]:
    """What two reports share, by sort, in the order of its weight.

    Args:
        shared: features as stored; a text of an older program that is none is left out.
        say: the reader's words.
    """
    found: dict[str, dict[str, None]] = {}
    for name in shared:
        if name[1:2] == ":" and name[0] in set(FeatureKind):
            kind = kind_of(name)
            if kind in _LABELS:
                found.setdefault(say.gettext(_LABELS[kind]), {})[_value(kind, value_of(name), say)] = None
    return [SharedThings(label, tuple(values)) for label, values in found.items()]


def _value(kind: FeatureKind, value: str, say: Words) -> str:
    if kind in (FeatureKind.PARTY, FeatureKind.LAND):
        return say.country(value)
    if kind is FeatureKind.DAY:
        return _day(value, say)
    if kind is FeatureKind.VISIT:
        who, _, where = value.partition(">")
        return f"{who} → {say.country(where)}"
    if kind is FeatureKind.EDITION:
        series, _, edition = value.partition("#")
        return f"{series} ({edition})" if edition else series
    if kind in (FeatureKind.LATIN_NAME, FeatureKind.CHINESE_NAME):
        return value.title()
    return value.replace("_", " ")


def _day(value: str, say: Words) -> str:
    try:
        return say.day(date.fromisoformat(value))
    except ValueError:
        return value
