"""Notes of what was sent: written the moment a server has said yes, because a process that dies before repeats the message.

A note is the least that a store can write: one column that no index holds, and no waiting for the disk, some hundredths
of a millisecond. It outlives the process at once. Within `DURABLE` seconds a transaction that does wait for the disk
makes the deliveries of those notes ``sent``, so that a power cut can repeat only what was sent in between. What a dead
process has noted and not made ``sent`` the next one does (`take_over`).
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
_TRYING = "UPDATE deliveries SET in_doubt = {true}, first_try = coalesce(first_try, {at}) WHERE id = {id}"
_ACCEPTED = "UPDATE deliveries SET accepted = {at} WHERE id = {id}"
_SENT = {
    "status": "sent", "sent": deliveries.c.accepted, "attempts": deliveries.c.attempts + 1, "error": None, "failure": None,
    "in_doubt": False, "accepted": None,
}  # fmt: skip


def take_over(store: Store, channel: str) -> None:
    """Make ``sent`` what was noted on a channel by a process that died. Only for who holds the lock of the channel's outbox."""
    noted = (deliveries.c.status == "pending") & (deliveries.c.channel == channel) & deliveries.c.accepted.is_not(None)
    with store.reading() as connection:
        if connection.scalar(select(deliveries.c.id).where(noted).limit(1)) is None:
            return
    with store.writing(beside=True) as connection:
        connection.execute(update(deliveries).where(noted).values(**_SENT))


class Notes:
    """A connection of its own for notes; a context manager, used by one thread.

    The two statements of every message go to the driver as they are: SQLAlchemy's part would be most of the time that a
    death must not fall into.

    Args:
        store: where deliveries are kept.
        now: the moment that notes carry.
    """

    def __init__(self, store: Store, now: datetime) -> None:
        self._store, self._now = store, now
        self._last = time.monotonic()
        self._noted: list[int] = []

    def __enter__(self) -> Notes:
        self._connection = self._store.engine.connect().execution_options(writes=True)
        self._connection.detach()  # it is closed at the end: its manner of committing is not for others
        driver: Any = self._connection.connection.dbapi_connection
        if self._store.is_sqlite:
            self._at: Any = self._now.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
            marks = {"true": "1", "false": "0", "at": "?", "id": "?"}
            driver.execute("PRAGMA synchronous=NORMAL")
        else:
            self._at = self._now
            marks = {"true": "true", "false": "false", "at": "%s", "id": "%s"}
            driver.autocommit = True
            driver.execute("SET synchronous_commit TO off")
        self._trying, self._accepted = _TRYING.format(**marks), _ACCEPTED.format(**marks)
        self._execute: Callable[[str, tuple[Any, ...]], Any] = driver.execute
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            self.settle()
        finally:
            self._connection.close()

    def trying(self, delivery: int) -> None:
        """A delivery is about to be handed over; until the answer is noted it may have arrived."""
        self._execute(self._trying, (self._at, delivery))

    def sent(self, delivery: int) -> None:
        """The server has said yes."""
        self._execute(self._accepted, (self._at, delivery))
        self._noted.append(delivery)
        if time.monotonic() - self._last > DURABLE:
            self.settle()

    def failed(self, delivery: int, values: dict[str, Any]) -> None:
        """It failed; ``values`` say what becomes of it."""
        with self._store.writing(beside=True) as connection:
            connection.execute(update(deliveries).where(deliveries.c.id == delivery).values(**values))

    def settle(self) -> None:
        """Make ``sent`` what was noted, on the disk."""
        self._last = time.monotonic()
        noted, self._noted = self._noted, []
        if noted:
            with self._store.writing(beside=True) as connection:
                connection.execute(
                    update(deliveries).where(deliveries.c.id == bindparam("noted")).values(**_SENT), [{"noted": n} for n in noted]
                )
