"""Term sets that follow the parties of a configuration: ``$ours``, ``$theirs``, ``$both`` and so on.

So the words of a configuration are of no party: `relevance` of another desk names these sets in place of its own lists.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from crawler.judging.parties import Parties, Party
from crawler.judging.places.gazetteer import DEMONYMS, Gazetteer
from crawler.judging.places.joint import joint_names_of
from crawler.judging.territories import (
    countries_of,
    group_words,
    groups,
    groups_within,
    name_in,
    names_of_territories,
    regions,
)
from crawler.model import TermSet

OURS, THEIRS, BOTH, ELSEWHERE = "ours", "theirs", "both", "elsewhere"
WHOLE, OUR_WHOLE = "theirs_as_a_whole", "ours_as_a_whole"
NAMES = (OURS, OUR_WHOLE, THEIRS, WHOLE, BOTH, ELSEWHERE)
"""The names of the sets; configurations refer to them."""
_MENTIONED = re.compile(rf"\$(?:{'|'.join(NAMES)})(?![a-z0-9_])")
_FEW = 6
_PARTS = ("country_", DEMONYMS, "places_", "people_")


def mentions_party_sets(texts: Iterable[str]) -> bool:
    """Whether queries or spellings name one of the sets: most of the shipped desk's do not, and are spared making them."""
    return any(_MENTIONED.search(text) for text in texts if "$" in text)


def party_sets(parties: Parties, known: Gazetteer, people: Iterable[str] = ()) -> Iterator[TermSet]:
    """The sets for some parties.

    Args:
        parties: between whom the cooperation is.
        known: their gazetteer.
        people: the names of the sets of people that there are (``people_CN``).
    """
    there = {s.name for s in known.sets} | set(people)
    for side, name, whole in ((parties.ours, OURS, OUR_WHOLE), (parties.theirs, THEIRS, WHOLE)):
        parts = (
            f"${kind}{code}" for code in sorted(side.countries) for kind in _PARTS if kind + code in there
        )
        yield TermSet(name, {"*": (*parts, f"${whole}")})
        # News of Mercosur is news of Latin America, and may name no country of it.
        yield _wholes(whole, dict.fromkeys((*side.wholes, *groups_within(side.countries))))
    joint = dict.fromkeys((*_pairs(parties), *joint_names_of(parties)))
    yield TermSet(BOTH, {"*": tuple(joint)})
    third = sorted(code for code in _countries(there) if code not in parties.all)
    others = [
        *(f"${kind}{code}" for code in third for kind in _PARTS if kind + code in there),
        "$countries_elsewhere",
    ]
    yield _others(others, parties)


def _countries(sets: Iterable[str]) -> set[str]:
    return {name.removeprefix("country_") for name in sets if name.startswith("country_")}


def _wholes(name: str, codes: Collection[str]) -> TermSet:
    """The names of groups and regions, as a set of its own."""
    found: dict[str, list[str]] = {}
    for code in codes:
        for lang, words in names_of_whole(code).items():
            found.setdefault(lang, []).extend(words)
    return TermSet(
        name, {lang: tuple(dict.fromkeys(words)) for lang, words in found.items()}, _not_names(codes)
    )


def _not_names(codes: Collection[str]) -> tuple[str, ...]:
    """What is no name of a region though it holds one: South Africa is a country."""
    states = [
        n
        for names in names_of_territories().values()
        for c, n in names.items()
        if len(c) == 2 and c.isalpha() and c != "EU"
    ]
    own = {n for code in codes for words in names_of_whole(code).values() for n in words}
    names = {n.strip("=*") for n in own if len(n) > 2}
    longer = dict.fromkeys(s.split(" (")[0] for s in states)
    return tuple(s for s in longer if any(n in s and n != s for n in names))


def names_of_whole(code: str) -> dict[str, list[str]]:
    """The names of a group or region by language."""
    found: dict[str, list[str]] = {}
    group = groups().get(code, {})
    region = group.get("as_region", code if code not in groups() or code == "EU" else None)
    for lang, names in names_of_territories().items():
        if region in names:
            found[lang] = [names[region].split(" (")[0]]
    for source in (group.get("names", {}), group_words()["regions"].get(region, {})):
        for lang, words in source.items():
            found.setdefault(lang, []).extend(map(str, words))
    if group:
        found.setdefault("en", []).append(str(group["name"]))
    return found


def _others(countries: list[str], parties: Parties) -> TermSet:
    """Other powers: all countries that are on no side, and regions and groups that hold no country of one."""
    found: dict[str, list[str]] = {"*": countries}
    for code in (*regions(), *groups()):
        if countries_of(code).isdisjoint(parties.all) and len(countries_of(code)) > 1:
            for lang, words in names_of_whole(code).items():
                found.setdefault(lang, []).extend(words)
    # Large regions of which only some countries are parties are others all the same: Europe beside Africa.
    for code in ("002", "150", "419", "EU"):
        if code not in parties.wholes and not _overlap(code, parties):
            for lang, words in names_of_whole(code).items():
                found.setdefault(lang, []).extend(words)
    return TermSet(ELSEWHERE, {lang: tuple(dict.fromkeys(words)) for lang, words in found.items()})


def _overlap(code: str, parties: Parties) -> bool:
    return not countries_of(code).isdisjoint(parties.all)


def _pairs(parties: Parties) -> Iterator[str]:
    """Names of both sides in one: "India-Africa", and in one word of characters: 中非, 日巴, 印非."""
    for lang in names_of_territories():
        one, other = (name_in(side.head, lang) for side in parties.sides)
        yield from (f"{one}-{other}", f"{other}-{one}")
    short: dict[str, str] = group_words()["in_han"]
    ours, theirs = (_short_names(side, short) for side in parties.sides)
    for one in ours:
        for other in theirs:
            if one != other:
                yield from (f"{one}{other}", f"{other}{one}")


def _short_names(side: Party, short: Any) -> list[str]:
    # Of a large group only the group itself: each pair of characters more is a word that may mean something else.
    small = sorted(side.countries) if len(side.countries) <= _FEW else ()
    return [short[code] for code in dict.fromkeys((*side.codes, *small)) if code in short]
