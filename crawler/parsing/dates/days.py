"""The day in a written date: what its numbers can mean, before anything decides between them."""

from __future__ import annotations

import re
from calendar import isleap
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from crawler.parsing.dates.context import Order
from crawler.parsing.dates.names import month_of, month_pattern

BUDDHIST = 543
"""The Buddhist era of the Thai, Lao and Khmer calendars is 543 years ahead of the common era."""
_VISAKHA = (5, 15)
"""Visakha Bochea is at a full moon between late April and late May; the middle of May is right in most years."""
_MINGUO = 1911
_BUDDHIST_YEARS = range(2440, 2700)
_ERA = r"(?:(?:ปี\s?)?(?:พุทธศักราช|คริสต์ศักราช|พ\.?\s?ศ\.?|ค\.?\s?ศ\.?)|ปี|ព\.ស\.?|គ\.ស\.?|ពុទ្ធសករាជ|គ្រិស្តសករាជ|ឆ្នាំ|ຄ\.ສ\.?|ພ\.ສ\.?|ປີ|năm|tahun|thn|del?|ng)"
_JOINT = r"\s?[-,/.၊،]?\s?"
_YEAR_LOOK = r"(?!\d|\s?[:時时点點]|\.\d|h)"


class Reading(NamedTuple):
    """One way to read the numbers of a date."""

    order: Order
    year: int
    month: int
    day: int

    def date(self) -> date | None:
        """The day, where there is one."""
        try:
            return date(self.year, self.month, self.day)
        except ValueError:
            return None


class WrittenDay(NamedTuple):
    """A day as it was written.

    Attributes:
        start: where it begins in its text.
        end: where it ends.
        numbers: its numbers: year, month and day of one that is clear, else all in their order.
        shape: for numbers whose order is not clear, how they are written; dates of one shape have one order. Else empty.
        has_century: whether the year is written in full.
        has_year: whether a year is written at all.
        is_thai: whether it is in Thai, so that a short year may be of the Buddhist era.
        is_minguo: whether its year is of the calendar of Taiwan without saying so (115/11/26).
    """

    start: int
    end: int
    numbers: tuple[int, int, int]
    shape: str = ""
    has_century: bool = True
    has_year: bool = True
    is_thai: bool = False
    is_minguo: bool = False

    @property
    def is_dotted(self) -> bool:
        """Whether its order is open and it is written with dots: no custom has the month first then."""
        return self.shape.startswith(".")

    def with_year(self, year: int) -> WrittenDay:
        """The same day with a year that stands apart from it, as in "Thu Nov 26 09:20:00 WIB 2026"."""
        return self._replace(numbers=(year, *self.numbers[1:]), has_year=True, has_century=True)

    def readings(self, latest: date, *, is_thai: bool = False) -> tuple[Reading, ...]:
        """All ways to read it as a day that there is, whatever its order.

        Args:
            latest: the present day, which decides the century of a short year and the year of a day without one.
            is_thai: whether short years may be of the Buddhist era.
        """
        a, b, c = self.numbers
        if not self.shape:
            found = [Reading("ymd", self._year(a, latest, is_thai), b, c)]
        elif not self.has_year:
            pairs: list[tuple[Order, int, int]] = [("dmy", b, a), ("mdy", a, b)]
            found = [
                Reading(order, _latest_year(month, day, latest), month, day) for order, month, day in pairs
            ]
        else:
            year = self._year(c, latest, is_thai)
            found = [Reading("dmy", year, b, a)]
            if not self.is_dotted:
                found.append(Reading("mdy", year, a, b))
            if not self.has_century:
                found.append(Reading("ymd", self._year(a, latest, is_thai), b, c))
        return tuple(r for r in found if r.date() is not None)

    def _year(self, year: int, latest: date, is_thai: bool) -> int:
        if not self.has_year:
            return _latest_year(self.numbers[1], self.numbers[2], latest)
        if self.has_century:
            return common_era(year)
        return _full_year(year, latest, is_thai or self.is_thai)


def common_era(year: int) -> int:
    """A year of the common era; one of the Buddhist era is known by its size, at any age."""
    return year - BUDDHIST if year in _BUDDHIST_YEARS else year


def _full_year(short: int, latest: date, is_thai: bool) -> int:
    """The year that two digits mean: the latest that is not to come, of either era where both are in use."""
    possible = [century + short for century in (1900, 2000)]
    if is_thai:
        possible.append(2500 + short - BUDDHIST)
    return (
        max(year for year in possible if year <= latest.year) if min(possible) <= latest.year else possible[0]
    )


def _latest_year(month: int, day: int, latest: date) -> int:
    try:
        return latest.year - (date(latest.year, month, day) > latest)
    except ValueError:  # 29 February
        return latest.year


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """All ways to write a day, the surest first."""
    month = f"(?P<month>{month_pattern()})"
    day = r"(?<![\d.])(?<!\d,)(?P<d>\d{1,2})(?:st|nd|rd|th|er|º|ª)?"
    of = r"(?:\s?(?:of|de|ng|ខែ|เดือน|ເດືອນ|ngày))?\s?"
    year = rf"{_JOINT}(?:{_ERA}\s?)*'?(?P<y>\d{{4}}(?!\d)|\d{{2}}{_YEAR_LOOK})"
    long_year = rf"(?:{_ERA}\s?)?(?P<y>\d{{4}})(?:\s?(?:ခုနှစ်|năm))?"
    patterns = {
        "han": r"(?:(?P<minguo>(?:中[华華])?民[国國])\s?)?(?<!\d)(?P<y>\d{2,4})\s?[年년]\s?(?P<m>\d{1,2})\s?[月월]\s?(?P<d>\d{1,2})\s?[日号號일]?",
        "year first": r"(?<![\d.,/-])(?P<y>\d{4})\s?(?P<s>[-/._])\s?(?P<m>\d{1,2})\s?(?P=s)\s?(?P<d>\d{1,2})(?!\d|[-/.]\d)",
        "minguo": r"(?<![\d.,/-])(?P<y>1[0-4]\d)(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?!\d|[-/.]\d)",
        "ordinal": r"(?<![\w-])(?P<y>\d{4})-(?P<o>\d{3})(?![\d-])",
        "week": r"(?<![\w-])(?P<y>\d{4})-?w(?P<w>\d{2})-?(?P<d>[1-7])(?!\d)",
        "day month year": rf"{day}{_JOINT}{of}{month}(?:လ)?{year}",
        "month day year": rf"{month}(?:လ)?{_JOINT}(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:\s?ရက်(?:နေ့)?)?(?:\s?,\s?|\s|-|/|\.\s?)(?:{_ERA}\s?)*(?P<y>\d{{4}}(?!\d)|(?:'|(?<=, )|(?<=,))\d{{2}}{_YEAR_LOOK})",
        "year month day": rf"(?<!\d){long_year}[,\s/-]{{0,3}}{month}(?:လ)?[,\s/-]{{0,3}}(?P<d>\d{{1,2}})(?!\d|:)(?:\s?ရက်(?:နေ့)?)?",
        "numbers": r"(?<![\d.,/-])(?P<a>\d{1,2})(?P<s>\s?[-/.]\s?)(?P<b>\d{1,2})(?P=s)'?(?P<c>\d{4}|\d{2})(?!\d|[-/.:]\d)",
        "han, no year": r"(?<!\d)(?P<m>\d{1,2})\s?月\s?(?P<d>\d{1,2})\s?[日号號]",
        "day month": rf"{day}{_JOINT}{of}{month}(?![\w])",
        "month day": rf"{month}(?:လ)?{_JOINT}(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:\s?ရက်(?:နေ့)?)?(?!\d|\s?:|\.\d)",
        "numbers, no year": r"(?<![\d.,/:-])(?P<a>\d{1,2})(?P<s>[-/])(?P<b>\d{1,2})(?![\d:]|[-/.]\d)",
    }
    return {name: re.compile(pattern) for name, pattern in patterns.items()}


_ALONE = ("minguo", "ordinal")
"""Ways that are dates only where nothing else stands: among words they may be any number."""
_TWO_DIGITS = re.compile(r"\d\D*\d")
_LETTERS = re.compile(r"[^\W\d_tzw]")
_WORDED = (
    "han",
    "day month year",
    "month day year",
    "year month day",
    "han, no year",
    "day month",
    "month day",
)
"""Ways with words or signs for words, which are not looked for where there is none: that is slow."""
_NO_YEAR = ("han, no year", "day month", "month day", "numbers, no year")


def find_day(text: str) -> WrittenDay | None:
    """The first day in a `normalised` text; one that is written in a surer way counts before one that is not."""
    return next(_found(text, with_year=False), None)


def find_days(text: str) -> list[WrittenDay]:
    """All days of a text that are written with their year, in its order."""
    found: list[WrittenDay] = []
    for day in _found(text, with_year=True):
        if all(day.end <= other.start or day.start >= other.end for other in found):
            found.append(day)
    return sorted(found)


def _found(text: str, with_year: bool) -> Iterator[WrittenDay]:
    if not _TWO_DIGITS.search(text):
        return
    has_words = _LETTERS.search(text) is not None
    for name, pattern in _patterns().items():
        if not has_words and name in _WORDED:
            continue
        if with_year and name in _NO_YEAR:
            return
        if with_year and name in _ALONE:
            continue
        for match in pattern.finditer(text):
            day = _day(name, match)
            if day is not None:
                yield day


def _day(name: str, match: re.Match[str]) -> WrittenDay | None:
    if name == "numbers":
        return _of_numbers(match)
    if name == "numbers, no year":
        pair = int(match["a"]), int(match["b"]), 0
        return WrittenDay(match.start(), match.end(), pair, f"{match['s']} 0", has_year=False)
    if name == "minguo":
        numbers = int(match["y"]) + _MINGUO, int(match["m"]), int(match["d"])
        return WrittenDay(match.start(), match.end(), numbers, is_minguo=True)
    if name == "ordinal":
        return _of_ordinal(match)
    return _of_week(match) if name == "week" else _of_names(match)


def _of_ordinal(match: re.Match[str]) -> WrittenDay | None:
    """A day by its number in the year (2026-330)."""
    year, number = int(match["y"]), int(match["o"])
    if not (1900 <= year <= 2400 and 1 <= number <= 365 + isleap(year)):
        return None
    day = date(year, 1, 1) + timedelta(days=number - 1)
    return WrittenDay(match.start(), match.end(), (day.year, day.month, day.day))


def _of_numbers(match: re.Match[str]) -> WrittenDay:
    """A day in numbers with the year last, whose order is open; but no custom writes the month first with dots."""
    a, b, c = int(match["a"]), int(match["b"]), int(match["c"])
    is_full, sign = len(match["c"]) == 4, match["s"].strip()
    if sign == "." and is_full:
        clear = (c, b, a) if b <= 12 else (c, a, b)
        return WrittenDay(match.start(), match.end(), clear)
    return WrittenDay(match.start(), match.end(), (a, b, c), f"{sign} {len(match['c'])}", has_century=is_full)


def _of_names(match: re.Match[str]) -> WrittenDay | None:
    """A day whose parts are told apart by their form or by the name of the month."""
    parts = match.groupdict()
    name = parts.get("month")
    month = month_of(name) if name else int(parts["m"])
    written = (parts.get("y") or "").strip("'")
    is_minguo = bool(parts.get("minguo"))
    if month is None or (len(written) == 3 and not is_minguo):
        return None
    year = int(written or 0) + (_MINGUO if is_minguo else 0)
    is_thai = bool(name) and any("\u0e01" <= c <= "\u0e5b" for c in name or "")
    has_century = len(written) == 4 or is_minguo
    numbers = _khmer_year(year, month, int(parts["d"]), match[0]), month, int(parts["d"])
    return WrittenDay(match.start(), match.end(), numbers, "", has_century, bool(written), is_thai)


def _khmer_year(year: int, month: int, day: int, text: str) -> int:
    """The year as it is, or that of the common era for a Buddhist one in Khmer: in Cambodia it begins in May, at Visakha Bochea."""
    is_khmer = any("\u1780" <= c <= "\u17ff" for c in text)
    if not is_khmer or year not in _BUDDHIST_YEARS:
        return year
    return year - BUDDHIST - ((month, day) >= _VISAKHA)


def _of_week(match: re.Match[str]) -> WrittenDay | None:
    """A day of an ISO week (2026-W48-4)."""
    try:
        day = date.fromisocalendar(int(match["y"]), int(match["w"]), int(match["d"]))
    except ValueError:
        return None
    return WrittenDay(match.start(), match.end(), (day.year, day.month, day.day))
