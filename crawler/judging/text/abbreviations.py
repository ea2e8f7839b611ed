"""Abbreviations that mean something else in an article: in Manila PRC is a commission, and the Red Cross."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from crawler.judging.text.matching import Findings, Hit

_LONGEST = 4
"""Letters of an abbreviation; longer names in capitals are names."""
_WORD = r"[^\W\d_][\w'’-]*"
_SPELLED_OUT = re.compile(rf"((?:{_WORD}[ \t]+){{1,8}})\(\s*([A-Z]{{2,{_LONGEST}}})\s*\)")
"""Words, and behind them in brackets what is short for them."""
_EARLY = 400
"""Characters in which a party is called by its name, if an abbreviation further down stands for it."""


def is_abbreviation(hit: Hit) -> bool:
    """Whether a term is a few capitals, which are short for several things."""
    spelling = hit.pattern.spelling
    return len(spelling) <= _LONGEST and spelling.isascii() and spelling.isalpha() and spelling.isupper()


def drop_other_meanings(findings: Findings, chinese: Collection[str], parties: Iterable[str]) -> None:
    """Take out the abbreviations of parties that stand for something else here.

    One does if the article spells it out as something else, or if it stands for China and China is not called by
    its name in the headline or early in the text. US, UK or EU are what news calls these: they need no name beside them.

    Args:
        findings: what was found; hits are taken out of it.
        chinese: the names of the sets that name China; empty where no side is China.
        parties: the names of all sets that name countries.
    """
    short = {
        name: found for name in parties if name in findings.hits and (found := _abbreviations(findings, name))
    }
    if not short:
        return
    others = _spelled_out_otherwise(findings, {name for name in short})
    named = any(_names_early(hit) for hit in findings.of(chinese))
    for name, hits in short.items():
        unfounded = name in chinese and not named
        wrong = {id(h) for h in hits if unfounded or h.pattern.spelling in others}
        if wrong:
            kept = [hit for hit in findings.hits[name] if id(hit) not in wrong]
            # A set without hits must look like one that was never found.
            if kept:
                findings.hits[name] = kept
            else:
                del findings.hits[name]


def _abbreviations(findings: Findings, name: str) -> list[Hit]:
    return [hit for hit in findings.hits.get(name, ()) if is_abbreviation(hit)]


def _names_early(hit: Hit) -> bool:
    return not is_abbreviation(hit) and (hit.field == "title" or hit.start < _EARLY)


def _spelled_out_otherwise(findings: Findings, sets: Collection[str]) -> set[str]:
    """The abbreviations that the article spells out as something that is not among the sets' own names."""
    found = set()
    for field in findings.fields.values():
        if "(" not in field.original:
            continue
        for match in _SPELLED_OUT.finditer(field.original):
            words, letters = match[1].split(), match[2]
            full = _full_name(words, letters)
            if full and not _is_of_the_party(findings, sets, field.name, match.start(1), match.end(1)):
                found.add(letters)
    return found


def _full_name(words: list[str], letters: str) -> str:
    """The last words whose capitals are these letters; empty where they are not."""
    capitals = [(place, word) for place, word in enumerate(words) if word[0].isupper()]
    last = capitals[-len(letters) :]
    fits = len(last) == len(letters) and all(word[0] == c for (_, word), c in zip(last, letters, strict=True))
    return " ".join(words[last[0][0] :]) if fits else ""


def _is_of_the_party(findings: Findings, sets: Collection[str], name: str, start: int, end: int) -> bool:
    """Whether the words before the bracket hold a name of the party."""
    for hit in findings.of(sets):
        if hit.field == name and not is_abbreviation(hit):
            low, high = findings.fields[name].normal.span(hit.start, hit.end)
            if start <= low and high <= end:
                return True
    return False
