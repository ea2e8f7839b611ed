"""A written date taken apart: its day, its time of day, its zone, its weekday, and whether that is all it says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from crawler.parsing.dates.clock import Clock, NoSuchTimeError, find_clock
from crawler.parsing.dates.days import WrittenDay, find_day, find_days
from crawler.parsing.dates.names import (
    changed_pattern,
    half_pattern,
    noise_pattern,
    published_pattern,
    weekday_of,
    weekdays,
)
from crawler.parsing.dates.normal import LONGEST, normalised
from crawler.parsing.dates.verdict import Precision
from crawler.parsing.dates.zones import NoSuchZoneError, WrittenZone, take_zone

_COMPACT = re.compile(
    r"(\d{4})(\d{2})(\d{2})(?:[t\s_-]?(\d{2}):?(\d{2})(?::?(\d{2})(?:[.,]\d+)?)?)?\s?(z|[+-]\d{2}:?\d{2})?$"
)
_UNIX = re.compile(r"(?:/date\()?(-?\d{9,19})(?:\.\d{1,9})?(?:[+-]\d{4})?(?:\)/)?$")
_UNITS = {9: 1, 10: 1, 13: 1_000, 16: 1_000_000, 19: 1_000_000_000}
"""Parts of a second that a Unix time counts, by its number of digits."""
_NUMBERED_WEEKDAY = re.compile(
    r"(?<![^\W_])(?:th(?:ứ|u)\s?|t|th\s?(?=\d\s?,))([2-7])(?!\d|[^\W_])|(?<![^\W_])cn(?![^\W_])"
)
_SHORT_WEEKDAY = re.compile(r"(?<![\u0e00-\u0e7f.])[จอพศส]\.(?!\s?[\u0e00-\u0e7f]\.)|\([一二三四五六日]\)")
"""Weekdays of one letter, as Thai and Chinese have them: too short to prove anything."""
_YEAR = re.compile(r"(?<![\d+-])\d{4}(?!\d)")
_COARSE = re.compile(r"(\d{4})(?:\s?[-/.年]\s?(\d{1,2})\s?月?)?$")
_LOST_PLUS = re.compile(r"(\dt\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?) (\d{2}:?\d{2}$)")
"""2026-11-26T09:20:00 07:00: the plus sign was taken for a space of a query."""
_WORDED = re.compile(r"[^\W\d_]")
_FILLING = re.compile(r"[^\w]|_")
_LETTER_T = re.compile(r"(?<=\s)t(?=\s)|(?<=\d)t(?=\d)|^t(?=\d)|(?<=\s)t(?=\d)")
_BREAK = " \x1f "
"""What stands where something was taken out, so that its neighbours do not become one number."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a text says of a moment.

    Attributes:
        text: as it was written.
        day: the day; None where it names none, or where ``moment`` is all.
        clock: the time of day.
        zone: the zone.
        weekday: the weekday that it names (0 is Monday).
        moment: the moment of a Unix time.
        precision: of a text that names a year or a month alone.
        is_changed: whether it says that it is the date of a change.
        problem: why it is no date; empty where it is one.
    """

    text: str
    day: WrittenDay | None = None
    clock: Clock | None = None
    zone: WrittenZone | None = None
    weekday: int | None = None
    moment: datetime | None = None
    precision: Precision | None = None
    is_changed: bool = False
    problem: str = ""


def written(text: str) -> Written:
    """A text that is a date and nothing else but words around dates; all others have a problem."""
    if len(text) > LONGEST:
        return Written(text[:LONGEST], problem="it is too long for a date")
    plain = normalised(text)
    if not plain:
        return Written(text, problem="it is empty")
    try:
        return _packed(text, plain) or _taken_apart(text, _LOST_PLUS.sub(r"\1+\2", plain))
    except NoSuchTimeError as error:
        return Written(text, problem=f"no time of day is {error}")
    except NoSuchZoneError as error:
        return Written(text, problem=str(error))


def _packed(text: str, plain: str) -> Written | None:
    """A date in digits alone: 20261126092000, 20261126T092000Z, Unix seconds and milliseconds; a year or a month."""
    match = _COMPACT.match(plain)
    if match:
        year, month, day = (int(match[i]) for i in (1, 2, 3))
        if 1900 <= year <= 2700 and 1 <= month <= 12 and 1 <= day <= 31:
            zone, _ = take_zone(match[7]) if match[7] else (None, "")
            found = f"{match[4]}:{match[5]}" + (f":{match[6]}" if match[6] else "") if match[4] else ""
            clock = find_clock(found) if found else None
            return Written(text, WrittenDay(0, 8, (year, month, day)), clock[0] if clock else None, zone)
    match = _UNIX.match(plain)
    if match and len(match[1]) in _UNITS:
        seconds = int(match[1]) / _UNITS[len(match[1])]
        return Written(text, moment=datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(seconds)))
    match = _COARSE.match(plain)
    if match and 1900 <= int(match[1]) <= 2700 and (not match[2] or 1 <= int(match[2]) <= 12):
        coarse = Precision.MONTH if match[2] else Precision.YEAR
        return Written(text, precision=coarse, problem=f"it names a {coarse} only")
    return None


def _taken_apart(text: str, plain: str) -> Written:
    has_words = _WORDED.search(plain) is not None
    weekday, rest = _numbered_weekday(plain) if has_words else (None, plain)
    day = find_day(rest)
    if day is None:
        return Written(text, problem="it names no day")
    before, behind = rest[: day.start], rest[day.end :].removeprefix(":")
    found = find_clock(behind)
    if found:
        behind = behind[: found[1]] + _BREAK + behind[found[2] :]
    elif found := find_clock(before):
        before = before[: found[1]] + _BREAK + before[found[2] :]
    zone, rest = take_zone(before + _BREAK + behind)
    is_changed = False
    if has_words:
        rest = rest if found else _halves_of_day().sub(" ", rest)
        named, rest = _named_weekday(rest)
        weekday = named if weekday is None else weekday
        is_changed = changed_pattern().search(rest) is not None
        rest = without_words(rest)
    if not day.has_year and (year := _YEAR.search(rest)):
        day, rest = day.with_year(int(year[0])), rest[: year.start()] + rest[year.end() :]
    left = _FILLING.sub("", rest)
    if left:
        return Written(text, problem=f"it says more than a date: {left[:40]!r}")
    at = found[0] if found else None
    return Written(text, day, at, zone, weekday, is_changed=is_changed)


def _numbered_weekday(plain: str) -> tuple[int | None, str]:
    """Vietnamese numbers its weekdays (thứ 5 is Thursday); the number is no part of the date."""
    match = _NUMBERED_WEEKDAY.search(plain)
    if match is None:
        return None, plain
    return (int(match[1]) - 2 if match[1] else 6), plain[: match.start()] + _BREAK + plain[match.end() :]


def _named_weekday(rest: str) -> tuple[int | None, str]:
    found: list[int | None] = []

    def taken(match: re.Match[str]) -> str:
        found.append(weekday_of(match[0]))
        return " "

    rest = weekdays()[1].sub(taken, _SHORT_WEEKDAY.sub(" ", rest))
    named = {number for number in found if number is not None}
    return (named.pop() if len(named) == 1 else None), rest


@cache
def _halves_of_day() -> re.Pattern[str]:
    return re.compile(half_pattern())


@cache
def _words() -> re.Pattern[str]:
    return re.compile(f"{changed_pattern().pattern}|{noise_pattern().pattern}")


def without_words(rest: str) -> str:
    """A text without the words that stand around dates and say nothing of them."""
    return _LETTER_T.sub(" ", _words().sub(" ", rest))


_NEAR = 36
"""Characters behind a day in a line of words in which its time of day and zone are looked for."""
_HEAD = 80
"""Characters of a paragraph in which the date that it begins with is looked for."""


def written_in(line: str) -> list[tuple[int, Written]]:
    """The dates that a line of words names with their year, each with its place in the line as `normalised`.

    The time of day counts that stands right behind the day or right before it, and the zone right behind that.
    """
    plain = normalised(line)
    days = [d for d in find_days(plain) if d.has_century or d.is_thai or d.is_dotted]
    found = []
    for number, day in enumerate(days):
        end = days[number + 1].start if number + 1 < len(days) else len(plain)
        begin = days[number - 1].end if number else 0
        behind = plain[day.end : min(end, day.end + _NEAR)]
        before = plain[max(begin, day.start - _NEAR) : day.start]
        try:
            clock, zone = _beside(before, behind)
        except (NoSuchTimeError, NoSuchZoneError):
            clock = zone = None
        label = list(changed_pattern().finditer(before))
        published = list(noise_pattern().finditer(before[label[-1].end() :])) if label else []
        weekday, _ = _named_weekday(before)
        text = plain[day.start : day.end]
        found.append(
            (
                day.start,
                Written(text, day, clock, zone, weekday, is_changed=bool(label) and len(published) < 3),
            )
        )
    return found


def published_in(line: str) -> list[Written]:
    """The dates of a line that it says to be of publication, in words right before or right behind: "Erschienen am: 1.11.2023"."""
    plain = normalised(line)
    if published_pattern().search(plain) is None:
        return []
    return [what for start, what in written_in(line) if _is_labelled(plain, start, start + len(what.text))]


def _is_labelled(plain: str, start: int, end: int) -> bool:
    """Whether a word of publication begins what stands before a day, or ends what stands behind it, with no other words between."""
    near = max(0, start - _NEAR)
    labels = list(published_pattern().finditer(plain[near:start]))
    if labels and _says_nothing(plain[near + labels[-1].end() : start]):
        words_before = without_words(plain[: near + labels[-1].start()]).rstrip()
        return not words_before[-1:].isalpha()
    label = published_pattern().search(plain[end : end + _NEAR])
    return label is not None and _says_nothing(plain[end : end + label.start()])


def _says_nothing(text: str) -> bool:
    """Whether a text holds but weekdays, a time of day and words around dates."""
    try:
        clock = find_clock(text)
        rest = text[: clock[1]] + _BREAK + text[clock[2] :] if clock else text
        _, rest = take_zone(rest)
    except (NoSuchTimeError, NoSuchZoneError):
        return False
    return not _FILLING.sub("", without_words(_named_weekday(_numbered_weekday(rest)[1])[1]))


_DATELINE = re.compile(r"(?:[^\W\d]+[^\w()]{1,3}){0,3}\(?$")
"""What may stand before the date that an article begins with: a place."""
_BEHIND_DATELINE = re.compile(r"\s?(?:\)|[.:/|–—„“”\"«]|-(?!\w))")


def dateline_of(paragraph: str) -> Written | None:
    """The date that the first paragraph of an article begins with, as in "Karlsruhe (12.11.2021). …"; not one that a sentence tells."""
    for start, what in written_in(paragraph[:_HEAD])[:1]:
        plain = normalised(paragraph[:_HEAD])
        if _DATELINE.fullmatch(plain[:start]) and _BEHIND_DATELINE.match(plain[start + len(what.text) :]):
            return what
    return None


def _beside(before: str, behind: str) -> tuple[Clock | None, WrittenZone | None]:
    found = find_clock(behind)
    if found and len(without_words(behind[: found[1]]).strip(" \x1f|,•·([-/")) == 0:
        zone_text = behind[found[2] : found[2] + 24]
        zone = (
            take_zone(zone_text)[0]
            if re.match(r"[\s(\[|,]{0,4}(?:[a-z+-]|giờ|北|中|香)", zone_text)
            else None
        )
        return found[0], zone
    found = find_clock(before)
    if found:
        between = before[found[2] :]
        zone, between = take_zone(between)
        _, between = _named_weekday(_numbered_weekday(between)[1])
        if not _FILLING.sub("", without_words(between)):
            return found[0], zone
    return None, None
