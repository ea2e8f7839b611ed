"""What is known of each source: validators for conditional requests, and every poll with its outcome."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from crawler.store.schema import polls, validators


def upsert(connection: Connection, table: Any, values: Any, keys: list[str], change: list[str] | None = None) -> Any:
    """An insert that changes the row that is there already (only ``change``; nothing where that is empty).

    ``values`` may be None for a statement that is executed with many rows.
    """
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table) if values is None else dialect.insert(table).values(values)
    if not change:
        return statement.on_conflict_do_nothing(index_elements=keys)
    return statement.on_conflict_do_update(index_elements=keys, set_={c: statement.excluded[c] for c in change})


@dataclass(frozen=True, slots=True)
class Validators:
    """What the server gave to ask again with: ETag and Last-Modified (RFC 9110, section 13)."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class PollRecord:
    """One answered (or failed) request of a source. ``outcome`` is ok, unchanged or failed."""

    source: str
    url: str
    at: datetime
    outcome: str
    kind: str | None = None
    message: str | None = None
    entries: int = 0
    new_entries: int = 0


def load_validators(connection: Connection, source: str) -> dict[str, Validators]:
    """The validators of all addresses of a source."""
    rows = connection.execute(select(validators).where(validators.c.source == source))
    return {r.url: Validators(r.etag, r.last_modified) for r in rows}


def save_validators(connection: Connection, source: str, url: str, new: Validators, at: datetime) -> None:
    """Keep what the server gave for ``url``; none at all is kept too, so that an old ETag is not sent for ever."""
    values = {
        "url": url,
        "source": source,
        "etag": new.etag,
        "last_modified": new.last_modified,
        "checked": at,
    }
    connection.execute(upsert(connection, validators, values, ["url"], ["source", "etag", "last_modified", "checked"]))


def forget_validators(connection: Connection, source: str, keep: Collection[str]) -> None:
    """Let go of the addresses of a source that it does not name any more."""
    gone = (validators.c.source == source) & validators.c.url.not_in(keep)
    connection.execute(delete(validators).where(gone))


def add_poll(connection: Connection, record: PollRecord) -> None:
    """Put one poll on record."""
    connection.execute(insert(polls).values(**{f: getattr(record, f) for f in record.__slots__}))


def last_polls(connection: Connection) -> dict[str, Any]:
    """The latest poll of each source."""
    latest = select(func.max(polls.c.id)).group_by(polls.c.source)
    return {r.source: r for r in connection.execute(select(polls).where(polls.c.id.in_(latest)))}


def health(connection: Connection) -> list[dict[str, Any]]:
    """For each source its latest outcome, counts of polls and failures, and when it last gave something new."""
    totals = select(
        polls.c.source,
        func.count().label("polls"),
        func.count().filter(polls.c.outcome == "failed").label("failed"),
        func.sum(polls.c.new_entries).label("new_entries"),
        func.max(polls.c.at).filter(polls.c.new_entries > 0).label("last_new"),
    ).group_by(polls.c.source)
    latest = last_polls(connection)
    return [
        {
            "source": row.source, "outcome": latest[row.source].outcome, "at": latest[row.source].at,
            "message": latest[row.source].message, "polls": row.polls, "failed": row.failed,
            "new_entries": row.new_entries, "last_new": row.last_new,
        }
        for row in connection.execute(totals.order_by(polls.c.source))
    ]  # fmt: skip
