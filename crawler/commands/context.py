"""What commands share: their common options, how they open things, how they print."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer
from rich.console import Console
from rich.table import Table

from crawler.config import load
from crawler.config.settings import Settings
from crawler.config.values import duration
from crawler.store import Store

ConfigOption = Annotated[
    str | None,
    typer.Option("--config", help="The configuration (default ./config.yaml, then the packaged one)."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print machine-readable JSON.")]
SinceOption = Annotated[str | None, typer.Option("--since", help="Only what is younger than this, such as 7d.")]
LimitOption = Annotated[int, typer.Option("--limit", min=1, help="At most this many.")]

_SHORT = ("id", "when", "first seen", "lang", "date", "reports", "languages", "outlets")
FAILURES, USAGE = 1, 2
"""Exit statuses: finished with failures; usage or configuration error. 0 is done."""

WIDE = 160
"""Columns of a table that goes into a pipe or a file; a terminal says its own width, as does COLUMNS."""


def _console(stream: TextIO) -> Console:
    own = stream.isatty() or "COLUMNS" in os.environ
    return Console(file=stream, highlight=False, width=None if own else WIDE)


out, err = _console(sys.stdout), _console(sys.stderr)


def open_store(settings: Settings) -> Store:
    """The store of a configuration with its schema up to date.

    Raises:
        StoreError: it cannot be opened or written.
    """
    store = Store(settings.storage.url)
    store.upgrade()
    return store


def opened(config: str | None) -> tuple[Settings, Store]:
    """The settings of a file and their store."""
    settings = load(config)
    return settings, open_store(settings)


def moment_since(text: str | None, now: datetime) -> datetime | None:
    """The moment that lies a duration such as ``7d`` back.

    Raises:
        typer.BadParameter: the text is no duration.
    """
    if text is None:
        return None
    try:
        length: timedelta = duration(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--since") from None
    return now - length


def plain(value: Any) -> Any:
    """A value that JSON can hold: moments and days as ISO 8601."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=plain, indent=2) + "\n")


def print_lines(rows: Iterable[Mapping[str, Any]]) -> None:
    """JSON Lines on standard output."""
    for row in rows:
        sys.stdout.write(json.dumps(row, ensure_ascii=False, default=plain) + "\n")


def in_utc(moment: datetime) -> str:
    """A moment within a sentence: with its year, in UTC, and saying so."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def cell(value: Any) -> str:
    """A value as a table shows it; a moment with its year, in UTC, which the table's title says."""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M}"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A table; every cell is shown as plain text, never as markup."""
    rows = list(rows)
    zone = " (times in UTC)" if any(isinstance(value, datetime) for row in rows for value in row) else ""
    out.print(title + zone, markup=False, style="italic", soft_wrap=True)
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in columns:
        wide = name in ("title", "message", "error", "url")
        table.add_column(name, overflow="fold", no_wrap=not wide and name in ("id", "when", "first seen", "lang", "date"))
    for row in rows:
        table.add_row(*(_plain_cell(value) for value in row))
    out.print(table)


def print_rows(title: str, columns: Sequence[str], rows: Sequence[Mapping[str, Any]], *, as_json: bool) -> None:
    """Rows as JSON, whole, or as a table of some of their columns."""
    if as_json:
        print_json(rows)
    else:
        print_table(title, columns, [[row[c] for c in columns] for row in rows])


def _plain_cell(value: Any) -> Any:
    from rich.text import Text  # noqa: PLC0415 - only tables need it

    return Text(cell(value))


def print_values(values: Mapping[str, Any], *, as_json: bool) -> None:
    """What is known of one thing: a line for each value, a list's items below it."""
    if as_json:
        print_json(values)
        return
    for name, value in values.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            out.print(f"{name}:")
            for item in value:
                out.print("  " + ", ".join(f"{k} {v}" for k, v in item.items()), markup=False)
        else:
            out.print(f"{name}: {value}", markup=False)


@contextmanager
def written_to(output: Path | None, what: str) -> Iterator[TextIO]:
    """A file, or standard output where none is named; of a file it is said that ``what`` was written there."""
    if output is None:
        yield sys.stdout
        return
    with output.open("w", encoding="utf-8", newline="") as stream:
        yield stream
    err.print(f"{what} written to {output}", markup=False)
