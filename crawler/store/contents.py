"""What a store holds, whatever its schema: for what has to look before it is brought up to date."""

from __future__ import annotations

import hashlib
from pathlib import Path

from sqlalchemy import Connection, MetaData, Table, func, inspect, select

from crawler.store.database import Store, StoreError


def inspected(connection: Connection, name: str) -> Table:
    """A table as the store has it now, which may be of an older schema."""
    return Table(name, MetaData(), autoload_with=connection)


def holds_something(store: Store) -> bool:
    """Whether a store has anything that a copy would replace. One of SQLite that cannot be read counts as one that has."""
    file = Path(store.url.database or "")
    if store.is_sqlite and (not file.exists() or not file.stat().st_size):
        return False
    try:
        with store.read() as connection:
            there = set(inspect(connection).get_table_names())  # of an older schema, which has fewer
            return any(
                connection.scalar(select(inspected(connection, name)).limit(1)) is not None
                for name in ("entries", "articles", "operators", "subscriptions")
                if name in there
            )
    except StoreError:
        if store.is_sqlite:
            return True
        raise


def state_of(store: Store) -> str:
    """A few letters that are others after anything was added to a store, or sent from it."""
    found = hashlib.blake2b(digest_size=4)
    with store.read() as connection:
        for name in sorted(inspect(connection).get_table_names()):
            table = inspected(connection, name)
            for column in ("id", "sent"):
                if column in table.c:
                    highest = connection.scalar(select(func.max(table.c[column])))
                    found.update(f"{name} {column} {highest}\n".encode())
    return found.hexdigest()
