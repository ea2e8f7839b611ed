"""Dates by their distance from the moment of asking: "2 giờ trước", "5 jam lalu", "3小时前", "kemarin 09:20"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from crawler.parsing.dates.clock import Clock, NoSuchTimeError, find_clock
from crawler.parsing.dates.names import either, facts
from crawler.parsing.dates.normal import LONGEST, normalised
from crawler.parsing.dates.verdict import Precision
from crawler.parsing.dates.written import without_words
from crawler.parsing.dates.zones import NoSuchZoneError, WrittenZone, take_zone

_UNITS = {
    "second": (timedelta(seconds=1), Precision.SECOND),
    "minute": (timedelta(minutes=1), Precision.MINUTE),
    "hour": (timedelta(hours=1), Precision.HOUR),
    "day": (timedelta(days=1), Precision.DAY),
    "week": (timedelta(weeks=1), Precision.WEEK),
    "month": (timedelta(days=30), Precision.MONTH),
    "year": (timedelta(days=365), Precision.YEAR),
}
_MOST = 999


@dataclass(frozen=True, slots=True)
class Distance:
    """A distance from the moment of asking.

    ``back`` is as precise as ``precision`` says; ``clock`` is the time of day that is named beside a day, with its
    zone where that is named, too.
    """

    back: timedelta
    precision: Precision
    clock: Clock | None = None
    zone: WrittenZone | None = None


@cache
def _now() -> re.Pattern[str]:
    return re.compile(either(facts()["relative"]["now"]))


@cache
def _days() -> tuple[tuple[int, re.Pattern[str]], ...]:
    return tuple(
        (-int(days), re.compile(either(words))) for days, words in facts()["relative"]["days"].items()
    )


@cache
def _amount() -> re.Pattern[str]:
    relative = facts()["relative"]
    units = "|".join(
        f"(?P<{name}>{'|'.join(_whole(w) for w in sorted(forms['latin'], key=len, reverse=True))}"
        f"|{'|'.join(re.escape(normalised(w)) for w in sorted(forms['unspaced'], key=len, reverse=True))})"
        for name, forms in relative["units"].items()
    )
    numbers = "|".join(re.escape(normalised(n)) for n in sorted(relative["numbers"], key=len, reverse=True))
    before = either(relative["before"])
    behind = either(relative["behind"])
    amount = rf"(?P<n>\d{{1,3}}|{numbers})\s?(?:ka\s)?(?:{units})"
    return re.compile(rf"(?:(?P<before>{before})\s?)?(?:{amount})\s?(?P<behind>{behind})?$")


def _whole(word: str) -> str:
    return re.escape(normalised(word)).replace(r"\ ", r"\s+") + r"(?![^\W\d_])"


def distance(text: str) -> Distance | None:
    """The distance that a text names, where that and words around it are all that it says; else None."""
    if len(text) > LONGEST:
        return None
    plain = normalised(text).strip(" .,·|-()")
    if _now().fullmatch(plain):
        return Distance(timedelta(), Precision.MINUTE)
    found = _amount().match(plain) or _amount().match(_without_label(plain))
    if found and (found["behind"] or _is_past(found["before"])):
        return _of_amount(found)
    return _of_day(plain)


def _without_label(plain: str) -> str:
    """A text without a label before it ("Diterbitkan: 5 jam lalu")."""
    match = re.search(r"\d", plain)
    if match is None or without_words(plain[: match.start()]).strip(" :|-,."):
        return plain
    return plain[match.start() :]


def _is_past(before: str | None) -> bool:
    """Whether words before an amount say that it is past: in Burmese nothing need stand behind."""
    return bool(before) and any(c >= "\u1000" for c in before or "")


def _of_amount(found: re.Match[str]) -> Distance:
    number = facts()["relative"]["numbers"].get(found["n"])
    amount = int(found["n"]) if number is None else int(number)
    name = next(unit for unit in _UNITS if found[unit])
    length, precision = _UNITS[name]
    return Distance(min(amount, _MOST) * length, precision)


def _of_day(plain: str) -> Distance | None:
    for back, pattern in reversed(_days()):
        match = pattern.search(plain)
        if match is None:
            continue
        rest = plain[: match.start()] + " \x1f " + plain[match.end() :]
        try:
            clock = find_clock(rest)
            rest = rest[: clock[1]] + " " + rest[clock[2] :] if clock else rest
            zone, rest = take_zone(rest)
        except (NoSuchTimeError, NoSuchZoneError):
            return None
        if re.sub(r"[\W_]", "", without_words(rest)):
            return None
        precision = clock[0].precision if clock else Precision.DAY
        return Distance(timedelta(days=back), precision, clock[0] if clock else None, zone)
    return None
