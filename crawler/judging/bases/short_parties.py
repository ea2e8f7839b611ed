"""Parties that a base's name only hints at: "Thái – Trung – Lào", 槟锡 for Penang and Wuxi."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.judging.bases.name_part import CITY, JOINED, PARTY, Part
from crawler.judging.bases.name_words import name_words
from crawler.judging.text.normal import normalise

_TIED = re.compile(r"[^\W\d_]+(?:\s?[-–—]\s?[^\W\d_]+)+")
_WORD = re.compile(r"[^\W\d_]+")


def short_parties(name: str, lang: str | None, known: Sequence[Part]) -> list[Part]:
    """Short names of countries among words that dashes tie, one of which is a party at least.

    Args:
        name: the base's name.
        lang: its language.
        known: the places and countries that were found in it.
    """
    short = name_words()["short_parties"].get(lang, {})
    found: list[Part] = []
    for run in _TIED.finditer(name) if short else ():
        words = [m for m in _WORD.finditer(name, *run.span()) if not _is_known(m, known)]
        codes = [short.get(normalise(m[0]).text) for m in words]
        parties = [p for p in known if p.start < run.end() and run.start() < p.end]
        if all(codes) and len(parties) + len(codes) > 1:
            countries = name_words()["countries"]
            found += [Part(*m.span(), PARTY, countries[c]) for m, c in zip(words, codes, strict=True)]
    return found


def short_places(name: str, lang: str | None) -> list[Part]:
    """Two characters that begin a Chinese name, of a place of China and one of its partners, in either order."""
    short: dict[str, str] = name_words()["short_places"] if lang == "zh" else {}
    if len(name) <= 2 or not all(c in short for c in name[:2]) or _of_china(name[0]) is _of_china(name[1]):
        return []
    return [Part(0, 2, CITY, JOINED.join(short[c] for c in name[:2]))]


def _of_china(char: str) -> bool:
    return char not in name_words()["short_partners"]


def _is_known(match: re.Match[str], known: Sequence[Part]) -> bool:
    return any(p.start < match.end() and match.start() < p.end for p in known)
