"""Notes of what was sent: written the moment a server has said yes, because a process that dies before repeats the message.

A note is committed without waiting for the disk, which keeps that moment to some hundredths of a millisecond; it outlives
the process, and a commit that does wait follows within `DURABLE` seconds, so that a power cut can repeat only what was
sent in between.
"""

from __future__ import annotations

import time
from datetime import datetime
from types import TracebackType
from typing import Any

from sqlalchemy import bindparam, text, update

from crawler.store import Store
from crawler.store.schema import deliveries

DURABLE = 0.2


class Notes:
    """A connection of its own for notes; a context manager, used by one thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._is_sqlite = store.url.get_backend_name() == "sqlite"
        trying = {"in_doubt": True, "first_try": bindparam("first")}
        sent: dict[str, Any] = {
            "status": "sent",
            "sent": bindparam("at"),
            "attempts": bindparam("tries"),
            "error": None,
            "failure": None,
            "in_doubt": False,
        }
        mine = deliveries.c.id == bindparam("delivery")
        self._trying = update(deliveries).where(mine).values(**trying)
        self._sent = update(deliveries).where(mine).values(**sent)
        self._last = time.monotonic()
        self._open = False

    def __enter__(self) -> Notes:
        self._connection = self._store.engine.connect().execution_options(writes=True)
        self._connection.detach()  # it is closed at the end: its manner of committing is not for others
        if self._is_sqlite:
            self._driver: Any = self._connection.connection.dbapi_connection
            self._synchronous("NORMAL")
        else:
            self._connection.execute(text("SET synchronous_commit TO off"))
            self._connection.commit()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            self.settle()
        finally:
            self._connection.close()

    def trying(self, row: Any, now: datetime) -> None:
        """A delivery is about to be handed over; until the answer is noted it may have arrived."""
        with self._connection.begin():
            self._connection.execute(self._trying, {"delivery": row.id, "first": row.first_try or now})

    def sent(self, row: Any, now: datetime) -> None:
        """The server has said yes."""
        with self._connection.begin():
            self._connection.execute(self._sent, {"delivery": row.id, "at": now, "tries": row.attempts + 1})
        self._open = True
        if time.monotonic() - self._last > DURABLE:
            self.settle()

    def failed(self, row: Any, values: dict[str, Any]) -> None:
        """It failed; ``values`` say what becomes of it."""
        with self._connection.begin():
            self._connection.execute(update(deliveries).where(deliveries.c.id == row.id).values(**values))

    def settle(self) -> None:
        """Make all notes so far outlast a power cut."""
        self._last = time.monotonic()
        if not self._open:
            return
        self._open = False
        if self._is_sqlite:
            self._synchronous("FULL")
            with self._connection.begin():  # whatever is committed now is flushed with all before it
                self._connection.exec_driver_sql(
                    "UPDATE deliveries SET status = status WHERE id = (SELECT max(id) FROM deliveries)"
                )
            self._synchronous("NORMAL")
        else:
            with self._connection.begin():
                self._connection.execute(text("SET LOCAL synchronous_commit TO on"))
                self._connection.execute(update(deliveries).where(deliveries.c.id < 0).values(error=None))

    def _synchronous(self, how: str) -> None:
        self._driver.execute(f"PRAGMA synchronous={how}")
