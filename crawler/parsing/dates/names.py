"""The words of dates in the languages of the region: CLDR's, and the table ``dates.yaml`` where outlets write others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import Any

from crawler.parsing.dates.normal import normalised
from crawler.runtime.calendar_names import CalendarName, halves_of, months_of, weekdays_of
from crawler.runtime.data_tables import table

_LOCALES = ("en", "id", "ms", "vi", "th", "fil", "km", "lo", "my", "de", "fr", "es", "pt")
"""European languages come last: their outlets report on the region, too. A name counts as that of the first which has it."""
_FURTHER = (
    "it",
    "nl",
    "ru",
    "uk",
    "ro",
    "tr",
    "ar",
    "pl",
    "cs",
    "hu",
    "sv",
    "da",
    "nb",
    "fi",
    "el",
    "bg",
    "hr",
    "hi",
    "bn",
    "ta",
)
"""Languages of which months are read by their full names, which cannot be taken for other words."""
_LEAST_SHORT = 4
"""Letters of a short name of a month in one of them; "pro" and "led" are words of other languages."""
_LATIN = re.compile(r"[a-z\u00c0-\u024f\u1e00-\u1eff]")


@cache
def facts() -> Mapping[str, Any]:
    """The table of what CLDR does not have."""
    found: Mapping[str, Any] = table("dates.yaml")
    return found


def is_latin(name: str) -> bool:
    """Whether a word is in letters that are set apart by spaces."""
    return bool(_LATIN.search(name))


def either(names: Iterable[str]) -> str:
    """A pattern of any of some names, the longest first; those in Latin letters only as whole words."""
    ordered = sorted({normalised(n) for n in names}, key=len, reverse=True)
    latin = _by_first_letter(n for n in ordered if is_latin(n))
    other = _by_first_letter(n for n in ordered if not is_latin(n))
    parts = [rf"(?<![^\W\d_])(?:{latin})(?![^\W\d_])"] if latin else []
    return "|".join([*parts, *([f"(?:{other})"] if other else [])])


def _by_first_letter(ordered: Iterable[str]) -> str:
    """A pattern of any of some names that looks at those of one letter alone: hundreds side by side are slow."""
    groups: dict[str, list[str]] = {}
    for name in ordered:
        groups.setdefault(name[:1], []).append(_loose(name[1:]))
    return "|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in groups.items())


def _loose(name: str) -> str:
    """A name as a pattern: dots inside may be missing or have a space behind them, spaces may be any."""
    return re.escape(name).replace(r"\.", r"\.?\s?").replace(r"\ ", r"\s+")


def _key(name: str) -> str:
    return "".join(c for c in normalised(name) if c not in " .")


@cache
def months() -> Mapping[str, int]:
    """The names of months, without dots and spaces, and their numbers."""
    found: dict[str, int] = {}
    for name, number in _month_names():
        found.setdefault(_key(name), number)
    return found


@cache
def _month_names() -> Sequence[tuple[str, int]]:
    """All names of months with their numbers: of our languages, of the table, and those of further languages that agree."""
    own = [(name, number) for name, number in _names(months_of) if not _has_digits(name)]
    tables = [facts()[section] for section in ("months", "months_unspaced")]
    own += [(name, number) for table_ in tables for number, names in table_.items() for name in names]
    known = {_key(name) for name, _ in own}
    further = [
        (name, number)
        for name, number in _names(months_of, _FURTHER)
        if not _has_digits(name) and _key(name) not in known and len(_key(name)) >= _least_letters(name)
    ]
    numbers: dict[str, set[int]] = {}
    for name, number in further:
        numbers.setdefault(_key(name), set()).add(number)
    return [*own, *((name, number) for name, number in further if len(numbers[_key(name)]) == 1)]


def _least_letters(name: str) -> int:
    return _LEAST_SHORT if is_latin(normalised(name)) else _LEAST_SHORT - 1


def _has_digits(name: str) -> bool:
    return any(c.isdigit() for c in normalised(name))


def _names(
    of: Callable[[str], Iterable[CalendarName]], locales: Iterable[str] = _LOCALES
) -> Iterable[tuple[str, int]]:
    for locale in locales:
        for one in of(locale):
            yield one.name, one.number


@cache
def month_pattern() -> str:
    """A pattern of any month: by its name, or numbered as in Vietnamese (tháng 11, Thg 11, Th11)."""
    written = "|".join(sorted(facts()["vietnamese_numbers"], key=len, reverse=True))
    vietnamese = rf"(?<![^\W\d_])(?:th(?:á|a)ng|thg)\.?\s?(?:\d{{1,2}}|{written})(?![^\W\d_])(?!\d)|(?<![^\W_])th\.?\d{{1,2}}(?!\d)"
    return f"(?:{vietnamese}|(?:{either(name for name, _ in _month_names())})\\.?)"


def month_of(name: str) -> int | None:
    """The number of a month by what `month_pattern` found."""
    number = months().get(_key(name))
    if number is not None:
        return number
    digits = re.search(r"\d+", name)
    if digits:
        return int(digits[0])
    counted: int | None = facts()["vietnamese_numbers"].get(name.partition(" ")[2].strip())
    return counted


@cache
def weekdays() -> tuple[Mapping[str, int | None], re.Pattern[str]]:
    """The names of weekdays (0 is Monday; None where languages differ), and a pattern of any of them."""
    found: dict[str, int | None] = {}
    spelled: list[str] = []
    own = [(n, number) for number, names in facts()["weekdays"].items() for n in names]
    chinese = [
        (f"{w}{d}", i) for w in ("星期", "周", "週", "礼拜", "禮拜") for i, d in enumerate("一二三四五六日")
    ]
    for name, number in (
        *_names(weekdays_of),
        *_names(weekdays_of, _FURTHER),
        *own,
        *chinese,
        ("星期天", 6),
        ("周天", 6),
    ):
        if len(_key(name)) < 2 or any(c.isdigit() for c in normalised(name)):
            continue
        spelled.append(name)
        if found.setdefault(_key(name), number) != number:
            found[_key(name)] = None
    return found, re.compile(rf"(?:{either(spelled)})\.?")


def weekday_of(name: str) -> int | None:
    """The weekday of a name that the pattern found, where all languages agree on it."""
    return weekdays()[0].get(_key(name))


@cache
def noise_pattern() -> re.Pattern[str]:
    """Words around a date that say nothing of it."""
    return re.compile(
        either(name for s in ("noise", "published") for group in facts()[s].values() for name in group)
    )


@cache
def published_pattern() -> re.Pattern[str]:
    """Words around a date that say that it is of publication."""
    return re.compile(either([*facts()["published"]["latin"], *facts()["published"]["unspaced"]]))


@cache
def changed_pattern() -> re.Pattern[str]:
    """Words around a date that say that it is of a change."""
    return re.compile(either([*facts()["changed"]["latin"], *facts()["changed"]["unspaced"]]))


class Half(StrEnum):
    """A part of the day that a word beside a time of day names."""

    MORNING = "morning"
    NOON = "noon"
    AFTERNOON = "afternoon"
    NIGHT = "night"


@cache
def _halves() -> Mapping[str, Half]:
    found = {_key(name): half for half in Half for name in facts()[half.value]}
    for locale in (*_LOCALES, *_FURTHER):
        for half, name in halves_of(locale):
            found.setdefault(_key(name), Half.MORNING if half == "am" else Half.AFTERNOON)
    return found


@cache
def half_pattern() -> str:
    """A pattern of the words for parts of the day."""
    spelled = [name for half in Half for name in facts()[half.value]]
    return either([*spelled, *_halves()])


def half_of(name: str) -> Half | None:
    """The part of the day that a word means."""
    return _halves().get(_key(name))
