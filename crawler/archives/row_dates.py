"""The dates of tables and JSON: in words, as ISO 8601, as seconds since 1970; and why one says no moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from crawler.archives.items import shown
from crawler.parsing.dates.context import DateContext
from crawler.parsing.dates.series import read_date
from crawler.parsing.timestamps import believable

EXCEL = "excel"
"""The form of dates that are numbers of days, as spreadsheets keep them."""
_EXCEL_BEGAN = datetime(1899, 12, 30, tzinfo=UTC)
_EXCEL_DAYS = range(30_000, 80_000)
"""Numbers of days that are taken for ones of a spreadsheet: 1982 to 2118."""

_IMPOSSIBLE = ("it is before there were news on the web", "it is in the future")


class RowDate(NamedTuple):
    """A date as a row has it; ``problem`` says why it has no moment, where it has a date at all."""

    moment: datetime | None = None
    problem: str = ""


def of_excel(text: str) -> datetime:
    """The moment of a number of days as spreadsheets count them.

    Raises:
        ValueError: it is no such number.
    """
    try:
        return (_EXCEL_BEGAN + timedelta(days=float(text))).replace(microsecond=0)
    except OverflowError as error:
        raise ValueError(str(error)) from None


def row_date(value: Any, context: DateContext) -> RowDate:
    """A date of a row.

    Args:
        value: as it stands there; a moment where its form was said.
        context: what it is read against.
    """
    if value in (None, ""):
        return RowDate()
    text = str(value).strip()
    found, problem = (value, "") if isinstance(value, datetime) else _read(text, context)
    moment = believable(found, context.asked)
    if moment is None and not problem:
        problem = "it lies ahead" if found and found > context.asked else "no news is of that day"
    return RowDate(moment, f"its date {shown(text, 60)!r} says no day: {problem}" if problem else "")


def _read(text: str, context: DateContext) -> tuple[datetime | None, str]:
    """A moment, or why there is none."""
    whole = text.partition(".")[0]
    is_number = text.replace(".", "", 1).isdecimal() and text.isascii()
    if is_number and len(whole) in (9, 10, 13):
        return datetime.fromtimestamp(float(text) / (1000 if len(whole) == 13 else 1), UTC), ""
    if text.isascii() and text.isdecimal() and len(text) in (8, 14):
        form = "%Y%m%d" if len(text) == 8 else "%Y%m%d%H%M%S"
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC), ""
        except ValueError:
            return None, "there is no such day"
    if is_number and len(whole) == 5 and int(whole) in _EXCEL_DAYS:
        return None, f"if it is a spreadsheet's number, write --map COLUMN=published:{EXCEL}"
    verdict = read_date(text, context)
    if verdict.moment is not None:
        return verdict.moment, ""
    # A day that is known, and cannot be, is not written in another way.
    cure = (
        "" if verdict.problem in _IMPOSSIBLE else "; --map 'COLUMN=published:%d/%m/%Y' says how it is written"
    )
    return None, f"{verdict.problem or 'it is not understood'}{cure}"


def end_of(published: datetime, now: datetime) -> datetime:
    """When an article was seen at the latest that came with nothing but its date: a bare day lasts until its end."""
    is_day = published.timetz().replace(tzinfo=None) == datetime.min.time()
    return min(now, published + (timedelta(days=1) - timedelta(seconds=1) if is_day else timedelta()))
