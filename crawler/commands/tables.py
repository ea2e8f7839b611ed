"""Tables of a terminal that line up in all scripts, however the terminal measures them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import ControlType, Segment
from rich.style import Style

from crawler.runtime.cells import width, wrapped
from crawler.runtime.visible_text import visible

GAP = 2
"""Cells between two columns."""
_NARROWEST = 8
"""Cells below which no column is narrowed: words of one or two letters a line cannot be read."""
_LONGEST_WORD = 28
"""Letters of the longest word that is kept whole: names of topics are, addresses are not."""
_HEADER = Style(bold=True)


class TextTable:
    """A table of plain texts for a rich console; columns that do not fit are wrapped.

    On a terminal each cell begins with the control sequence for its column (CHA, ECMA-48 8.3.9): terminals disagree on how wide
    vowels of Khmer and Burmese are, and all of them agree on where a column is. Elsewhere blanks alone do it.

    Args:
        columns: the headings.
        rows: the cells.
        whole: headings of columns that are never wrapped, such as ids and days.
    """

    def __init__(
        self, columns: Sequence[str], rows: Sequence[Sequence[str]], whole: Sequence[str] = ()
    ) -> None:
        self.columns = columns
        self.rows = [[visible(cell).replace("\t", " ") for cell in row] for row in rows]
        self.whole = frozenset(whole)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The lines of the table."""
        widths = self.widths(options.max_width)
        has_columns = console.is_terminal and not console.is_dumb_terminal
        yield from _line(self.columns, widths, _HEADER, has_columns)
        for row in self.rows:
            cells = [wrapped(cell, most) for cell, most in zip(row, widths, strict=True)]
            for parts in zip_longest(*cells, fillvalue=""):
                yield from _line(parts, widths, None, has_columns)

    def widths(self, room: int) -> list[int]:
        """The cells of each column: as wide as its widest cell where all fit, else the widest ones give way."""
        wanted = [
            max(width(line) for cell in (name, *column) for line in cell.split("\n"))
            for name, column in zip(self.columns, self._columns(), strict=True)
        ]
        least = [
            have if name in self.whole else min(have, max(_NARROWEST, width(name), _longest_word(column)))
            for name, have, column in zip(self.columns, wanted, self._columns(), strict=True)
        ]
        excess = sum(wanted) + GAP * (len(wanted) - 1) - room
        while excess > 0:
            spare, widest = max(
                (have - low, place) for place, (have, low) in enumerate(zip(wanted, least, strict=True))
            )
            if spare == 0:
                break  # The terminal is too narrow for any table: it wraps the lines itself.
            wanted[widest] -= 1
            excess -= 1
        return wanted

    def _columns(self) -> list[tuple[str, ...]]:
        return list(zip(*self.rows, strict=True)) if self.rows else [()] * len(self.columns)


def _longest_word(cells: Sequence[str]) -> int:
    """The longest word that a column should not break; scripts without blanks break anywhere, and addresses have to."""
    words = (word for cell in cells for word in cell.split() if word.isascii())
    return max((len(word) for word in words if len(word) <= _LONGEST_WORD), default=0)


def _line(
    cells: Sequence[str], widths: Sequence[int], style: Style | None, has_columns: bool
) -> Iterator[Segment]:
    """One line: each cell at its column, without blanks behind the last one that holds something."""
    last = max((place for place, cell in enumerate(cells) if cell), default=-1)
    begin = 0
    for place, (cell, wide) in enumerate(zip(cells, widths, strict=True)):
        if place > last:
            break
        if has_columns and place:
            yield Segment(f"\x1b[{begin + 1}G", None, [(ControlType.CURSOR_MOVE_TO_COLUMN, begin + 1)])
        yield Segment(cell, style)
        if place < last:
            yield Segment(" " * (wide - width(cell) + GAP))
        begin += wide + GAP
    yield Segment.line()
