"""Which countries news concerns: those that a report names, and more by the story as a whole."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from collections.abc import Set as AbstractSet

from crawler.judging.places.gazetteer import MEMBERS

WHOLE = "ASEAN"
"""Stands for any member state where countries are asked for."""
_NOBODY: AbstractSet[str] = frozenset()
_EVERYBODY = MEMBERS | {WHOLE}


def concerned(named: Iterable[AbstractSet[str]], *, as_a_whole: bool) -> AbstractSet[str]:
    """The members that a story concerns beyond what each of its reports names.

    A story about ASEAN as a whole concerns every member, and one about several members each of them: so a report in a
    reader's language is told although only another report names the reader's country.

    Args:
        named: the countries that each report of the story names.
        as_a_whole: whether the story concerns ASEAN as a whole.
    """
    if as_a_whole:
        return _EVERYBODY
    members = frozenset[str]().union(*named) & MEMBERS
    return members if len(members) > 1 else _NOBODY


def names_one_of(wanted: Collection[str], named: AbstractSet[str]) -> bool:
    """Whether one of some countries is named; ``ASEAN`` asks for any member."""
    return not named.isdisjoint(wanted) or (WHOLE in wanted and not MEMBERS.isdisjoint(named))
