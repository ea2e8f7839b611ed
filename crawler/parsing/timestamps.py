"""Moments of publication as feeds and pages write them."""

from __future__ import annotations

import calendar
import re
import time
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

LONGEST = 200
"""Characters of a date. What is longer is none, and would be searched for numbers by the square of its length."""
_BUDDHIST = 543
_EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
_CLOCK = (
    r"(?:[\s,|-]+(?:(?:星期|周)\S\s*)?(?P<clock>\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d+)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>Z|[A-Z]{3,4}|[+-]\d{2}:?\d{2})?)?\s*$"
)
_YEAR_FIRST = re.compile(
    r"^\s*(?P<y>\d{4})\s*(?:[/.]|年)\s*(?P<a>\d{1,2})\s*(?:[/.]|月)\s*(?P<b>\d{1,2})\s*[日号]?" + _CLOCK
)
"""2026/11/26 10:00, 2026年11月26日 10:00"""
_YEAR_LAST = re.compile(
    r"^\s*(?:(?P<first>\d{1,2}:\d{2})[\s,|-]+)?(?:\D{1,20}[,\s]\s*)?(?P<a>\d{1,2})(?P<s>[/.-])(?P<b>\d{1,2})(?P=s)(?P<y>\d{4})"
    + _CLOCK
)
"""26/11/2026 10:00, 26-11-2026, 10:00 26/11/2026; in the Philippines also 11/26/2026"""
_HOURS_AHEAD = {"WIB": 7, "ICT": 7, "WITA": 8, "SGT": 8, "MYT": 8, "PHT": 8, "HKT": 8, "BNT": 8, "WIT": 9}
"""The zones of the region by the names that only it uses; others count as UTC."""
_NO_YEAR = re.compile(
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?[\s-]+-?0\d{3}(?!\d)", re.IGNORECASE
)
"""What programs write for a date that is not set: 01 Jan 0001, 30 Nov -0001. Other readers make 2001 of it."""
_ISO = re.compile(
    r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d+)?\s*(Z|[+-]\d{2}:?\d{2})?)?"
)


def believable(moment: datetime | None, seen: datetime) -> datetime | None:
    """The moment in UTC if it can be true: Buddhist years are converted, more than a day ahead is refused."""
    if moment is None:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    if moment.year - seen.year in (_BUDDHIST - 1, _BUDDHIST, _BUDDHIST + 1):
        moment = moment.replace(
            year=moment.year - _BUDDHIST, day=min(moment.day, 28) if moment.month == 2 else moment.day
        )
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        return None
    return moment if _EARLIEST <= moment <= seen + timedelta(days=1) else None


def from_struct(parsed: time.struct_time | None) -> datetime | None:
    """A moment from feedparser's UTC tuple."""
    if parsed is None:
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def is_numeric(text: str) -> bool:
    """Whether a text is a date in numbers that is not in the standard form, which only `from_text` reads right."""
    return bool(_YEAR_FIRST.match(text) or _YEAR_LAST.match(text))


def names_day(text: str, moment: datetime) -> bool:
    """Whether a text names the day of a moment, in whatever zone.

    feedparser reads as much of a date as it knows and takes the first of the month, or of the year, for the rest.
    """
    if len(text) > LONGEST:
        return False
    numbers = {int(n) for n in re.findall(r"\d+", re.sub(r"\d+:\d+(?::\d+)?", " ", text))}
    try:
        days = [moment + timedelta(days=shift) for shift in (-1, 0, 1)]
    except OverflowError:
        return False
    packed = any(day.strftime("%Y%m%d") in text for day in days)
    return packed or any(
        day.day in numbers and (day.year in numbers or day.year % 100 in numbers) for day in days
    )


def _from_numbers(match: re.Match[str]) -> datetime | None:
    """A date in numbers. One that may be of two days is none: a wrong guess would keep news back."""
    year, a, b = int(match["y"]), int(match["a"]), int(match["b"])
    month, day = a, b
    if match.re is _YEAR_LAST:
        if a <= 12 and b <= 12 and a != b:
            return None
        month, day = (b, a) if a > 12 else (a, b)
    clock = match["clock"] or (match["first"] if match.re is _YEAR_LAST else None) or "0:00"
    hour, minute, second = (*map(int, clock.split(":")), 0)[:3]
    if match["half"]:
        hour = hour % 12 + (12 if match["half"][0] in "Pp" else 0)
    return datetime(year, month, day, hour, minute, second, tzinfo=_zone(match["zone"]))


def _zone(name: str | None) -> timezone:
    if name and name[0] in "+-":
        shift = timedelta(hours=int(name[1:3]), minutes=int(name[-2:]))
        return timezone(-shift if name[0] == "-" else shift)
    return timezone(timedelta(hours=_HOURS_AHEAD.get(name or "", 0)))


def from_text(text: str | None) -> datetime | None:
    """A moment from an ISO 8601 or RFC 5322 date, or one in numbers as the region writes them; without a zone UTC is meant."""
    if not text or len(text) > LONGEST or _NO_YEAR.search(text):
        return None
    text = text.strip()
    numeric = _YEAR_FIRST.match(text) or _YEAR_LAST.match(text)
    match = _ISO.match(text)
    try:
        if numeric:
            return _from_numbers(numeric)
        if match:
            clock, zone = match[4] or "00:00", (match[5] or "Z").replace("Z", "+00:00")
            zone = zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"
            return datetime.fromisoformat(f"{match[1]}-{match[2]:0>2}-{match[3]:0>2}T{clock:0>5}{zone}")
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
