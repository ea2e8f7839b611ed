"""Values in well-formed feeds: text without markup of its own, dates in the usual forms, addresses."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from lxml import etree


class NeedsFallback(Exception):  # noqa: N818 - no error, the other parser is asked
    """Bytes that the fast way does not vouch for."""


_C1 = re.compile("[\x80-\x9f]")
_CP1252 = {code: bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xA0)}
_RFC822 = re.compile(
    r"(?:[A-Za-z]{3},? )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2})(?::(\d{2}))? ?(GMT|UT|UTC|Z|[+-]\d{2}:?\d{2})$"
)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(Z|[+-]\d{2}:\d{2})$")
_MONTHS = {
    name: i
    for i, name in enumerate(
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], 1
    )
}


def text_of(element: etree._Element | None) -> str:
    """The text of an element that has no elements inside, repaired as feedparser does it."""
    if element is None:
        return ""
    if len(element):
        raise NeedsFallback(f"elements inside {element.tag}")
    text: str = (element.text or "").strip()
    if text.isascii():
        return text
    with suppress(UnicodeError):  # UTF-8 that was taken for Latin-1 and encoded once more
        text = text.encode("latin-1").decode("utf-8")
    return text.translate(_CP1252) if _C1.search(text) else text


def moment_of(text: str) -> datetime | None:
    """A date in one of the two standard forms."""
    if not text:
        return None
    match = _RFC822.match(text)
    if match:
        month = _MONTHS.get(match[2])
        numbers = (int(match[3]), month or 0, int(match[1]), int(match[4]), int(match[5]), int(match[6] or 0))
    else:
        match = _ISO.match(text)
        if not match:
            raise NeedsFallback(f"the date {text!r}")
        numbers = tuple(int(match[i]) for i in range(1, 7))  # type: ignore[assignment]
    try:
        return datetime(*numbers, tzinfo=UTC) - _offset(match[7])
    except (ValueError, OverflowError):
        raise NeedsFallback(f"the date {text!r}") from None


def _offset(zone: str) -> timedelta:
    if zone[0] not in "+-":
        return timedelta()
    sign = -1 if zone[0] == "-" else 1
    return sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
