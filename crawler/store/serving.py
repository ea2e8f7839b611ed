"""The lock of whoever serves a store: one service alone, or the workers of many machines together.

Two services on one store would ask every source twice and know nothing of each other. The lock is the operating system's or
PostgreSQL's, so that a process that dies loses it. One-off commands need none.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from crawler.store.database import Store, StoreError

_KEY = zlib.crc32(b"aseanwatch service")
_LONGEST_NAME = 63
"""Bytes of PostgreSQL's application_name."""
_HOLDER = """SELECT a.application_name, a.backend_start FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
 WHERE l.locktype = 'advisory' AND l.classid = 0 AND l.objid = :key AND l.granted
 AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY a.backend_start LIMIT 1"""


class StoreInUseError(StoreError):
    """Somebody else serves the store."""


class ServiceLock:
    """The right to serve a store, held until `release`.

    Args:
        store: the store.
        role: what serves it, such as ``run``; the error of others names it.
        exclusive: whether nobody else may serve it. Workers share it with each other, and with no service that is exclusive.

    Raises:
        StoreInUseError: somebody else serves it; the message says who, where and since when.
    """

    def __init__(self, store: Store, role: str, *, exclusive: bool = True) -> None:
        self._store = store
        self._role = role
        self._exclusive = exclusive
        self._file: IO[str] | None = None
        self._connection: Connection | None = None
        self._acquire()

    def renew(self) -> None:
        """Take the lock again where it was lost with the connection to the database.

        Raises:
            StoreInUseError: somebody else took it meanwhile.
            StoreError: the database does not answer.
        """
        if self._connection is None:
            if not self._store.is_sqlite:
                self._acquire()
            return
        try:
            self._connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            self.release()
            self._acquire()

    def release(self) -> None:
        """Let others serve the store."""
        if self._file is not None:
            self._file.close()
            self._file = None
        if self._connection is not None:
            with suppress(SQLAlchemyError):
                self._connection.invalidate()  # ends the session, and the lock with it
            self._connection.close()
            self._connection = None

    def _acquire(self) -> None:
        if self._store.is_sqlite:
            self._lock_file()
        else:
            self._lock_database()

    def _lock_file(self) -> None:
        database = self._store.url.database
        if not database or database == ":memory:":
            return
        path = Path(f"{database}.service.lock")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Not for writing only: that would empty the file, which
            # says who holds the lock, before we know whether we get it.
            file = path.open("a+", encoding="utf-8")
        except OSError as error:
            raise StoreError(f"{path} cannot be written: {error.strerror}") from None
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            # A file that is open for appending stands at its end.
            file.seek(0)
            who = _holder_in(file.read())
            file.close()
            raise self._in_use(who) from None
        file.truncate(0)
        file.write(
            json.dumps(
                {
                    "role": self._role,
                    "pid": os.getpid(),
                    "host": socket.gethostname(),
                    "since": _now().isoformat(),
                }
            )
        )
        file.flush()
        self._file = file

    def _lock_database(self) -> None:
        # Shared by workers, exclusive for an embedded service:
        # the database itself keeps the two forms apart.
        taking = "pg_try_advisory_lock" if self._exclusive else "pg_try_advisory_lock_shared"
        name = f"aseanwatch {self._role}, process {os.getpid()} on {socket.gethostname()}"
        try:
            # No transaction: one that stays open for weeks would keep the server from vacuuming.
            connection = self._store.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        except SQLAlchemyError as error:
            raise self._store.store_error(error) from None
        try:
            connection.execute(
                # Whoever is refused reads this name in pg_stat_activity.
                text("SELECT set_config('application_name', :name, false)"),
                {"name": name[:_LONGEST_NAME]},
            )
            if connection.scalar(text(f"SELECT {taking}(:key)"), {"key": _KEY}):
                self._connection = connection
                return
            # May be nobody: the holder can end between the two statements.
            holder = connection.execute(text(_HOLDER), {"key": _KEY}).first()
            connection.invalidate()
        except SQLAlchemyError as error:
            connection.close()
            raise self._store.store_error(error) from None
        connection.close()
        raise self._in_use(
            f"{holder.application_name}, since {holder.backend_start:%Y-%m-%d %H:%M} UTC" if holder else ""
        )

    def _in_use(self, who: str) -> StoreInUseError:
        return StoreInUseError(
            f"the store {self._store.name} is in use by a service{f': {who}' if who else ''}; two on one store would do everything twice"
        )


def _now() -> datetime:
    return datetime.now(UTC)


def _holder_in(written: str) -> str:
    """Who holds a lock, from the text in its file."""
    with suppress(ValueError, KeyError, TypeError):
        found: dict[str, Any] = json.loads(written)
        since = datetime.fromisoformat(found["since"])
        return f"aseanwatch {found['role']}, process {found['pid']} on {found['host']}, since {since:%Y-%m-%d %H:%M} UTC"
    return ""


@contextmanager
def service_lock(store: Store, role: str, *, exclusive: bool = True) -> Iterator[ServiceLock]:
    """Hold the right to serve a store in this block. See `ServiceLock`."""
    held = ServiceLock(store, role, exclusive=exclusive)
    try:
        yield held
    finally:
        held.release()
