"""One normal form for all spellings, with a map back to the characters that a person wrote.

Folded away: Unicode composition and compatibility forms (NFKC), case, the many dashes, quotes and spaces, zero-width
characters, traditional Chinese characters (one at a time), the order of Thai and Lao vowel and tone marks, the order of
Khmer subscripts, the place of Vietnamese tone marks (hòa, hoà), and whether a hyphen or space joins two words.

The form is made by a few steps over the whole text. Each step can also say where its characters came from; that is
worked out only when somebody asks, for most articles contain nothing that is asked for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache, cached_property, lru_cache

import opencc

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－﹘﹣~～〜·・‧•∙⋅･"), "-")
_QUOTES = dict.fromkeys(map(ord, "‘’‚‛ʼ`´＇"), "'") | dict.fromkeys(map(ord, "“”„‟«»〝〞＂「」『』《》〈〉"), '"')
_INVISIBLE = frozenset("\u00ad\u034f\u061c\u17b4\u17b5\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufe0e\ufe0f")
_FOLD = _DASHES | _QUOTES

Origins = tuple[Sequence[int], Sequence[int]]
"""For each character where it begins and ends in the original."""


class Normal:
    """A text in normal form, and where each of its characters stands in the original."""

    __slots__ = ("__dict__", "original", "text")

    def __init__(self, original: str, text: str) -> None:
        self.original, self.text = original, text

    @cached_property
    def _origins(self) -> Origins:
        text = self.original
        origins: Origins = (range(len(text)), range(1, len(text) + 1))
        for step in STEPS:
            made = step(text)
            if not step.keeps_places(text, made):
                made, origins = step.traced(text, origins)
            text = made
        return origins

    @property
    def starts(self) -> Sequence[int]:
        """Where each character begins in the original."""
        return self._origins[0]

    @property
    def ends(self) -> Sequence[int]:
        """Where each character ends in the original."""
        return self._origins[1]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original's ``[start, end)`` of ``[start, end)`` in the normal form."""
        return (min(self.starts[start:end]), max(self.ends[start:end])) if end > start else (0, 0)


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def _simple(char: str) -> str:
    """The simplified form of one Chinese character (OpenCC's t2s table), itself where there is none."""
    out: str = _simplifier().convert(char)
    return out if len(out) == 1 else char


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff"


class _Characters(dict[int, str]):
    """The normal form of single characters, each worked out once."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        text = unicodedata.normalize("NFKC", char).translate(_FOLD).casefold()
        text = unicodedata.normalize("NFKC", text).translate(_FOLD)
        text = "".join(_simple(c) if _is_han(c) else c for c in text if c not in _INVISIBLE)
        self[code] = found = "".join(" " if c.isspace() else c for c in text)
        return found


_characters = _Characters()


class _Step:
    """One step of the way: a function of the text, and the same with the origins of its characters."""

    def __call__(self, text: str) -> str:
        raise NotImplementedError

    def keeps_places(self, text: str, made: str) -> bool:
        """Whether each character of ``made`` stands where the one of ``text`` stood that it came from."""
        return made == text

    def traced(self, text: str, origins: Origins) -> tuple[str, Origins]:
        """The text after the step, and the origins of its characters."""
        raise NotImplementedError


class _Compose(_Step):
    """NFC. Most texts are so already; the others are composed cluster by cluster when their origins are asked for."""

    def __call__(self, text: str) -> str:
        return text if unicodedata.is_normalized("NFC", text) else "".join(unicodedata.normalize("NFC", c) for c in _clusters(text))

    def traced(self, text: str, origins: Origins) -> tuple[str, Origins]:
        if unicodedata.is_normalized("NFC", text):
            return text, origins
        parts, starts, ends, place = [], list[int](), list[int](), 0
        for cluster in _clusters(text):
            composed = unicodedata.normalize("NFC", cluster)
            low, high = min(origins[0][place : place + len(cluster)]), max(origins[1][place : place + len(cluster)])
            parts.append(composed)
            starts += [low] * len(composed)
            ends += [high] * len(composed)
            place += len(cluster)
        return "".join(parts), (starts, ends)


def _clusters(text: str) -> list[str]:
    """``text`` cut before each character that can begin a composition of its own."""
    cuts = [i for i, char in enumerate(text) if not i or not _continues(char)]
    return [text[a:b] for a, b in zip(cuts, [*cuts[1:], len(text)], strict=True)]


def _continues(char: str) -> bool:
    """Whether a character may compose with what stands before it: a combining mark, a Hangul vowel or final, and the like."""
    return bool(unicodedata.combining(char)) or unicodedata.category(char) in ("Mn", "Mc") or "\u1160" <= char <= "\u11ff"


class _Translate(_Step):
    """Each character into its own normal form."""

    def __call__(self, text: str) -> str:
        return text.translate(_characters)

    def keeps_places(self, text: str, made: str) -> bool:
        return len(made) == len(text) and all(len(_characters[ord(char)]) == 1 for char in set(text))

    def traced(self, text: str, origins: Origins) -> tuple[str, Origins]:
        parts, starts, ends = [], list[int](), list[int]()
        for char, start, end in zip(text, *origins, strict=True):
            found = _characters[ord(char)]
            parts.append(found)
            starts += [start] * len(found)
            ends += [end] * len(found)
        return "".join(parts), (starts, ends)


class _Replace(_Step):
    """A pattern's matches replaced; ``told`` must be in the text for the pattern to be worth a look."""

    def __init__(self, pattern: str, replacement: str | Callable[[re.Match[str]], str], told: str = "") -> None:
        self.pattern, self.replacement = re.compile(pattern), replacement
        self.told = re.compile(told) if told else None

    def __call__(self, text: str) -> str:
        if self.told and not self.told.search(text):
            return text
        return self.pattern.sub(self.replacement, text)

    def keeps_places(self, text: str, made: str) -> bool:
        return len(made) == len(text)  # no replacement is longer than what it replaces

    def traced(self, text: str, origins: Origins) -> tuple[str, Origins]:
        if self.told and not self.told.search(text):
            return text, origins
        parts, starts, ends, done = [], list[int](), list[int](), 0
        for match in self.pattern.finditer(text):
            low, high = match.span()
            new = self.replacement(match) if callable(self.replacement) else match.expand(self.replacement)
            parts += [text[done:low], new]
            starts += origins[0][done:low]
            ends += origins[1][done:low]
            if len(new) == high - low:
                starts += origins[0][low:high]
                ends += origins[1][low:high]
            else:
                starts += [min(origins[0][low:high])] * len(new)
                ends += [max(origins[1][low:high])] * len(new)
            done = high
        parts.append(text[done:])
        return "".join(parts), ([*starts, *origins[0][done:]], [*ends, *origins[1][done:]])


def _marks_in_order(match: re.Match[str]) -> str:
    """Vowel marks before tone marks, each once."""
    return "".join(sorted(dict.fromkeys(match[0]), key=lambda c: (c in _TONES, c)))


def _subscripts_in_order(match: re.Match[str]) -> str:
    """The subscript RO, which is written before its consonant and drawn around it, last."""
    pairs = [match[0][i : i + 2] for i in range(0, len(match[0]), 2)]
    return "".join(sorted(pairs, key=lambda pair: pair[1] == "រ"))


def _tone_on_last(match: re.Match[str]) -> str:
    """The older place of a Vietnamese tone mark (hòa) in the newer one (hoà)."""
    first, second = unicodedata.normalize("NFD", match[1]), match[2]
    return unicodedata.normalize("NFC", first[0] + second + first[1:])


_TONES = frozenset("่้๊๋່້໊໋")
_UNSPACED = "\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff\u3400-\u9fff\uaa60-\uaa7f"
STEPS: tuple[_Step, ...] = (
    _Compose(),
    _Translate(),
    _Compose(),
    _Replace(" {2,}", " "),
    _Replace("[่-๋ัิ-ื็ํ]{2,}|[່-໋ັິ-ືົໍ]{2,}", _marks_in_order, "[่-๋່-໋]"),
    _Replace("(?:្[ក-អ]){2,}", _subscripts_in_order, "្រ្"),
    _Replace("េី", "ើ", "េី"),
    _Replace("េា", "ោ", "េា"),
    _Replace("([òóỏõọ])([ae])(?![^\\W\\d_])|([ùúủũụ])(y)(?![^\\W\\d_])", lambda m: _tone_on_last(m) if m[1] else _tone_on_y(m),
             "[òóỏõọ][ae]|[ùúủũụ]y"),
    # A line may break, or a dash stand, inside a Chinese word; a dash inside a word of the other unspaced scripts.
    _Replace("(?<=[\u3400-\u9fff]) ?-? ?(?=[\u3400-\u9fff])", "", "[\u3400-\u9fff][ -]"),
    _Replace(f"(?<=[{_UNSPACED}])-(?=[{_UNSPACED}])", "", "-"),
    _Replace("(?<=[^\\W\\d_])-(?=[^\\W\\d_])", " ", "-"),
)  # fmt: skip


def _tone_on_y(match: re.Match[str]) -> str:
    first = unicodedata.normalize("NFD", match[3])
    return unicodedata.normalize("NFC", first[0] + match[4] + first[1:])


@lru_cache(maxsize=16)
def normalise(text: str) -> Normal:
    """``text`` in normal form; runs of white space (line breaks too) become one space.

    The last few texts are remembered: an article's are asked for by several judgements.
    """
    found = text
    for step in STEPS:
        found = step(found)
    return Normal(text, found)
