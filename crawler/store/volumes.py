"""How many entries sources bring a day."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, String, cast, func, select

from crawler.store.schema import entries


def by_day(connection: Connection, source: str, since: datetime) -> dict[str, int]:
    """New entries of a source on each day (UTC) since then; days without any are missing."""
    # The first ten characters of a moment are its day in both
    # databases; their date functions have nothing in common.
    day = func.substr(cast(entries.c.seen, String), 1, 10)
    statement = (
        select(day, func.count()).where(entries.c.source == source, entries.c.seen >= since).group_by(day)
    )
    return {r[0]: r[1] for r in connection.execute(statement)}


def latest(connection: Connection, source: str, limit: int = 20) -> list[tuple[str, str, datetime]]:
    """The titles, addresses and moments of a source's latest entries."""
    statement = select(entries.c.title, entries.c.url, entries.c.seen).where(entries.c.source == source)
    return [
        (r.title, r.url, r.seen)
        for r in connection.execute(statement.order_by(entries.c.id.desc()).limit(limit))
    ]
