"""Counts of what reports say, from which a report can be taken again; each value knows its first report."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Hashable, Iterator
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar

T = TypeVar("T", bound=Hashable)
_FEW = 16
"""So many values are put in order each time: most bases have few, and an order that is kept takes memory."""


class ReportPlace(NamedTuple):
    """Where a report stands among all: by when it was published, then by its number; and where in it something stands."""

    when: datetime
    article: int
    part: int = 0


class LostFirstError(Exception):
    """The first report of a value went, and which one comes after it is not known."""


class Counts(Generic[T]):
    """How many reports say each value, and which of them was the first. The values must be such that can be put in order.

    The commonest of thousands of values are found without looking at all: once asked for, their order is kept up.
    """

    __slots__ = ("_commonest", "_of")

    def __init__(self) -> None:
        self._of: dict[T, tuple[int, ReportPlace]] = {}
        self._commonest: list[tuple[int, ReportPlace, Any]] | None = None

    def __contains__(self, value: object) -> bool:
        return value in self._of

    def __iter__(self) -> Iterator[T]:
        return iter(self._of)

    def __len__(self) -> int:
        return len(self._of)

    def __bool__(self) -> bool:
        return bool(self._of)

    def add(self, value: T, place: ReportPlace, times: int = 1) -> None:
        """Count a report, or several of which the first stands at a place."""
        known = self._of.get(value)
        self._set(value, (times, place) if known is None else (known[0] + times, min(known[1], place)))

    def remove(self, value: T, place: ReportPlace) -> None:
        """Take a report away again.

        Raises:
            LostFirstError: it was the first of several.
        """
        times, first = self._of[value]
        if times == 1:
            self._set(value, None)
        elif first == place:
            raise LostFirstError
        else:
            self._set(value, (times - 1, first))

    def _set(self, value: T, counted: tuple[int, ReportPlace] | None) -> None:
        before = self._of.get(value)
        if counted is None:
            del self._of[value]
        else:
            self._of[value] = counted
        if self._commonest is None:
            return
        if before is not None:
            del self._commonest[bisect_left(self._commonest, (-before[0], before[1], value))]
        if counted is not None:
            insort(self._commonest, (-counted[0], counted[1], value))

    def take_over(self, others: Counts[T]) -> None:
        """Count what others counted."""
        for value, (times, first) in others._of.items():
            self.add(value, first, times)

    def times(self, value: T) -> int:
        """How many reports say a value."""
        return self._of[value][0]

    def first(self, value: T) -> ReportPlace:
        """Where the first report that says a value stands."""
        return self._of[value][1]

    def in_order(self) -> list[T]:
        """The values in the order of their first reports."""
        return sorted(self._of, key=self.first)

    def commonest(self) -> Iterator[T]:
        """The values that most reports say; of equals those that were said first."""
        if len(self._of) <= _FEW:
            yield from sorted(self._of, key=lambda value: (-self._of[value][0], self._of[value][1]))
            return
        if self._commonest is None:
            self._commonest = sorted((-times, first, value) for value, (times, first) in self._of.items())
        for _, _, value in self._commonest:
            yield value

    def most(self) -> T:
        """The value that most reports say; of equals the one that was said first."""
        return next(iter(self._of)) if len(self._of) == 1 else next(self.commonest())
