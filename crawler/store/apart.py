"""Articles kept together, and where that fails each apart, so that one the store cannot take costs only itself."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from crawler.store.database import is_about_the_store
from crawler.store.keeping import Judged, Keeper, Kept

log = logging.getLogger("aseanwatch")


@dataclass(frozen=True, slots=True)
class Unkept:
    """An article that could not be kept, and why, in words."""

    problem: str


def keep_apart(keeper: Keeper, connection: Connection, batch: Sequence[Judged]) -> list[Kept | Unkept]:
    """Write articles with their verdicts in the caller's transaction, which goes on whatever is wrong with one of them.

    Args:
        keeper: who writes them.
        connection: a connection that writes.
        batch: the articles, in the order in which they came.

    Raises:
        sqlalchemy.exc.DBAPIError: the store itself takes nothing: its disk is full, it is locked, or it is away.
    """
    savepoint = connection.begin_nested()
    try:
        kept: list[Kept | Unkept] = [*keeper.keep(connection, batch)]
    except Exception as error:
        keeper.forget()
        if is_about_the_store(error):
            raise  # SQLite has taken the whole transaction back: to ask for the savepoint would hide why
        savepoint.rollback()
        if len(batch) == 1:
            log.exception("%s cannot be stored", batch[0].article.url)
            cause = getattr(error, "orig", None) or error  # without the statement and its values, which are of the outlet
            return [Unkept(f"{type(cause).__name__}: {cause}")]
    else:
        savepoint.commit()
        return kept
    return [kept for one in batch for kept in keep_apart(keeper, connection, [one])]
