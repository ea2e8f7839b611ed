"""Slow patterns tried only where a quick one says that a match may begin."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator


def beginnings(words: Iterable[str]) -> tuple[str, str]:
    """The first characters of words in both cases, as the inside of a class; and a pattern for what goes on behind one of them."""
    listed = list(words)
    first = sorted({c for word in listed for c in (word[0].lower(), word[0].upper()) if len(c) == 1})
    rest = sorted({word[1:] for word in listed}, key=lambda r: (-len(r), r))
    return "".join(map(re.escape, first)), f"(?i:{'|'.join(map(re.escape, rest))})"


def matches_at(places: re.Pattern[str], pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """What ``pattern.finditer(text)`` finds, if every match begins where ``places`` finds a character.

    Args:
        places: finds single characters. One that begins with a set of characters is fast: the search runs over all others in C.
        pattern: what is looked for.
        text: where.
    """
    done = 0
    for place in places.finditer(text):
        start = place.start()
        if start >= done and (match := pattern.match(text, start)):
            yield match
            done = match.end()
