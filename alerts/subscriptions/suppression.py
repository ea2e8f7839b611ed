"""Addresses that get no mail, because mail to them bounced or their owner wants none."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from alerts.subscriptions import subscriptions
from alerts.subscriptions.addresses import canonical, readable, same_spelling
from alerts.subscriptions.reader_states import revoke_everywhere
from crawler.config.settings import Settings
from crawler.model import AseanwatchError
from crawler.store.schema import digests, suppressions
from crawler.store.upserts import upsert

UNKNOWN, BOUNCED, BOUNCED_OFTEN = "unknown address", "bounced", "bounced often"
"""Reasons if mail did not arrive: the server knows no such mailbox, or the mail came back once, or often."""


def blames_mailbox(connection: Connection, settings: Settings, delivery: Row[Any]) -> bool:
    """Whether a failed delivery says anything about the reader's mailbox.

    A mail that asks to confirm a sign-up says nothing: a stranger may have caused it, with another spelling of the address.
    Nor does a failure of a spelling that the subscription does not use.

    Args:
        connection: to the store.
        settings: the configuration.
        delivery: with its ``digest_id``, ``subscription`` and ``recipient``.
    """
    envelope = connection.scalar(select(digests.c.envelope).where(digests.c.id == delivery.digest_id))
    if (envelope or {}).get("purpose") == "confirm":
        return False
    known = subscriptions.load_subscriptions(
        connection, settings, include_unconfirmed=True, only=[delivery.subscription]
    )
    reader = readable(delivery.recipient)
    theirs = [text for one in known for text in one.subscription.to if readable(text) == reader]
    # Nobody of that subscription is left: then there is no other spelling to protect.
    return not theirs or any(same_spelling(text, delivery.recipient) for text in theirs)


def suppress(connection: Connection, text: str, reason: str, detail: str, now: datetime) -> None:
    """Send no more mail to an address, and revoke all links of its owner. The first reason stays."""
    values = {"address": canonical(text), "at": now, "reason": reason, "detail": detail[:500]}
    new = connection.scalar(
        upsert(connection, suppressions, values, ["address"]).returning(suppressions.c.address)
    )
    # Only the first time: the links of a reader who is out already are revoked.
    if new is not None:
        revoke_everywhere(connection, text)


def lift(connection: Connection, text: str) -> None:
    """Send mail to an address again.

    Raises:
        AseanwatchError: it is not suppressed.
    """
    if not _lift(connection, text, None):
        raise AseanwatchError(f"{text} is not suppressed")


def lift_unreached(connection: Connection, text: str) -> None:
    """Send mail again to an address that had bounced, because a mail has arrived now. It changes nothing if its owner wants none."""
    _lift(connection, text, (UNKNOWN, BOUNCED, BOUNCED_OFTEN))


def _lift(connection: Connection, text: str, reasons: Collection[str] | None) -> int:
    mine = canonical(text)
    rows = connection.execute(select(suppressions.c.address, suppressions.c.reason))
    # Compared here and not in SQL: rows of former versions have the address as it was spelled.
    spelled = [
        row.address
        for row in rows
        if readable(row.address) == mine and (reasons is None or row.reason in reasons)
    ]
    return connection.execute(delete(suppressions).where(suppressions.c.address.in_(spelled))).rowcount


def load_suppressions(connection: Connection) -> dict[str, str]:
    """The reasons by suppressed address (`canonical`)."""
    return {
        readable(row.address) or row.address: row.reason for row in connection.execute(select(suppressions))
    }


def list_suppressions(connection: Connection) -> list[dict[str, Any]]:
    """The suppressed addresses, the latest first."""
    return [
        dict(row._mapping)
        for row in connection.execute(select(suppressions).order_by(suppressions.c.at.desc()))
    ]
