"""What a word is called in other languages: concepts, people, undertakings, places and countries, by the packaged tables."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from crawler.judging.entities.known import concepts, entities
from crawler.judging.places.gazetteer import gazetteer
from crawler.judging.text.normal import normal_spelling

MOST = 60
"""Spellings of one thing that are used; the tables list the usual ones first."""
LONGEST = 4
"""Words of a name that is looked for in a row of words."""


@cache
def _groups() -> dict[str, tuple[str, ...]]:
    """For each spelling in normal form all spellings of the thing that it names first.

    A trailing ``*`` of the tables, which stands for further letters, is kept.
    """
    found: dict[str, tuple[str, ...]] = {}
    for spellings in _things():
        # A set, because languages share many spellings; a dict, because the order stays.
        group = tuple(dict.fromkeys(spellings))[:MOST]
        for spelling in group:
            found.setdefault(normal_spelling(spelling.removesuffix("*")), group)
    return found


def _things() -> Iterable[list[str]]:
    known = gazetteer()
    for named in (*known.sets, *concepts(), *entities()):
        if not named.name.startswith("places_"):
            yield [spelling for of_language in named.spellings.values() for spelling in of_language]
    by_place: dict[str, list[str]] = {}
    for named in known.sets:
        for spelling in named.spellings["*"] if named.name.startswith("places_") else ():
            place = known.places.get((named.name, normal_spelling(spelling.removesuffix("*"))))
            if place is not None:
                by_place.setdefault(f"{place.country} {place.name}", []).append(spelling)
    yield from by_place.values()


def spellings_of(words: str) -> tuple[str, ...]:
    """All spellings of the thing that some words name, in all languages; empty where the tables do not have it.

    Args:
        words: the words as somebody typed them.
    """
    return _groups().get(normal_spelling(words), ())
