"""Moments as people and files state them, and moments of publication that can be true."""

from __future__ import annotations

from datetime import UTC, datetime

from crawler.parsing.dates.context import EARLIEST, DateContext
from crawler.parsing.dates.days import common_era
from crawler.parsing.dates.series import SKEW, read_date

_ANY_TIME = DateContext(datetime(9998, 1, 1, tzinfo=UTC), earliest=datetime.min.replace(tzinfo=UTC))


def believable(moment: datetime | None, seen: datetime) -> datetime | None:
    """The moment in UTC if it can be one of publication: Buddhist years are converted, more than a day ahead is refused."""
    if moment is None:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    year = common_era(moment.year)
    if year != moment.year:
        moment = moment.replace(year=year, day=min(moment.day, 28) if moment.month == 2 else moment.day)
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        return None
    return moment if EARLIEST <= moment <= seen + SKEW else None


def from_text(text: str | None) -> datetime | None:
    """The moment that a text states, in UTC: in any form that has one meaning, whenever it is; without a zone UTC is meant."""
    return read_date(text, _ANY_TIME).moment
