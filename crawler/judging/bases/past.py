"""The times of a sentence, and to which of its acts each belongs: what is dated to an earlier year is no news."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from crawler.judging.bases.acts import Act
from crawler.judging.bases.grammar import NEVER, Grammar
from crawler.judging.bases.sentences import SentenceSpan
from crawler.judging.text.dates import dates_in, months_in
from crawler.judging.text.matching import Findings
from crawler.judging.text.numbers import ascii_digits

_YEAR = re.compile(r"(?<![\d.,/$€£¥])(?P<year>1[89]\d\d|2[05]\d\d)(?![\d.,/]\d|\d|%)")
_BUDDHIST = 543
"""Years by which the Buddhist era (Thai, Lao and Khmer calendars) is ahead of the common one."""


@dataclass(frozen=True, slots=True)
class Time:
    """A day, month or year that a sentence names at ``[start, end)`` of the normal form; ``last`` is its last day."""

    start: int
    end: int
    last: date
    unit: Literal["day", "month", "year"]
    without_year: bool = False


def belonging(
    times: Sequence[Time], acts: Sequence[Act], text: str, cuts: re.Pattern[str]
) -> dict[Act, list[Time]]:
    """The times of a sentence by the acts that they belong to: the nearest; one of the same clause is nearer than any other.

    Args:
        times: the times of the sentence.
        acts: its acts.
        text: the normal form of its field.
        cuts: what finds the ends of clauses.
    """
    found: dict[Act, list[Time]] = {}
    for time in times:
        gaps = {act: _gap(time, act, text, cuts) for act in acts}
        least = min(gaps.values(), default=None)
        for act, gap in gaps.items():
            if gap == least:
                found.setdefault(act, []).append(time)
    return found


def _gap(time: Time, act: Act, text: str, cuts: re.Pattern[str]) -> tuple[int, int]:
    low, high = (act.end, time.start) if act.end <= time.start else (time.end, act.start)
    return len(cuts.findall(text, low, high)) if low < high else 0, max(high - low, 0)


def times_of(findings: Findings, sentence: SentenceSpan, published: date, grammar: Grammar) -> list[Time]:
    """The times of a sentence.

    Args:
        findings: the article's text, and its language.
        sentence: where to look.
        published: the day of publication, which days without a year are relative to.
        grammar: how its language writes years.
    """
    place = findings.fields[sentence.field]
    if sentence.end <= sentence.start:
        return []
    low, high = place.normal.span(sentence.start, sentence.end)
    original = place.original[low:high]
    starts = place.normal.starts

    def normal(index: int) -> int:
        return bisect_left(starts, low + index)

    found = [
        Time(normal(m.start), normal(m.end), m.day, "day", not _YEAR.search(original, m.start, m.end))
        for m in dates_in(original, findings.lang, published)
    ]
    text = ascii_digits(place.normal.text[sentence.start : sentence.end])
    for match in _YEAR.finditer(text):
        start, end = sentence.start + match.start("year"), sentence.start + match.end("year")
        year = _common_era(match["year"])
        if not _is_year(place.normal.text, start, end, grammar):
            continue
        if not any(time.start <= start < time.end for time in found):
            found.append(Time(start, end, _year_end(year), "year"))
    if not found and (grammar.spaced or findings.lang == "zh" or grammar.lists["month"].search(text)):
        # A month without a day has no place of its own, so it belongs to the whole sentence; where no spaces
        # set it off, its name may be part of another word.
        found = [
            Time(sentence.start, sentence.end, month, "month", not _YEAR.search(original))
            for month in months_in(original, findings.lang, published)
        ]
    return found


def _is_year(text: str, start: int, end: int, grammar: Grammar) -> bool:
    """Whether four digits are a year: 2000 may as well be hectares, and in Chinese all of them."""
    before = text[max(0, start - _YEAR_WORD) : start].rstrip(" .(-")
    if any(m.end() == len(before) for m in grammar.lists["year"].finditer(before)):
        return True
    if grammar.lists["year_behind"].pattern != NEVER.pattern:
        return bool(grammar.lists["year_behind"].match(text[end : end + _YEAR_WORD].lstrip()))
    return not text.startswith("00", end - 2)


_YEAR_WORD = 10


def _year_end(year: int) -> date:
    return date(min(max(year, 1), 9998), 12, 31)


def _common_era(year: str) -> int:
    """A year of the common or the Buddhist era in the common one."""
    number = int(year)
    # No news of the common era names a year beyond 2400, which is 1857 in the Buddhist one.
    return number - _BUDDHIST if number > 2400 else number
