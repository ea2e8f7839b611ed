"""A copy in place of a store: whole or not at all, with what has to be put right in it before anybody may use it.

SQLite: the copy becomes a draft beside the store, is brought up to date and put right there, and takes the store's place in one
transaction. PostgreSQL: it comes in by one transaction that leaves a mark, which goes when all is put right; until then every
program refuses the store, and the same command given again goes on by what the mark holds.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from crawler.runtime.clock import now
from crawler.store.backups import check, is_dump
from crawler.store.contents import holds_something
from crawler.store.database import Store, StoreError, create_private_file
from crawler.store.empty_store import newest_schema
from crawler.store.postgres_programs import last_line, on_database, program, server_version
from crawler.store.schema import metadata
from crawler.store.upkeep import open_copy

MARK = "restore_under_way"
"""The table that says that a restore into PostgreSQL has not come to its end."""
OWN = {"alembic_version", "report_words", "note_subscription_change", MARK}
"""What is the store's own besides its tables."""
GONE = ("validators", "console_sessions", "sign_in_links")
"""What a copy must not bring back. Validators: an "unchanged" would hide what the copy lacks. Sessions and links that
sign in: whoever had one may have been signed out, or removed, since."""
DRAFT, _KEPT_LOG = ".restoring", ".log-before"
_LOGS = ("-wal", "-shm", "-journal")
_HELD = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
"""What SQLite says of a file that another program keeps for itself; it may well be whole."""


def restore(
    store: Store, file: Path, *, replace: bool, finish: Callable[[Store], None], keep: str | None = None
) -> None:
    """Put a copy in place of a store.

    Args:
        store: the store.
        file: the copy.
        replace: also where the store holds something.
        finish: brings the restored store up to date and puts it right. If it fails, SQLite's store is as it was.
        keep: what ``finish`` needs when a restore is given again after it was broken off (`kept_of_unfinished`); None
            where it need not be finished.

    Raises:
        StoreError: the copy cannot be used, is of the other database, or the store holds something and may not be replaced.
    """
    if is_dump(file) == store.is_sqlite:
        kind = "PostgreSQL" if store.is_sqlite else "SQLite"
        raise StoreError(
            f"{file} is a copy of {kind}, and storage.url is none: restore it into one, then aseanwatch db copy"
        )
    target = Path(store.url.database or "")
    if store.is_sqlite and file.exists() and target.exists() and file.samefile(target):
        raise StoreError(f"{file} is the store itself; name a copy of it")
    check(file, is_sqlite=store.is_sqlite)
    if not replace and kept_of_unfinished(store) is None and holds_something(store):
        raise StoreError(f"{store.name} holds something already; --replace puts the copy in its place")
    if store.is_sqlite:
        _restore_sqlite(store, file, target, finish)
        return
    _put_in_place(store, file, keep)
    store.close()  # what pooled connections know of the tables is of those before
    finish(store)
    with store.write() as connection:
        connection.execute(text(f"DROP TABLE IF EXISTS {MARK}"))


# SQLite


def _restore_sqlite(store: Store, file: Path, target: Path, finish: Callable[[Store], None]) -> None:
    try:
        with _draft(target) as path:
            with closing(open_copy(file)) as source, closing(sqlite3.connect(path)) as into:
                source.backup(into)
                _strip(into)
            draft = Store(store.url.set(database=str(path)).render_as_string(hide_password=False))
            try:
                finish(draft)
            finally:
                draft.close()
            store.close()
            create_private_file(target)
            _set_damaged_aside(target)
            with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as into:
                # By SQLite's backup: it replaces the content in one transaction, and keeps the file and its rights.
                source.backup(into)
    except sqlite3.Error as error:
        raise StoreError(f"{file} cannot be restored: {error}") from None
    except OSError as error:
        raise StoreError(f"{file} cannot be restored: {error.strerror} ({error.filename})") from None


def require_free(store: Store) -> None:
    """Refuse an SQLite store that another program keeps for itself: it cannot be read, and is not damaged for that.

    Raises:
        StoreError: it is held.
    """
    target = Path(store.url.database or "")
    if not store.is_sqlite or not target.exists():
        return
    try:
        with closing(sqlite3.connect(target, isolation_level=None)) as opened:
            opened.execute("BEGIN IMMEDIATE")
            opened.execute("ROLLBACK")
    except sqlite3.DatabaseError as error:
        _refuse_if_held(target, error)


def _refuse_if_held(target: Path, error: sqlite3.DatabaseError) -> None:
    # The lower byte is the kind of error, whatever else it says.
    if error.sqlite_errorcode & 0xFF in _HELD:
        raise StoreError(
            f"another program holds the store {target.absolute()}; end it (fuser {target} tells which), and restore then"
        ) from None


@contextmanager
def log_kept(store: Store) -> Iterator[None]:
    """Keep the log of an SQLite store while a restore looks at it: to open a store that is damaged makes an end of its log."""
    target = Path(store.url.database or "")
    log, kept = (target.with_name(target.name + ending) for ending in ("-wal", _KEPT_LOG))
    if not store.is_sqlite or not log.exists() or not log.stat().st_size:
        yield
        return
    try:
        create_private_file(kept)
        shutil.copyfile(log, kept)
        yield
    finally:
        kept.unlink(missing_ok=True)


@contextmanager
def _draft(target: Path) -> Iterator[Path]:
    """An empty file beside a store that goes again; also one that a restore left that was killed."""
    path = target.with_name(target.name + DRAFT)
    _remove(path)
    create_private_file(path)
    try:
        yield path
    finally:
        _remove(path)


def _remove(path: Path) -> None:
    for ending in ("", *_LOGS):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _strip(copy: sqlite3.Connection) -> None:
    for table in GONE:
        with suppress(sqlite3.OperationalError):  # an older schema does not have it
            copy.execute(f"DELETE FROM {table}")
    copy.commit()


def _set_damaged_aside(target: Path) -> None:
    """Keep what is left of a store that SQLite cannot read any more, with its log, and empty the file for the copy."""
    try:
        with closing(sqlite3.connect(target)) as store:
            if store.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok":
                return
    except sqlite3.DatabaseError as error:
        _refuse_if_held(target, error)
    # With the moment: what an earlier damage left is not written over.
    aside = target.with_name(f"{target.name}.damaged-{now().astimezone(UTC):%Y%m%dT%H%M%S.%fZ}")
    log = target.with_name(target.name + _KEPT_LOG)
    for part, ending in (
        (target, ""),
        (log if log.exists() else target.with_name(target.name + "-wal"), "-wal"),
    ):
        if part.exists():
            kept = aside.with_name(aside.name + ending)
            create_private_file(kept)
            shutil.copyfile(part, kept)
    for ending in _LOGS:
        # A log belongs to what the store was; SQLite would play it into the copy.
        target.with_name(target.name + ending).unlink(missing_ok=True)
    os.truncate(target, 0)


# PostgreSQL


def kept_of_unfinished(store: Store) -> str | None:
    """What a restore that was broken off left for the next one; None where there is none."""
    if store.is_sqlite:
        return None
    with store.read() as connection:
        if not inspect(connection).has_table(MARK):
            return None
        return str(connection.scalar(text(f"SELECT kept FROM {MARK}")) or "")


def require_finished(store: Store) -> None:
    """Refuse a store into which a copy was put, and that was not put right yet.

    Raises:
        StoreError: it is such a one.
    """
    if store.is_sqlite:
        return
    with store.read() as connection:
        if inspect(connection).has_table(MARK):
            file = connection.scalar(text(f"SELECT file FROM {MARK}"))
            raise StoreError(
                f"a restore into the store {store.name} was broken off; give it again: aseanwatch db restore {file}"
            )


def _require_alone(store: Store, connection: Connection) -> None:
    """Refuse a PostgreSQL database in which others keep what a copy would take away: it holds the store's own things alone.

    Raises:
        StoreError: there is such, named.
    """
    own = {table.name for table in metadata.tables.values()} | OWN
    foreign = [str(name) for name in connection.scalars(text(_LEANING))]
    # What a newer program added is not known here, and goes.
    version = inspect(connection).has_table("alembic_version") and connection.scalar(
        text("SELECT version_num FROM alembic_version")
    )
    if version == newest_schema():
        inside = connection.execute(text(_INSIDE)).all()
        foreign += [
            row.name for row in inside if row.name not in own and not row.name.startswith("procrastinate_")
        ]
    if foreign:
        raise StoreError(
            f"{store.name} holds more than the store, which a restore would take away: {', '.join(sorted(foreign)[:10])};"
            " move it to another database, or drop it, or restore into a new database"
        )


_LEANING = """SELECT DISTINCT n.nspname || '.' || c.relname FROM pg_depend d
 JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
 JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
 JOIN pg_class t ON d.refclassid = 'pg_class'::regclass AND d.refobjid = t.oid
 WHERE t.relnamespace = current_schema()::regnamespace AND n.nspname <> current_schema()
 UNION SELECT n.nspname || '.' || c.relname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
 JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_class t ON t.oid = k.confrelid
 WHERE k.contype = 'f' AND t.relnamespace = current_schema()::regnamespace AND n.nspname <> current_schema()"""
"""Views and tables of other schemas that stand on the store's tables."""
_INSIDE = """SELECT c.relname AS name FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace
 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
 AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
 UNION SELECT p.proname FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace
 AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"""
"""The tables, views and routines of the store's own schema, those of extensions left out."""


def _put_in_place(store: Store, file: Path, keep: str | None) -> None:
    """Replace all that a PostgreSQL store holds by a copy, in one transaction.

    Raises:
        StoreError: it failed; the store is as it was.
    """
    version = server_version(store)
    with store.read() as connection:
        schema = str(connection.scalar(text("SELECT current_schema()")))
        grants = [str(line) for line in connection.scalars(text(_GRANTS))]
        _require_alone(store, connection)
    with tempfile.TemporaryDirectory() as folder:
        first, last, said = (Path(folder) / name for name in ("first.sql", "last.sql", "said"))
        first.write_text(_EMPTY, encoding="utf-8")
        last.write_text(_afterwards(schema, file, keep, grants), encoding="utf-8")
        command, environment = on_database(
            store.url,
            ["psql", "--quiet", "--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1"],
            version,
        )
        # Only what is the store's own: extensions and other schemas belong to whoever runs the database.
        unpack = [
            program("pg_restore", version), "--no-owner", "--no-privileges", "--no-comments", f"--schema={schema}", "--file=-", str(file),
        ]  # fmt: skip
        with (
            said.open("wb") as errors,
            subprocess.Popen(unpack, stdout=subprocess.PIPE, stderr=errors) as unpacking,
            subprocess.Popen(
                # One transaction over all files: what was there goes only when the copy is in its place.
                [*command, f"--file={first}", "--file=-", f"--file={last}"],
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
            message = last_line(said.read_text(encoding="utf-8", errors="replace"))
            raise StoreError(f"{file} cannot be restored, and {store.name} is as it was: {message}")


def _afterwards(schema: str, file: Path, keep: str | None, grants: list[str]) -> str:
    """What follows the copy in its transaction: what may not come back goes, rights of other roles return, and the mark."""
    inside = '"' + schema.replace('"', '""') + '"'
    missing = f"the copy has no store in the schema {schema}"
    lines = [
        f"DO $$ BEGIN IF to_regclass({_literal(f'{inside}.alembic_version')}) IS NULL THEN RAISE EXCEPTION {_literal(missing)}; END IF; END $$;",
        *(f"DO $$ BEGIN IF to_regclass({_literal(f'{inside}.{table}')}) IS NOT NULL THEN DELETE FROM {inside}.{table}; END IF; END $$;" for table in GONE),
        *grants,
    ]  # fmt: skip
    if keep is not None:
        lines += [
            f"CREATE TABLE {inside}.{MARK} (file text, kept text);",
            f"INSERT INTO {inside}.{MARK} VALUES ({_literal(str(file.absolute()))}, {_literal(keep)});",
        ]
    return "\n".join(lines) + "\n"


def _literal(value: str) -> str:
    # Of both kinds of servers: with and without standard_conforming_strings.
    return " E'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


_GRANTS = """SELECT format(
  'DO $grant$ BEGIN IF to_regclass(%L) IS NOT NULL THEN GRANT %s ON %s %I.%I TO %s%s; END IF; END $grant$;',
  format('%I.%I', n.nspname, c.relname), g.privilege_type, CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END,
  n.nspname, c.relname, CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END,
  CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, LATERAL aclexplode(c.relacl) g
 WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'v', 'm', 'S') AND g.grantee <> c.relowner"""
"""What others than the owner may do with the store's tables, such as a dashboard that reads them: a copy does not say."""
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
