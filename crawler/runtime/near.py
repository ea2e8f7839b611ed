"""What a wrong name was probably meant to be."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_LIKENESS = 0.6
"""The share of letters in common from which names are near."""


def near_names(name: str, known: Iterable[str], most: int, likeness: float = _LIKENESS) -> list[str]:
    """The known names that are most like another, whatever their case; the best first.

    Args:
        name: what was written.
        known: the names that there are.
        most: how many are given at most.
        likeness: the share of letters that they have in common at least, from 0 to 1.
    """
    names: dict[str, str] = {}
    # What was written is no cure for itself, wherever it is known.
    for one in (k for k in known if k != name):
        names.setdefault(one.casefold(), one)
    return [names[close] for close in difflib.get_close_matches(name.casefold(), list(names), most, likeness)]


def nearest(name: str, known: Iterable[str], likeness: float = _LIKENESS) -> str | None:
    """The known name that is most like another; None where none is."""
    return next(iter(near_names(name, known, 1, likeness)), None)


def did_you_mean(name: str, known: Iterable[str], sign: str = "") -> str:
    """`` (did you mean x?)`` for a name that is nearly a known one, else nothing. The sign stands before the name."""
    return hint(nearest(name, known), sign)


def hint(meant: str | None, sign: str = "") -> str:
    """`` (did you mean x?)``; nothing where nothing was found."""
    return f" (did you mean {sign}{meant}?)" if meant else ""
