"""Whether two wordings are of one headline."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_ALIKE = 0.5
"""Share of pairs of neighbouring characters that two wordings of one headline have in common, at least."""
_PART, _SHORTEST = 0.4, 4
"""Share of a headline that a part of it has to have, and characters."""


@lru_cache(maxsize=1_000)
def key_of(text: str) -> str:
    """What equal headlines have in common: letters, marks and digits, in one case."""
    return "".join(
        c
        for c in unicodedata.normalize("NFKC", text).casefold()
        if c.isalnum() or unicodedata.category(c)[0] == "M"
    )


def pairs_of(text: str) -> set[str]:
    """The pairs of neighbouring characters of a headline."""
    key = key_of(text)
    return {key[n : n + 2] for n in range(len(key) - 1)}


def is_same_headline(one: str, other: str, least: float = _ALIKE) -> bool:
    """Whether two wordings are of one headline: equal, a good part of the other, or alike to a share of their pairs."""
    first, second = sorted((key_of(one), key_of(other)), key=len)
    if not first:
        return False
    if first in second:
        return len(first) >= _SHORTEST and len(first) > _PART * len(second)
    pairs, others = pairs_of(one), pairs_of(other)
    return 2 * len(pairs & others) > least * (len(pairs) + len(others))
