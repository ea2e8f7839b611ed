"""The store's upkeep: deleting what is too old, and copying it while it is in use."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, delete, exists, select, update

from crawler.store import assist, remembered
from crawler.store.balance import count_pruned, note_pruned
from crawler.store.bulk import keep_highest_id
from crawler.store.database import Store, StoreError, create_private_file
from crawler.store.facet_version import note_change_in_place
from crawler.store.imports import is_imported
from crawler.store.schema import (
    article_entries,
    articles,
    base_articles,
    boilerplate,
    deliveries,
    digest_packs,
    digests,
    entries,
    gaps,
    pending,
    polls,
)  # fmt: skip

POLLS = timedelta(days=30)
"""How long polls are kept at most. The state of each source has their sums."""
WAIT = 15.0
"""Seconds to wait for others who write."""


def prune(
    store: Store, before: datetime, now: datetime, configured: Collection[str] | None = None
) -> dict[str, int]:
    """Delete articles and entries that are older than ``before``, polls, and the texts of digests.

    Articles that prove a base stay, and so do alerts. Each deleted article and entry leaves a few bytes
    (`crawler.store.remembered`) by which it is known when it comes again.

    Args:
        store: where everything is kept.
        before: what was first seen earlier goes.
        now: the present moment.
        configured: the names of configured sources; what is remembered of others goes after a while.
    """
    with store.write() as connection:
        # Before anything goes: the newest rows may be among what is deleted.
        for table in (articles, entries):
            keep_highest_id(connection, table)
        proof = select(articles.c.story_id).join(base_articles, base_articles.c.article_id == articles.c.id)
        proving = proof.where(articles.c.story_id.is_not(None))
        old = articles.c.first_seen < before
        unbound = articles.c.story_id.is_(None) | articles.c.story_id.not_in(proving)
        # An archive of years is kept as long as if it had been polled on the day of its import.
        unbound &= ~is_imported(before)
        # What is remembered and noted is read from the rows, so both come before the deletion.
        remembered.articles_of(connection, old & unbound)
        note_pruned(connection, select(articles.c.id).where(old & unbound), now)
        gone = {"articles": connection.execute(delete(articles).where(old & unbound)).rowcount}
        note_change_in_place(connection)
        # After the articles: entries whose article has just
        # gone are loose now. Those that wait stay, however old.
        linked = select(article_entries.c.entry_id)
        loose = entries.c.id.not_in(linked) & entries.c.id.not_in(select(pending.c.entry_id))
        too_old = (entries.c.seen < before) & loose
        remembered.entries_of(connection, too_old)
        # Counted in this transaction, so that the account of all entries balances before and after.
        count_pruned(connection, too_old)
        gone["entries"] = connection.execute(delete(entries).where(too_old)).rowcount
        if configured is not None:
            remembered.forget(connection, configured, now)
        gone["polls"] = connection.execute(
            delete(polls).where(polls.c.at < max(before, now - POLLS))
        ).rowcount
        # What an outlet still prints is learned again from its next two articles.
        connection.execute(delete(boilerplate).where(boilerplate.c.at < before))
        connection.execute(delete(gaps).where(gaps.c.until < before))
        gone["answers of assistants"] = assist.prune(connection, before)
        gone["digests"] = _empty_digests(connection, before)
    return gone


def _empty_digests(connection: Connection, before: datetime) -> int:
    """Empty the texts of digests. Their rows stay, because they keep alerts from being sent again."""
    # Only rows that still hold something, so that the daily upkeep does not write all digests anew.
    kept = digests.c.pack.is_not(None) | (digests.c.html != "") | (digests.c.text != "")
    waits = exists().where((deliveries.c.digest_id == digests.c.id) & (deliveries.c.status == "pending"))
    old = (digests.c.made < before) & kept & ~waits
    count: int = connection.execute(
        update(digests).where(old).values(html="", text="", content=None, pack=None)
    ).rowcount
    used = exists().where(digests.c.pack == digest_packs.c.id)
    connection.execute(delete(digest_packs).where(~used))
    return count


def backup(store: Store, target: Path) -> None:
    """Copy an SQLite store consistently.

    Raises:
        StoreError: the store is not SQLite (PostgreSQL brings pg_dump), or the copy cannot be written.
    """
    if not store.is_sqlite or not store.url.database:
        raise StoreError(f"{store.name} is no SQLite file; back it up with the tools of its server")
    if target.exists() and target.samefile(store.url.database):
        raise StoreError(f"{target} is the store itself; name another file")
    create_private_file(target)
    try:
        with closing(sqlite3.connect(store.url.database)) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
    except sqlite3.Error as error:
        raise StoreError(f"{target} cannot be written: {error}") from None


class FileSizes(NamedTuple):
    """Bytes of a file before and after."""

    before: int
    after: int


def vacuum(store: Store) -> FileSizes:
    """Write an SQLite store anew, without the room of what was deleted.

    Raises:
        StoreError: the store is not SQLite (PostgreSQL has autovacuum), or cannot be written now.
    """
    if not store.is_sqlite or not store.url.database:
        raise StoreError(
            f"{store.name} is no SQLite file; PostgreSQL gives room back by itself, or by VACUUM FULL"
        )
    file = Path(store.url.database)
    try:
        with closing(sqlite3.connect(file, timeout=WAIT)) as connection:
            # Part of the store may lie in the write-ahead log: sizes compare only with an empty one.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            before = file.stat().st_size
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as error:
        raise StoreError(f"{store.name} cannot be written anew: {error}") from None
    return FileSizes(before, file.stat().st_size)


def open_copy(copy: Path) -> sqlite3.Connection:
    """A copy of a store, to be read.

    Nobody writes to it, so that SQLite need make no files beside it; unless it came with a log of its own that belongs to it.
    """
    log = copy.with_name(copy.name + "-wal")
    still = "" if log.exists() and log.stat().st_size else "&immutable=1"
    return sqlite3.connect(f"{copy.absolute().as_uri()}?mode=ro{still}", uri=True)
