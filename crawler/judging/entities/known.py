"""What news of cooperation names, by all its names: people, series of events, projects, agreements, organisations, concepts.

The packaged tables ``data/entities.yaml`` and ``data/concepts.yaml`` as term sets, one for each thing, whose name begins
with what kind of thing it is (``series:China-ASEAN Expo``, ``concept:durian``).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from crawler.judging.text.script import UNSPACED, script_of
from crawler.model import TermSet
from crawler.runtime.data_tables import table

CONCEPT, SERIES, PROJECTS, PEOPLE, JOINT = "concept", "series", "projects", "people", "joint"

_ASEAN_IN_HAN = "东盟"
_ASEAN_IN_JAPANESE = ("ASEAN", " ASEAN", "アセアン")
"""Japanese writes the rest of such a name in the same characters; a dot before the word is a space in normal form."""


def _spellings(name: str, names: Any) -> tuple[str, ...]:
    """All spellings of an entity; in scripts without spaces also without the space that some put between a person's names."""
    latin = not isinstance(names, dict) or names.get("latin", True)
    listed = names["names"] if isinstance(names, dict) else names
    joined = [n.replace(" ", "") for n in listed if " " in n and script_of(n[0]) in UNSPACED]
    japanese = [
        n.replace(_ASEAN_IN_HAN, way) for n in listed if _ASEAN_IN_HAN in n for way in _ASEAN_IN_JAPANESE
    ]
    return tuple(dict.fromkeys(([name] if latin else []) + [*listed, *joined, *japanese]))


def _entities() -> Iterable[TermSet]:
    for kind, things in table("entities.yaml").items():
        if kind == JOINT:
            continue
        groups = things.values() if kind == PEOPLE else (things,)
        for name, names in (item for group in groups for item in group.items()):
            # For texts in any language: a name is no word of one.
            yield TermSet(f"{kind}:{name}", {"*": _spellings(name, names)})


@cache
def built_in_sets() -> tuple[TermSet, ...]:
    """Sets that queries and rules can name.

    ``people_VN`` and so on hold the people of each country (``people_ASEAN``: who speaks for all), ``joint_names`` the names of what
    both parties do together.
    """
    groups = table("entities.yaml")[PEOPLE].items()
    names = {e.name.partition(":")[2]: e.spellings["*"] for e in entities()}
    joint = TermSet(
        "joint_names", {"*": tuple(s for name in table("entities.yaml")[JOINT] for s in names[name])}
    )
    return (
        joint,
        *(
            TermSet(
                f"people_{code}",
                {"*": tuple(n for name, names in people.items() for n in _spellings(name, names))},
            )
            for code, people in groups
        ),
    )


@cache
def country_of_person() -> dict[str, str]:
    """The country that each of the packaged people speaks for."""
    return {name: country for country, people in table("entities.yaml")[PEOPLE].items() for name in people}


@cache
def undertakings() -> frozenset[str]:
    """The names of projects and of series of events: two reports of one event name the same ones."""
    groups = table("entities.yaml")
    return frozenset(groups[PROJECTS]) | frozenset(groups[SERIES])


def _concepts() -> Iterable[TermSet]:
    for name, spellings in table("concepts.yaml").items():
        yield TermSet(
            f"{CONCEPT}:{name}", {lang: tuple(map(str, words)) for lang, words in spellings.items()}
        )


@cache
def entities() -> tuple[TermSet, ...]:
    """The packaged entities; their Latin spellings must begin with a capital."""
    return tuple(_entities())


@cache
def concepts() -> tuple[TermSet, ...]:
    """The packaged concepts."""
    return tuple(_concepts())
