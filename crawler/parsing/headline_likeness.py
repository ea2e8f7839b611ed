"""Whether two wordings are of one headline."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ALIKE = 0.5
"""Share of pairs of neighbouring characters that two wordings of one headline have in common, at least."""
_PART, _SHORTEST = 0.4, 4
"""Share of a headline that a part of it has to have, and characters."""
_PAGE_NUMBER = re.compile(
    r"\W*(?:(?:page|part|halaman|hal|bagian|trang|phần|หน้า|ตอน|pahina)\W*\d{1,2}(?:\W+(?:of|dari|/)?\W*\d{1,2})?|第\s*\d{1,2}\s*[页頁]|\d{1,2})\W*$",
    re.IGNORECASE,
)
"""The number of a page behind its article's headline."""


@lru_cache(maxsize=1_000)
def key_of(text: str) -> str:
    """What equal headlines have in common: letters, marks and digits, in one case."""
    return "".join(
        c
        for c in unicodedata.normalize("NFKC", text).casefold()
        if c.isalnum() or unicodedata.category(c)[0] == "M"
    )


def pairs_of(text: str) -> set[str]:
    """The pairs of neighbouring characters of a headline."""
    key = key_of(text)
    return {key[n : n + 2] for n in range(len(key) - 1)}


def is_same_headline(one: str, other: str, least: float = _ALIKE) -> bool:
    """Whether two wordings are of one headline: equal, a good part of the other, or alike to a share of their pairs."""
    first, second = sorted((key_of(one), key_of(other)), key=len)
    if not first:
        return False
    if first in second:
        return len(first) >= _SHORTEST and len(first) > _PART * len(second)
    pairs, others = pairs_of(one), pairs_of(other)
    return 2 * len(pairs & others) > least * (len(pairs) + len(others))


def is_headline_of_part(one: str, other: str) -> bool:
    """Whether two pages of an article may have these headlines: the same, or with the number of the page behind it."""
    keys = sorted((key_of(_PAGE_NUMBER.sub("", text)) for text in (one, other)), key=len)
    return keys[1].startswith(keys[0]) or keys[1].endswith(keys[0])
