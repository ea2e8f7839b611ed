"""Ids reserved in bulk, so that many rows that refer to each other can be inserted at once."""

from __future__ import annotations

from sqlalchemy import Connection, Table, func, select, text

from crawler.store.marks import mark, set_mark

_MARK = "highest id of {}"


def keep_highest(connection: Connection, table: Table) -> None:
    """Remember the highest id before rows are deleted, so that none is given again: alerts and marks speak of articles by id.

    PostgreSQL's sequences never go back.
    """
    if connection.dialect.name == "sqlite":
        name = _MARK.format(table.name)
        set_mark(connection, name, max(_highest(connection, table), mark(connection, name)))


def _highest(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.max(table.c.id))) or 0


def reserve(connection: Connection, table: Table, count: int) -> list[int]:
    """So many new ids of a table, ascending. In SQLite they are the writer's own until its transaction ends."""
    if not count:
        return []
    if connection.dialect.name == "sqlite":
        first = max(_highest(connection, table), mark(connection, _MARK.format(table.name))) + 1
        return list(range(first, first + count))
    sequence = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
    return sorted(connection.scalars(sequence, {"name": table.name, "count": count}))
