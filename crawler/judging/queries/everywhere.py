"""Words and beginnings of words that nearly every text of a language has, so that they tell nothing."""

from __future__ import annotations

import re

from crawler.judging.text.script import UNSPACED, script_of

_WORDS = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "and",
        "or",
        "to",
        "in",
        "on",
        "at",
        "by",
        "for",
        "with",
        "from",
        "as",
        "is",
        "are",
        "was",
        "were",
        "be",
        "it",
        "this",
        "that",
        "not",
        "no",
        "的",
        "了",
        "和",
        "在",
        "是",
        "与",
        "及",
        "有",
        "为",
        "不",
        "也",
        "就",
        "都",
        "而",
        "yang",
        "dan",
        "di",
        "ke",
        "dari",
        "untuk",
        "dengan",
        "ini",
        "itu",
        "pada",
        "và",
        "của",
        "là",
        "các",
        "có",
        "trong",
        "cho",
        "với",
        "được",
        "ที่",
        "และ",
        "ของ",
        "ใน",
        "เป็น",
        "มี",
        "ได้",
        "ให้",
        "กับ",
        "ang",
        "ng",
        "mga",
        "sa",
        "at",
        "na",
        "ay",
        "និង",
        "នៃ",
        "ជា",
        "បាន",
        "ដែល",
        "ក្នុង",
        "ការ",
        "ແລະ",
        "ຂອງ",
        "ທີ່",
        "ໃນ",
        "ເປັນ",
        "ມີ",
        "ໄດ້",
        "နှင့်",
        "များ",
        "၏",
        "သည်",
        "ကို",
        "တွင်",
        "မှ",
    ]
)
_LEAST = 3
"""Letters of a beginning that says something: of an alphabet, two are the beginning of hundreds of words."""


def is_everywhere(words: str) -> bool:
    """Whether nearly every text has these words: one, or several that are nothing else."""
    bare = words.strip().removeprefix("=").removesuffix("*")
    # Short capitals keep their case: IT and IN are names.
    if not bare or bare.isupper():
        return False
    return all(part in _WORDS for part in bare.casefold().split())


def is_open_beginning(stem: str) -> bool:
    """Whether a beginning of words is too short to say anything. Chinese, Japanese and Korean signs are more than letters."""
    letters = re.sub(r"[\W\d_]", "", stem)
    script = script_of(stem[0]) if stem else "other"
    if script in ("han", "hangul", "kana") or letters != stem:
        return False
    return len(letters) < (2 if script in UNSPACED else _LEAST)
