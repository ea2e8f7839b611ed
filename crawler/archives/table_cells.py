"""The cells of a row under the names of their columns, also where there are more of them, or a name stands twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from crawler.archives.fields import FieldMapping, fields_of
from crawler.parsing.urls import is_web_url

EMPTY: tuple[Any, ...] = (None, "", [], {})
"""Values that say nothing."""
_WORDS = ("text", "summary", "title")
"""Fields of running words, in which signs that part columns may stand."""
_LEAST_DIGITS = 4
"""Digits of a date."""


class TableCells:
    """Names the cells of a table's rows.

    Args:
        columns: the headings.
        mapping: which of them are which fields.
        delimiter: what parts columns.
        note: hears, once each, what had to be guessed.

    Attributes:
        sources: for each field the columns that may hold it.
    """

    def __init__(
        self, columns: Sequence[str], mapping: FieldMapping, delimiter: str, note: Callable[[str], None]
    ) -> None:
        self._columns = columns
        self._delimiter = delimiter
        self._note = note
        self._is_noted = False
        self._numbered = [f"#{n}" for n in range(1, len(columns) + 1)]
        self.sources = fields_of(columns, mapping)
        last = {columns[-1], self._numbered[-1]}
        self._ends_in_words = any(
            source.column in last for field in _WORDS for source in self.sources.get(field, ())
        )
        self._url, self._published = self._places("url"), self._places("published")
        twice = [name for name, count in Counter(filter(None, columns)).items() if count > 1]
        if twice and not mapping.has_no_header:
            note(f"several columns are called {', '.join(twice)}; the first of them that is not empty counts")

    def _places(self, field: str) -> list[int]:
        """Where the columns of a field are."""
        names = {source.column for source in self.sources.get(field, ())}
        return [
            n for n, pair in enumerate(zip(self._columns, self._numbered, strict=True)) if names & set(pair)
        ]

    def named(self, row: list[str], number: int) -> dict[str, str] | str:
        """The cells of a row by the names and numbers of their columns, or why it is no row of this table.

        Args:
            row: its cells.
            number: its number, for people.
        """
        most = len(self._columns)
        if len(row) < most // 2:
            return f"it has {len(row)} columns of {most}"
        if any(cell.strip() for cell in row[most:]):
            if not self._ends_in_words:
                return f"it has {len(row)} columns of {most}: a value with {self._delimiter!r} in it must stand in quotes"
            # Nobody quotes running words that end a line.
            row = [*row[: most - 1], self._delimiter.join(row[most - 1 :])]
            if not self._is_noted:
                self._note(
                    f"row {number:,} has more columns than there are headings: all behind the last heading counts as"
                    f" its {self._columns[-1] or self._numbered[-1]}, here and in others"
                )
                self._is_noted = True
        named = dict(zip(self._numbered, row, strict=False))
        for name, cell in zip(self._columns, row, strict=False):
            if not named.get(name, "").strip():
                named[name] = cell
        return named

    def are_row(self, cells: list[str]) -> bool:
        """Whether cells are surely a row: an address where addresses are, a date where dates are."""
        most = len(self._columns)
        if len(cells) < most or (len(cells) > most and not self._ends_in_words) or not self._url:
            return False
        if all(cell[:1].isspace() for cell in cells[1:most]):
            return False  # a sentence has spaces behind its commas
        is_dated = not self._published or any(
            sum(sign.isdecimal() for sign in cells[n]) >= _LEAST_DIGITS for n in self._published
        )
        return is_dated and any(is_web_url(_with_scheme(cells[n].strip())) for n in self._url)


def _with_scheme(text: str) -> str:
    return f"https://{text}" if text.startswith("www.") else text
