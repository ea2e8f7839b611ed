"""Towns that the gazetteer lacks: the names that a headline puts behind a word of place, and the text repeats.

They are no places to a map, and in another language they are written otherwise; but two reports in one language that put a
base into towns of different names tell of two bases.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from crawler.judging.matching import Findings, Hit
from crawler.judging.normal import normalise
from crawler.judging.script import UNSPACED_LETTERS
from crawler.tables import table

TOWN = "u:"
"""Anchors of towns that the gazetteer lacks."""
_NAME = r"[^\W\d_]['’\w-]+"
_MOST_WORDS = 3
_UNSPACED = re.compile(f"[{UNSPACED_LETTERS}]{{2,16}}")
"""A name in a script without spaces goes to the next space, sign, or word that the judge knows."""


def towns_in(findings: Findings, others: Iterable[Hit]) -> frozenset[str]:
    """The anchors of the towns that a headline names, and its text too.

    Args:
        findings: what was found where.
        others: words that are known to be no town: parties, places, bases, acts.
    """
    rule = _rules().get(findings.lang)
    if rule is None:
        return frozenset()
    title = findings.fields["title"]
    taken = [title.normal.span(h.start, h.end) for h in others if h.field == "title"]
    find = _spaced if rule["spaced"] else _unspaced
    words = "|".join(map(re.escape, sorted(rule["before"], key=len, reverse=True)))
    names = find(title.original, words, taken)
    text = findings.fields["text"].original
    return frozenset(f"{TOWN}{normalise(name).text}" for name in names if name in text or name.upper() in text)


@cache
def _rules() -> Any:
    return table("bases.yaml")["towns"]


def _spaced(title: str, words: str, taken: list[tuple[int, int]]) -> list[str]:
    """Names of one to three words with a capital each."""
    found = []
    for match in re.finditer(rf"(?<!\w)(?:{words})\s+(?P<name>{_NAME}(?:\s{_NAME}){{0,{_MOST_WORDS - 1}}})", title):
        name: list[str] = []
        for word in re.finditer(_NAME, match["name"]):
            low, high = match.start("name") + word.start(), match.start("name") + word.end()
            if not word[0][0].isupper() or _overlaps(low, high, taken):
                break
            name.append(word[0])
        if name:
            found.append(" ".join(name))
    return found


def _unspaced(title: str, words: str, taken: list[tuple[int, int]]) -> list[str]:
    """What follows a word of place, known words at its beginning aside, up to the next known word."""
    found = []
    for match in re.finditer(words, title):
        start = match.end()
        while end := next((high for low, high in taken if low <= start < high), None):
            start = end
        run = _UNSPACED.match(title, start)
        if run is None:
            continue
        end = min((low for low, _ in taken if low > start), default=run.end())
        if min(end, run.end()) - start > 1:
            found.append(title[start : min(end, run.end())])
    return found


def _overlaps(low: int, high: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(start < high and low < end for start, end in spans)
