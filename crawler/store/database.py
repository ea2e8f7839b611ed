"""The connection to the store: SQLite (WAL) or PostgreSQL, brought to the newest schema by Alembic."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from shutil import disk_usage
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, create_engine, event, func, inspect, make_url, select, text
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from crawler.config.values import SECRET_PARAMETERS
from crawler.model import AseanwatchError
from crawler.runtime.extras import how_to_add
from crawler.store import empty_store, jobs
from crawler.store.empty_store import MIGRATIONS, newest_schema
from crawler.store.write_queue import WriteQueue, queue_of

log = logging.getLogger("aseanwatch")

CACHES = 16_000_000
"""Bytes that the page caches of all connections of a process to SQLite may take before they grow no more."""
# PostgreSQL's advisory locks have numbers for names. These must stay: older workers take the same
# lock.
_WRITER = zlib.crc32(b"aseanwatch writer")
KEEPALIVES = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""A server that vanishes is noticed within half a minute (libpq's names; the last one in milliseconds)."""


_ROOM = 1_000_000
"""Bytes that are free on a disk that is not full."""
NO_RIGHTS = "42501"
"""PostgreSQL's SQLSTATE for a role that may not do what was asked (insufficient_privilege)."""


class StoreError(AseanwatchError):
    """The store cannot be opened, read or written; the message names it (without a password)."""


def is_about_the_store(error: BaseException) -> bool:
    """Whether an error means that the store takes nothing now: a full disk, a lock, a server that is away.

    Any other error is about the row that was to be written; other rows can be. psycopg raises OperationalError also for a
    value that is too large for an index (SQLSTATE class 54).
    """
    if not isinstance(error, DBAPIError):
        return False
    code = getattr(error.orig, "sqlstate", None) or ""
    # `connection_invalidated` is SQLAlchemy's word for a connection that broke under the statement.
    return (
        error.connection_invalidated
        or code == NO_RIGHTS
        or (isinstance(error, OperationalError) and not code.startswith("54"))
    )


def create_private_file(file: Path) -> None:
    """Create a file that only its owner can read, where there is none yet: a store holds people's addresses.

    SQLite gives its WAL and shm files the same rights.
    """
    with suppress(OSError):  # opening it will say what is wrong
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _create_file_privately(_: Any, __: Any, arguments: list[Any], ___: Any) -> None:
    """Create the file before SQLite does, which would give it the rights of the shell's umask."""
    if arguments and not str(arguments[0]).startswith((":", "file:")):
        create_private_file(Path(arguments[0]))


def after_commit(connection: Connection, call: Callable[[], None]) -> None:
    """Have ``call`` run once the transaction of `Store.write` is committed; it does not run after a rollback.

    A process changes what it remembers beside the store here, so that a failed transaction leaves nothing to put back.

    Args:
        connection: the connection of that transaction.
        call: what is done, in the thread that writes.
    """
    connection.get_execution_options()["then"].append(call)


LONGEST_WAIT = 15
"""Seconds that a writer waits for another one: a backup, a command beside the service."""


class Store:
    """One store. Cheap to make; connections are opened for each use, so that it can be shared between threads.

    Args:
        url: an SQLAlchemy URL such as ``sqlite:///aseanwatch.db`` or ``postgresql+psycopg://…``.

    Raises:
        StoreError: the URL cannot be read.
    """

    def __init__(self, url: str) -> None:
        try:
            self.url = make_url(url)
            options: dict[str, Any] = {"poolclass": NullPool} if url.endswith(":memory:") else {}
            options["json_serializer"] = _json
            self.is_sqlite = self.url.get_backend_name() == "sqlite"
            file = self.url.database if self.is_sqlite and self.url.database != ":memory:" else None
            self._queue = queue_of(file, LONGEST_WAIT) if file else WriteQueue(LONGEST_WAIT)
            if file:
                # In turn, each pooled connection would fill a page cache of its own; the last one used has the pages at hand.
                options["pool_use_lifo"] = True
            if self.is_sqlite:
                options["json_deserializer"] = _value
            else:
                options["pool_pre_ping"] = True  # a pooled connection may be to a server that was restarted
                options["connect_args"] = {k: v for k, v in KEEPALIVES.items() if k not in self.url.query}
            # Values stay out of errors: they would bring
            # people's addresses and whole articles into logs.
            self.engine = create_engine(self.url, hide_parameters=True, **options)
        except ModuleNotFoundError as error:
            raise StoreError(f"storage.url: {error}; PostgreSQL needs: {how_to_add('postgresql')}") from None
        except (ArgumentError, SQLAlchemyError) as error:
            raise StoreError(f"storage.url: {error}") from None
        self.name = _display_name(self.url)
        self.last_write_error: StoreError | None = None
        """Why the latest write of this process failed, where the store took nothing; health checks report it."""
        if self.is_sqlite:
            # Order matters on SQLite: the file is made private, then opened, then set up, then a
            # transaction begins.
            event.listen(self.engine, "do_connect", _create_file_privately)
            event.listen(self.engine, "connect", _set_pragmas)
            event.listen(self.engine, "checkout", _disable_driver_transactions)
            event.listen(self.engine, "begin", _begin)
        else:
            event.listen(self.engine, "connect", _set_keepalives)

    def exists(self) -> bool:
        """Whether there is a store at all, of whatever schema. Looking does not create one.

        Raises:
            StoreError: it does not answer.
        """
        # Opening an SQLite file that is missing would create it.
        if self.is_sqlite and self.url.database and not Path(self.url.database).exists():
            return False
        with self.read() as connection:
            return inspect(connection).has_table("alembic_version")

    def upgrade(self) -> None:
        """Bring the schema to the newest version; create the store where there is none.

        Raises:
            StoreError: it cannot be opened or written.
        """
        try:
            if self.is_ready():
                self._warn_if_newer()
                return
            with self.write() as connection:
                # Looked at again under the writer's lock: of several processes that start at once,
                # one migrates.
                is_made = self.is_sqlite and empty_store.create(connection)
                if not is_made and not self._is_newer(connection):
                    migrate(connection)
                if not self.is_sqlite:
                    jobs.prepare(connection)
        except SQLAlchemyError as error:
            raise self.store_error(error) from None

    def version(self) -> str | None:
        """The version of the store's schema; None where there is none yet.

        Raises:
            StoreError: it does not answer.
        """
        with self.read() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return max(connection.scalars(text("SELECT version_num FROM alembic_version")), default=None)

    def _warn_if_newer(self) -> None:
        found = self.version()
        if found is not None and found > newest_schema():
            log.warning(
                "the store %s was brought to schema %s by a newer program; this one knows %s and goes on with what it knows:"
                " update it", self.name, found, newest_schema(),
            )  # fmt: skip

    def is_ready(self) -> bool:
        """Whether the schema is one that this program can use: that of its last migration, or of a later one.

        Raises:
            StoreError: it does not answer.
        """
        with self.read() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return False
            # Alembic keeps one row for each head; two would
            # mean branches, which our migrations never have.
            found = connection.scalars(text("SELECT version_num FROM alembic_version")).all()
            is_ours = found == [newest_schema()] or self._is_newer(connection)
            return is_ours and (self.is_sqlite or jobs.is_prepared(connection))

    def _is_newer(self, connection: Connection) -> bool:
        """Whether a newer program migrated the store. Migrations only add (docs/adr/0013), so this one can go on."""
        if not inspect(connection).has_table("alembic_version"):
            return False
        return (
            max(connection.scalars(text("SELECT version_num FROM alembic_version")), default="")
            > newest_schema()
        )

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that reads; it sees one state of the store throughout."""
        try:
            with self.engine.connect() as connection:
                yield connection
        except DatabaseError as error:
            # This class itself, and none below it, is SQLite's for a file that is damaged or no database.
            is_ours = is_about_the_store(error) or isinstance(error, OperationalError)
            if not is_ours and type(error) is not DatabaseError:
                raise
            raise self.store_error(error) from None

    def turn(self) -> AbstractContextManager[None]:
        """Wait for one's turn among this process's writers. `write` does so; whoever changes the store in another way has to, too.

        SQLite looks again for a lock ten times a second: beside writers that come in turn, who is not among them comes never.
        """
        return self._queue.admitted() if self.is_sqlite else nullcontext()

    @contextmanager
    def write(self, *, exclusive: bool = True) -> Iterator[Connection]:
        """A transaction that writes: all of the block is stored, or nothing when it raises.

        Args:
            exclusive: one writer at a time, on all machines together: what the block reads stays true until its end. Pass
                False for a block that needs no such promise; on PostgreSQL it does not wait for others then. SQLite has
                one writer at a time in any case.
        """
        then: list[Callable[[], None]] = []
        try:
            with (
                self.turn(),
                self.engine.connect().execution_options(writes=True, then=then) as connection,
                connection.begin(),
            ):
                if exclusive and not self.is_sqlite:
                    # Before anything is read in this transaction: all that it reads is then as the
                    # last writer left it.
                    connection.execute(select(func.pg_advisory_xact_lock(_WRITER)))
                yield connection
        except DBAPIError as error:
            # What is wrong with one row is the caller's to handle; the store itself is well.
            if not is_about_the_store(error):
                raise
            self.last_write_error = self.store_error(error)
            raise self.last_write_error from None
        self.last_write_error = None
        # Outside of the transaction: what fails here must not look as if nothing had been stored.
        for call in then:
            call()

    @property
    def is_being_written(self) -> bool:
        """Whether a thread of this process writes (SQLite), so that another writer would have to wait."""
        return self._queue.is_taken

    @contextmanager
    def lock(self, name: str) -> Iterator[bool]:
        """Hold a lock that only one process can hold. Gives False if another process holds it.

        A process that dies loses it at once: the operating system releases its file lock,
        PostgreSQL its advisory lock.
        """
        if self.is_sqlite:
            with self._file_lock(name) as mine:
                yield mine
            return
        # A session's lock, not a transaction's: it is held over many transactions.
        key = zlib.crc32(f"aseanwatch {name}".encode())
        try:
            # A transaction that stays open while the lock
            # is held would keep the server from vacuuming.
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                mine = bool(connection.scalar(select(func.pg_try_advisory_lock(key))))
                try:
                    yield mine
                finally:
                    if mine:
                        connection.execute(select(func.pg_advisory_unlock(key)))
        except DBAPIError as error:
            if not is_about_the_store(error):
                raise
            raise self.store_error(error) from None

    @contextmanager
    def _file_lock(self, name: str) -> Iterator[bool]:
        if not self.url.database or self.url.database == ":memory:":
            yield True
            return
        with Path(f"{self.url.database}.{quote(name, safe='')}.lock").open("w") as stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def store_error(self, error: SQLAlchemyError) -> StoreError:
        """An error of the database as one that names the store, without values or passwords."""
        folder = Path(self.url.database or "").absolute().parent
        if self.is_sqlite and not folder.is_dir():
            return StoreError(f"the store {self.name} cannot be used: there is no folder {folder}")
        # Readers write too: the WAL's index lies in the folder
        if self.is_sqlite and not os.access(folder, os.W_OK):
            return StoreError(f"the store {self.name} cannot be used: the folder {folder} cannot be written")
        cause = getattr(error, "orig", None) or error
        said = f"the store {self.name} cannot be used: {str(cause).strip().splitlines()[0]}"
        if (
            getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
            and disk_usage(folder).free > _ROOM
        ):
            aside = os.environ.get("SQLITE_TMPDIR") or os.environ.get("TMPDIR") or "/var/tmp"
            said += f". Its own disk has room; SQLite puts things aside in {aside}: make room there, or name another folder (TMPDIR)"
        if getattr(cause, "sqlstate", None) == NO_RIGHTS:
            role = f'"{self.url.username}"' if self.url.username else "the role of storage.url"
            said += (
                f". The role lacks rights. Where the store exists already: GRANT owner TO {role}, owner being the role"
                f" that owns its tables; for a new one: GRANT ALL ON SCHEMA public TO {role}"
            )
        return StoreError(said)


def _display_name(url: URL) -> str:
    """A URL for people: without passwords, also those among its parameters, and for a file with its absolute path."""
    file = url.database
    if url.get_backend_name() == "sqlite" and file and file != ":memory:":
        url = url.set(database=str(Path(file).absolute()))
    url = url.update_query_dict(dict.fromkeys(SECRET_PARAMETERS & set(url.query), "***"))
    return url.render_as_string(hide_password=True)


def migrate(connection: Connection) -> None:
    """Bring a schema to the newest version by the migrations that it lacks, all of them where there is none."""
    from alembic import command  # noqa: PLC0415 - a tenth of a second that hardly any command needs
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


_decode = json.JSONDecoder().raw_decode


def _value(text: str) -> Any:
    """What JSON says, as `json.loads` reads it, without its two searches for blanks: a page reads thousands of lists."""
    if text == "[]":
        return []
    try:
        value, end = _decode(text)
    except ValueError:
        return json.loads(text)
    return value if end == len(text) else json.loads(text)


def _json(value: Any) -> str:
    """A value as JSON. Most lists of most articles are empty; those are written without the encoder."""
    return "[]" if value in ([], ()) else json.dumps(value)


def _disable_driver_transactions(connection: Any, *_: Any) -> None:
    """Keep the driver from beginning transactions itself, as it does again after a connection was used in AUTOCOMMIT."""
    connection.isolation_level = None


def _set_pragmas(connection: Any, _: Any) -> None:
    """Set up a connection: WAL lets readers read while one writes, FULL makes a commit survive a power cut."""
    # Python's sqlite3 would begin transactions by itself, and only before a change: what was read
    # until then would be outside of it. `_begin` begins them instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        # Milliseconds.
        f"busy_timeout={LONGEST_WAIT * 1000}",
        "journal_mode=WAL",
        "synchronous=FULL",
        # SQLite checks foreign keys only on connections that ask for it.
        "foreign_keys=ON",
        # Negative numbers are KiB: 8 MB for each connection.
        "cache_size=-8000",
        # Bytes of all connections together, beyond which each reuses the pages that it has.
        f"soft_heap_limit={CACHES}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _set_keepalives(connection: Any, _: Any) -> None:
    """Let the server end the session, and so its locks, half a minute after this machine vanishes.

    Its own default is two hours.
    """
    with connection.cursor() as cursor:
        for name, value in (("idle", 10), ("interval", 5), ("count", 3)):
            # The server's side of `KEEPALIVES`: libpq's options only watch over ours.
            cursor.execute(f"SET tcp_keepalives_{name} = {value}")
        cursor.execute("SET tcp_user_timeout = 30000")
    connection.commit()


def _begin(connection: Connection) -> None:
    """Begin a transaction. A writer takes SQLite's lock at once, so that it never fails half way because another one writes."""
    # A plain BEGIN takes the lock at the first change. If another process wrote since the first
    # read, SQLite then refuses at once (SQLITE_BUSY_SNAPSHOT), without waiting.
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
