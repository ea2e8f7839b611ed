"""Moments of publication as feeds and pages write them."""

from __future__ import annotations

import calendar
import re
import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_BUDDHIST = 543
_EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d+)?\s*(Z|[+-]\d{2}:?\d{2})?)?")


def believable(moment: datetime | None, seen: datetime) -> datetime | None:
    """The moment in UTC if it can be true: Buddhist years are converted, more than a day ahead is refused."""
    if moment is None:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    if moment.year - seen.year in (_BUDDHIST - 1, _BUDDHIST, _BUDDHIST + 1):
        moment = moment.replace(year=moment.year - _BUDDHIST, day=min(moment.day, 28) if moment.month == 2 else moment.day)
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


def from_text(text: str | None) -> datetime | None:
    """A moment from an ISO 8601 or RFC 5322 date; without a zone UTC is meant."""
    if not text:
        return None
    text = text.strip()
    match = _ISO.match(text)
    try:
        if match:
            clock, zone = match[4] or "00:00", (match[5] or "Z").replace("Z", "+00:00")
            zone = zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"
            return datetime.fromisoformat(f"{match[1]}-{match[2]:0>2}-{match[3]:0>2}T{clock:0>5}{zone}")
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
