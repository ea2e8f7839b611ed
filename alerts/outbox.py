"""The outbox: deliveries are written together with their digest, and stay until they are sent or given up.

Sending is at least once with an id that never changes. One sender works at a time (a lock that a dying process
loses), so a delivery is repeated only when a process dies between the server's yes and our note of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from alerts.channels import Channel, DeliveryError, open_channel
from alerts.message import Outgoing
from alerts.rendering import Rendered
from crawler.config.settings import Delivery, Subscription
from crawler.model import AseanwatchError
from crawler.store import Store
from crawler.store.schema import deliveries, digests

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=6)
BATCH = 200


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: doubled each time, bounded."""
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << min(attempts - 1, 20)))


def put(
    connection: Connection,
    delivery: Delivery,
    subscription: Subscription,
    due: datetime,
    made: datetime,
    rendered: Rendered,
) -> int:
    """Write a digest with its deliveries, in the caller's transaction; gives the digest's id."""
    values = {
        "subscription": subscription.name, "due": due, "made": made, "subject": rendered.subject, "html": rendered.html,
        "text": rendered.text,
    }  # fmt: skip
    digest: int = connection.scalars(insert(digests).returning(digests.c.id), [values]).one()
    recipients = tuple(dict.fromkeys(subscription.to)) or (subscription.name + "@" + _domain(delivery),)
    rows = [
        {
            "digest_id": digest, "channel": subscription.channel, "recipient": recipient, "status": "pending", "attempts": 0,
            "message_id": message_id(delivery, subscription.name, due, recipient), "next_try": made,
        }
        for recipient in recipients
    ]  # fmt: skip
    connection.execute(insert(deliveries), rows)
    return digest


def _domain(delivery: Delivery) -> str:
    return parseaddr(delivery.sender)[1].rpartition("@")[2] or "localhost"


def message_id(delivery: Delivery, subscription: str, due: datetime, recipient: str) -> str:
    """The id of one digest for one recipient; the same whenever it is made (RFC 5322, 3.6.4)."""
    seed = f"{subscription}|{due.isoformat()}|{recipient}".encode()
    return f"<{hashlib.blake2b(seed, digest_size=12).hexdigest()}@{_domain(delivery)}>"


async def send_due(store: Store, delivery: Delivery, now: datetime) -> dict[str, int]:
    """Send what is pending and due; gives how many were sent, put off and given up.

    Does nothing while another process sends.
    """
    counts = {"sent": 0, "put off": 0, "given up": 0}
    with store.lock("outbox") as mine:
        if not mine:
            return counts
        channels: dict[str, Channel | AseanwatchError] = {}
        try:
            while rows := _pending(store, now):
                for row in rows:
                    counts[await _send(store, delivery, channels, row, now)] += 1
        finally:
            for channel in channels.values():
                if not isinstance(channel, AseanwatchError):
                    await channel.close()
    return counts


def _pending(store: Store, now: datetime) -> Sequence[Any]:
    with store.reading() as connection:
        wanted = (deliveries.c.status == "pending") & (deliveries.c.next_try <= now)
        statement = select(deliveries, digests).join(digests, digests.c.id == deliveries.c.digest_id).where(wanted)
        return connection.execute(statement.order_by(deliveries.c.next_try, deliveries.c.id).limit(BATCH)).all()


async def _send(store: Store, delivery: Delivery, channels: dict[str, Channel | AseanwatchError], row: Any, now: datetime) -> str:
    rendered = Rendered(row.subject, row.html, row.text)
    outgoing = Outgoing(row.message_id, row.recipient, row.subscription, delivery.sender, row.made, rendered)
    try:
        await _channel(channels, row.channel, delivery).send(outgoing)
    except (DeliveryError, AseanwatchError) as error:
        final = isinstance(error, DeliveryError) and error.final
        return _note_failure(store, row, str(error), now, final=final or row.attempts + 1 >= delivery.max_attempts)
    with store.writing() as connection:
        done = {"status": "sent", "sent": now, "attempts": row.attempts + 1, "error": None}
        connection.execute(update(deliveries).where(deliveries.c.id == row.id).values(**done))
    return "sent"


def _channel(channels: dict[str, Channel | AseanwatchError], name: str, delivery: Delivery) -> Channel:
    if name not in channels:
        try:
            channels[name] = open_channel(name, delivery)
        except AseanwatchError as error:
            channels[name] = error
    found = channels[name]
    if isinstance(found, AseanwatchError):
        raise found
    return found


def _note_failure(store: Store, row: Any, error: str, now: datetime, *, final: bool) -> str:
    attempts = row.attempts + 1
    values = {"attempts": attempts, "error": error[:500], "next_try": now + wait_after(attempts)}
    with store.writing() as connection:
        status = {"status": "failed"} if final else {}
        connection.execute(update(deliveries).where(deliveries.c.id == row.id).values(**values, **status))
    return "given up" if final else "put off"


def listed(connection: Connection, status: str | None = None, limit: int = 50) -> list[dict[str, Any]]:
    """The deliveries, the latest first."""
    columns = (
        deliveries.c.id, digests.c.subscription, deliveries.c.channel, deliveries.c.recipient, deliveries.c.status,
        deliveries.c.attempts, deliveries.c.sent, deliveries.c.next_try, deliveries.c.error, digests.c.subject,
    )  # fmt: skip
    statement = select(*columns).join(digests, digests.c.id == deliveries.c.digest_id).order_by(deliveries.c.id.desc())
    if status:
        statement = statement.where(deliveries.c.status == status)
    return [dict(row._mapping) for row in connection.execute(statement.limit(limit))]


def retry(connection: Connection, number: int | None, now: datetime) -> int:
    """Make a delivery that was given up (or all of them) pending again; gives how many."""
    wanted = deliveries.c.status == "failed"
    if number is not None:
        wanted = wanted & (deliveries.c.id == number)
    again = {"status": "pending", "attempts": 0, "next_try": now}
    return int(connection.execute(update(deliveries).where(wanted).values(**again)).rowcount)


def counts(connection: Connection) -> dict[str, int]:
    """How many deliveries there are of each status."""
    rows = connection.execute(select(deliveries.c.status, func.count()).group_by(deliveries.c.status))
    return {status: number for status, number in rows}
