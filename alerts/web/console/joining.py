"""Why a report is in its story, in words: what it shares with the report that it was found by."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import NamedTuple

from alerts.digests.wording import N_, Words
from crawler.config.settings import Settings
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

_PLACES = (FeatureKind.PLACE, FeatureKind.SITE, FeatureKind.BASE_CITY)
_SAID = {
    *_PLACES,
    FeatureKind.PARTY,
    FeatureKind.LAND,
    FeatureKind.DAY,
    FeatureKind.BASE_KIND,
    FeatureKind.TOPIC,
}
"""Kinds whose values are said in the reader's language."""


class SharedThings(NamedTuple):
    """What two reports have in common of one sort.

    ``said`` are the values that are in the reader's language; others are as the rules have them, most in English.
    """

    label: str
    values: tuple[str, ...]
    said: frozenset[str] = frozenset()


def in_words(shared: Iterable[str], say: Words, settings: Settings | None = None) -> list[SharedThings]:
    """What two reports share, by sort, in the order of its weight.

    Args:
        shared: features as stored; a text of an older program that is none is left out.
        say: the reader's words.
        settings: where topics have their titles; None: they are named as stored.
    """
    found: dict[str, dict[str, bool]] = {}
    for name in shared:
        if name[1:2] == ":" and name[0] in set(FeatureKind):
            kind = kind_of(name)
            if kind in _LABELS:
                value = value_of(name)
                if kind is FeatureKind.TOPIC and settings is not None:
                    value = settings.topic_title(value, say.language)
                values = found.setdefault(say.gettext(_LABELS[kind]), {})
                values[_value(kind, value, say)] = kind in _SAID
    return [
        SharedThings(label, tuple(values), frozenset(v for v, is_said in values.items() if is_said))
        for label, values in found.items()
    ]


def _value(kind: FeatureKind, value: str, say: Words) -> str:
    said = _SAYINGS.get(kind)
    return said(value, say) if said else value.replace("_", " ")


def _visit(value: str, say: Words) -> str:
    who, _, where = value.partition(">")
    return f"{who} → {say.country(where)}"


def _edition(value: str, say: Words) -> str:
    series, _, edition = value.partition("#")
    return say.bracketed(series, edition)


def _day(value: str, say: Words) -> str:
    try:
        return say.day(date.fromisoformat(value))
    except ValueError:
        return value


_SAYINGS: Mapping[FeatureKind, Callable[[str, Words], str]] = {
    **dict.fromkeys(_PLACES, lambda value, say: say.city(value)),
    **dict.fromkeys((FeatureKind.PARTY, FeatureKind.LAND), lambda value, say: say.country(value)),
    **dict.fromkeys((FeatureKind.LATIN_NAME, FeatureKind.CHINESE_NAME), lambda value, _: value.title()),
    FeatureKind.BASE_KIND: lambda value, say: say.gettext(value),
    FeatureKind.TOPIC: lambda value, _: value,
    FeatureKind.DAY: _day,
    FeatureKind.VISIT: _visit,
    FeatureKind.EDITION: _edition,
}


_SHARE = re.compile(r"(\d+)% of the shorter text stands in the other")
_COPIES = {
    "names it as its original": N_("its page names that one as the original"),
    "the same words": N_("it has the same words"),
    "and the same headline": N_("it has the same headline"),
    "under nearly the same headline": N_("it has nearly the same headline"),
    "and it tells what both headlines say": N_("it tells what both headlines say"),
}
"""Why a report is a copy, by the parts of the sentence that the store has."""


def copy_in_words(why: str, say: Words) -> str:
    """Why a report is a copy of another, in the reader's words; a text of an older program as it is."""
    rest, said = why, []
    share = _SHARE.match(rest)
    if share is not None:
        stands = say.gettext(
            N_("%(share)s of the shorter text stands in the other"), share=say.percent(int(share[1]) / 100)
        )
        said.append(stands)
        rest = rest[share.end() :].strip()
    for part, message in _COPIES.items():
        if rest.startswith(part):
            said.append(say.gettext(message))
            rest = rest[len(part) :].strip()
    return say.clauses([*said, *([rest] if rest else [])])
