"""Ids reserved in bulk, so that many rows that refer to each other can be inserted at once."""

from __future__ import annotations

from sqlalchemy import Connection, Table, func, select, text


def reserve(connection: Connection, table: Table, count: int) -> list[int]:
    """So many new ids of a table, ascending. In SQLite they are the writer's own until its transaction ends."""
    if not count:
        return []
    if connection.dialect.name == "sqlite":
        first = (connection.scalar(select(func.max(table.c.id))) or 0) + 1
        return list(range(first, first + count))
    sequence = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
    return sorted(connection.scalars(sequence, {"name": table.name, "count": count}))
