"""A part of a base's name, with its English."""

from __future__ import annotations

from typing import NamedTuple

from crawler.judging.text.script import UNSPACED, script_of

HEAD, BEFORE, PARTY, CITY, FOR, NAME = "head", "before", "party", "city", "for", "name"
JOINED = "–"


class Part(NamedTuple):
    """A part of a name at ``[start, end)`` of it, with its English; what kind of part says ``role``."""

    start: int
    end: int
    role: str
    english: str


def end_of_word(name: str, end: int) -> int:
    """Where a word ends of which a term found only the beginning, in scripts with spaces."""
    if not name[:end] or script_of(name[end - 1].casefold()) in UNSPACED:
        return end
    while name[end : end + 1].isalpha():
        end += 1
    return end
