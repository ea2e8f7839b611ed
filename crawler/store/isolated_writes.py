"""Writes articles together, and where that fails each alone, so that one that the store cannot take costs only itself."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from crawler.runtime.error_words import in_words
from crawler.store.article_writer import ArticleWriter, JudgedArticle, StoredArticle
from crawler.store.database import is_about_the_store

log = logging.getLogger("aseanwatch")


@dataclass(frozen=True, slots=True)
class RejectedArticle:
    """An article that could not be stored, and why, in words."""

    problem: str


def write_isolated(
    writer: ArticleWriter, connection: Connection, batch: Sequence[JudgedArticle]
) -> list[StoredArticle | RejectedArticle]:
    """Write judged articles in the caller's transaction, which goes on whatever is wrong with one of them.

    Args:
        writer: who writes them.
        connection: a connection that writes.
        batch: the articles, in the order in which they came.

    Raises:
        sqlalchemy.exc.DBAPIError: the store itself takes nothing: its disk is full, it is locked, or it is away.
    """
    # The caller's transaction also holds validators and
    # follow-ups; a savepoint lets it go on without this batch.
    savepoint = connection.begin_nested()
    try:
        written: list[StoredArticle | RejectedArticle] = [*writer.write(connection, batch)]
    except Exception as error:
        # What the writer has in memory of the batch is not in the store now.
        writer.forget()
        if is_about_the_store(error):
            raise  # SQLite has taken the whole transaction back: to ask for the savepoint would hide why
        savepoint.rollback()
        if len(batch) == 1:
            log.exception("%s cannot be stored", batch[0].article.url)
            # Not the whole error: SQLAlchemy adds the statement
            # with its values, which are the outlet's words.
            cause = getattr(error, "orig", None) or error
            return [RejectedArticle(in_words(cause))]
    else:
        savepoint.commit()
        return written
    # In their order: an article may repeat an earlier one of the batch, or join its story.
    return [written for one in batch for written in write_isolated(writer, connection, [one])]
