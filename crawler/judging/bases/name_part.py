"""A part of a base's name, with its English."""

from __future__ import annotations

from typing import NamedTuple

HEAD, BEFORE, PARTY, CITY, FOR, NAME = "head", "before", "party", "city", "for", "name"
JOINED = "–"


class Part(NamedTuple):
    """A part of a name at ``[start, end)`` of it, with its English; what kind of part says ``role``."""

    start: int
    end: int
    role: str
    english: str
