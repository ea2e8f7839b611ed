"""Sources that an operator wants asked now. Whoever asks sources takes the requests up within seconds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, select

from crawler.store.schema import poll_requests
from crawler.store.upserts import upsert


def request(connection: Connection, names: Iterable[str], now: datetime) -> None:
    """Have sources asked now."""
    rows = [{"source": name, "at": now} for name in sorted(set(names))]
    if rows:
        connection.execute(upsert(connection, poll_requests, None, ["source"], ["at"]), rows)


def waiting(connection: Connection) -> set[str]:
    """The sources that are to be asked and were not yet taken up."""
    return set(connection.scalars(select(poll_requests.c.source)))


def take(connection: Connection) -> set[str]:
    """The sources that are to be asked; the requests are done with."""
    return set(connection.scalars(delete(poll_requests).returning(poll_requests.c.source)))
