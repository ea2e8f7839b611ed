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
from crawler.archives.table_cells import EMPTY, TableCells
from crawler.archives.table_encoding import TableText, undecodable, wide_encoding
from crawler.archives.table_rows import TableRows

MOST_DOCUMENT = 100_000_000
"""Bytes of a JSON document that is no JSON Lines: it is read as a whole."""
_SAMPLE = 1 << 18
_DELIMITERS = ",;\t|"
_TOO_LONG = f"it is longer than {LARGEST // 1_000_000} MB"
_HALF = re.compile("[\ud800-\udfff]")
_QUOTED = re.compile(r'"(?:[^"]|"")*"')


def read_json_lines(stream: IO[bytes], mapping: FieldMapping, position: int) -> Iterator[ArchiveItem]:
    """The articles of JSON Lines; places are the numbers of lines.

    Args:
        stream: the file, unpacked.
        mapping: where the fields are found, and how it is written; else it is in UTF-8, or in UTF-16 if it begins so.
        position: the line that was read last, or 0.
    """
    stream, encoding = _as_utf8(stream, mapping)
    known: dict[tuple[str, ...], Mapping[str, Sequence[FieldSource]]] = {}
    for number, line in enumerate(_lines(stream), 1):
        if number <= position:
            continue
        if line is None:
            yield RefusedRecord(number, _TOO_LONG)
        elif line.strip(b" \t\r\n\xef\xbb\xbf"):
            yield _of_json(line, number, encoding, mapping, known)


def _as_utf8(stream: IO[bytes], mapping: FieldMapping) -> tuple[IO[bytes], str]:
    """JSON as UTF-8, and how it was written. Line breaks of UTF-16 are found only in its characters."""
    peekable: Any = stream if hasattr(stream, "peek") else io.BufferedReader(stream)
    encoding = mapping.encoding or wide_encoding(peekable.peek(4)[:4])
    if not encoding:
        return peekable, "utf-8"
    return io.BufferedReader(TableText(peekable, encoding, lambda _: None), _SAMPLE), encoding


def _lines(stream: IO[bytes]) -> Iterator[bytes | None]:
    """Lines; None for one that is too long."""
    while line := stream.readline(LARGEST + 1):
        if len(line) <= LARGEST:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(1 << 20)
        yield None


def _of_json(
    line: bytes, number: int, encoding: str, mapping: FieldMapping, known: dict[Any, Any]
) -> ArchiveItem:
    text, byte = _decoded(line)
    if byte:
        return RefusedRecord(
            number, f"it is not written in {encoding} (byte {byte}); --encoding says in what it is"
        )
    try:
        row = json.loads(text, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        return RefusedRecord(number, f"it is no JSON: {error}")
    return _of_object(row, number, mapping, known)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; of a key that stands in it twice the first value that is not empty, as with columns of one name."""
    found = dict(pairs)
    if len(found) < len(pairs):
        found = {}
        for key, value in pairs:
            if found.get(key) in EMPTY:
                found[key] = value
    return found


def _decoded(content: bytes) -> tuple[str, str]:
    """Text in UTF-8, and the first byte of it that is none, as two digits."""
    try:
        text = content.decode("utf-8", "surrogatepass").lstrip("\ufeff")
    except UnicodeDecodeError as error:
        return "", f"{content[error.start]:02X}"
    # Halves of characters are written as what UTF-8 forbids.
    return text, undecodable(text) or ("ED" if _HALF.search(text) else "")


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
    stream, encoding = _as_utf8(stream, mapping)
    content = stream.read(MOST_DOCUMENT + 1)
    if len(content) > MOST_DOCUMENT:
        raise ArchiveError(
            f"is one JSON document of more than {MOST_DOCUMENT // 1_000_000} MB; write one object a line (JSON Lines)"
        )
    text, byte = _decoded(content)
    if byte:
        raise ArchiveError(f"is not written in {encoding} (byte {byte}); --encoding says in what it is")
    try:
        found = json.loads(text, object_pairs_hook=_object)
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
    cells = TableCells(columns, mapping, delimiter, note)
    whole.columns, whole.is_row = len(columns), cells.are_row
    first = [head] if mapping.has_no_header else []
    for number, row in enumerate(_chained(first, rows), 1):
        if number <= position:
            continue
        if isinstance(row, str):
            yield RefusedRecord(number, row)
        elif _is_blank(row):
            yield NoArticleThere(number, "empty rows")
        elif byte := undecodable("".join(row)):
            why = f"it is not written in {table.encoding} (byte {byte}); --encoding says in what it is"
            yield RefusedRecord(number, why)
        else:
            named = cells.named(row, number)
            yield (
                RefusedRecord(number, named) if isinstance(named, str) else _row(number, named, cells.sources)
            )


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
