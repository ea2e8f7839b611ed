"""How many cells of a terminal a text takes, and where its lines may be broken.

Terminals measure each character alone, as C's ``wcwidth`` does. Vowels that stand beside their consonant have a cell of their own
(Khmer ា, Burmese ာ: general category Mc), marks above and below have none (Mn). Measured by others in cells of 0, rows with
such vowels are longer than their columns and wrap.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from icu4py.breakers import BaseBreaker, CharacterBreaker, LineBreaker

_SOFT_HYPHEN = "\u00ad"
_NOTHING = {"Mn", "Me", "Cf", "Zl", "Zp", "Cc"}
"""Categories of characters that take no cell: marks above and below, formats, separators of lines, controls."""


@lru_cache(maxsize=8192)
def _cells(character: str) -> int:
    if unicodedata.category(character) in _NOTHING and character != _SOFT_HYPHEN:
        return 0
    # Vowels and final consonants of Hangul that join the block of the consonant before them.
    if "\u1160" <= character <= "\u11ff" or "\ud7b0" <= character <= "\ud7ff":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def width(text: str) -> int:
    """The cells that a text of one line takes."""
    if text.isascii():
        return len(text)
    return sum(map(_cells, text))


def wrapped(text: str, most: int) -> list[str]:
    """A text as lines of at most ``most`` cells, broken where its script allows it.

    Thai, Lao, Khmer and Burmese are broken between words and Chinese between characters, by ICU; a word that is longer than a line is
    broken between characters that people see as one. Line feeds begin a new line.
    """
    return [line for part in text.split("\n") for line in _lines(part, max(most, 2))]


def _lines(text: str, most: int) -> Iterator[str]:
    if width(text) <= most:
        yield text
        return
    line = ""
    for piece in _pieces(text, LineBreaker):
        # Blanks at the end of a line are not seen: they need no room.
        if width((line + piece).rstrip()) <= most:
            line += piece
            continue
        if line.strip():
            yield line.rstrip()
            line = ""
        for part in _pieces(piece, CharacterBreaker) if width(piece.rstrip()) > most else (piece,):
            if line and width(line + part.rstrip()) > most:
                yield line
                line = ""
            line += part
    yield line.rstrip()


def _pieces(text: str, breaker: type[BaseBreaker]) -> list[str]:
    """A text cut where it may be broken."""
    return [text[start:end] for start, end in breaker(text, "root").segments()]
