"""The rows of a table, each within its own lines: a quote that nobody closed costs its row, and not those behind it."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterable, Iterator

_UNCLOSED = "a quote in it is not closed"
_LATE = "a quote that begins in it is closed only in a later row"


class TableRows:
    """Rows of cells, one after another; in the place of one that cannot be read, why.

    Args:
        lines: physical lines, with their ends.
        delimiter: what parts columns.

    Attributes:
        columns: how many columns the table has; 0 as long as nobody knows.
        is_row: whether cells are surely those of a row of this table, by what they hold.
    """

    def __init__(self, lines: Iterable[str], delimiter: str) -> None:
        self._source = iter(lines)
        self._delimiter = delimiter
        self._again: deque[str] = deque()
        self._taken: list[str] = []
        self._is_at_end = False
        self._number = 0
        self.columns = 0
        self.is_row: Callable[[list[str]], bool] = lambda _: False

    def __iter__(self) -> Iterator[list[str] | str]:
        """All rows, those that cannot be read as words that say why."""
        rows = csv.reader(self._lines(), delimiter=self._delimiter)
        while True:
            self._taken.clear()
            first = self._number + 1
            row: list[str] | str | None
            try:
                row = next(rows, None)
            except csv.Error as error:
                row = f"it cannot be read: {error}"
            if row is None:
                return
            broken = self._broken(row)
            if broken is None:
                yield row
                continue
            next_line, why = broken
            self._go_back_to(next_line)
            rows = csv.reader(self._lines(), delimiter=self._delimiter)
            last = first + next_line - 1
            where = f"line {first}" if last == first else f"lines {first} to {last}"
            yield f"{why} ({where})"

    def _lines(self) -> Iterator[str]:
        while True:
            line = self._again.popleft() if self._again else next(self._source, None)
            if line is None:
                self._is_at_end = True
                return
            self._taken.append(line)
            self._number += 1
            yield line

    def _go_back_to(self, number: int) -> None:
        back = self._taken[number:]
        self._again.extendleft(reversed(back))
        self._number -= len(back)
        self._is_at_end = False

    def _broken(self, row: list[str] | str) -> tuple[int, str] | None:
        """Of a row that runs over its end: how many of its lines are its own, and what is wrong with it; None for others."""
        taken = self._taken
        if len(taken) < 2 and not self._is_at_end:
            return (len(taken), row) if isinstance(row, str) else None
        problem = _problem(taken, self._delimiter, self.columns)
        if isinstance(row, list) and not problem:
            swallowed = self._swallowed()
            return None if swallowed is None else (swallowed, _LATE)
        # What is quoted as it should be may have lines that look like rows.
        # Where it is not, a line that is a row by itself is one.
        if self.columns > 1:
            for number, line in enumerate(taken[1:], 1):
                cells = next(csv.reader([line], delimiter=self._delimiter), [])
                if len(cells) == self.columns or self.is_row(cells):
                    return number, _UNCLOSED
        if isinstance(row, str):
            return len(taken), row
        return (len(taken), _UNCLOSED) if problem == _UNCLOSED else None

    def _swallowed(self) -> int | None:
        """Of a row that is written as it should be: which of its lines is surely a row by itself; None where none is."""
        for number, line in enumerate(self._taken[1:], 1):
            if "://" not in line and "www." not in line:
                continue  # quicker than looking at its cells
            cells = next(csv.reader([line], delimiter=self._delimiter), [])
            if self.is_row(cells):
                return number
        return None


def _problem(lines: list[str], delimiter: str, columns: int) -> str:
    """What is wrong with lines as one row, read strictly; empty where nothing is."""
    try:
        rows = list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return _UNCLOSED if "unexpected end" in str(error) else "its quotes are not as they should be"
    if len(rows) != 1:
        return "it is no single row"
    return "" if not columns or len(rows[0]) == columns else "it has more or fewer columns"
