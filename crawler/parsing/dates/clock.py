"""The time of day in a written date."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from crawler.parsing.dates.names import Half, half_of, half_pattern
from crawler.parsing.dates.verdict import Precision

_WORDED = re.compile(r"[^\W\d_]")
_NOTHING = "(?!)"


class Clock(NamedTuple):
    """A time of day; 24:00 is the end of the day."""

    hour: int
    minute: int
    second: int
    precision: Precision


class NoSuchTimeError(ValueError):
    """A text names a time of day that there is not."""


@cache
def _patterns(has_words: bool) -> tuple[re.Pattern[str], ...]:
    """All ways to write a time of day. In a text without words none is looked for, which is slow."""
    half = half_pattern() if has_words else _NOTHING
    before, behind = rf"(?:(?P<before>{half})\s*)?", rf"(?:\s*(?P<behind>{half})\.?)?"
    seconds = (
        r"(?:\s?[:分m′.분]\s?(?P<s>\d{1,2})(?:[.,]\d{1,9})?)?(?:\s?(?:秒|分|분|초|s(?![^\W\d_])))?(?![\d:])"
    )
    colon = rf"{before}(?<![\d+:.-])(?P<h>\d{{1,2}})\s?[:h时時点點시]\s?(?P<m>\d{{2}}){seconds}{behind}"
    dotted = (
        rf"{before}(?<![\d+:.,/-])(?P<h>\d{{1,2}})\.(?P<m>\d{{2}})(?:\.(?P<s>\d{{2}}))?(?![\d./-]){behind}"
    )
    bare = rf"(?:(?P<before>{half})\s*)?(?<![\d+:.,/-])(?P<h>\d{{1,2}})(?P<m>)(?P<s>)\s?(?:[时時点點시h]|giờ|(?P<behind>{half}))(?![^\W_])"
    return tuple(re.compile(p) for p in (colon, dotted, bare))


def find_clock(text: str) -> tuple[Clock, int, int] | None:
    """The first time of day in a text, and where it stands; None where there is none.

    Raises:
        NoSuchTimeError: there is no such time of day.
    """
    for number, pattern in enumerate(_patterns(_WORDED.search(text) is not None)):
        match = pattern.search(text)
        if match:
            precision = (
                Precision.HOUR if number == 2 else Precision.SECOND if match["s"] else Precision.MINUTE
            )
            hour, minute, second = int(match["h"]), int(match["m"] or 0), int(match["s"] or 0)
            hour = _of_day(hour, match["before"] or match["behind"])
            second = min(second, 59) if second == 60 else second  # a leap second has no place of its own
            if not (hour < 24 or (hour, minute, second) == (24, 0, 0)) or minute > 59 or second > 59:
                raise NoSuchTimeError(match[0].strip())
            return Clock(hour, minute, second, precision), match.start(), match.end()
    return None


def _of_day(hour: int, word: str | None) -> int:
    """The hour of 24. Programs write "16:20 PM", which is clear; "16:20 AM" is not."""
    half = half_of(word) if word else None
    if half is None or (hour > 12 and half is not Half.MORNING):
        return hour
    if hour > 12:
        raise NoSuchTimeError(f"{hour} {word}")
    if half is Half.MORNING or (half is Half.NIGHT and hour in (12, 0, 1, 2, 3)):
        return hour % 12
    if half is Half.NOON and hour in (10, 11):
        return hour
    return hour % 12 + 12
