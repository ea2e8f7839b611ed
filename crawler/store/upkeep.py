"""The store's upkeep: deleting what is too old, and copying it while it is in use."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, select

from crawler.store.database import Store, StoreError, newest_schema
from crawler.store.schema import article_entries, articles, base_articles, boilerplate, entries, gaps, pending, polls

POLLS = timedelta(days=30)
"""For so long single polls are kept at most: each source's state holds what they add up to."""


def prune(store: Store, before: datetime, now: datetime) -> dict[str, int]:
    """Delete articles and their entries older than ``before``, and polls. Evidence of a registered base stays."""
    with store.writing() as connection:
        proof = select(articles.c.story_id).join(base_articles, base_articles.c.article_id == articles.c.id)
        proving = proof.where(articles.c.story_id.is_not(None))
        old = articles.c.first_seen < before
        unbound = articles.c.story_id.is_(None) | articles.c.story_id.not_in(proving)
        gone = {"articles": connection.execute(delete(articles).where(old & unbound)).rowcount}
        linked = select(article_entries.c.entry_id)
        loose = entries.c.id.not_in(linked) & entries.c.id.not_in(select(pending.c.entry_id))
        gone["entries"] = connection.execute(delete(entries).where((entries.c.seen < before) & loose)).rowcount
        gone["polls"] = connection.execute(delete(polls).where(polls.c.at < max(before, now - POLLS))).rowcount
        connection.execute(delete(boilerplate).where(boilerplate.c.at < before))  # what is still printed is learned again
        connection.execute(delete(gaps).where(gaps.c.until < before))
    return gone


def backup(store: Store, target: Path) -> None:
    """Copy an SQLite store consistently.

    Raises:
        StoreError: the store is not SQLite (PostgreSQL brings pg_dump), or the copy cannot be written.
    """
    if not store.is_sqlite or not store.url.database:
        raise StoreError(f"{store.name} is no SQLite file; back it up with the tools of its server")
    try:
        with closing(sqlite3.connect(store.url.database)) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
    except sqlite3.Error as error:
        raise StoreError(f"{target} cannot be written: {error}") from None


def restore(store: Store, copy: Path, *, replace: bool = False) -> None:
    """Put a copy in place of an SQLite store.

    Raises:
        StoreError: the copy is none, is damaged or of a newer program, or the store holds something and may not be replaced.
    """
    if not store.is_sqlite or not store.url.database:
        raise StoreError(f"{store.name} is no SQLite file; restore it with the tools of its server")
    target = Path(store.url.database)
    if not replace and target.exists() and _holds_something(target):
        raise StoreError(f"{target} holds something already; --replace puts the copy in its place")
    try:
        with closing(sqlite3.connect(f"{copy.absolute().as_uri()}?mode=ro", uri=True)) as source:
            problem = source.execute("PRAGMA integrity_check(1)").fetchone()[0]
            version = source.execute("SELECT version_num FROM alembic_version").fetchone()[0]
            if problem != "ok":
                raise StoreError(f"{copy} is damaged: {problem}")
            if version > newest_schema():
                raise StoreError(f"{copy} was written by a newer program (schema {version}); this one knows {newest_schema()}")
            with closing(sqlite3.connect(target)) as into:
                source.backup(into)
    except sqlite3.Error as error:
        raise StoreError(f"{copy} cannot be restored: {error}") from None


def _holds_something(file: Path) -> bool:
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as store:
            return any(
                store.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() for table in ("entries", "articles", "subscriptions")
            )
    except sqlite3.Error:
        return file.stat().st_size > 0
