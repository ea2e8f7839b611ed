"""The English name of a base: as an article gives it."""

from __future__ import annotations

import re
from functools import cache

from crawler.judging.bases.name_around import Extent
from crawler.judging.bases.name_words import name_words

_ASIDE = re.compile(
    r"[”»」』’\"]?\s{0,2}[(（\[]\s*([A-Z][A-Za-z0-9&/'’,. –—-]{8,120}?)\s*(?:[,;:]\s*[A-Z0-9-]{2,12}\s*)?[)）\]]"
)
_ASCII = re.compile(r"[A-Za-z0-9][A-Za-z0-9&/'’,. ()–—-]+")


@cache
def _kinds() -> re.Pattern[str]:
    words = "|".join(map(re.escape, name_words()["english_kinds"]))
    return re.compile(rf"(?<![A-Za-z])(?:{words})s?(?![A-Za-z])", re.IGNORECASE)


def is_english_name(name: str) -> bool:
    """Whether a name is in English: Latin letters, several words, and an English word for what it is at its end."""
    if not _ASCII.fullmatch(name) or len(name.split()) < 2:
        return False
    head = _kinds().search(name)
    return head is not None and not _TIED.search(name)


_TIED = re.compile(r"\b(?:ng|sa|dan|untuk|di|de|du|da|dos|las)\b")
"""Joining words of other languages in Latin letters."""


def english_aside(text: str, extent: Extent) -> str:
    """The English name that stands in brackets behind a name in another language; empty where there is none."""
    found = _ASIDE.match(text, extent.end)
    if found is None or not _kinds().search(found[1]):
        return ""
    return " ".join(found[1].split()).strip(" ,")
