"""Inserts that update a row that exists already, in the SQL of either database."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Connection


def upsert(
    connection: Connection,
    table: Any,
    values: Any,
    keys: list[str],
    change: list[str] | None = None,
    add: str | None = None,
) -> Any:
    """An insert that changes the row that is there already.

    Args:
        connection: a connection, for its database.
        table: the table.
        values: a row; None for a statement that is executed with many rows.
        keys: the columns by which a row is the same.
        change: the columns that are changed then; where it is empty, such a row stays as it is.
        add: a column whose new value is added to the old one instead.
    """
    statement = _upsert(connection.dialect.name, table, tuple(keys), tuple(change or ()), add)
    return statement if values is None else statement.values(values)


@cache
def _upsert(dialect: str, table: Any, keys: tuple[str, ...], change: tuple[str, ...], add: str | None) -> Any:
    """The insert without a row. Each is put together once: SQLAlchemy takes longer for it than the store to insert a row."""
    statement = _insert_of(dialect)(table)
    if add is not None:
        total = table.c[add] + statement.excluded[add]
        return statement.on_conflict_do_update(index_elements=list(keys), set_={add: total})
    if not change:
        # `index_elements` in both cases: another key that is violated stays an error.
        return statement.on_conflict_do_nothing(index_elements=list(keys))
    return statement.on_conflict_do_update(
        index_elements=list(keys), set_={c: statement.excluded[c] for c in change}
    )


@cache
def _insert_of(dialect: str) -> Any:
    if dialect == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as made  # noqa: PLC0415 - each store needs one of the two
    else:
        from sqlalchemy.dialects.postgresql import insert as made  # type: ignore[assignment]  # noqa: PLC0415 - as above
    return made
