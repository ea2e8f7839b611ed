"""What is made of a written date: the moment, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple


class Precision(StrEnum):
    """The smallest unit that a date names."""

    YEAR = "year"
    MONTH = "month"
    WEEK = "week"
    DAY = "day"
    HOUR = "hour"
    MINUTE = "minute"
    SECOND = "second"


class ZoneBasis(StrEnum):
    """Where the zone of a date comes from: its own words, its source, or nowhere (UTC is assumed)."""

    STATED = "stated"
    SOURCE = "source"
    ASSUMED = "assumed"


class Doubt(StrEnum):
    """Why a date may be another one than it was taken for."""

    CUSTOM = "day and month by the custom of the country or language"
    FUTURE_ORDER = "day and month by what is not in the future"
    SEQUENCE = "day and month by the order of the list"
    NEAR = "day and month by what is near the moment of asking"
    OTHER_FORM = "day and month by dates of another form in the same answer"
    CENTURY = "a year of two digits"
    NO_YEAR = "no year; the latest such day is meant"
    WEEKDAY = "the weekday is another"
    ZONE_NAME = "the name of the zone has several meanings"
    FUTURE = "after the moment of asking"
    COARSE = "only so many weeks ago"
    CHANGED = "the date of a change"
    CONFLICT = "the page names several days"
    LINE = "by a line of the page, not by its metadata"
    SCRIPT = "by a script of the page"
    ADDRESS = "by the address of the page"
    STAMP = "most of the list carries one moment"
    NEIGHBOURS = "by its neighbours in the list"
    FORMER = "by the date that its headline had before"


class DateVerdict(NamedTuple):
    """A written date as it was understood.

    Attributes:
        moment: in UTC; None where nothing can be said for certain enough. A day without a time of day is its first moment
            that lies in that day both in its zone and in UTC.
        precision: the smallest unit that the text names; of a month or a year alone there is no moment.
        zone: where the zone comes from.
        doubts: why it may be another moment.
        problem: why there is no moment; empty where there is one.
        text: the date as it was written.
    """

    moment: datetime | None = None
    precision: Precision | None = None
    zone: ZoneBasis | None = None
    doubts: tuple[Doubt, ...] = ()
    problem: str = ""
    text: str = ""

    @property
    def is_sure(self) -> bool:
        """Whether there is a moment, and nothing speaks against it."""
        return self.moment is not None and not self.doubts

    @property
    def has_time(self) -> bool:
        """Whether it names a time of day."""
        return self.precision in _TIMES

    @property
    def basis(self) -> str | None:
        """The verdict without its moment, in words that `Basis.of` reads: how it is stored beside the moment."""
        if self.moment is None or self.precision is None:
            return None
        parts = [f"to the {self.precision}"]
        if self.has_time and self.zone is not None:
            parts.append(_ZONES[self.zone])
        return "; ".join([*parts, *self.doubts])


_EXAMPLE = 60
_DAY = timedelta(days=1)
_TIMES = (Precision.HOUR, Precision.MINUTE, Precision.SECOND)
_ZONES = {
    ZoneBasis.STATED: "zone stated",
    ZoneBasis.SOURCE: "zone of the source",
    ZoneBasis.ASSUMED: "zone assumed",
}


class Basis(NamedTuple):
    """How sure a stored date is: `DateVerdict.basis` taken apart. That it stands in a line of a page is no doubt in it."""

    has_time: bool = True
    is_zone_known: bool = True
    has_doubts: bool = False
    is_line: bool = False

    @classmethod
    def of(cls, basis: str | None) -> Basis:
        """The basis of a date as it was stored; a date without one counts as sure."""
        if basis is None:
            return cls()
        precision, *rest = basis.split("; ")
        has_time = precision.removeprefix("to the ") in _TIMES
        doubts = {part for part in rest if part not in _ZONES.values()}
        is_line = Doubt.LINE in doubts
        return cls(has_time, _ZONES[ZoneBasis.ASSUMED] not in rest, bool(doubts - {Doubt.LINE}), is_line)


def is_better(one: Basis, at: datetime, other: Basis, moment: datetime) -> bool:
    """Whether a sure date should replace another one of the same article.

    Args:
        one: the basis of the sure date.
        at: its moment.
        other: the basis of the date that may be replaced.
        moment: its moment.
    """
    is_same_day = abs(at - moment) < _DAY
    if not one.has_time:  # a bare day says less than a moment in it
        return other.has_doubts and not is_same_day
    return other.has_doubts or not other.has_time or (one.is_zone_known and not other.is_zone_known)


def note_of(verdicts: Sequence[DateVerdict]) -> tuple[str, ...]:
    """What an operator should know: that at least half of the dates of an answer cannot be read, with one of them and why."""
    written = [v for v in verdicts if v.text.strip()]
    unread = [v for v in written if v.moment is None]
    if not unread or len(unread) * 2 < len(written):
        return ()
    example = " ".join(unread[0].text.split())[:_EXAMPLE]
    return (f"{len(unread)} of {len(written)} dates are not read, such as {example!r}: {unread[0].problem}",)


def first(verdicts: Iterable[DateVerdict]) -> DateVerdict:
    """The first verdict with a moment; else the first of all, which says what the problem is."""
    kept = list(verdicts)
    return next(
        (v for v in kept if v.moment is not None), kept[0] if kept else DateVerdict(problem="no date")
    )
