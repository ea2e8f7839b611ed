"""Copies of the store that can be put back: made while it is used, read whole before they count, and kept for a number of nights.

SQLite copies itself (its online backup); PostgreSQL is copied by ``pg_dump`` of its own version or a newer one. Both see the
store as it was at one moment.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import URL, Connection, MetaData, Table, delete, func, insert, inspect, select, text

from crawler.store import upkeep
from crawler.store.cursors import get_cursor
from crawler.store.database import Store, StoreError, create_private_file, newest_schema
from crawler.store.schema import alerts, backups, deliveries, entries, polls

KEPT_RECORDS = 200
OVERDUE = timedelta(hours=36)
"""A nightly backup that is older was left out once."""
SELECTED = "selected"
"""The cursor that a running service moves every half minute (`alerts.operations.progress`)."""
_NAME = re.compile(r"aseanwatch-\d{8}T\d{6}Z\.(db|dump)")
_VERSION = re.compile(r"COPY public\.alembic_version \(version_num\) FROM stdin;\n(\w+)\n")
_ENDINGS = {True: "db", False: "dump"}
WAIT = 0.5


@dataclass(frozen=True, slots=True)
class BackupFile:
    """A copy that was read whole.

    Attributes:
        file: where it is.
        size: in bytes.
        schema: the version of the store in it.
    """

    file: Path
    size: int
    schema: str


def make(store: Store, target: Path) -> BackupFile:
    """Copy a store into a new file, and read the copy whole. The file appears only when both succeeded.

    Raises:
        StoreError: there is such a file already, it cannot be written or read, or the programs of PostgreSQL are missing.
    """
    require_new(store, target)
    part = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        # Before it is filled: it holds people's addresses.
        create_private_file(part)
        if store.is_sqlite:
            upkeep.backup(store, part)
        else:
            _run(store, ["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={part}"])
        schema = check(part, is_sqlite=store.is_sqlite)
        _to_disk(part)
        require_new(store, target)  # copying takes minutes, in which somebody may have made it
        part.replace(target)
        _to_disk(target.parent)
    except OSError as error:
        raise StoreError(f"{target} cannot be written: {error.strerror}") from None
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):
            with suppress(OSError):  # what is wrong there was said above
                part.with_name(part.name + ending).unlink(missing_ok=True)
    return BackupFile(target, target.stat().st_size, schema)


def require_new(store: Store, target: Path) -> None:
    """Refuse a target that is there, whatever it is, or whose name SQLite or the store's key gives a meaning of its own.

    Raises:
        StoreError: it is one of these.
    """
    if os.path.lexists(target):
        raise StoreError(f"{target} is there already; name a new file")
    database = store.url.database
    if store.is_sqlite and database:
        file = Path(database).resolve()
        own = {file.with_name(file.name + ending) for ending in ("", "-wal", "-shm", "-journal", ".key")}
        if target.resolve() in own:
            raise StoreError(f"{target} belongs to the store itself; name a new file")


def make_in(store: Store, folder: Path, keep: int, now: datetime) -> BackupFile:
    """Make the copy of a night, and delete the oldest ones beyond a number; other files of the folder stay.

    Raises:
        StoreError: it cannot be made; then nothing is deleted.
    """
    name = f"aseanwatch-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.{_ENDINGS[store.is_sqlite]}"
    made = make(store, folder / name)
    ours = sorted(file for file in folder.iterdir() if _NAME.fullmatch(file.name))
    for old in ours[: max(0, len(ours) - keep)]:
        old.unlink(missing_ok=True)
    return made


def check(file: Path, *, is_sqlite: bool) -> str:
    """Read a copy whole; returns the version of the schema in it.

    Raises:
        StoreError: it is none of ours, damaged, or of a newer program.
    """
    schema = _checked_sqlite(file) if is_sqlite else _checked_dump(file)
    if schema > newest_schema():
        raise StoreError(
            f"{file} was written by a newer program (schema {schema}); this one knows {newest_schema()}"
        )
    return schema


def _checked_sqlite(file: Path) -> str:
    try:
        with closing(upkeep.open_copy(file)) as copy:
            problem = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
            schema = copy.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    except (sqlite3.Error, TypeError) as error:
        raise StoreError(f"{file} is no copy of a store: {error}") from None
    if problem != "ok":
        raise StoreError(f"{file} is damaged: {problem}")
    return str(schema)


def _checked_dump(file: Path) -> str:
    """Have PostgreSQL's own program unpack all of it. What it writes is the whole store, so that it goes through a pipe."""
    with subprocess.Popen(
        [_program("pg_restore"), "--file=-", str(file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as reading:
        assert reading.stdout is not None and reading.stderr is not None
        schema, before = "", ""
        for line in reading.stdout:
            if not schema and (found := _VERSION.search(before + line)):
                schema = found[1]
            before = line
        said = reading.stderr.read().strip()
    if reading.returncode:
        raise StoreError(f"{file} is damaged, or no copy of a store: {_last_line(said)}")
    if not schema:
        raise StoreError(f"{file} is no copy of a store")
    return schema


def is_dump(file: Path) -> bool:
    """Whether a file is a copy of PostgreSQL, by how it begins."""
    try:
        with file.open("rb") as stream:
            return stream.read(5) == b"PGDMP"
    except OSError as error:
        raise StoreError(f"{file} cannot be read: {error.strerror}") from None


def restore(store: Store, file: Path, *, replace: bool) -> None:
    """Put a copy in place of a store, whole or not at all.

    Raises:
        StoreError: the copy cannot be used, is of the other database, or the store holds something and may not be replaced.
    """
    if is_dump(file) == store.is_sqlite:
        kind = "PostgreSQL" if store.is_sqlite else "SQLite"
        raise StoreError(
            f"{file} is a copy of {kind}, and storage.url is none: restore it into one, then aseanwatch db copy"
        )
    if store.is_sqlite:
        upkeep.restore(store, file, replace=replace)
        return
    check(file, is_sqlite=False)
    if not replace and _holds_something(store):
        raise StoreError(f"{store.name} holds something already; --replace puts the copy in its place")
    _put_in_place(store, file)
    with store.write() as connection:
        connection.execute(delete(inspected(connection, "validators")))
    store.close()  # what pooled connections know of the tables is of those before


def _put_in_place(store: Store, file: Path) -> None:
    """Replace all that a PostgreSQL store holds by a copy, in one transaction.

    Raises:
        StoreError: it failed; the store is as it was.
    """
    version = _server_version(store)
    with tempfile.TemporaryDirectory() as folder:
        clean, said = Path(folder) / "clean.sql", Path(folder) / "said"
        clean.write_text(_EMPTY, encoding="utf-8")
        command, environment = _on(
            store.url,
            ["psql", "--quiet", "--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1"],
            version,
        )
        unpack = [_program("pg_restore", version), "--no-owner", "--no-privileges", "--file=-", str(file)]
        with (
            said.open("wb") as errors,
            subprocess.Popen(unpack, stdout=subprocess.PIPE, stderr=errors) as unpacking,
            subprocess.Popen(
                # One transaction over both files: what was there goes only when the copy is in its place.
                [*command, f"--file={clean}", "--file=-"],
                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors, env=environment,
            ) as writing,
        ):  # fmt: skip
            assert unpacking.stdout is not None and writing.stdin is not None
            with suppress(BrokenPipeError):  # it ended at an error, which it has written
                shutil.copyfileobj(unpacking.stdout, writing.stdin)
            unpacking.stdout.close()
            if unpacking.wait() == 0:
                with suppress(BrokenPipeError):
                    writing.stdin.close()
            else:
                writing.kill()  # the end of a file that was cut off would look like that of a whole one
            failed = writing.wait() or unpacking.returncode
        if failed:
            message = _last_line(said.read_text(encoding="utf-8", errors="replace"))
            raise StoreError(f"{file} cannot be restored, and {store.name} is as it was: {message}")


def _server_version(store: Store) -> int:
    """The major version of a store's PostgreSQL."""
    with store.read() as connection:
        return int(connection.scalar(text("SHOW server_version_num")) or 0) // 10_000


def inspected(connection: Connection, name: str) -> Table:
    """A table as the store has it now, which may be of an older schema."""
    return Table(name, MetaData(), autoload_with=connection)


_EMPTY = """DO $$ DECLARE command text; BEGIN
 FOREACH command IN ARRAY ARRAY(
  SELECT format('DROP %s IF EXISTS %I.%I CASCADE',
   CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, n.nspname, c.relname)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema()
  AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('a', 'i', 'e'))
  UNION ALL
  SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', p.oid::regprocedure) FROM pg_proc p
  WHERE p.pronamespace = current_schema()::regnamespace
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
  UNION ALL
  SELECT format('DROP TYPE IF EXISTS %I.%I CASCADE', n.nspname, t.typname)
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname = current_schema()
  AND (t.typtype IN ('e', 'd', 'r') OR EXISTS (SELECT 1 FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = t.oid AND d.deptype = 'e'))
 LOOP
  EXECUTE command;
 END LOOP;
END $$;
"""
"""Empties the schema without being its owner: all that the copy brings anew, and what a newer program added."""


def _holds_something(store: Store) -> bool:
    with store.read() as connection:
        there = set(inspect(connection).get_table_names())  # of an older schema, which has fewer
        return any(
            connection.scalar(select(inspected(connection, name)).limit(1)) is not None
            for name in ("entries", "articles", "operators", "subscriptions")
            if name in there
        )


def record(connection: Connection, now: datetime, file: Path, size: int | None, problem: str | None) -> None:
    """Note that a copy was made, or why not."""
    values = {"at": now, "file": str(file), "bytes": size, "problem": problem[:500] if problem else None}
    connection.execute(insert(backups), [values])
    newest = select(backups.c.id).order_by(backups.c.id.desc()).limit(KEPT_RECORDS).subquery()
    connection.execute(delete(backups).where(backups.c.id.not_in(select(newest.c.id))))


@dataclass(frozen=True, slots=True)
class BackupState:
    """What is known of backups: when the last good one was made, and why a later one failed."""

    last: datetime | None
    problem: str | None


def state(connection: Connection) -> BackupState:
    """The state of the backups."""
    last = connection.scalar(select(func.max(backups.c.at)).where(backups.c.problem.is_(None)))
    newest = connection.execute(select(backups).order_by(backups.c.at.desc(), backups.c.id.desc())).first()
    return BackupState(last, newest.problem if newest is not None else None)


def last_sign_of_life(connection: Connection) -> datetime | None:
    """The latest moment at which a store shows that a service worked on it; None if none ever did."""
    moments = [
        connection.scalar(select(func.max(column)))
        for column in (polls.c.at, entries.c.seen, deliveries.c.sent, alerts.c.at)
    ]
    if selected := get_cursor(connection, SELECTED):
        moments.append(datetime.fromtimestamp(selected, UTC))
    return max((m for m in moments if m is not None), default=None)


def before_upgrade(store: Store, folder: Path | None) -> BackupFile | None:
    """Copy a store before its schema changes, if it holds anything; None if there is nothing to copy.

    Args:
        store: a store whose schema is older than the program's.
        folder: where the copy goes; without one, beside an SQLite store.

    Raises:
        StoreError: it cannot be copied, or nobody says where a copy of PostgreSQL goes.
    """
    schema = store.version()
    if schema is None or not _holds_something(store):
        return None
    name = f"before-{newest_schema()}-from-{schema}"
    if store.is_sqlite:
        database = Path(store.url.database or "")
        target = (folder or database.parent) / f"{database.name}.{name}"
    elif folder is not None:
        target = folder / f"aseanwatch.{name}.dump"
    else:
        raise StoreError(
            f"the store {store.name} has schema {schema}, and this program brings it to {newest_schema()}. It is copied before:"
            " say where, by storage.backups or aseanwatch db upgrade --backup FOLDER; if you have a copy: aseanwatch db upgrade --no-backup"
        )
    # An upgrade that was cut off is begun again: the copy from before is the one that counts.
    if target.exists() and check(target, is_sqlite=store.is_sqlite) == schema:
        return BackupFile(target, target.stat().st_size, schema)
    try:
        return make(store, target)
    except StoreError as error:
        raise StoreError(
            f"{error}; the store is as it was, with schema {schema}. If you have a copy: aseanwatch db upgrade --no-backup"
        ) from None


def upgrade(store: Store, folder: Path | None, *, without_copy: bool = False) -> BackupFile | None:
    """Bring a store to this program's schema, with a copy before; returns the copy, None where none was needed.

    Of several processes that start at once, one copies and migrates; the others wait for it.

    Raises:
        StoreError: it cannot be copied, or not be migrated; then it is as it was.
    """
    if not store.exists() or store.is_ready() or without_copy:
        store.upgrade()
        return None
    while True:
        with store.lock("upgrade") as is_mine:
            if is_mine:
                made = None if store.is_ready() else before_upgrade(store, folder)
                store.upgrade()
                return made
        if store.is_ready():
            return None
        time.sleep(WAIT)


def _program(name: str, version: int = 0) -> str:
    """A program of PostgreSQL that fits a server: of its own version, or the next newer one; Debian has a folder for each.

    Raises:
        StoreError: there is none.
    """
    found = {
        int(file.parts[-3]): str(file)
        for file in Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
        if file.parts[-3].isdecimal()
    }
    fitting = [number for number in sorted(found) if number >= version]
    program = found[fitting[0] if version and fitting else max(found)] if found else shutil.which(name)
    if program is None:
        needed = f"postgresql-client-{version}" if version else "postgresql-client"
        raise StoreError(f"{name} is missing, by which PostgreSQL is copied: apt install {needed}")
    return program


def _on(url: URL, command: Sequence[str], version: int) -> tuple[list[str], dict[str, str]]:
    """A program of PostgreSQL with its arguments, and its environment, to work on a database.

    The password goes by the environment, which only the process's owner can read.
    """
    query = {name: str(value) for name, value in url.query.items()}
    port = str(url.port) if url.port else None
    where = {"host": url.host, "port": port, "user": url.username, "dbname": url.database, **query}
    password = where.pop("password", None) or url.password
    more = {"PGPASSWORD": str(password)} if password else {}
    # As a connection string: options such as sslmode have no switches of their own.
    string = " ".join(f"{name}='{_quoted(value)}'" for name, value in where.items() if value)
    return [_program(command[0], version), *command[1:], f"--dbname={string}"], {
        **os.environ,
        **more,
        **_PLAIN,
    }


def _run(store: Store, command: Sequence[str]) -> None:
    """Run a program of PostgreSQL on a store's database.

    Raises:
        StoreError: it failed; the message is its last line.
    """
    words, environment = _on(store.url, command, _server_version(store))
    done = subprocess.run(
        words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, env=environment
    )
    if done.returncode:
        raise StoreError(f"{command[0]} failed: {_last_line(done.stderr)}")


_PLAIN: Mapping[str, str] = {"LC_ALL": "C.UTF-8", "PGCLIENTENCODING": "UTF8"}


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")


def _last_line(text: str) -> str:
    lines = [
        line for line in text.strip().splitlines() if "error:" in line.lower()
    ] or text.strip().splitlines()
    return lines[-1][:300] if lines else "no reason given"


def _to_disk(path: Path) -> None:
    """Have the system write a file, or what a folder lists, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
