"""What a wrong name was probably meant to be."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like another; None where none is."""
    names = {k.casefold(): k for k in known}
    close = difflib.get_close_matches(name.casefold(), list(names), 1)
    return names[close[0]] if close else None


def did_you_mean(name: str, known: Iterable[str], sign: str = "") -> str:
    """`` (did you mean x?)`` for a name that is nearly a known one, else nothing. The sign stands before the name."""
    return hint(nearest(name, known), sign)


def hint(meant: str | None, sign: str = "") -> str:
    """`` (did you mean x?)``; nothing where nothing was found."""
    return f" (did you mean {sign}{meant}?)" if meant else ""
