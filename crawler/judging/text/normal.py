"""One normal form for all spellings, with a map back to the characters that a person wrote.

Folded away: Unicode composition and compatibility forms (NFKC), case, the many dashes, quotes and spaces, zero-width
characters, traditional Chinese and simplified Japanese characters (one at a time), the order of Thai and Lao vowel and tone marks, the order of
Khmer subscripts, the place of Vietnamese tone marks (hòa, hoà), Burmese in the Zawgyi encoding and the order of Burmese
marks, and whether a hyphen or space joins two words.

The form is made by a few steps over the whole text. Each step can also say where its characters came from; that is
worked out only when somebody asks, for most articles contain nothing that is asked for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, cached_property, lru_cache

from crawler.judging.text.rewriting import Compose, Origins, Replace, Step, Translate, blocks_of
from crawler.judging.text.script import FIRST_UNSPACED, UNSPACED, script_of
from crawler.judging.text.zawgyi import Zawgyi
from crawler.judging.weights import weights
from crawler.judging.weights.text import LanguageWeights
from crawler.runtime.data_tables import table

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－﹘﹣~～〜·・‧•∙⋅･"), "-")
_QUOTES = dict.fromkeys(map(ord, "‘’‚‛ʼ`´＇"), "'") | dict.fromkeys(
    map(ord, "“”„‟«»〝〞＂「」『』《》〈〉"), '"'
)
_INVISIBLE = frozenset(
    "\u00ad\u034f\u061c\u17b4\u17b5\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufe0e\ufe0f"
)
UNSEEN = dict.fromkeys(map(ord, _INVISIBLE))
"""For ``str.translate``: takes away what nobody sees."""
_FOLD = _DASHES | _QUOTES


@lru_cache(maxsize=4096)
def as_written(text: str) -> str:
    """``text`` with its case and marks, and with one kind of dash, quote and space. Names come again and again: remembered."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(UNSEEN).translate(_FOLD).split())


_NO_LETTER = re.compile(r"[\W_]+")


class Normal:
    """A text in normal form, and where each of its characters stands in the original."""

    __slots__ = ("__dict__", "_moved", "original", "text")

    def __init__(self, original: str, text: str, moved: Sequence[tuple[Step, str]]) -> None:
        self.original = original
        self.text = text
        self._moved = moved

    @cached_property
    def core(self) -> str:
        """The letters and digits alone: what remains equal through re-formatting."""
        return _NO_LETTER.sub("", self.text)

    @cached_property
    def _origins(self) -> Origins:
        origins = Origins(range(len(self.original)), range(1, len(self.original) + 1))
        for step, before in self._moved:
            origins = step.traced(before, origins).origins
        return origins

    @cached_property
    def starts(self) -> Sequence[int]:
        """Where each character begins in the original."""
        return self._origins.starts

    @cached_property
    def ends(self) -> Sequence[int]:
        """Where each character ends in the original."""
        return self._origins.ends

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original's ``[start, end)`` of ``[start, end)`` in the normal form."""
        # Nothing moved, which is true of most texts in English.
        if isinstance(self.starts, range):
            return start, end
        # No step puts a character before one that it stood behind, so the first and the last one say it.
        return (self.starts[start], self.ends[end - 1]) if end > start else (0, 0)


@cache
def _forms() -> dict[str, str]:
    """The simplified forms of Chinese characters, traditional and Japanese ones (data/han_forms.json)."""
    found = table("han_forms.json")
    return dict(zip(found["characters"], found["forms"], strict=True))


def _simple(char: str) -> str:
    """The simplified form of one Chinese character; itself where there is none."""
    # One character at a time: whole words would change lengths, and places could not be traced.
    return _forms().get(char, char)


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff"


class _Characters(dict[int, str]):
    """The normal form of single characters, each worked out once."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        text = unicodedata.normalize("NFKC", char).translate(_FOLD).casefold()
        # Once more: folding case can bring forth what
        # NFKC would change again (Unicode, chapter 3.13).
        text = unicodedata.normalize("NFKC", text).translate(_FOLD)
        text = "".join(_simple(c) if _is_han(c) else c for c in text if c not in _INVISIBLE)
        self[code] = found = "".join(" " if c.isspace() else c for c in text)
        return found


_characters = _Characters()


def in_normal_form(char: str) -> str:
    """The normal form of a single character, whatever stands beside it; empty for one that nobody sees."""
    return _characters[ord(char)]


def _marks_in_order(match: re.Match[str]) -> str:
    """Vowel marks before tone marks, each once."""
    return "".join(sorted(dict.fromkeys(match[0]), key=lambda c: (c in _TONES, c)))


def _burmese_marks_in_order(match: re.Match[str]) -> str:
    """Vowels, then what is drawn above and below, in the order of Unicode Technical Note 11."""
    return "".join(sorted(dict.fromkeys(match[0]), key=BURMESE_ORDER.index))


def _subscripts_in_order(match: re.Match[str]) -> str:
    """The subscript RO, which is written before its consonant and drawn around it, last."""
    pairs = [match[0][i : i + 2] for i in range(0, len(match[0]), 2)]
    return "".join(sorted(pairs, key=lambda pair: pair[1] == "រ"))


def _tone_on_last(match: re.Match[str]) -> str:
    """The older place of a Vietnamese tone mark (hòa) in the newer one (hoà)."""
    first = unicodedata.normalize("NFD", match[1])
    second = match[2]
    return unicodedata.normalize("NFC", first[0] + second + first[1:])


def _tone_on_y(match: re.Match[str]) -> str:
    first = unicodedata.normalize("NFD", match[3])
    return unicodedata.normalize("NFC", first[0] + match[4] + first[1:])


def _dash(match: re.Match[str]) -> str:
    text = match.string
    low = match.start()
    high = match.end()
    if not low or high == len(text):
        return match[0]
    before = text[low - 1]
    behind = text[high]
    if unicodedata.category(behind)[0] == "M":
        return match[0]  # a mark that stands alone joins nothing
    if _is_unspaced(before) and _is_unspaced(behind):
        return ""
    return " " if before.isalpha() and behind.isalpha() else match[0]


def _is_unspaced(char: str) -> bool:
    # The comparison spares most characters the look-up.
    return char >= FIRST_UNSPACED and script_of(char) in UNSPACED


_TONES = frozenset("่้๊๋່້໊໋")
BURMESE_ORDER = "\u1031\u102d\u102e\u1032\u102f\u1030\u1033\u1034\u1035\u102b\u102c\u1036\u1037\u103a\u1038"
VIETNAMESE_TONES = Replace(
    "([òóỏõọ])([ae])(?![^\\W\\d_])|([ùúủũụ])(y)(?![^\\W\\d_])", lambda m: _tone_on_last(m) if m[1] else _tone_on_y(m), "òóỏõọùúủũụ",
)  # fmt: skip
"""The older place of Vietnamese tone marks."""
# Composed once more after characters were mapped: what they become may compose with its marks.
HEAD: tuple[Step, ...] = (Compose(), Zawgyi(), Translate(_characters), Compose())
"""Character by character."""
TAIL: tuple[Step, ...] = (
    Replace(" {2,}", " ", sign="  "),
    Replace("[่-๋ัิ-ื็ํ]{2,}|[່-໋ັິ-ືົໍ]{2,}", _marks_in_order, "่้๊๋່້໊໋",
            "[่-๋][่-๋ัิ-ื็ํ]|[່-໋][່-໋ັິ-ືົໍ]|([ัิ-ื็ํັິ-ືົໍ])\\1"),
    Replace("(?:្[ក-អ]){2,}", _subscripts_in_order, "រ"),
    Replace("[\u103b-\u103e]{2,}", lambda m: "".join(sorted(set(m[0]))), "\u103b\u103c\u103d\u103e",
            "\u103c[\u103b\u103c]|\u103d[\u103b-\u103d]|\u103e[\u103b-\u103e]|\u103b\u103b"),
    Replace("[\u102b-\u1032\u1036-\u1038\u103a]{2,}", _burmese_marks_in_order, BURMESE_ORDER,
            "|".join(f"{mark}[{BURMESE_ORDER[: i + 1]}]" for i, mark in enumerate(BURMESE_ORDER))),
    Replace("េី", "ើ", "េ"),
    Replace("េា", "ោ", "េ"),
    VIETNAMESE_TONES,
    # A line may break, or a dash stand, inside a Chinese word; a dash inside a word of
    # the other unspaced scripts, and one between spaced words, says no more than a space.
    Replace("[ -]{1,3}(?=[\u3400-\u9fff])", lambda m: "" if m.start() and _is_han(m.string[m.start() - 1]) else m[0],
            map(chr, range(0x3400, 0xA000, 128)), "[ -][\u3400-\u9fff]"),
    Replace("(?: -|-) ?", _dash, sign="-"),
)  # fmt: skip
"""By what stands side by side."""


@lru_cache(maxsize=1024)
def _steps(steps: tuple[Step, ...], there: frozenset[int]) -> tuple[Step, ...]:
    """The steps that may change a text with characters of these blocks. Texts have few scripts, so it is known for most."""
    return tuple(step for step in steps if not (step.needs and there.isdisjoint(step.needs)))


def normalise(text: str) -> Normal:
    """``text`` in normal form; runs of white space (line breaks too) become one space."""
    weigh = weights().language
    # The weights are part of the key: a form that was made under others must not be remembered.
    return _normalised(text, (weigh.zawgyi, weigh.most_script))


def normal_spelling(text: str) -> str:
    """The normal form of a term's spelling, without its origins.

    A configuration has thousands of them, and they are asked for by every judge of every version of it: by a change in the
    console, a backtest, a check.
    """
    # Half of all spellings are such, and only the step for single characters changes them.
    if _PLAIN.fullmatch(text):
        return text.lower()
    if not needs_steps(text):
        return text.translate(_characters)
    weigh = weights().language
    if is_as_packaged() and (known := _packaged().get(text)) is not None:
        return known
    return _normal_spelling(text, (weigh.zawgyi, weigh.most_script))


def is_as_packaged() -> bool:
    """Whether normal forms are made by the packaged weights, as those were that are packaged."""
    weigh = weights().language
    return (weigh.zawgyi, weigh.most_script) == _PACKAGED_FOR


def needs_steps(text: str) -> bool:
    """Whether the normal form of a spelling takes more than a look at each of its characters."""
    if _ALL_HAN.fullmatch(text) or _PLAIN.fullmatch(text):
        return False
    return not _LATIN.fullmatch(text) or VIETNAMESE_TONES.pattern.search(text.lower()) is not None


def worked_out(text: str) -> str:
    """The normal form of a spelling by the packaged weights, worked out anew."""
    return _normal_spelling(text, _PACKAGED_FOR)


@cache
def _packaged() -> dict[str, str]:
    """The normal forms of packaged spellings, as `scripts.build_parsed` worked them out."""
    known = table("parsed/spellings.json")
    return {**dict(zip(known["same"], known["same"], strict=True)), **known["changed"]}


_PACKAGED_FOR = (LanguageWeights().zawgyi, LanguageWeights().most_script)
"""The weights by which packaged forms were made."""
_PLAIN = re.compile("[A-Za-z0-9]+(?: [A-Za-z0-9]+)*")
_COMPOSED = "".join(
    c for c in map(chr, (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)))
    if c.isalpha() and unicodedata.is_normalized("NFC", c) and in_normal_form(c).isalpha()
)  # fmt: skip
_LATIN = re.compile(f"[A-Za-z0-9{_COMPOSED}]+(?: [A-Za-z0-9{_COMPOSED}]+)*")
"""Latin letters, accents included, that no mark follows: beside a Vietnamese tone that may move, nothing depends on what stands beside it."""
_ALL_HAN = re.compile("[\u4e00-\u9fff]+")


@lru_cache(maxsize=32_768)
def _normal_spelling(text: str, given: tuple[float, int]) -> str:
    return _normalised(text, given).text


@lru_cache(maxsize=16)
def _normalised(text: str, _weights: tuple[float, int]) -> Normal:
    """The normal form by the weights on which it depends.

    The last few texts are remembered: an article's are asked for by several judgements.
    """
    found = text
    moved: list[tuple[Step, str]] = []
    for steps in (HEAD, TAIL):
        for step in _steps(steps, blocks_of(found)):
            made, keeps_places = step.apply(found)
            if not keeps_places:
                moved.append((step, found))
            found = made
    return Normal(text, found, moved)
