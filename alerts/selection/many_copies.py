"""Of a text that hundreds print, which copies are looked at again when one more comes.

All copies were looked at when they came. What one of them says its original says, too, or the first copies of it; what only it
has is its source. So the work for a copy does not grow with those before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from crawler.store.bulk import chunks
from crawler.store.schema import articles, imported_articles

MANY = 100
"""Stories of more articles are looked at without most of their copies."""
FIRST = 20
"""Of each original and language so many copies are looked at in any case."""


@dataclass(frozen=True, slots=True)
class LookedAt:
    """What was looked at before.

    Attributes:
        until: the article after which all are new.
        sources: the sources that some subscription asks for by name.
    """

    until: int
    sources: frozenset[str]


def articles_to_look_at(
    connection: Connection, story_ids: Sequence[int], before: LookedAt
) -> dict[int, list[int]]:
    """For each of some stories that is long: its articles without the copies that can change nothing."""
    column = articles.c.story_id
    long: list[int] = []
    for chunk in chunks(story_ids):
        counted = select(column).where(column.in_(chunk)).group_by(column).having(func.count() > MANY)
        long += connection.scalars(counted)
    # Of an archive's report the first copy that a source lists is told in its place: all of them are compared.
    return {
        story: _chosen(connection, story, before) for story in long if not _has_imported(connection, story)
    }


def _has_imported(connection: Connection, story: int) -> bool:
    joined = imported_articles.join(articles, articles.c.id == imported_articles.c.article_id)
    found = select(imported_articles.c.article_id).select_from(joined)
    return connection.scalar(found.where(articles.c.story_id == story).limit(1)) is not None


def _chosen(connection: Connection, story: int, before: LookedAt) -> list[int]:
    # An index holds all that is asked for here (`ix_articles_story_reports`): it is looked through by the database alone.
    number, mine = articles.c.id, articles.c.story_id == story
    copies = mine & articles.c.duplicate_of.is_not(None)
    is_new = (number > before.until) | articles.c.retracts | (articles.c.version > 1)
    is_asked_for = articles.c.source.in_(sorted(before.sources))
    place = func.row_number().over(partition_by=(articles.c.duplicate_of, articles.c.lang), order_by=number)
    placed = select(number, place.label("place")).where(copies).subquery()
    queries = [
        select(number).where(mine & articles.c.duplicate_of.is_(None)),
        select(number).where(copies & (is_new | is_asked_for if before.sources else is_new)),
        select(placed.c.id).where(placed.c.place <= FIRST),
        # By the earliest of all is said when a story was known, and whether it looks back on what it tells.
        select(number).where(copies).order_by(articles.c.first_seen, number).limit(1),
        select(number).where(copies).order_by(articles.c.when, number).limit(1),
    ]
    return sorted({found for query in queries for found in connection.scalars(query)})
