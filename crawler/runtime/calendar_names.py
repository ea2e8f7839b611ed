"""The names of months, weekdays and halves of a day in many languages, from CLDR.

They are packaged (`scripts.build_calendar_names`). Babel would read the whole locale of each language for them and keep it: 38 MB in
each process that reads dates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from crawler.runtime.data_tables import table

LANGUAGES = (
    "ar", "bg", "bn", "cs", "da", "de", "el", "en", "es", "fi", "fil", "fr", "hi", "hr", "hu", "id", "it", "km", "lo", "ms", "my",
    "nb", "nl", "pl", "pt", "ro", "ru", "sv", "ta", "th", "tr", "uk", "vi",
)  # fmt: skip
"""The locales whose names are packaged."""
CONTEXTS = ("format", "stand-alone")
WIDTHS = ("wide", "abbreviated")


class CalendarName(NamedTuple):
    """A name of a month or weekday.

    Attributes:
        context: ``format`` beside other parts of a date, ``stand-alone`` by itself; many languages decline it.
        width: ``wide`` or ``abbreviated``.
        number: of the month (1 is January) or of the weekday (0 is Monday).
        name: as it is written.
    """

    context: str
    width: str
    number: int
    name: str


@cache
def _packaged() -> Mapping[str, Mapping[str, Any]]:
    found: dict[str, Any] = table("parsed/calendar_names.json")
    return found


def months_of(locale: str) -> Iterable[CalendarName]:
    """The names of months in one of `LANGUAGES`."""
    return _spread(_packaged()[locale]["months"])


def weekdays_of(locale: str) -> Iterable[CalendarName]:
    """The names of weekdays in one of `LANGUAGES`."""
    return _spread(_packaged()[locale]["days"])


def halves_of(locale: str) -> Iterable[tuple[str, str]]:
    """What the halves of a day are called in one of `LANGUAGES`: ``am`` or ``pm``, and a name."""
    yield from _packaged()[locale]["halves"]


def _spread(names: Mapping[str, Mapping[str, Mapping[str, str]]]) -> Iterable[CalendarName]:
    for context in CONTEXTS:
        for width in WIDTHS:
            for number, name in names[context][width].items():
                yield CalendarName(context, width, int(number), name)
