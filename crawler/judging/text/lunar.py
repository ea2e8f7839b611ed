"""Days of the Chinese lunar calendar in a text: 农历正月初八."""

from __future__ import annotations

import re
from datetime import date

_DAY = re.compile(
    r"(?:农历|旧历|阴历)(?:\w{2}年)?(?P<month>闰?(?:正|冬|腊|十[一二]|[一二三四五六七八九十]))月(?P<day>初[一二三四五六七八九十]|十[一二三四五六七八九]|二十|廿[一二三四五六七八九]|三十)"
)
_NUMBERS = {c: i for i, c in enumerate("一二三四五六七八九十", 1)} | {
    "正": 1,
    "冬": 11,
    "腊": 12,
    "十一": 11,
    "十二": 12,
}


def _day(text: str) -> int:
    if text in ("二十", "三十"):
        return 20 if text == "二十" else 30
    tens = {"初": 0, "十": 10, "廿": 20}[text[0]]
    return tens + _NUMBERS[text[1]]


def lunar_days(text: str, reference: date) -> list[tuple[int, int, date | None]]:
    """Where a text names a day of the lunar calendar, and which it is: of the years around the reference the nearest.

    Args:
        text: Chinese text.
        reference: the day of publication.
    """
    found: list[tuple[int, int, date | None]] = []
    if "历" not in text:
        return found
    for match in _DAY.finditer(text):
        # A leap month has the name of the one before it;
        # the library writes it as a negative number.
        leap = match["month"].startswith("闰")
        month = _NUMBERS[match["month"].removeprefix("闰")]
        # The last months of a lunar year lie in the next
        # one of ours, so its neighbours are tried as well.
        near = [
            d
            for year in range(reference.year - 1, reference.year + 2)
            if (d := _solar(year, -month if leap else month, _day(match["day"])))
        ]
        found.append((*match.span(), min(near, key=lambda d: abs((d - reference).days), default=None)))
    return found


def _solar(year: int, month: int, day: int) -> date | None:
    """The day in our calendar; None where that lunar year has no such day."""
    from lunar_python import Lunar  # noqa: PLC0415 - 1.5 MB, for days that few texts name

    try:
        solar = Lunar.fromYmd(year, month, day).getSolar()
        return date(solar.getYear(), solar.getMonth(), solar.getDay())
    except Exception:  # the library raises nothing narrower for a day that does not exist
        return None
