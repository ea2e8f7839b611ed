"""A write-ahead log of deliveries: each success is recorded at once, because a process that dies before that repeats the message.

A record is one unindexed column, written without fsync (about 0.02 ms). It survives a crash of the process, but not a power
cut. Within `DURABLE` seconds a transaction with fsync makes the recorded deliveries ``sent``, so that a power cut can repeat
only what was sent in between. The next process finishes what a dead one recorded (`recover`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from sqlalchemy import bindparam, select, update

from crawler.store import Store
from crawler.store.schema import deliveries

DURABLE = 0.2
_BEGIN = "UPDATE deliveries SET in_doubt = {true}, first_try = coalesce(first_try, {at}) WHERE id = {id}"
_ACCEPTED = "UPDATE deliveries SET accepted = {at} WHERE id = {id}"
_SENT: dict[str, Any] = {
    "status": "sent", "attempts": deliveries.c.attempts + 1, "error": None, "failure": None,
    "in_doubt": False, "accepted": None,
}  # fmt: skip


def recover(store: Store, channel: str) -> None:
    """Make ``sent`` what a process that died recorded on a channel.

    The caller holds the lock of the channel's outbox: no other process is sending on it.
    """
    noted = (
        (deliveries.c.status == "pending")
        & (deliveries.c.channel == channel)
        & deliveries.c.accepted.is_not(None)
    )
    with store.read() as connection:
        # Nearly always: a round without work takes no lock for writing.
        if connection.scalar(select(deliveries.c.id).where(noted).limit(1)) is None:
            return
    with store.write(exclusive=False) as connection:
        connection.execute(update(deliveries).where(noted).values(sent=deliveries.c.accepted, **_SENT))


class DeliveryJournal:
    """Records deliveries on a connection of its own; a context manager, used by one thread.

    The two statements of every message go straight to the driver. If the process dies between the
    server's yes and the record, the message is repeated; SQLAlchemy would make that time twenty
    times longer (340 instead of 15 microseconds).

    Args:
        store: where deliveries are kept.
        now: the moment that records carry.
    """

    def __init__(self, store: Store, now: datetime) -> None:
        self._store, self._now = store, now
        self._last = time.monotonic()
        self._sent: list[int] = []

    def __enter__(self) -> DeliveryJournal:
        self._connection = self._store.engine.connect().execution_options(writes=True)
        self._connection.detach()  # it is closed at the end: its manner of committing is not for others
        driver: Any = self._connection.connection.dbapi_connection
        if self._store.is_sqlite:
            self._at: Any = self._now.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
            marks = {"true": "1", "false": "0", "at": "?", "id": "?"}
            # With WAL this leaves out fsync at each commit. The operating
            # system has the record at once, so it survives the process.
            driver.execute("PRAGMA synchronous=NORMAL")
        else:
            self._at = self._now
            marks = {"true": "true", "false": "false", "at": "%s", "id": "%s"}
            # Each record is a transaction of its own. SQLite's
            # connections come without a transaction already.
            driver.autocommit = True
            # PostgreSQL's word for the same: the commit does not wait for the disk.
            driver.execute("SET synchronous_commit TO off")
        self._begin = _BEGIN.format(**marks)
        self._accepted = _ACCEPTED.format(**marks)
        self._execute: Callable[[str, tuple[Any, ...]], Any] = driver.execute
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.flush()
        finally:
            self._connection.close()

    def begin(self, delivery: int) -> None:
        """A delivery is about to be handed over; until the answer is recorded it may have arrived."""
        self._note(self._begin, delivery)

    def sent(self, delivery: int) -> None:
        """The server has said yes."""
        # First in memory: where the store takes nothing now, `flush` tries once more at the end.
        self._sent.append(delivery)
        self._note(self._accepted, delivery)
        if time.monotonic() - self._last > DURABLE:
            self.flush()

    def _note(self, statement: str, delivery: int) -> None:
        with self._store.turn():
            self._execute(statement, (self._at, delivery))

    def failed(self, delivery: int, values: dict[str, Any]) -> None:
        """It failed; ``values`` say what becomes of it."""
        # An ordinary transaction: a failure that is lost in
        # a crash costs another attempt, but repeats nothing.
        with self._store.write(exclusive=False) as connection:
            connection.execute(update(deliveries).where(deliveries.c.id == delivery).values(**values))

    def flush(self) -> None:
        """Make ``sent`` what was recorded, on the disk."""
        self._last = time.monotonic()
        noted, self._sent = self._sent, []
        if noted:
            with self._store.write(exclusive=False) as connection:
                connection.execute(
                    update(deliveries)
                    .where(deliveries.c.id == bindparam("noted"))
                    .values(sent=self._now, **_SENT),
                    [{"noted": n} for n in noted],
                )
