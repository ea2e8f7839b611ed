"""What an assistant asks for, checked: every mistake is said in words, with what to write instead."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from starlette.exceptions import HTTPException

from alerts.web.api.parameters import check_value
from alerts.web.context import WebContext
from crawler.config.values import parse_duration
from crawler.model import AseanwatchError
from crawler.parsing.timestamps import from_text
from crawler.store.overview import Cursor

BIGGEST = 2**63 - 1
_OF_THE_API = {"language": "lang", "headlines": "lang"}
"""What the API calls an argument, where it has another name there."""


class AskedWronglyError(AseanwatchError):
    """An assistant asked for what there is not, or in words that cannot be understood."""


def number_of(number: int, what: str) -> int:
    """A number that a column can hold.

    Raises:
        AskedWronglyError: it is none.
    """
    if not 0 < number <= BIGGEST:
        raise AskedWronglyError(f"there is no {what} {number}")
    return number


def moment_of(text: str | None, name: str, now: datetime) -> datetime | None:
    """The moment that lies a duration such as ``7d`` back, or that is given (ISO 8601, UTC without a zone).

    Raises:
        AskedWronglyError: it is neither.
    """
    if not text:
        return None
    try:
        if re.match(r"\d{4}-\d\d", text) and (moment := from_text(text)) is not None:
            return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
        return now - parse_duration(text)
    except (ValueError, OverflowError):
        raise AskedWronglyError(
            f"{name}: {text[:40]!r} is no moment; write 2025-11-30, 2025-11-30T07:30+07:00, or 7d for the last seven days"
        ) from None


def check_known(web: WebContext, **values: str | None) -> None:
    """Refuse values that no story and no setting has, by the names of the tools' arguments.

    Raises:
        AskedWronglyError: there is one.
    """
    for name, value in values.items():
        if value is None:
            continue
        try:
            check_value(web, name, _OF_THE_API.get(name, name), value)
        except HTTPException as error:
            raise AskedWronglyError(str(error.detail)) from None


def page_cursor(text: str | None) -> Cursor | None:
    """Where a page of stories ended.

    Raises:
        AskedWronglyError: the text is no cursor of ours.
    """
    if not text:
        return None
    found = re.fullmatch(r"([0-9]{1,16})_([0-9]{1,18})", text, re.ASCII)
    if found is None:
        raise _no_cursor(text)
    return Cursor(datetime.fromtimestamp(int(found[1]) / 1e6, UTC), int(found[2]))


def cursor_text(cursor: Cursor | None) -> str | None:
    """A cursor as the tools give it."""
    return f"{round(cursor.seen.timestamp() * 1e6)}_{cursor.story}" if cursor else None


def number_cursor(text: str | None) -> int | None:
    """The number behind which a list goes on; None where no cursor is given.

    Raises:
        AskedWronglyError: the text is no cursor of ours.
    """
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,18}", text, re.ASCII):
        raise _no_cursor(text)
    return int(text)


def _no_cursor(text: str) -> AskedWronglyError:
    return AskedWronglyError(
        f"cursor: {text[:40]!r} is none of ours; give back `next` of the answer before as it was, or leave it out to begin anew"
    )
