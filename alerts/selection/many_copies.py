"""Of a text that hundreds print, which copies are looked at again when one more comes.

All copies were looked at when they came. What one of them says its original says, too, or the first copies of it; what only it
has is its source. So the work for a copy does not grow with those before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Select, func, literal, literal_column, select, tuple_

from crawler.store.bulk import chunks
from crawler.store.schema import articles, imported_articles, stories

MANY = 100
"""Stories of more articles are looked at without most of their copies."""
FIRST = 20
"""Of each original and language so many copies are looked at in any case."""
_ONE_BY_ONE = 50
"""Of so many originals and languages the first copies are asked for one after another; of more, all copies are looked through at once."""


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
    after_many = select(articles.c.id).where(articles.c.story_id == stories.c.id).order_by(articles.c.id)
    is_long = after_many.limit(1).offset(MANY).scalar_subquery().is_not(None)
    long: list[int] = []
    for chunk in chunks(story_ids):
        long += connection.scalars(select(stories.c.id).where(stories.c.id.in_(chunk), is_long))
    if not long or connection.scalar(select(imported_articles.c.article_id).limit(1)) is None:
        return {story: _chosen(connection, story, before) for story in long}
    # Of an archive's report the first copy that a source lists is told in its place: all of them are compared.
    return {
        story: _chosen(connection, story, before) for story in long if not _has_imported(connection, story)
    }


def _has_imported(connection: Connection, story: int) -> bool:
    joined = imported_articles.join(articles, articles.c.id == imported_articles.c.article_id)
    found = select(imported_articles.c.article_id).select_from(joined)
    return connection.scalar(found.where(articles.c.story_id == story).limit(1)) is not None


def _chosen(connection: Connection, story: int, before: LookedAt) -> list[int]:
    # Each query ends after the few rows that it is for: an index has them in its order (`ix_articles_story_…`).
    number, mine = articles.c.id, articles.c.story_id == story
    copies = mine & articles.c.duplicate_of.is_not(None)
    queries = [
        select(number).where(mine & articles.c.duplicate_of.is_(None)),
        select(number).where(copies & (number > before.until)),
        select(number).where(mine & (articles.c.retracts | (articles.c.version > literal_column("1")))),
        # By the earliest of all is said when a story was known, and whether it looks back on what it tells.
        select(number).where(copies).order_by(articles.c.first_seen, number).limit(1),
        select(number).where(copies).order_by(articles.c.when, number).limit(1),
        *_first_copies(connection, story),
    ]
    if before.sources:
        queries.append(select(number).where(copies & articles.c.source.in_(sorted(before.sources))))
    return sorted({found for query in queries for found in connection.scalars(query)})


def _first_copies(connection: Connection, story: int) -> list[Select[tuple[int]]]:
    """What asks for the first copies of each original and language."""
    number, original, lang = articles.c.id, articles.c.duplicate_of, articles.c.lang
    copies = (articles.c.story_id == story) & original.is_not(None)
    printed: list[tuple[int, str]] = []
    following = select(original, lang).where(copies).order_by(original, lang).limit(1)
    while len(printed) <= _ONE_BY_ONE:
        # From one to the next, whatever number of copies each has.
        if printed:
            row = connection.execute(
                following.where(tuple_(original, lang) > tuple_(*map(literal, printed[-1])))
            ).first()
        else:
            row = connection.execute(following).first()
        if row is None:
            return [
                select(number)
                .where(copies & (original == of) & (lang == language))
                .order_by(number)
                .limit(FIRST)
                for of, language in printed
            ]
        printed.append((row.duplicate_of, row.lang))
    place = func.row_number().over(partition_by=(original, lang), order_by=number)
    placed = select(number, place.label("place")).where(copies).subquery()
    return [select(placed.c.id).where(placed.c.place <= FIRST)]
