"""Which countries news concerns: those that a report names, and more by the story as a whole."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from collections.abc import Set as AbstractSet

from crawler.judging.parties import Parties
from crawler.judging.territories import countries_of

_NOBODY: AbstractSet[str] = frozenset()


def concerned(named: Iterable[AbstractSet[str]], parties: Parties, *, as_a_whole: bool) -> AbstractSet[str]:
    """The members that a story concerns beyond what each of its reports names.

    A story about ASEAN as a whole concerns every member, and one about several members each of them: so a report in a
    reader's language is told although only another report names the reader's country.

    Args:
        named: the countries that each report of the story names.
        parties: between whom the cooperation is.
        as_a_whole: whether the story concerns ASEAN as a whole.
    """
    if as_a_whole:
        return parties.theirs.countries.union(parties.theirs.wholes)
    members = frozenset[str]().union(*named) & parties.theirs.countries
    return members if len(members) > 1 else _NOBODY


def names_one_of(wanted: Collection[str], named: AbstractSet[str]) -> bool:
    """Whether one of some countries is named; a group or region, as ``ASEAN``, asks for any country of it."""
    return not named.isdisjoint(wanted) or any(not countries_of(code).isdisjoint(named) for code in wanted)
