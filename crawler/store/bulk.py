"""What statements over many rows have in common: portions, inserts that update, fast inserts, ids reserved in bulk."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache, partial
from itertools import islice
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import (
    JSON,
    BindParameter,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Dialect,
    Row,
    Select,
    Table,
    bindparam,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.types import TypeEngine

from crawler.store.cursors import get_cursor, set_cursor
from crawler.store.schema import Utc

T = TypeVar("T")
CHUNK = 500
"""Values that one statement gets: SQLite before 3.32 takes 999 parameters, later ones 32,766."""
_HIGHEST_ID = "highest id of {}"


def chunks(values: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Values in portions that one statement can take; none where there are no values."""
    remaining = iter(values)
    while chunk := list(islice(remaining, size)):
        yield chunk


@lru_cache(64)
def _compiled(table: Table, names: tuple[str, ...], dialect: Dialect) -> _CompiledInsert:
    statement = insert(table).compile(dialect=dialect, column_keys=list(names))
    # SQLAlchemy may leave a column out, or order parameters otherwise; rows would then go into the
    # wrong columns in silence.
    in_order = not statement.positional or tuple(statement.positiontup or ()) == names
    if sorted(statement.params) != sorted(names) or not in_order:
        raise ValueError(f"{table.name} needs other columns, or in another order, than {', '.join(names)}")
    converters = tuple(_converter(table.c[n].type, dialect) for n in names)
    return _CompiledInsert(str(statement), converters, bool(statement.positional))


def _converter(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """What makes a value of a column what the driver takes; for what most columns hold without SQLAlchemy's calls within calls."""
    if dialect.name == "sqlite" and isinstance(kind, Utc):
        return _written_moment
    if dialect.name == "sqlite" and isinstance(kind, JSON):
        return _json_writer(dialect._json_serializer or json.dumps)
    if dialect.name == "sqlite" and isinstance(kind, Boolean):
        return None  # it takes True and False as they are
    return kind.dialect_impl(dialect).bind_processor(dialect)


@lru_cache(4096)
def _written_moment(value: datetime | None) -> str | None:
    """A moment as SQLite keeps it (`crawler.store.schema.Utc`). Remembered: the same one stands in several columns and rows."""
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"naive datetime {value!r}")
    utc = value if value.tzinfo is UTC else value.astimezone(UTC)
    return utc.isoformat(" ", "microseconds")[:_LENGTH_OF_MOMENT]


def _json_writer(serialise: Callable[[Any], str]) -> Callable[[Any], str]:
    # Rows that come together mostly have the same few categories, and the same reasons.
    words = lru_cache(1024)(serialise)
    last: tuple[object, str] = (None, "null")

    def written(value: Any) -> str:
        nonlocal last
        if not value:  # most rows have none of most lists
            return _EMPTY.get(type(value)) or serialise(value)
        if type(value) is not tuple:
            return serialise(value)
        # By their types: 1 equals True, and is written otherwise.
        if set(map(type, value)) == _WORDS:
            return words(value)
        if value is not last[0]:
            last = value, serialise(value)
        return last[1]

    return written


_LENGTH_OF_MOMENT = len("2025-11-28 12:00:00.000000")
_WORDS = {str}
_EMPTY = {list: "[]", tuple: "[]", dict: "{}", type(None): "null"}


class _CompiledInsert(NamedTuple):
    """An insert as the driver takes it. ``converters`` has one for each column, None where a value goes as it is."""

    statement: str
    converters: tuple[Callable[[Any], Any] | None, ...]
    positional: bool


def insert_rows(
    connection: Connection, table: Table, names: tuple[str, ...], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows that each have a value for each of ``names``.

    SQLAlchemy looks at each parameter of each row; here the statement is compiled and the columns'
    converters are looked up once for each table, which takes a fraction of the time.

    Args:
        connection: a connection that writes.
        table: the table.
        names: its columns in the table's order; what has a default must be among them.
        rows: the values.

    Raises:
        ValueError: a column is missing, or they are named in another order.
    """
    compiled = _compiled(table, names, connection.dialect)
    columns = zip(*rows, strict=True)
    converted = [
        map(convert, column) if convert else column
        # Not strict: without rows there are no columns.
        for convert, column in zip(compiled.converters, columns, strict=False)
    ]
    made = list(zip(*converted, strict=True))
    if made:
        values = made if compiled.positional else [dict(zip(names, row, strict=True)) for row in made]
        connection.exec_driver_sql(compiled.statement, values)


_SIZES = (1, 4, 16, 64, 256, CHUNK)
"""Numbers of values that statements of `matching` take: a few for each look-up, so that each is compiled once."""


class _CompiledSelect(NamedTuple):
    """A look-up as the driver takes it.

    ``fixed`` are the values of its own; ``converters`` has one for each column, None where a value comes as it is.
    """

    statement: str
    parameters: tuple[str, ...]
    fixed: Mapping[str, Any]
    positional: bool
    converters: tuple[Callable[[Any], Any] | None, ...]


@lru_cache(256)
def _compiled_select(statement: Select[Any], dialect: Dialect) -> _CompiledSelect:
    compiled = statement.compile(dialect=dialect)
    # Values go to the driver as they are.
    if any(bound.type.dialect_impl(dialect).bind_processor(dialect) for bound in compiled.binds.values()):
        raise ValueError(f"values must be converted to be looked up by {statement}")
    return _CompiledSelect(
        str(compiled),
        tuple(compiled.positiontup or ()),
        {name: value for name, value in compiled.params.items() if value is not None},
        bool(compiled.positional),
        tuple(
            column.type.dialect_impl(dialect).result_processor(dialect, None)
            for column in statement.selected_columns
        ),
    )


@lru_cache(256)
def _matching(
    columns: tuple[ColumnElement[Any], ...], key: Column[Any], same: tuple[Column[Any], ...], size: int
) -> Select[Any]:
    alike = [column == bindparam(f"s{n}", type_=column.type) for n, column in enumerate(same)]
    return select(*columns).where(*alike, key.in_(several(key, size)))


def several(key: Column[Any], size: int) -> list[BindParameter[Any]]:
    """Values of a column in a statement that `looked_up` takes."""
    return [bindparam(f"v{n}", type_=key.type) for n in range(size)]


def matching(
    connection: Connection,
    columns: Sequence[ColumnElement[Any]],
    key: Column[Any],
    values: Iterable[Any],
    **same: Any,
) -> Iterator[tuple[Any, ...]]:
    """The rows of a table whose ``key`` is one of some values, as tuples of ``columns``.

    Args:
        connection: reads the store.
        columns: what is read.
        key: the column that is looked up.
        values: its values; in any number.
        same: other columns of the table that must have one value.
    """
    of_same = tuple(key.table.c[name] for name in same)
    given = {f"s{n}": value for n, value in enumerate(same.values())}
    return looked_up(connection, partial(_matching, tuple(columns), key, of_same), values, given)


def looked_up(
    connection: Connection,
    statement_for: Callable[[int], Select[Any]],
    values: Iterable[Any],
    given: Mapping[str, Any] = MappingProxyType({}),
) -> Iterator[tuple[Any, ...]]:
    """The rows that statements find for some values, as tuples.

    A poll asks for the same things each time, with other values. SQLAlchemy takes ten times as long to write such a statement
    anew as SQLite to answer it; here it is written once for each number of values.

    Args:
        connection: reads the store.
        statement_for: the statement for so many values, which it names by `several`; the same one each time.
        values: the values; in any number.
        given: other values, by their names in the statement.
    """
    for statement, named in _with_values(statement_for, values, given):
        yield from rows_of(connection, statement, named)


def given_rows_for(
    connection: Connection, statement_for: Callable[[int], Select[Any]], values: Iterable[Any]
) -> Iterator[Row[Any]]:
    """As `looked_up`, with the rows as the driver has them (`given_rows`)."""
    for statement, named in _with_values(statement_for, values, {}):
        yield from given_rows(connection, statement, named)


def _with_values(
    statement_for: Callable[[int], Select[Any]], values: Iterable[Any], given: Mapping[str, Any]
) -> Iterator[tuple[Select[Any], dict[str, Any]]]:
    for chunk in chunks(values):
        size = next(size for size in _SIZES if size >= len(chunk))
        # The last one again, where there are fewer than the statement takes.
        padded = [*chunk, *[chunk[-1]] * (size - len(chunk))]
        yield statement_for(size), {**given, **{f"v{n}": value for n, value in enumerate(padded)}}


def rows_of(
    connection: Connection, statement: Select[Any], given: Mapping[str, Any] = MappingProxyType({})
) -> Iterator[tuple[Any, ...]]:
    """The rows of a statement that is made once and executed often, as tuples.

    Args:
        connection: reads the store.
        statement: it; it stays in memory.
        given: its values by name, as the driver takes them.
    """
    return read_rows(connection, statement, given_rows(connection, statement, given))


def given_rows(
    connection: Connection, statement: Select[Any], given: Mapping[str, Any] = MappingProxyType({})
) -> Sequence[Row[Any]]:
    """The same rows as the driver has them, in a fraction of the time that reading their values takes.

    They are good for a number that is made of them (``hash``), by which one knows whether anything has changed.
    """
    compiled = _compiled_select(statement, connection.dialect)
    named = {**compiled.fixed, **given}
    parameters = tuple(map(named.__getitem__, compiled.parameters)) if compiled.positional else named
    # All at once: a result that is walked through asks the driver for each row.
    return connection.exec_driver_sql(compiled.statement, parameters).all()


def read_rows(
    connection: Connection, statement: Select[Any], rows: Sequence[Sequence[Any]]
) -> Iterator[tuple[Any, ...]]:
    """Rows of a statement, or of one with the same columns, that are as the driver has them, with their values read."""
    converters = _compiled_select(statement, connection.dialect).converters
    if not any(converters):
        return map(tuple, rows)
    # Column by column: a call for each row, and for each value of it, would take twice as long.
    columns = zip(converters, zip(*rows, strict=True), strict=False)
    return zip(*(map(convert, column) if convert else column for convert, column in columns), strict=True)


def beginning_with(text: str) -> str:
    """The pattern of LIKE, with ``/`` as its escape, for what begins with a text."""
    return re.sub("([/%_])", r"/\1", text) + "%"


def keep_highest_id(connection: Connection, table: Table) -> None:
    """Remember the highest id before rows are deleted, so that none is given again: alerts and cursors name articles by id.

    PostgreSQL needs none of this: its sequences never go back.
    """
    if connection.dialect.name == "sqlite":
        name = _HIGHEST_ID.format(table.name)
        set_cursor(connection, name, max(_highest(connection, table), get_cursor(connection, name)))


def _highest(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.max(table.c.id))) or 0


def reserve_ids(connection: Connection, table: Table, count: int) -> list[int]:
    """So many new ids of a table, ascending, so that rows that refer to each other can be inserted at once.

    In SQLite they are the writer's own until its transaction ends.
    """
    if not count:
        return []
    if connection.dialect.name == "sqlite":
        # The rows with the highest ids may have been pruned: the cursor remembers them
        # (`keep_highest_id`).
        first = max(_highest(connection, table), get_cursor(connection, _HIGHEST_ID.format(table.name))) + 1
        return list(range(first, first + count))
    sequence = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
    # The server promises no order of rows, and ids must ascend in the order of arrival.
    return sorted(connection.scalars(sequence, {"name": table.name, "count": count}))
