"""Names by their sound: スラバヤ, 수라바야, Сурабая and سورابايا are Surabaya.

The packaged tables have most names in Latin script and in those of the region. Japanese, Korean, Russian and Arabic write
such names as they sound, so a name is found again by its *skeleton*: its consonants in classes that none of these scripts
keeps apart better (b, f, p and v are one; so are l and r). Skeletons are short and meet by chance, so the vowels must
agree too where the script writes them, and a place only counts in a country that the article names.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

from crawler.judging.text.script import main_script
from crawler.judging.weights import weights

_KANA_ROWS = {
    "": "アイウエオ", "k": "カキクケコ", "g": "ガギグゲゴ", "s": "サシスセソ", "z": "ザジズゼゾ", "t": "タチツテト",
    "d": "ダヂヅデド", "n": "ナニヌネノ", "h": "ハヒフヘホ", "b": "バビブベボ", "p": "パピプペポ", "m": "マミムメモ",
    "r": "ラリルレロ",
}  # fmt: skip
_KANA = {
    **{kana: row + vowel for row, line in _KANA_ROWS.items() for kana, vowel in zip(line, "aiueo", strict=True)},
    **dict(zip("ヤユヨワヲンヴーッ", ("ya", "yu", "yo", "wa", "o", "n", "vu", "", ""), strict=True)),
    **dict(zip("ァィゥェォャュョヮ", ("a", "i", "u", "e", "o", "ya", "yu", "yo", "wa"), strict=True)),
    "シ": "shi", "ジ": "ji", "チ": "chi", "ツ": "tsu", "フ": "fu", "ヂ": "ji", "ヅ": "zu",
}  # fmt: skip
_SMALL = "ァィゥェォャュョヮ"
"""Small kana, whose vowel takes the place of the one before: ティ is ti, not tei."""

_HANGUL_FIRST = (
    "k",
    "k",
    "n",
    "t",
    "t",
    "r",
    "m",
    "p",
    "p",
    "s",
    "s",
    "",
    "j",
    "j",
    "ch",
    "k",
    "t",
    "p",
    "h",
)
_HANGUL_VOWELS = (
    "a", "e", "ya", "ye", "o", "e", "yo", "ye", "o", "wa", "we", "we", "yo", "u", "wo", "we", "wi", "yu", "u", "ui", "i",
)  # fmt: skip
_HANGUL_LAST = (
    "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "l", "l", "m", "p", "p", "t", "t", "ng", "t", "t",
    "k", "t", "p", "",
)  # fmt: skip
_HANGUL = 0xAC00

_CYRILLIC = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        ("a", "b", "v", "g", "d", "e", "yo", "j", "z", "i", "i", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "h",
         "ts", "ch", "sh", "sh", "", "y", "", "e", "yu", "ya"),
        strict=True,
    )
)  # fmt: skip
_ARABIC = dict(
    zip("بپتثجچخدذرزژسشصضطظغفڤقكکگلمن", "bpttjcktdrzjssstdzgfvkkkglmn", strict=True)
) | dict.fromkeys("اأإآىئءؤةعهحوي", "a")

_DIGRAPHS = (
    (r"dzh|dj|zh|sh|ch|tz|tch|sj|dz|ts|tj", "s"), ("ph", "f"), ("kh|gh|ck", "k"), ("th|dh|bh", lambda m: m[0][0]),
    ("ng(?![aeiou])|nh|ny", "n"), ("q(?=u[aeiou])", "k"), ("c(?=[eiy])", "s"), ("[qx]", "s"), ("mb", "nb"), ("mp", "np"),
)  # fmt: skip
_CLASSES = str.maketrans("bpfvdtkgcqsjzxlrmn", "bbbbttkkkkssssllmn", "aeiouwyh'-")
"""Consonants that one of the scripts does not tell apart are one; vowels, half vowels and h, which many leave out, are none."""

_PARTICLES = re.compile(r"(?:에서|으로|에게|까지|부터|과의|와의|[은는이가을를의에와과도로서항섬시주성]|측)$")
_CASES = re.compile(r"(?:ами|ями|ого|ему|ой|ом|ем|ов|ах|ях|[аеиоуыюя])$")
_CLITICS = re.compile(r"^(?:[وفبكل]?ال|لل|[وفبكل])(?=\w{3})")
_TOKENS = {
    "kana": re.compile("[\u30a1-\u30f4\u30fc]{2,}"),
    "hangul": re.compile("[\uac00-\ud7a3]{2,}"),
    "cyrillic": re.compile("[\u0410-\u042f\u0401][\u0430-\u044f\u0451]+"),
    "arabic": re.compile("[\u0621-\u064a\u067e-\u06af]{3,}"),
}
"""What may be a name, by script: a run of katakana, a word of Korean or Arabic, a word with a capital in Russian."""
_BETWEEN = re.compile(r"[ ・·=＝-]?")


@lru_cache(maxsize=8192)
def sound_of(word: str) -> str:
    """A word in Latin letters, without marks, as it sounds more or less."""
    if "\u30a0" <= word[0] <= "\u30ff":
        return _from_kana(word)
    if "\uac00" <= word[0] <= "\ud7a3":
        return "".join(map(_from_hangul, word))
    low = word.casefold().replace("đ", "d")
    if "\u0400" <= low[0] <= "\u04ff":
        low = low.replace("дж", "ж").replace("цз", "ж")
        return "".join(_CYRILLIC.get(c, "") for c in low)
    if "\u0600" <= low[0] <= "\u06ff":
        return "".join(_ARABIC.get(c, "") for c in low)
    plain = unicodedata.normalize("NFD", low)
    return "".join(c for c in plain if c.isascii() and c.isalpha())


def _from_kana(word: str) -> str:
    out = ""
    for char in word:
        sound = _KANA.get(char, "")
        if char in _SMALL and out[-1:] in tuple("aiueo"):
            out = out[:-1]
        out += sound
    return out


def _from_hangul(char: str) -> str:
    rest, last = divmod(ord(char) - _HANGUL, 28)
    first, vowel = divmod(rest, 21)
    return _HANGUL_FIRST[first] + _HANGUL_VOWELS[vowel] + _HANGUL_LAST[last]


@lru_cache(maxsize=8192)
def skeleton(name: str) -> str:
    """The consonants of a name in classes, without repeats next to each other; "" where it has none."""
    sound = "".join(sound_of(word) for word in re.split(r"[\s・·-]+", name) if word)
    for pattern, consonant in _DIGRAPHS:
        sound = re.sub(pattern, consonant, sound)
    return re.sub(r"(.)\1+", r"\1", sound.translate(_CLASSES))


class _WrittenName(NamedTuple):
    """A name of a text: as it is written, and whether its script writes vowels."""

    written: str
    has_vowels: bool


Known = Mapping[str, Collection[tuple[str, str]]]
"""For each skeleton, what has it: a Latin name, and what that is the name of."""


def heard(text: str, known: Sequence[Known], least: int) -> frozenset[str]:
    """What a text in Japanese, Korean, Russian or Arabic names that is known by a Latin name.

    Args:
        text: the text as written.
        known: what may be named (`by_skeleton`).
        least: the consonants that these names have at least. Arabic, which leaves vowels out, needs one more.
    """
    found: set[str] = set()
    for script, tokens in _TOKENS.items():
        for name in _names_in(text, script, tokens):
            key = skeleton(name.written)
            for latin, thing in (pair for names in known for pair in names.get(key, ())):
                fits = _sounds_like(name.written, latin) if name.has_vowels else len(key) > least
                if fits:
                    found.add(thing)
    return frozenset(found)


def _names_in(text: str, script: str, tokens: re.Pattern[str]) -> Iterator[_WrittenName]:
    """One word or some side by side, each with and without what the language hangs on to it."""
    words = list(tokens.finditer(text))
    for place, first in enumerate(words):
        name = ""
        end = first.start()
        for word in words[place : place + weights().sounds.most_words]:
            if name and not _BETWEEN.fullmatch(text, end, word.start()):
                break
            for bare in _bare(word[0], script):
                whole = f"{name} {bare}".strip()
                yield _WrittenName(whole, script != "arabic")
                if "в" in whole:
                    # Russian writes v and w alike, and w is a vowel to the other scripts.
                    yield _WrittenName(whole.replace("в", "у"), has_vowels=True)
            name = f"{name} {word[0] if script != 'arabic' else _CLITICS.sub('', word[0])}".strip()
            end = word.end()


def _bare(word: str, script: str) -> set[str]:
    """A word, and the same without a particle, a case or an article."""
    cut = {"hangul": _PARTICLES, "cyrillic": _CASES, "arabic": _CLITICS}.get(script)
    return {word, cut.sub("", word)} if cut else {word}


def _sounds_like(name: str, latin: str) -> bool:
    ours, theirs = ("".join(map(sound_of, re.split(r"[\s・·-]+", n))) for n in (name, latin))
    return SequenceMatcher(None, ours, theirs, autojunk=False).ratio() >= weights().sounds.alike


def by_skeleton(names: Iterable[tuple[str, str]], least: int) -> Known:
    """Latin names, each with what it is the name of, by their skeletons; those with less than ``least`` consonants are left out."""
    found: dict[str, list[tuple[str, str]]] = {}
    for latin, thing in names:
        key = skeleton(latin)
        if latin.isascii() and len(key) >= least:
            found.setdefault(key, []).append((latin, thing))
    return found


_BY_SOUND = re.compile("[\u0400-\u04ff\u0600-\u06ff\u3040-\u30ff\uac00-\ud7af]")
"""The letters of these scripts, as `crawler.judging.text.script` has them."""


def writes_by_sound(text: str) -> bool:
    """Whether a text's script writes foreign names as they sound, and no table has them."""
    # To look for any of its letters is quicker than to count all.
    return _BY_SOUND.search(text) is not None and main_script(text) in _TOKENS
