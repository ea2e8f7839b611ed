"""Copies of the store that can be put back: made while it is used, read whole before they count, and kept for a number of nights.

SQLite copies itself (its online backup); PostgreSQL is copied by ``pg_dump`` of its own version or a newer one. Both see the
store as it was at one moment.
"""

from __future__ import annotations

import os
import re
import secrets
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, delete, func, insert, select, text

from crawler.store import upkeep
from crawler.store.contents import holds_something, state_of
from crawler.store.cursors import get_cursor
from crawler.store.database import Store, StoreError, create_private_file
from crawler.store.empty_store import newest_schema
from crawler.store.postgres_programs import last_line, program, run_on
from crawler.store.schema import alerts, backups, deliveries, entries, polls

KEPT_RECORDS = 200
OVERDUE = timedelta(hours=36)
"""A nightly backup that is older was left out once."""
SELECTED = "selected"
"""The cursor that a running service moves every half minute (`alerts.operations.progress`)."""
_NAME = re.compile(r"aseanwatch-\d{8}T\d{6}Z\.(db|dump)")
_PART = re.compile(r"aseanwatch[-.].*\.(db|dump)\.[0-9a-f]{8}\.part(-wal|-shm|-journal)?")
_BEFORE = re.compile(r"\.before-\d{4}-from-\d{4}(-[0-9a-f]{8})?(\.dump)?$")
PARTS = timedelta(days=1)
"""After so long, a part of a copy belongs to a backup that was killed."""
BEFORE_UPGRADES = timedelta(days=90)
"""How long copies from before upgrades stay in the folder of backups: going back after months would lose those months."""
_VERSION = re.compile(r"COPY public\.alembic_version \(version_num\) FROM stdin;\n(\w+)\n")
_ENDINGS = {True: "db", False: "dump"}
WAIT = 0.5
UNDER_WAY: set[Path] = set()
"""Parts of copies that this process is making."""


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
    UNDER_WAY.add(part)
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        # Before it is filled: it holds people's addresses.
        create_private_file(part)
        if store.is_sqlite:
            upkeep.backup(store, part)
        else:
            _dump(store, part)
        schema = check(part, is_sqlite=store.is_sqlite)
        _to_disk(part)
        require_new(store, target)  # copying takes minutes, in which somebody may have made it
        part.replace(target)
        _to_disk(target.parent)
    except OSError as error:
        raise StoreError(f"{target} cannot be written: {error.strerror}") from None
    finally:
        _remove(part)
        UNDER_WAY.discard(part)
    return BackupFile(target, target.stat().st_size, schema)


def abandon() -> None:
    """Remove the parts of copies that this process is making; for its end at a signal."""
    for part in tuple(UNDER_WAY):
        _remove(part)


def _remove(part: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        with suppress(OSError):  # what is wrong there was said before
            part.with_name(part.name + ending).unlink(missing_ok=True)


def _dump(store: Store, part: Path) -> None:
    """Copy a store in PostgreSQL. Other schemas of its database are not ours, and often not to be read by us."""
    others = (
        "SELECT nspname FROM pg_namespace WHERE nspname <> current_schema() AND nspname <> 'information_schema'"
        " AND left(nspname, 3) <> 'pg_' ORDER BY nspname"
    )
    with store.read() as connection:
        names = [str(name).replace('"', '""') for name in connection.scalars(text(others))]
    without = [f'--exclude-schema="{name}"' for name in names]
    how = ["--format=custom", "--no-owner", "--no-privileges", "--no-comments", *without, f"--file={part}"]
    run_on(store, ["pg_dump", *how])


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
    ending = _ENDINGS[store.is_sqlite]
    with _alone(store):
        moment = now.astimezone(UTC)
        while os.path.lexists(target := folder / f"aseanwatch-{moment:%Y%m%dT%H%M%SZ}.{ending}"):
            moment += timedelta(seconds=1)  # another one of this second
        made = make(store, target)
        ours = sorted(file for file in folder.iterdir() if _NAME.fullmatch(file.name))
        for old in ours[: max(0, len(ours) - keep)]:
            old.unlink(missing_ok=True)
        _clear(folder, now)
    return made


@contextmanager
def _alone(store: Store) -> Iterator[None]:
    """One copy into a folder at a time; others wait."""
    while True:
        with store.lock("backup") as is_mine:
            if is_mine:
                yield
                return
        time.sleep(WAIT)


def _clear(folder: Path, now: datetime) -> None:
    """Remove what holds people's addresses and is of no use: parts that killed backups left, and old copies from before upgrades."""
    for file in folder.iterdir():
        if _PART.fullmatch(file.name):
            limit = PARTS
        elif _BEFORE.search(file.name):
            limit = BEFORE_UPGRADES
        else:
            continue
        with suppress(OSError):  # another one removed it
            if file.stat().st_mtime < (now - limit).timestamp():
                file.unlink()


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
        [program("pg_restore"), "--file=-", str(file)],
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
        raise StoreError(f"{file} is damaged, or no copy of a store: {last_line(said)}")
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
    if schema is None or not holds_something(store):
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
    if target.exists():
        # Of an earlier upgrade, after which somebody went back: it has nothing of what came since. By the state of the
        # store in its name, an upgrade that was cut off and begun again is copied no third time.
        target = target.with_name(_marked(target.name, state_of(store)))
        if target.exists() and check(target, is_sqlite=store.is_sqlite) == schema:
            return BackupFile(target, target.stat().st_size, schema)
    try:
        return make(store, target)
    except StoreError as error:
        raise StoreError(
            f"{error}; the store is as it was, with schema {schema}. If you have a copy: aseanwatch db upgrade --no-backup"
        ) from None


def _marked(name: str, state: str) -> str:
    stem, dump, _ = name.partition(".dump")
    return f"{stem}-{state}{dump}"


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


def _to_disk(path: Path) -> None:
    """Have the system write a file, or what a folder lists, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
