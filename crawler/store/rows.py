"""Many rows inserted at once, at a fraction of the time that a statement takes to look at each of its parameters.

The statement is compiled and the columns' converters are looked up once for each table; rows are tuples.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Dialect, Table, insert

T = TypeVar("T")


def parts(values: Iterable[T], size: int = 1000) -> Iterator[list[T]]:
    """Values in portions that one statement can take."""
    left = iter(values)
    while part := list(islice(left, size)):
        yield part


@lru_cache(64)
def _compiled(table: Table, names: tuple[str, ...], dialect: Dialect) -> tuple[str, tuple[Callable[[Any], Any] | None, ...], bool]:
    statement = insert(table).compile(dialect=dialect, column_keys=list(names))
    if sorted(statement.params) != sorted(names) or (statement.positional and tuple(statement.positiontup or ()) != names):
        raise ValueError(f"{table.name} needs other columns, or in another order, than {', '.join(names)}")
    converters = tuple(table.c[n].type.dialect_impl(dialect).bind_processor(dialect) for n in names)
    return str(statement), converters, bool(statement.positional)


def insert_rows(connection: Connection, table: Table, names: tuple[str, ...], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows that each have a value for each of ``names``.

    Args:
        connection: a connection that writes.
        table: the table.
        names: its columns in the table's order; what has a default must be among them.
        rows: the values.

    Raises:
        ValueError: a column is missing, or they are named in another order.
    """
    statement, converters, positional = _compiled(table, names, connection.dialect)
    values = zip(*rows, strict=True)
    converted = [map(convert, column) if convert else column for convert, column in zip(converters, values, strict=False)]
    made = list(zip(*converted, strict=True))
    if made:
        connection.exec_driver_sql(statement, made if positional else [dict(zip(names, row, strict=True)) for row in made])
