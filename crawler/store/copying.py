"""Copies a store into another one, such as SQLite into PostgreSQL: all of it in one transaction, and compares the two."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, func, insert, select, text

from crawler.store.database import Store, StoreError
from crawler.store.jobs import MARK as QUEUE_CURSOR
from crawler.store.schema import cursors, metadata, subscription_changes
from crawler.store.search import CURSOR as SEARCH_CURSOR

PORTION = 500
OWN_CURSORS = (QUEUE_CURSOR, SEARCH_CURSOR)
"""Cursors that belong to one store only: the other one has a queue and a search index of its own."""


COPIED = [t for t in metadata.sorted_tables if t is not subscription_changes]
"""The tables that are copied: what a database notes by itself, each notes of its own rows."""


def copy(
    source: Store, target: Store, copied: Callable[[str, int], None] = lambda table, rows: None
) -> dict[str, int]:
    """Copy everything into an empty store. Returns the number of rows of each table.

    Args:
        source: the store to read; it may be in use, and is read as it is at this moment.
        target: the store to fill; its schema must be up to date.
        copied: called after each table.

    Raises:
        StoreError: the target is not empty, or differs afterwards; it is left as it was.
    """
    found: dict[str, int] = {}
    with _as_it_is(source) as reading, target.write() as writing:
        # A new PostgreSQL store is not quite empty: its upgrade notes the version of the queue as a
        # cursor.
        if full := [
            t.name for t in COPIED if t is not cursors and writing.scalar(select(t).limit(1)) is not None
        ]:
            raise StoreError(
                f"the store {target.name} is not empty ({', '.join(full[:3])}); copy into a new one"
            )
        # SQLAlchemy sorts tables by their foreign keys: what is referred to is copied first.
        for table in COPIED:
            found[table.name] = _copy(reading, writing, table)
            copied(table.name, found[table.name])
        # Rows that bring their own ids leave PostgreSQL's sequences where they were.
        if not target.is_sqlite:
            _continue_numbers(writing)
        differing = [t.name for t in COPIED if _digest(reading, t) != _digest(writing, t)]
        if differing:
            raise StoreError(
                f"the copy differs from {source.name} in {', '.join(differing)}; nothing was written"
            )
    return found


def _as_it_is(store: Store) -> Any:
    """A connection that sees one state throughout. SQLite's WAL gives that by itself."""
    if store.is_sqlite:
        return store.read()
    return store.engine.connect().execution_options(isolation_level="REPEATABLE READ")


def _rows(connection: Connection, table: Table) -> Iterator[Sequence[Any]]:
    """All rows in the order of their keys, the cursors of one store only left out."""
    statement = select(table).order_by(*table.primary_key.columns)
    if table is cursors:
        statement = statement.where(cursors.c.name.not_in(OWN_CURSORS))
    # By portions: a store may be many times larger than the memory.
    result = connection.execution_options(yield_per=PORTION).execute(statement)
    for row in result:
        yield tuple(_plain(value) for value in row)


def _plain(value: Any) -> Any:
    """A value as either database takes it: PostgreSQL has no text with a NUL in it."""
    return value.replace("\x00", "") if isinstance(value, str) else value


def _copy(reading: Connection, writing: Connection, table: Table) -> int:
    names = [c.name for c in table.columns]
    count = 0
    portion: list[dict[str, Any]] = []
    for row in _rows(reading, table):
        portion.append(dict(zip(names, row, strict=True)))
        if len(portion) == PORTION:
            writing.execute(insert(table), portion)
            portion = []
            count = count + PORTION
    if portion:
        writing.execute(insert(table), portion)
    return count + len(portion)


class _TableDigest(NamedTuple):
    """How many rows a table has, and a digest of them all."""

    rows: int
    digest: str


def _digest(connection: Connection, table: Table) -> _TableDigest:
    digest, count = hashlib.blake2b(digest_size=16), 0
    for row in _rows(connection, table):
        digest.update(
            # Sorted, so that equal objects have one digest in whatever order their keys are stored.
            json.dumps(row, default=_as_text, sort_keys=True, ensure_ascii=False).encode(
                "utf-8", "surrogatepass"
            )
        )
        count += 1
    return _TableDigest(count, digest.hexdigest())


def _as_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime | date) else str(value)


def _continue_numbers(connection: Connection) -> None:
    """New rows get numbers after those that were copied."""
    for table in COPIED:
        if "id" in table.c and table.c.id.primary_key:
            highest = connection.scalar(select(func.max(table.c.id))) or 0
            if highest:
                connection.execute(
                    text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :value)"),
                    {"name": table.name, "value": highest},
                )
