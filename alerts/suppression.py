"""Addresses that no mail goes to: they bounced, or their owner wants none."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from alerts.addresses import canonical, readable
from alerts.reader_states import revoke_everywhere
from crawler.model import AseanwatchError
from crawler.store.schema import suppressions
from crawler.store.sources import upsert


def suppress(connection: Connection, text: str, reason: str, detail: str, now: datetime) -> None:
    """Write to this address no more, and let no link of its owner's do anything; the first reason stays."""
    values = {"address": canonical(text), "at": now, "reason": reason, "detail": detail[:500]}
    new = connection.scalar(upsert(connection, suppressions, values, ["address"]).returning(suppressions.c.address))
    if new is not None:
        revoke_everywhere(connection, text)


def lift(connection: Connection, text: str) -> None:
    """Write to this address again.

    Raises:
        AseanwatchError: it is not suppressed.
    """
    mine = canonical(text)
    spelled = [a for a in connection.scalars(select(suppressions.c.address)) if readable(a) == mine]
    if not connection.execute(delete(suppressions).where(suppressions.c.address.in_(spelled))).rowcount:
        raise AseanwatchError(f"{text} is not suppressed")


def suppressed(connection: Connection) -> dict[str, str]:
    """All suppressed addresses with their reasons, as `canonical` writes them."""
    return {readable(row.address) or row.address: row.reason for row in connection.execute(select(suppressions))}


def listed(connection: Connection) -> list[dict[str, Any]]:
    """The suppressed addresses, the latest first."""
    return [dict(row._mapping) for row in connection.execute(select(suppressions).order_by(suppressions.c.at.desc()))]
