"""What can be checked of the contents of a copy of SQLite: that rows belong together, and that values can be read."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import JSON

from alerts.digests.packing import opened
from crawler.store.schema import Utc, digest_packs, metadata
from crawler.store.upkeep import open_copy

_EXAMPLES = 5


class CopyContents(NamedTuple):
    """How many rows a copy has, and what is wrong with them."""

    rows: int
    problems: tuple[str, ...]


def contents_of(file: Path) -> CopyContents:
    """Read all rows of a copy whose structure is whole.

    A dump of PostgreSQL is not read so: its keys are checked by PostgreSQL when it is put back, its values by their types.
    Secrets are not tried, for the key that opens them is kept apart from the copy.

    Raises:
        sqlite3.Error: it cannot be read.
    """
    problems: list[str] = []
    rows = 0
    with closing(open_copy(file)) as copy:
        there = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for table, row, parent, _ in copy.execute("PRAGMA foreign_key_check").fetchmany(_EXAMPLES):
            problems.append(f"{table}: row {row} belongs to a row of {parent} that is not there")
        for table in metadata.sorted_tables:
            if table.name not in there:
                continue  # an older schema
            columns = {row[1] for row in copy.execute(f'PRAGMA table_info("{table.name}")')}
            rows += copy.execute(f'SELECT count(*) FROM "{table.name}"').fetchone()[0]
            for column in table.columns:
                if column.name not in columns:
                    continue
                if isinstance(column.type, Utc):
                    wrong, what = f'datetime("{column.name}") IS NULL', "is no moment"
                elif isinstance(column.type, JSON):
                    wrong, what = f'NOT json_valid("{column.name}")', "is no JSON"
                else:
                    continue
                query = f'SELECT count(*) FROM "{table.name}" WHERE "{column.name}" IS NOT NULL AND {wrong}'
                if count := copy.execute(query).fetchone()[0]:
                    problems.append(f"{table.name}.{column.name} {what} in {count:,} rows")
        if digest_packs.name in there:
            problems += _unreadable_packs(copy)
    return CopyContents(rows, tuple(problems))


def _unreadable_packs(copy: sqlite3.Connection) -> list[str]:
    found = []
    for number, body in copy.execute("SELECT id, body FROM digest_packs"):
        try:
            opened(bytes(body))
        except Exception:  # whatever is wrong with it, it cannot be shown any more
            found.append(f"digest_packs: row {number} cannot be unpacked")
    return found if len(found) <= _EXAMPLES else [*found[:_EXAMPLES], f"… {len(found) - _EXAMPLES:,} more"]
