"""A breaker for each channel: while its server is down one delivery at a time tries whether it is back, and nothing else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from alerts.retrying import Failure, wait_after
from crawler.store.schema import channel_states
from crawler.store.sources import upsert


def state(connection: Connection, channel: str) -> Row[Any] | None:
    """What is known of a channel that cannot be used (failures, since, closed_until, error); None for one that works."""
    return connection.execute(select(channel_states).where(channel_states.c.channel == channel)).first()


def states(connection: Connection) -> list[dict[str, Any]]:
    """All channels that cannot be used."""
    return [dict(row._mapping) for row in connection.execute(select(channel_states).order_by(channel_states.c.channel))]


def trip(connection: Connection, channel: str, now: datetime, error: str) -> datetime:
    """A channel could not be used; gives when it is tried again."""
    before = state(connection, channel)
    failures = (before.failures if before else 0) + 1
    until = now + wait_after(Failure.UNREACHABLE, failures, channel)
    values = {
        "channel": channel, "failures": failures, "since": before.since if before else now, "closed_until": until, "error": error[:500],
    }  # fmt: skip
    connection.execute(upsert(connection, channel_states, values, ["channel"], ["failures", "closed_until", "error"]))
    return until


def mend(connection: Connection, channel: str) -> None:
    """A channel works again."""
    connection.execute(delete(channel_states).where(channel_states.c.channel == channel))
