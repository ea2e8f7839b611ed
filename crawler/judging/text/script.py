"""Scripts and words: where words begin and end, and how far apart two places in a text are."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import Any

import numpy as np
from icu4py.breakers import WordBreaker

from crawler.judging.text.lookup import PLANES, Lookup, codes_of
from crawler.judging.weights import weights

UNSPACED = {"han": "zh", "thai": "th", "lao": "lo", "khmer": "km", "myanmar": "my"}
"""Scripts that put no spaces between words, with the language whose dictionary cuts them."""

UNSPACED_LANGUAGES = frozenset({*UNSPACED.values(), "ja"})
"""Languages that are mostly written without spaces between words."""
CUT_BY_RULE = ("th", "lo", "km", "my")
"""Languages of unspaced scripts in which two characters count as a word, so that words are shorter than a dictionary's."""
UNSPACED_LETTERS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u19e0-\u19ff\uaa60-\uaa7f\u3400-\u9fff\uf900-\ufaff"
)
"""The characters of the unspaced scripts, marks included, as the inside of a pattern's class."""
FIRST_UNSPACED = "\u0e00"
"""The first character of Thai: no script without spaces lies before it."""
_UNIT = re.compile(f"(?P<unspaced>[{UNSPACED_LETTERS}\U00020000-\U0003134f])|[^\\W{UNSPACED_LETTERS}]+")
"""A character of an unspaced script, or a run of letters and digits of the others."""
_LATIN_LETTER = re.compile("[A-Za-z]")
_RUN = re.compile(f"[{UNSPACED_LETTERS}]+")
_RANGES = (
    ("thai", 0x0E00, 0x0E7F), ("lao", 0x0E80, 0x0EFF), ("khmer", 0x1780, 0x17FF), ("khmer", 0x19E0, 0x19FF),
    ("myanmar", 0x1000, 0x109F), ("myanmar", 0xAA60, 0xAA7F), ("han", 0x3400, 0x9FFF), ("han", 0xF900, 0xFAFF),
    ("han", 0x20000, 0x3134F), ("kana", 0x3040, 0x30FF), ("hangul", 0xAC00, 0xD7AF), ("arabic", 0x0600, 0x06FF),
    ("cyrillic", 0x0400, 0x04FF), ("latin", 0x0041, 0x024F), ("latin", 0x1E00, 0x1EFF), ("devanagari", 0x0900, 0x097F),
)  # fmt: skip


_NAMES = ("other", *dict.fromkeys(name for name, _, _ in _RANGES))


def _scripts() -> np.ndarray[Any, np.dtype[np.uint8]]:
    """For each code point the number of its script in ``_NAMES``; among Latin ones only the letters count."""
    found = np.zeros(0x31350, dtype=np.uint8)
    for name, low, high in _RANGES:
        found[low : high + 1] = _NAMES.index(name)
        if high < 0x250:
            # The Latin blocks hold signs as well (×, ÷), which are no letters.
            found[[c for c in range(low, high + 1) if not (chr(c).isalpha() or c >= 0x300)]] = 0
    return found


_SCRIPTS = _scripts()
SCRIPT_LANGUAGE = {
    "thai": "th",
    "lao": "lo",
    "khmer": "km",
    "myanmar": "my",
    "han": "zh",
    "kana": "ja",
    "hangul": "ko",
}
"""The languages that have a script of their own."""


@lru_cache(maxsize=8192)
def script_of(char: str) -> str:
    """The script of one character in lower case; ``other`` for digits, signs and scripts of no concern here."""
    if not (char.isalpha() or char >= "\u0300"):
        return "other"
    code = ord(char)
    return next((name for name, low, high in _RANGES if low <= code <= high), "other")


def main_script(text: str) -> str:
    """The script that most of ``text`` (of its beginning) is written in."""
    return leading(script_counts(text))


def leading(counts: Mapping[str, int]) -> str:
    """The script that most letters are of; ``other`` where there are none."""
    return max(counts, key=lambda s: counts[s]) if counts else "other"


def script_counts(text: str) -> dict[str, int]:
    """How many letters of each script the beginning of ``text`` has.

    A word takes more Latin letters than characters of a script without spaces, so letters alone would call a Thai headline
    with an English name in brackets English: several Latin letters count as one.
    """
    weigh = weights().language
    part = text[: weigh.most_script]
    if part.isascii():
        return {"latin": 1} if _LATIN_LETTER.search(part) else {}
    numbers = np.bincount(_SCRIPTS.take(codes_of(part), mode="clip"), minlength=len(_NAMES)).tolist()
    counts = {name: number for name, number in zip(_NAMES[1:], numbers[1:], strict=True) if number}
    # Japanese is mostly written in Chinese characters; a share of kana shows it.
    if counts.get("kana", 0) * weigh.kana_one_in > counts.get("han", 0):
        counts["kana"] = counts["kana"] + counts.pop("han", 0)
    if "latin" in counts:
        counts["latin"] = -(-counts["latin"] // weigh.latin_letters)
    return counts


_SHORT = 100
"""Characters up to which it is quicker to look for words one after another."""
_IN_WORD, _ALONE = 1, 2


def _kind_of(char: str) -> int:
    """Whether a character is one of a word of several, or a word of its own as in unspaced scripts; 0 for neither."""
    found = _UNIT.match(char)
    return 0 if found is None else _ALONE if found.lastindex else _IN_WORD


_kinds_of = Lookup(_kind_of, _ALONE)


class Ruler:
    """Words of one normalised text: positions for distances, boundaries for whole-word checks."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._known: dict[int, list[int]] = {}

    @cached_property
    def _before(self) -> Sequence[float]:
        """How many words begin before each character, and before the end. In unspaced scripts two characters are a word."""
        text = self.text
        codes = codes_of(text)
        # A rare Chinese character behind a letter is a part of its word.
        if len(text) < _SHORT or int(codes.max()) >= PLANES:
            begin = bytearray(len(text) + 1)
            for match in _UNIT.finditer(text):
                begin[match.start() + 1] = 1 if match.lastindex else 2
            return [halves / 2 for halves in accumulate(begin)]
        kinds = _kinds_of(codes)
        in_word = kinds == _IN_WORD
        halves = np.zeros(len(text) + 1, dtype=np.int64)
        halves[1:] = (kinds == _ALONE) + 2 * in_word
        halves[2:] -= 2 * (in_word[1:] & in_word[:-1])
        # A view gives Python's own numbers, only where they are asked for.
        return (np.cumsum(halves) / 2).data

    def words_before(self, index: int) -> float:
        """How many words begin before a character."""
        return self._before[index]

    @cached_property
    def _runs(self) -> list[tuple[int, int]]:
        """Where letters of unspaced scripts stand in a row."""
        return [match.span() for match in _RUN.finditer(self.text)]

    def _run_at(self, index: int) -> int:
        """The number of the run that the character at ``index`` stands in; -1 outside."""
        place = bisect_right(self._runs, (index, len(self.text))) - 1
        return place if place >= 0 and index < self._runs[place][1] else -1

    def look_at(self, indices: Iterable[int]) -> None:
        """Find the word boundaries around many places in one go, which is far quicker than one by one."""
        wanted = sorted({self._run_at(i) for i in indices} - self._known.keys() - {-1})
        if not wanted:
            return
        runs = [self.text[slice(*self._runs[place])] for place in wanted]
        # All runs at once: making a breaker costs more than cutting a
        # few words with it. A line break ends a word in every script.
        words = iter(WordBreaker("\n".join(runs), UNSPACED.get(script_of(runs[0][0]), "en")))
        for place in wanted:
            start, end = self._runs[place]
            breaks = [start]
            while breaks[-1] < end:
                breaks.append(breaks[-1] + len(next(words)))
            self._known[place] = breaks
            next(words, None)  # the line break between two runs

    def _breaks(self, index: int) -> list[int]:
        """The word boundaries of the run that the character at ``index`` stands in, by ICU's dictionaries; none outside."""
        place = self._run_at(index)
        if place < 0:
            return []
        if place not in self._known:
            self.look_at([index])
        return self._known[place]

    def is_boundary(self, index: int) -> bool:
        """Whether a word may begin or end at ``index``."""
        breaks = self._breaks(index)
        place = bisect_left(breaks, index)
        return not breaks or breaks[place] == index

    def word_around(self, index: int) -> tuple[int, int]:
        """The word of an unspaced script that the character at ``index`` belongs to; elsewhere the character alone."""
        breaks = self._breaks(index)
        if not breaks:
            return index, min(index + 1, len(self.text))
        place = bisect_right(breaks, index)
        return breaks[place - 1], breaks[place]

    def distance(self, a: int, b: int) -> float:
        """How many words lie between the characters at ``a`` and ``b``."""
        return abs(self.words_before(a) - self.words_before(b))
