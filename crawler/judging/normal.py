"""One normal form for all spellings, with a map back to the characters that a person wrote.

Folded away: Unicode composition and compatibility forms (NFKC), case, the many dashes, quotes and spaces,
zero-width characters, traditional Chinese characters (one character at a time, so that offsets stay true).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

import opencc

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－﹘﹣~～〜·・‧•∙⋅"), "-")
_QUOTES = dict.fromkeys(map(ord, "‘’‚‛ʼ`´＇"), "'") | dict.fromkeys(map(ord, "“”„‟«»〝〞＂「」『』《》〈〉"), '"')
_INVISIBLE = frozenset("\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufe0e\ufe0f")
_FOLD = _DASHES | _QUOTES


@dataclass(frozen=True, slots=True)
class Normal:
    """A text in normal form. ``starts[i]``/``ends[i]`` are where character ``i`` begins and ends in the original."""

    text: str
    starts: tuple[int, ...] | range
    ends: tuple[int, ...] | range

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original's ``[start, end)`` of ``[start, end)`` in the normal form."""
        return (self.starts[start], self.ends[end - 1]) if end > start else (0, 0)


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@cache
def _simple(char: str) -> str:
    """The simplified form of one Chinese character (OpenCC's t2s table), itself where there is none."""
    out: str = _simplifier().convert(char)
    return out if len(out) == 1 else char


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff"


@cache
def _fold(cluster: str) -> str:
    """The normal form of one base character with its combining marks."""
    text = unicodedata.normalize("NFKC", cluster).translate(_FOLD).casefold()
    text = unicodedata.normalize("NFC", text)
    return "".join(_simple(c) if _is_han(c) else c for c in text if c not in _INVISIBLE)


def _clusters(text: str) -> list[tuple[int, int]]:
    """``text`` cut before each character that is not a combining mark."""
    cuts = [i for i, char in enumerate(text) if not unicodedata.combining(char)]
    if not cuts or cuts[0] != 0:
        cuts.insert(0, 0)
    return list(zip(cuts, [*cuts[1:], len(text)], strict=True))


@lru_cache(maxsize=16)
def normalise(text: str) -> Normal:
    """``text`` in normal form; runs of white space (line breaks too) become one space.

    The last few texts are remembered: an article's are asked for by several judgements.
    """
    if text.isascii() and not any(c.isspace() and c != " " for c in text) and "  " not in text and "`" not in text:
        plain = text.casefold().replace("~", "-")
        return Normal(plain, range(len(plain)), range(1, len(plain) + 1))
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end in _clusters(text):
        folded = " " if text[start:end].isspace() else _fold(text[start:end])
        if folded.isspace() and chars and chars[-1] == " ":
            ends[-1] = end
            continue
        for char in folded:
            chars.append(" " if char.isspace() else char)
            starts.append(start)
            ends.append(end)
    return Normal("".join(chars), tuple(starts), tuple(ends))
