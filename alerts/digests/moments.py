"""Days, times of day and lengths of time as languages write them, by CLDR and by the habits of newsrooms. Pure."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import lru_cache
from typing import Literal

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, get_timezone_location
from babel.units import format_unit

from alerts.digests.place_names import place_name

BUDDHIST_ERA = 543
"""Years by which the Thai calendar is ahead; CLDR names it as Thailand's (th: buddhist), and Thai news is dated by it."""
_CITIES_OF_ZONES = {"Asia/Ho_Chi_Minh": "Ho Chi Minh City", "Asia/Saigon": "Ho Chi Minh City"}
_UNITS: tuple[tuple[Literal["day", "hour", "minute", "second"], int], ...] = (
    ("day", 86_400),
    ("hour", 3600),
    ("minute", 60),
    ("second", 1),
)


@lru_cache(maxsize=4096)
def day_text(when: date, language: str, with_year: bool = True) -> str:
    """Such as 28 Nov 2025."""
    if language == "en":  # CLDR's English is American
        return f"{when:%-d %b %Y}" if with_year else f"{when:%-d %b}"
    if language == "vi":  # newspapers write 28/11/2025, not CLDR's "28 thg 11, 2025"
        return f"{when:%-d/%-m/%Y}" if with_year else f"{when:%-d/%-m}"
    text = str(format_skeleton("MMMd", when, locale=language))
    if language == "th":
        return f"{text} {when.year + BUDDHIST_ERA}" if with_year else text
    return str(format_skeleton("yMMMd", when, locale=language)) if with_year else text


@lru_cache(maxsize=1024)
def long_day_text(when: date, language: str) -> str:
    """Such as Fri 28 Nov 2025."""
    if language == "zh":  # CLDR's puts the weekday behind, too, and without a blank
        return str(format_skeleton("yMMMEd", when, locale=language))
    weekday = format_date(when, "EEE" if language != "th" else "EEEE", locale=language)
    gap = ", " if language in ("id", "vi") else " "
    return f"{weekday}{gap}{day_text(when, language)}"


@lru_cache(maxsize=512)
def month_text(when: date, language: str) -> str:
    """Such as November 2025."""
    if language == "th":
        return f"{format_date(when, 'LLLL', locale=language)} {when.year + BUDDHIST_ERA}"
    return str(format_skeleton("yMMMM", when, locale=language))


def clock_text(when: datetime | time, language: str) -> str:
    """Such as 21:40."""
    # Indonesian writes a point between hours and minutes.
    return str(format_time(when, "HH.mm" if language == "id" else "HH:mm", locale=language))


@lru_cache(maxsize=8192)
def moment_text(when: datetime, language: str, with_year: bool) -> str:
    """Such as 28 Nov 2025 21:40."""
    day = day_text(when.date(), language, with_year)
    clock = clock_text(when, language)
    return f"{clock} {day}" if language == "vi" else f"{day} {clock}"


@lru_cache(maxsize=1024)
def length_text(seconds: float, language: str) -> str:
    """A length of time in its two largest units, such as 14 min 52 sec; empty for none."""
    left = int(seconds)
    if not seconds:
        return ""
    parts = []
    for unit, size in _UNITS:
        count, left = divmod(left, size)
        if count:
            parts.append(_counted(count, unit, language))
    shown = parts[:2] or [_counted(0, "second", language)]
    return ("" if language == "zh" else " ").join(shown)


def _counted(count: int, unit: Literal["day", "hour", "minute", "second"], language: str) -> str:
    # CLDR's short units of Indonesian and Thai are hard to read ("1 hr 1 j" is a day
    # and an hour), but Babel's table lacks some long ones of Thai, and says those in English.
    is_long = language == "id" or (language == "th" and unit in ("hour", "second"))
    return format_unit(count, unit, length="long" if is_long else "short", locale=language)


@lru_cache(maxsize=256)
def zone_text(zone: str, language: str) -> str:
    """A time zone by its city, such as Jakarta; ``UTC`` stays."""
    if "/" not in zone or zone.startswith("Etc/"):
        return zone.removeprefix("Etc/")
    english = _CITIES_OF_ZONES.get(zone) or zone.rpartition("/")[2].replace("_", " ")
    ours = place_name(english, language)
    if ours != english or language == "en":
        return ours
    return str(get_timezone_location(zone, locale=Locale.parse(language), return_city=True))
