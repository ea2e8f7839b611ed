"""The state of one reader of one subscription: the serial of valid links, and since when it is paused.

A link carries the reader's serial when it was written, and is valid while that serial is the current one. Joining, leaving
and being removed or suppressed give a new serial, which revokes all earlier links at once. Serials are drawn at random, so
that none comes again even if the row was deleted meanwhile. Links of early versions carry no serial. That counts as 0, the
serial of a reader who never left.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, select, update

from alerts.subscriptions.addresses import readable
from crawler.config.settings import Subscription
from crawler.store.schema import reader_states as table
from crawler.store.upserts import upsert

ALL = ""
"""Stands for a subscription's name: the state for everything that a reader reads."""
_KEYS = ["subscription", "reader"]
ReaderKey = tuple[str, str]
"""A subscription's name and the canonical address of one of its readers."""


def serials(connection: Connection, readers: Collection[ReaderKey]) -> dict[ReaderKey, int]:
    """The current serials of some readers."""
    own: dict[ReaderKey, int] = {}
    names = sorted({name for name, _ in readers})
    for row in connection.execute(
        select(table).where(table.c.subscription.in_([*names, ALL]) & (table.c.serial != 0))
    ):
        own[row.subscription, row.reader] = row.serial
    # The sum changes with either: leaving one subscription, or being suppressed everywhere.
    return {
        (name, reader): own.get((name, reader), 0) + own.get((ALL, reader), 0) for name, reader in readers
    }


def serial_of(connection: Connection, subscription: str, address: str) -> int:
    """The serial that a reader's links must carry to be valid."""
    return _serials_of(connection, subscription, address).links


def feed_serial_of(connection: Connection, subscription: str, address: str) -> int:
    """The serial that the links of a reader's feed must carry. It can be renewed while the other links stay valid."""
    own = _serials_of(connection, subscription, address)
    return own.links + own.feed


class _Serials(NamedTuple):
    links: int
    feed: int


def _serials_of(connection: Connection, subscription: str, address: str) -> _Serials:
    own = table.c.subscription.in_((subscription, ALL)) & (table.c.reader == _reader(address))
    rows = connection.execute(select(table.c.serial, table.c.feed_serial).where(own)).all()
    return _Serials(sum(row.serial for row in rows), sum(row.feed_serial for row in rows))


def revoke(connection: Connection, subscription: str, address: str) -> None:
    """Revoke all links of a reader, and end the reader's pause."""
    values = {"subscription": subscription, "reader": _reader(address), "serial": _drawn(), "paused": None}
    connection.execute(upsert(connection, table, values, _KEYS, ["serial", "paused"]))


def revoke_everywhere(connection: Connection, address: str) -> None:
    """Revoke all links of a reader to any subscription."""
    revoke(connection, ALL, address)


def renew_feed(connection: Connection, subscription: str, address: str) -> None:
    """Revoke the links of a reader's feed."""
    values = {"subscription": subscription, "reader": _reader(address), "feed_serial": _drawn()}
    connection.execute(upsert(connection, table, values, _KEYS, ["feed_serial"]))


def pause(connection: Connection, subscription: str, address: str, now: datetime) -> None:
    """Pause a subscription for one reader. Pausing again changes nothing."""
    # The first moment stays: what was missed is sent from then on.
    if paused_since(connection, subscription, address) is None:
        values = {"subscription": subscription, "reader": _reader(address), "paused": now}
        connection.execute(upsert(connection, table, values, _KEYS, ["paused"]))


def resume(connection: Connection, subscription: str, address: str) -> datetime | None:
    """End a reader's pause; returns since when it lasted, or None if there was none."""
    since = paused_since(connection, subscription, address)
    mine = (table.c.subscription == subscription) & (table.c.reader == _reader(address))
    connection.execute(update(table).where(mine).values(paused=None))
    return since


def paused_since(connection: Connection, subscription: str, address: str) -> datetime | None:
    """Since when a reader has paused a subscription; None if it is not paused."""
    mine = (table.c.subscription == subscription) & (table.c.reader == _reader(address))
    found: datetime | None = connection.scalar(select(table.c.paused).where(mine))
    return found


def paused_readers(connection: Connection, names: Sequence[str]) -> frozenset[ReaderKey]:
    """The readers who have paused some subscriptions."""
    resting = table.c.subscription.in_(names) & table.c.paused.is_not(None)
    return frozenset(
        (row.subscription, row.reader) for row in connection.execute(select(table).where(resting))
    )


def sync_configured_readers(connection: Connection, subscriptions: Iterable[Subscription]) -> None:
    """Store whom config.yaml names, and revoke the links of readers who were removed from it or came back."""
    now = {(s.name, reader) for s in subscriptions for text in s.to if (reader := readable(text)) is not None}
    before = {(r.subscription, r.reader) for r in connection.execute(select(table).where(table.c.listed))}
    known = {name for name, _ in before}
    rows = []
    for name, reader in sorted(now ^ before):
        is_new = (name, reader) in now
        if not is_new or name in known:  # nobody has links to a subscription that is new itself
            revoke(connection, name, reader)
        rows.append({"subscription": name, "reader": reader, "listed": is_new})
    if rows:
        # One statement for all: building it for each of ten thousand takes minutes.
        connection.execute(upsert(connection, table, None, _KEYS, ["listed"]), rows)


def erase(connection: Connection, reader: str) -> int:
    """Delete the states of a reader; returns their number."""
    return connection.execute(delete(table).where(table.c.reader == reader)).rowcount


def _reader(address: str) -> str:
    return readable(address) or address


def _drawn() -> int:
    return 1 + secrets.randbelow(2**48)
