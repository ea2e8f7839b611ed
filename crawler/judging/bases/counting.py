"""Counts of what reports say, from which a report can be taken again; each value knows its first report."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from datetime import datetime
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T", bound=Hashable)


class ReportPlace(NamedTuple):
    """Where a report stands among all: by when it was published, then by its number."""

    when: datetime
    article: int


class LostFirstError(Exception):
    """The first report of a value went, and which one comes after it is not known."""


class Counts(Generic[T]):
    """How many reports say each value, and which of them was the first."""

    __slots__ = ("_of",)

    def __init__(self) -> None:
        self._of: dict[T, tuple[int, ReportPlace]] = {}

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
        self._of[value] = (times, place) if known is None else (known[0] + times, min(known[1], place))

    def remove(self, value: T, place: ReportPlace) -> None:
        """Take a report away again.

        Raises:
            LostFirstError: it was the first of several.
        """
        times, first = self._of[value]
        if times == 1:
            del self._of[value]
        elif first == place:
            raise LostFirstError
        else:
            self._of[value] = (times - 1, first)

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

    def most(self) -> T:
        """The value that most reports say; of equals the one that was said first."""
        most = max(times for times, _ in self._of.values())
        return min((v for v, (times, _) in self._of.items() if times == most), key=self.first)
