"""A new SQLite store made at once: the newest schema as statements, instead of migration after migration and Alembic, which runs them.

The statements are what the migrations make of an empty file, written down by `scripts.build_parsed`, with the checksum of these
migrations. Where a migration has changed since, or was added, the migrations themselves run.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any
from zlib import crc32

from sqlalchemy import Connection

from crawler.runtime.data_tables import table

MIGRATIONS = Path(__file__).parent / "migrations"
_EVERYTHING = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"
_DRAWN = "UPDATE subscription_changes SET token = lower(hex(randomblob(8)))"
"""What migrations draw at random is drawn anew for each store, for by that one is told from another."""


def newest_schema() -> str:
    """The version of this program's schema."""
    return max(file.name[:4] for file in _versions())


def _versions() -> Iterator[Path]:
    return (MIGRATIONS / "versions").glob("[0-9]*.py")


def of_migrations() -> int:
    """The checksum of all migrations."""
    found = 0
    for file in sorted(_versions()):
        found = crc32(file.read_bytes(), found)
    return found


def create(connection: Connection) -> bool:
    """Make the newest schema where there is nothing at all. Returns whether it did.

    Args:
        connection: a connection to SQLite that writes.
    """
    if connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one():
        return False
    try:
        prepared = table("parsed/schema.json")
    except OSError:  # a source tree in which `make parsed` has not run
        return False
    if prepared["of"] != of_migrations():
        return False
    for statement in prepared["statements"]:
        connection.exec_driver_sql(statement)
    for name, rows in prepared["rows"].items():
        for row in rows:
            connection.exec_driver_sql(
                f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(row))})', tuple(row)
            )
    connection.exec_driver_sql(_DRAWN)
    return True


def described(connection: Connection) -> dict[str, Any]:
    """What `create` needs: the statements that make a store as it is, and the rows that it has from the beginning.

    Args:
        connection: a connection to an SQLite store that was migrated and is empty.
    """
    everything = connection.exec_driver_sql(_EVERYTHING).all()
    virtual = [name for _, name, _, sql in everything if sql.upper().startswith("CREATE VIRTUAL")]
    # Tables of a virtual table, and those of SQLite itself, come with what they belong to.
    own = [one for one in everything if not one[1].startswith(("sqlite_", *(f"{name}_" for name in virtual)))]
    # In their order, on which it may depend which of two indexes is used. Only those that are made with their table come by chance.
    made: list[str] = []
    for _, group in groupby(own, key=lambda one: one[2]):
        first, *others = group
        with_table = first[0] == "table"
        made += [sql for *_, sql in (first, *(sorted(others, key=lambda o: o[1]) if with_table else others))]
    tables = [name for kind, name, _, _ in own if kind == "table" and name not in virtual]
    connection.exec_driver_sql("UPDATE subscription_changes SET token = ''")  # the same with each run
    rows = {name: [list(r) for r in connection.exec_driver_sql(f'SELECT * FROM "{name}"')] for name in tables}
    return {
        "of": of_migrations(),
        "statements": made,
        "rows": {name: found for name, found in rows.items() if found},
    }
