"""Counts how often what is said of a base has changed, so that what a process has counted of it is known to be outdated."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select, update

from crawler.store.bulk import chunks
from crawler.store.schema import base_articles, bases


def note_moved(connection: Connection, article_ids: Collection[int]) -> None:
    """Note that articles belong to other stories from now on, or are told in another language."""
    for chunk in chunks(sorted(article_ids)):
        proved = select(base_articles.c.base_id).where(base_articles.c.article_id.in_(chunk))
        note_changed(connection, set(connection.scalars(proved)))


def note_changed(connection: Connection, base_ids: Collection[int]) -> None:
    """Note that the proofs of bases have changed."""
    for chunk in chunks(sorted(base_ids)):
        changed = update(bases).where(bases.c.id.in_(chunk))
        connection.execute(changed.values(revision=bases.c.revision + 1))
