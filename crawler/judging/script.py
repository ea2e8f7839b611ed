"""Scripts and words: where words begin and end, and how far apart two places in a text are."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property, lru_cache

from icu4py.breakers import WordBreaker

UNSPACED = {"han": "zh", "thai": "th", "lao": "lo", "khmer": "km", "myanmar": "my"}
"""Scripts that put no spaces between words, with the language whose dictionary cuts them."""

_BEYOND_BMP = re.compile("[\U00010000-\U0010ffff]")
_RANGES = (
    ("thai", 0x0E00, 0x0E7F), ("lao", 0x0E80, 0x0EFF), ("khmer", 0x1780, 0x17FF), ("khmer", 0x19E0, 0x19FF),
    ("myanmar", 0x1000, 0x109F), ("myanmar", 0xAA60, 0xAA7F), ("han", 0x3400, 0x9FFF), ("han", 0xF900, 0xFAFF),
    ("han", 0x20000, 0x3134F), ("kana", 0x3040, 0x30FF), ("hangul", 0xAC00, 0xD7AF), ("arabic", 0x0600, 0x06FF),
    ("cyrillic", 0x0400, 0x04FF), ("latin", 0x0041, 0x024F), ("latin", 0x1E00, 0x1EFF), ("devanagari", 0x0900, 0x097F),
)  # fmt: skip


@lru_cache(maxsize=8192)
def script_of(char: str) -> str:
    """The script of one character in lower case; ``other`` for digits, signs and scripts of no concern here."""
    if not (char.isalpha() or char >= "\u0300"):
        return "other"
    code = ord(char)
    return next((name for name, low, high in _RANGES if low <= code <= high), "other")


def main_script(text: str) -> str:
    """The script that most letters of ``text`` (its first 2,000 characters) are written in."""
    counts: dict[str, int] = {}
    for char in text[:2000]:
        script = script_of(char)
        if script != "other":
            counts[script] = counts.get(script, 0) + 1
    if counts.get("kana", 0) * 8 > counts.get("han", 0):
        counts["kana"] = counts["kana"] + counts.pop("han", 0)
    return max(counts, key=lambda s: counts[s]) if counts else "other"


class Ruler:
    """Words of one normalised text: positions for distances, boundaries for whole-word checks."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def positions(self) -> list[float]:
        """The number of words before each character; in unspaced scripts two characters count as a word."""
        out: list[float] = []
        count, inside = 0.0, False
        for char in self.text:
            out.append(count)
            if char.isascii():
                letter = char.isalnum()
                count += letter and not inside
                inside = letter
            elif script_of(char) in UNSPACED:
                count, inside = count + 0.5, False
            else:
                letter = char.isalnum()
                count += letter and not inside
                inside = letter or (inside and script_of(char) != "other")
        out.append(count)
        return out

    @cached_property
    def _breaks(self) -> list[int]:
        """Word boundaries by ICU's rules and dictionaries, ascending."""
        language = UNSPACED.get(main_script(self.text), "en")
        # ICU counts in UTF-16 units; one stand-in for each character beyond them keeps its offsets ours.
        text = _BEYOND_BMP.sub("\ufffd", self.text)
        return [0, *(end for _, end in WordBreaker(text, language).segments())]

    def is_boundary(self, index: int) -> bool:
        """Whether a word may begin or end at ``index``."""
        place = bisect_left(self._breaks, index)
        return place < len(self._breaks) and self._breaks[place] == index

    def word_around(self, index: int) -> tuple[int, int]:
        """The word that ``index`` lies in (its first character or later)."""
        place = bisect_left(self._breaks, index + 1)
        start = self._breaks[place - 1] if place else 0
        end = self._breaks[place] if place < len(self._breaks) else len(self.text)
        return start, end

    def distance(self, a: int, b: int) -> float:
        """How many words lie between the characters at ``a`` and ``b``."""
        return abs(self.positions[a] - self.positions[b])
