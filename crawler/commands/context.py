"""What commands share: their common options, how they open things, how they print."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import gethostname
from typing import Annotated, Any, Literal, NamedTuple, TextIO
from urllib.parse import quote

import typer
from rich.console import Console
from rich.style import Style
from rich.text import Text

from crawler.analysis.output_files import STANDARD, check_writable, is_special, replacing
from crawler.commands import terminal
from crawler.commands.tables import TextTable
from crawler.config import find_config, load
from crawler.config.settings import Settings
from crawler.config.values import parse_duration
from crawler.parsing.timestamps import from_text
from crawler.runtime import fork_server
from crawler.runtime.helpers import call_apart
from crawler.runtime.packaged_config import packaged
from crawler.store import Store, StoreError

out, err = terminal.out, terminal.err
FAILURES, USAGE = terminal.FAILURES, terminal.USAGE
plain, print_json = terminal.plain, terminal.print_json
ConfigOption = Annotated[
    str | None,
    typer.Option("--config", help=terminal.CONFIG_HELP),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print machine-readable JSON.")]
SinceOption = Annotated[
    str | None,
    typer.Option("--since", help="Only what is younger than this, such as 7d, or than a moment (ISO 8601)."),
]
VerboseOption = Annotated[
    bool, typer.Option("--verbose", help="Each failure by itself; else those of one cause are summed up.")
]
OutputOption = Annotated[
    Path | None,
    typer.Option(
        "--output",
        help="A file instead of standard output (-); one that exists is replaced when all is written.",
    ),
]
FormatOption = Annotated[
    Literal["jsonl", "csv", "xlsx"] | None,
    typer.Option("--format", help="How rows are written (default: as the file's ending says, else jsonl)."),
]
LimitOption = Annotated[int, typer.Option("--limit", min=1, help="At most this many.")]

_SHORT = (
    "id",
    "key",
    "when",
    "first seen",
    "last seen",
    "lang",
    "day",
    "date",
    "reports",
    "stage",
    "since",
    "at",
    "next",
)
"""Columns that are never wrapped."""


def open_store(settings: Settings) -> Store:
    """The store of a configuration with its schema up to date.

    Raises:
        StoreError: it cannot be opened or written.
    """
    store = Store(settings.storage.url)
    if stray := _stray(store):
        raise StoreError(f"there is no store {store.name} yet, and none is made{stray}")
    if fork_server.server() is not None and not (store.exists() and store.is_ready()):
        # A service would keep all that upgrading loads, which is 10 MB.
        call_apart(_upgrade_at, settings.storage.url, settings.storage.backups)
    upgrade_store(store, settings.storage.backups)
    return store


def _upgrade_at(url: str, folder: str | None) -> None:
    store = Store(url)
    try:
        upgrade_store(store, folder)
    finally:
        store.close()


def upgrade_store(store: Store, folder: str | None, *, without_copy: bool = False) -> None:
    """Bring the schema of a store up to date, with a copy before; on a terminal it is said that this takes its time.

    Args:
        store: the store.
        folder: where the copy goes; without one, beside an SQLite store.
        without_copy: make none.

    Raises:
        StoreError: it cannot be copied or upgraded.
    """
    if not store.is_sqlite:
        from crawler.store.restoring import require_finished  # noqa: PLC0415 - only needed here

        require_finished(store)
    if not store.exists() or store.is_ready():
        store.upgrade()
        return
    from crawler.store import backups  # noqa: PLC0415 - hardly ever needed

    with working("Upgrading the store …"):
        made = backups.upgrade(store, Path(folder) if folder else None, without_copy=without_copy)
    if made is not None:
        print_written(
            f"{made.file} holds the store as it was before the upgrade, with schema {made.schema}", made.file
        )


def _stray(store: Store) -> str:
    """Where a store is missing and the current folder has one that no configuration beside it owns: what to do with that.

    Older versions took a relative storage.url from the current folder, as services did with their working directory.
    """
    target = Path(store.url.database or "") if store.is_sqlite else Path()
    here = Path(target.name)
    # A configuration in this folder owns the store here; then nothing is stray.
    if not target.name or target.exists() or not here.is_file() or find_config() != packaged():
        return ""
    return (
        f"; {here.absolute()} is not it, for a relative storage.url begins at the folder of its configuration:"
        f" move it there, or name its whole path: sqlite:///{here.absolute()}"
    )


def existing_store(settings: Settings) -> Store:
    """The store of a configuration, which must be there: a command that only reads would else report an empty one.

    Raises:
        StoreError: there is none, or it cannot be opened.
    """
    store = Store(settings.storage.url)
    if not store.exists():
        raise StoreError(
            f"there is no store {store.name} yet; `aseanwatch crawl` or `aseanwatch db upgrade` makes it{_stray(store)}"
        )
    upgrade_store(store, settings.storage.backups)
    return store


class Opened(NamedTuple):
    """What nearly every command works with."""

    settings: Settings
    store: Store


def open_existing(config: str | None) -> Opened:
    """The settings of a file and their store, for a command that works on what is there.

    Raises:
        StoreError: there is none, or it cannot be opened.
    """
    settings = load(config)
    return Opened(settings, existing_store(settings))


def open_or_create(config: str | None) -> Opened:
    """The settings of a file and their store, for a command that brings something into it.

    Raises:
        StoreError: it cannot be opened.
    """
    settings = load(config)
    return Opened(settings, open_store(settings))


def moment_since(text: str | None, now: datetime, option: str = "--since") -> datetime | None:
    """The moment that lies a duration such as ``7d`` back, or that is given (ISO 8601, UTC without a zone), by an option.

    Raises:
        typer.BadParameter: the text is neither.
    """
    if text is None:
        return None
    # Only what begins like a date is read as a moment; all else is a duration.
    if re.match(r"\d{4}-\d\d", text) and (moment := from_text(text)) is not None:
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    try:
        length: timedelta = parse_duration(text)
        return now - length
    except (ValueError, OverflowError) as error:
        raise typer.BadParameter(
            f"{error}; or a moment such as 2025-11-30T07:30", param_hint=option
        ) from None


def print_lines(rows: Iterable[Mapping[str, Any]]) -> None:
    """JSON Lines on standard output."""
    for row in rows:
        sys.stdout.write(json.dumps(row, ensure_ascii=False, default=plain) + "\n")


def in_utc(moment: datetime) -> str:
    """A moment within a sentence: with its year, in UTC, and saying so."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def cell(value: Any) -> str:
    """A value as a table shows it: yes or no, a moment with its year, in UTC, which the table's title says."""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M}"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def counted(number: int, one: str, many: str) -> str:
    """A number with its noun: "1 story", "12 stories"."""
    return f"{number} {one if number == 1 else many}"


def at_most(rows: list[Any], limit: int) -> tuple[list[Any], str]:
    """The first rows of a list that was asked for one more than its limit, and how to see more if there are more."""
    if len(rows) <= limit:
        return rows, ""
    return rows[:limit], f"; there are more: --limit {2 * limit}"


def print_table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], to: Console = out, *, summary: str = ""
) -> None:
    """A table; every cell is shown as plain text, never as markup.

    Args:
        title: what stands above it.
        columns: the headings.
        rows: the values.
        to: where it is printed.
        summary: the last line, which says how many there are.
    """
    rows = list(rows)
    zone = " (times in UTC)" if any(isinstance(value, datetime) for row in rows for value in row) else ""
    to.print(title + zone, markup=False, style="italic", soft_wrap=True)
    headings = [name.replace("_", " ") for name in columns]
    if rows or not summary:
        to.print(TextTable(headings, [[cell(v) for v in row] for row in rows], _SHORT), soft_wrap=True)
    if summary:
        to.print(summary, markup=False, soft_wrap=True)


def print_rows(
    title: str,
    columns: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    *,
    as_json: bool,
    summary: str = "",
) -> None:
    """Rows as JSON, whole, or as a table of some of their columns, with a last line that says how many there are."""
    if as_json:
        print_json(rows)
    else:
        print_table(title, columns, [[row[c] for c in columns] for row in rows], summary=summary)


def print_written(message: str, *paths: Path, to: Console = err) -> None:
    """A message about files that were written; where the terminal can, their names are links that open them (OSC 8)."""
    text = Text(message)
    for path in paths:
        # With the host's name, as the sequence's specification asks:
        # a terminal must not look for the file of another machine on its own.
        target = path.absolute().as_uri().replace("file://", f"file://{quote(gethostname())}", 1)
        begin = message.find(str(path))
        if begin >= 0:
            text.stylize(Style(link=target), begin, begin + len(str(path)))
    to.print(text, soft_wrap=True)


def print_values(values: Mapping[str, Any], *, as_json: bool) -> None:
    """What is known of one thing: a line for each value, a list's items below it."""
    if as_json:
        print_json(values)
        return
    for name, value in values.items():
        label = name.replace("_", " ")
        if isinstance(value, list) and value and isinstance(value[0], dict):
            out.print(f"{label}:", markup=False)
            for item in value:
                parts = [f"{k} {spoken_value(v)}" for k, v in item.items() if v not in (None, "", [])]
                out.print(f"  {', '.join(parts)}", markup=False, soft_wrap=True)
        else:
            out.print(f"{label}: {spoken_value(value)}", markup=False, soft_wrap=True)


def spoken_value(value: Any) -> str:
    """A value as a line shows it: in words, and never in Python's notation."""
    if value is None or value in ([], (), {}):
        return "none"
    if isinstance(value, datetime):
        return in_utc(value)
    if isinstance(value, dict):
        return "; ".join(f"{name}: {spoken_value(part)}" for name, part in value.items())
    if isinstance(value, list | tuple):
        is_nested = any(isinstance(part, dict | list | tuple) for part in value)
        return ("; " if is_nested else ", ").join(map(spoken_value, value))
    return cell(value)


@contextmanager
def working(what: str) -> Iterator[None]:
    """Show on a terminal that something takes its time, until it is done; print nothing to the terminal meanwhile."""
    if err.is_terminal and not err.is_dumb_terminal:
        with err.status(what):
            yield
    else:
        yield


@contextmanager
def written_to(output: Path | None, what: str) -> Iterator[TextIO]:
    """A file, or standard output where none is named; of a file it is said that ``what`` was written there.

    The file takes its place when all is written; until then, and where that fails, what was there stays.

    Raises:
        OutputError: it cannot be written.
    """
    if output is None or output == STANDARD:
        yield sys.stdout
        return
    check_writable(output)
    # A pipe or a device has no place to put a new file in.
    if is_special(output):
        with output.open("w", encoding="utf-8", newline="") as stream:
            yield stream
        return
    encoding = "utf-8-sig" if output.suffix.lower() == ".csv" else "utf-8"
    with replacing(output) as scratch, scratch.open("w", encoding=encoding, newline="") as stream:
        yield stream
    print_written(f"{what} written to {output}", output)
