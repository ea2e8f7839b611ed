"""Dates in the standard forms (RFC 5322, RFC 3339), as nearly all feeds write them: read without a doubt, and fast."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

_RFC822 = re.compile(
    r"(?:[A-Za-z]{3},? )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2})(?::(\d{2}))? ?(GMT|UT|UTC|Z|[+-]\d{2}:?\d{2})$"
)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$")
_LOCAL = re.compile(r"(\d{4})([-/])(\d{2})\2(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?)?$")
_MONTHS = {
    name: i
    for i, name in enumerate(
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], 1
    )
}
_YEARS = range(1900, 2400)
"""Years of the common era; all others are left to the parser that knows others."""


def standard_moment(text: str) -> tuple[datetime, bool] | None:
    """The moment in UTC of a date in a standard form, and whether it names seconds; None for all others."""
    match = _RFC822.match(text)
    if match:
        month = _MONTHS.get(match[2])
        numbers = (int(match[3]), month or 0, int(match[1]), int(match[4]), int(match[5]), int(match[6] or 0))
    else:
        match = _ISO.match(text)
        if not match:
            return None
        numbers = (
            int(match[1]),
            int(match[2]),
            int(match[3]),
            int(match[4]),
            int(match[5]),
            int(match[6] or 0),
        )
    if numbers[0] not in _YEARS:
        return None
    offset = _offset(match[7])
    if offset is None:
        return None
    try:
        return datetime(*numbers, tzinfo=UTC) - offset, match[6] is not None
    except (ValueError, OverflowError):
        return None


class LocalTime(NamedTuple):
    """A day, or a moment in it, on the clock of whoever wrote it."""

    at: datetime
    has_time: bool
    has_seconds: bool


def local_time(text: str) -> LocalTime | None:
    """The day or moment of a date in numbers with the year first and without a zone; None for all others.

    Midnight to the minute or second is a bare day, as programs print it.
    """
    match = _LOCAL.match(text)
    if match is None or int(match[1]) not in _YEARS:
        return None
    hour, minute, second = int(match[5] or 0), int(match[6] or 0), int(match[7] or 0)
    try:
        at = datetime(int(match[1]), int(match[3]), int(match[4]), hour, minute, second)  # noqa: DTZ001 - it names none
    except ValueError:
        return None
    return LocalTime(at, (hour, minute, second) != (0, 0, 0), match[7] is not None)


def _offset(zone: str) -> timedelta | None:
    if zone[0] not in "+-":
        return timedelta()
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    if hours > 14 or minutes % 15 or minutes > 45:
        return None
    return timedelta(hours=hours, minutes=minutes) * (-1 if zone[0] == "-" else 1)
