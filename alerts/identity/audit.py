"""The audit log: who changed what, and when. Entries are never deleted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from crawler.store.schema import audit


def record(
    connection: Connection, actor: str, action: str, target: object, now: datetime, **detail: Any
) -> None:
    """Record a change, in the transaction that makes it."""
    values = {"at": now, "actor": actor, "action": action, "target": str(target), "detail": detail}
    connection.execute(insert(audit), [values])


def latest(connection: Connection, limit: int = 200) -> list[dict[str, Any]]:
    """The latest changes, the newest first."""
    statement = select(audit).order_by(audit.c.id.desc()).limit(limit)
    return [dict(r._mapping) for r in connection.execute(statement)]
