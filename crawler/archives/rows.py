"""Tables (CSV, TSV) and JSON as archives: one row or line after another, in whatever encoding and with whatever signs."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import IO, Any

from crawler.archives.fields import (
    FieldMapping,
    FieldSource,
    UnfitValueError,
    check_columns,
    fields_of,
    values_of,
)
from crawler.archives.items import (
    LARGEST,
    ArchivedRow,
    ArchiveError,
    ArchiveItem,
    NoArticleThere,
    RefusedRecord,
)
from crawler.archives.table_encoding import TableText, undecodable
from crawler.archives.table_rows import TableRows

MOST_DOCUMENT = 100_000_000
"""Bytes of a JSON document that is no JSON Lines: it is read as a whole."""
_SAMPLE = 1 << 18
_DELIMITERS = ",;\t|"
_TOO_LONG = f"it is longer than {LARGEST // 1_000_000} MB"
_QUOTED = re.compile(r'"(?:[^"]|"")*"')


def read_json_lines(stream: IO[bytes], mapping: FieldMapping, position: int) -> Iterator[ArchiveItem]:
    """The articles of JSON Lines; places are the numbers of lines.

    Args:
        stream: the file, unpacked.
        mapping: where the fields are found.
        position: the line that was read last, or 0.
    """
    known: dict[tuple[str, ...], Mapping[str, Sequence[FieldSource]]] = {}
    for number, line in enumerate(_lines(stream), 1):
        if number <= position:
            continue
        if line is None:
            yield RefusedRecord(number, _TOO_LONG)
        elif line.strip(b" \t\r\n\xef\xbb\xbf"):
            yield _of_json(line, number, mapping, known)


def _lines(stream: IO[bytes]) -> Iterator[bytes | None]:
    """Lines; None for one that is too long."""
    while line := stream.readline(LARGEST + 1):
        if len(line) <= LARGEST:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(1 << 20)
        yield None


def _of_json(line: bytes, number: int, mapping: FieldMapping, known: dict[Any, Any]) -> ArchiveItem:
    try:
        row = json.loads(line.decode(mapping.encoding or "utf-8-sig"))
    except UnicodeDecodeError as error:
        return RefusedRecord(
            number,
            f"it is not written in {mapping.encoding or 'UTF-8'} (byte {line[error.start]:02X}); --encoding says in what it is",
        )
    except (ValueError, RecursionError) as error:
        return RefusedRecord(number, f"it is no JSON: {error}")
    return _of_object(row, number, mapping, known)


def _of_object(row: Any, number: int, mapping: FieldMapping, known: dict[Any, Any]) -> ArchiveItem:
    if not isinstance(row, dict):
        return RefusedRecord(number, "it is no JSON object")
    columns = tuple(row)
    if columns not in known:
        known.clear()  # rows of a file mostly have the same keys; remembered are those of the last one
        known[columns] = fields_of(columns, mapping)
    return _row(number, row, known[columns])


def _row(number: int, row: Mapping[str, Any], sources: Mapping[str, Sequence[FieldSource]]) -> ArchiveItem:
    try:
        values = values_of(row, sources)
    except UnfitValueError as error:
        return RefusedRecord(number, str(error))
    url = values.get("url", "")
    if not any(values.get(name) for name in ("title", "text", "html", "summary")):
        return RefusedRecord(
            number, "it has neither headline nor text; say where they are with --map COLUMN=FIELD", str(url)
        )
    return ArchivedRow(number, values)


def read_json(stream: IO[bytes], mapping: FieldMapping, position: int) -> Iterator[ArchiveItem]:
    """The articles of a JSON document: an object that is one, or a list of such; places are their numbers.

    Raises:
        ArchiveError: it is too large, or no JSON.
    """
    content = stream.read(MOST_DOCUMENT + 1)
    if len(content) > MOST_DOCUMENT:
        raise ArchiveError(
            f"is one JSON document of more than {MOST_DOCUMENT // 1_000_000} MB; write one object a line (JSON Lines)"
        )
    try:
        found = json.loads(content.decode(mapping.encoding or "utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ArchiveError(f"is no JSON: {error}") from None
    known: dict[Any, Any] = {}
    for number, row in enumerate(_objects(found), 1):
        if number > position:
            yield _of_object(row, number, mapping, known)


def _objects(found: Any) -> list[Any]:
    if isinstance(found, list):
        return found
    # {"articles": […]}, as APIs answer
    if isinstance(found, dict):
        lists = [
            v for v in found.values() if isinstance(v, list) and v and all(isinstance(o, dict) for o in v)
        ]
        if len(lists) == 1 and not {"title", "text", "url"} & found.keys():
            return lists[0]
    return [found]


def read_table(
    stream: IO[bytes], mapping: FieldMapping, position: int, note: Callable[[str], None] = lambda _: None
) -> Iterator[ArchiveItem]:
    """The articles of a table; places are the numbers of its rows behind the headings.

    Args:
        stream: the file, unpacked.
        mapping: where the fields are found, and how it is written.
        position: the row that was read last, or 0.
        note: hears in which encoding it is read, where that was guessed.

    Raises:
        ArchiveError: it has no column that is needed.
    """
    csv.field_size_limit(LARGEST)
    table = TableText(stream, mapping.encoding, note)
    buffered = io.BufferedReader(table, _SAMPLE)
    sample = buffered.peek(_SAMPLE)[:_SAMPLE]
    if not sample.strip():
        return
    text = io.TextIOWrapper(buffered, encoding="utf-8", errors="surrogatepass", newline="")
    # The last character may be cut.
    delimiter = mapping.delimiter or delimiter_of(sample.decode("utf-8", "replace"))
    # A tab-separated table without quotes has them as signs of its own: GDELT's.
    whole = TableRows(_bounded(text), delimiter)
    rows = iter(whole)
    head = next((row for row in rows if not _is_blank(row)), None)
    if isinstance(head, list) and len(head) <= 2 and "".join(head).startswith("sep="):
        head = next(rows, None)  # Excel's own line
    if not isinstance(head, list):
        raise ArchiveError(f"its first line cannot be read: {head or 'it is empty'}")
    if byte := undecodable("".join(head)):
        raise ArchiveError(
            f"its first line is not written in {table.encoding} (byte {byte}); --encoding says in what it is"
        )
    columns = [name.strip().lstrip("\ufeff") for name in head]
    check_columns(columns, mapping)
    whole.columns = len(columns)
    sources = fields_of(columns, mapping)
    numbered = [f"#{n}" for n in range(1, len(columns) + 1)]
    first = [head] if mapping.has_no_header else []
    for number, row in enumerate(_chained(first, rows), 1):
        if number <= position:
            continue
        other = _no_article(row, number, len(columns), table)
        if other is not None:
            yield other
        else:
            named = dict(zip(numbered, row, strict=False)) | dict(zip(columns, row, strict=False))
            yield _row(number, named, sources)


def _no_article(row: list[str] | str, number: int, columns: int, table: TableText) -> ArchiveItem | None:
    """Why a row of a table holds no article; None where it may hold one."""
    if isinstance(row, str):
        return RefusedRecord(number, row)
    if _is_blank(row):
        return NoArticleThere(number, "empty rows")
    if len(row) < columns // 2:
        return RefusedRecord(number, f"it has {len(row)} columns of {columns}")
    if byte := undecodable("".join(row)):
        return RefusedRecord(
            number, f"it is not written in {table.encoding} (byte {byte}); --encoding says in what it is"
        )
    return None


def _is_blank(row: list[str] | str) -> bool:
    return isinstance(row, list) and not any(cell.strip() for cell in row)


def _chained(first: list[list[str]], rows: Iterator[list[str] | str]) -> Iterator[list[str] | str]:
    yield from first
    yield from rows


def delimiter_of(text: str) -> str:
    """What parts the columns of a table, by its first lines: the sign that parts them into equally many."""
    lines = [line for line in text.splitlines()[:50] if line.strip()]
    if lines and lines[0].startswith("sep=") and len(lines[0]) > 4:
        return lines[0][4]
    if not lines:
        return ","
    head = _QUOTED.sub("", lines[0])
    counts = {sign: head.count(sign) for sign in _DELIMITERS}
    return max(counts, key=lambda sign: counts[sign])


def _bounded(text: io.TextIOWrapper) -> Iterator[str]:
    """Lines of text; of one that is too long nothing but its end, so that no line fills the memory."""
    while line := text.readline(LARGEST + 1):
        if len(line) <= LARGEST:
            # A NUL ends a row for some readers, and is no text.
            yield line.replace("\0", "\ufffd") if "\0" in line else line
            continue
        while line and not line.endswith(("\n", "\r")):
            line = text.readline(1 << 20)
        yield "\n"
