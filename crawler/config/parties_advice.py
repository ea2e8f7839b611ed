"""What in ``relevance`` does not fit ``parties``: whoever changes one of them means both."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from crawler.config.settings import Settings
from crawler.judging.places.party_sets import BOTH, ELSEWHERE, OURS, THEIRS
from crawler.judging.territories import english_name
from crawler.judging.text.terms import expand
from crawler.model import TermSet

Key = tuple[str | int, ...]
_MOST_NAMED = 3
"""Members of a side that a warning names where none of them is followed."""
_MOST_LISTED = 12
"""Countries that a warning lists one by one."""
_ALL = ", ".join(f"{name}: {name}" for name in (OURS, THEIRS, BOTH, ELSEWHERE))
"""What relevance reads where it follows the parties."""


def parties_advice(settings: Settings, sets: Mapping[str, TermSet]) -> Iterator[tuple[Key, str]]:
    """Warnings of term sets of ``relevance`` that do not name the countries that they should name, or name some that they should not.

    Args:
        settings: the configuration.
        sets: its term sets, with those that are built in.
    """
    rule, between = settings.relevance, settings.parties.sides
    for key, name, side in ((OURS, rule.ours, between.ours), (THEIRS, rule.theirs, between.theirs)):
        if _names_group(sets, name, key):
            continue
        missing = side.countries - _named(sets, name, side.countries)
        if missing == side.countries:
            names = ", ".join(english_name(code) for code in side.codes[:_MOST_NAMED])
            yield (
                ("parties", key),
                f"relevance.{key} reads ${name}, which names nothing of {names}, so that nothing is relevant; write relevance: {{{_ALL}}}"
                " (`aseanwatch init --for` writes a whole file)",
            )
        elif missing:
            yield (
                ("parties", key),
                f"relevance.{key} reads ${name}, which does not name {_some(missing)}, so that nothing of theirs is relevant;"
                f" write relevance: {{{_ALL}}}, or take them out of parties.{key}",
            )
    # The built-in set has none of them, though two countries may share a name: Congo.
    named = set() if rule.elsewhere == ELSEWHERE else _named(sets, rule.elsewhere, between.all)
    if named:
        yield (
            ("parties",),
            f"relevance.{ELSEWHERE} reads ${rule.elsewhere}, which names parties as third countries ({_some(named)});"
            f" write relevance: {{{ELSEWHERE}: {ELSEWHERE}}}, or take them out of the set",
        )


def _some(countries: Collection[str]) -> str:
    """The names of countries in the order of the alphabet, and how many more there are."""
    names = sorted(map(english_name, countries))
    more = len(names) - _MOST_LISTED
    return ", ".join(names[:_MOST_LISTED]) + (f" and {more} more" if more > 0 else "")


def _named(sets: Mapping[str, TermSet], name: str, countries: Collection[str]) -> set[str]:
    """The countries of some that a term set names, by their built-in sets or by one of their names."""
    members = expand(sets, name) if name in sets else frozenset()
    words = {s.casefold() for m in members if m in sets for s in _spellings(sets[m])}
    found = set()
    for code in countries:
        country = sets.get(f"country_{code}")
        if country is not None and (
            country.name in members or not words.isdisjoint(s.casefold() for s in _spellings(country))
        ):
            found.add(code)
    return found


def _spellings(of: TermSet) -> Iterator[str]:
    return (spelling for words in of.spellings.values() for spelling in words)


def _names_group(sets: Mapping[str, TermSet], name: str, key: str) -> bool:
    """Whether a term set holds the built-in one of a side, or has a name of its groups."""
    members = expand(sets, name) if name in sets else frozenset()
    whole = f"{key}_as_a_whole"
    words = {s.casefold() for m in members if m in sets for s in _spellings(sets[m])}
    groups = {s.casefold() for s in _spellings(sets[whole])} if whole in sets else set()
    return key in members or whole in members or not words.isdisjoint(groups)
