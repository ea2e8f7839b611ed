"""Chinese people's names in one form: 王同宙 and "Wang Tongzhou" are the same.

In Chinese nothing shows where a name begins: whatever begins with a family name is taken for one. That is harmless, for
such a name ties reports together only where a text in Latin script has it too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from crawler.judging.text.normal import normalise
from crawler.runtime.data_tables import table

FIRST, LAST = 0x4E00, 0x9FFF
"""The characters that names are written in."""
_HAN = re.compile(f"[{chr(FIRST)}-{chr(LAST)}]{{2,}}")
_PAIR = re.compile(r"(?<![\w-])([A-Z][a-z]{0,5}) (?=([A-Z][a-z]{1,11}(?:-?[a-z]{2,6})?)(?![\w]))")
_SYLLABLES = re.compile(
    r"(?:(?:[bpmfdtnlgkhjqxrzcsyw]|zh|ch|sh)?(?:a|o|e|i|u|v|ai|ei|ao|ou|an|en|ang|eng|ong|er|ia|ie|iao|iu|ian|in|iang|ing|iong"
    r"|ua|uo|uai|ui|uan|un|uang|ue)){1,2}"
)


@cache
def surnames() -> frozenset[str]:
    """The commonest Chinese family names, of one character each."""
    return frozenset(table("surnames.yaml")["surnames"])


@cache
def _packaged() -> tuple[Sequence[str], str]:
    """All readings, and for each character from `FIRST` on the number of its reading, as a character.

    `scripts.build_parsed` packages them out of pypinyin, which would take 11 MB in each process that judges.
    """
    found = table("parsed/pinyin.json")
    return found["readings"], found["of"]


def reading(char: str) -> str:
    """A Chinese character in pinyin, without its tone; itself where it is none."""
    if not FIRST <= ord(char) <= LAST:
        return char
    readings, of = _packaged()
    return readings[ord(of[ord(char) - FIRST])]


@cache
def _readings_of_surnames() -> frozenset[str]:
    return frozenset(map(reading, surnames()))


def names_in_han(text: str) -> frozenset[str]:
    """Whatever could be a person's name in a Chinese text, as pinyin in one word."""
    families = surnames()
    found = set[str]()
    for run in _HAN.findall(normalise(text).text):
        for i, char in enumerate(run[:-1]):
            # Given names have one or two characters, and nothing shows which: both are taken.
            if char in families:
                found |= {"".join(map(reading, run[i : i + size])) for size in (2, 3) if i + size <= len(run)}
    return frozenset(found)


def names_in_latin(text: str) -> frozenset[str]:
    """The names of Chinese people in a text in Latin script, as pinyin in one word."""
    pairs = ((m[1].lower(), m[2].lower().replace("-", "")) for m in _PAIR.finditer(text))
    return frozenset(
        one + two for one, two in pairs if one in _readings_of_surnames() and _SYLLABLES.fullmatch(two)
    )


def is_pinyin(word: str) -> bool:
    """Whether a word in Latin letters can be one or two Chinese characters in pinyin."""
    return _SYLLABLES.fullmatch(word.casefold()) is not None
