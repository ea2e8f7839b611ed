"""The English name of a base: as an article gives it, in brackets behind its name or anywhere else."""

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


_RUN = re.compile(
    r"(?<![A-Za-z])[A-Z][\w'’&/-]*(?:[ –-](?:(?:of|and|for|on|in|the|&) ){0,2}[A-Z0-9][\w'’&/-]*){2,14}"
)
_SMALL = frozenset({"of", "and", "for", "on", "in", "the"})
_ALIKE = 0.6
"""The share of what is known of a base that an English name must say to be its."""
_FEWEST = 2


def english_elsewhere(text: str, plain: str, acronym: str) -> str:
    """The English name of a base that stands somewhere in an article in another language; empty where there is none.

    Args:
        text: the article's text.
        plain: what the base is and is for in English, as far as its parts are known.
        acronym: the short form behind its name, empty for none.
    """
    *known, kind = _words(plain) or [""]
    for match in _RUN.finditer(text):
        name = match[0].strip(" ,-–")
        if not is_english_name(name):
            continue
        words = {*_words(name)}
        says_all = len(known) >= _FEWEST and sum(w in words for w in known) / len(known) >= _ALIKE
        # "Centre of the Chinese Academy of Sciences (CAS)": a short form may be that of another one.
        if kind in words and (says_all or (acronym and acronym in _initials(name))):
            return name
    return ""


def _words(name: str) -> list[str]:
    spellings = name_words()["spellings"]
    words = re.findall(r"[^\W_]+", name.casefold())
    return [spellings.get(w, w) for w in words if w not in _SMALL]


def _initials(name: str) -> set[str]:
    words = [w for w in re.split(r"[\s–-]+", name) if w]
    return {"".join(w[0] for w in words if w not in _SMALL).upper(), "".join(w[0] for w in words).upper()}
