"""What statements over many rows have in common: portions, inserts that update, fast inserts, ids reserved in bulk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, Dialect, Table, func, insert, select, text

from crawler.store.cursors import get_cursor, set_cursor

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
    converters = tuple(table.c[n].type.dialect_impl(dialect).bind_processor(dialect) for n in names)
    return _CompiledInsert(str(statement), converters, bool(statement.positional))


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
