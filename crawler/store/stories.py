"""Stories: rows that hold their articles together, and the window in which they can still grow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, String, bindparam, cast, delete, func, insert, select, update

from crawler.judging.likeness import Report
from crawler.model import AseanwatchError
from crawler.store.schema import articles, bases, pins, stories
from crawler.store.sources import upsert


def load_reports(connection: Connection, start: datetime, end: datetime, *, editions: bool = False) -> list[Report]:
    """The reports of ``[start, end)`` that belong to a story; duplicates add nothing and are left out.

    Args:
        connection: a connection.
        start: the earliest moment of publication.
        end: the moment before which they were published.
        editions: only those that name an edition of a series.
    """
    columns = (
        articles.c.id, articles.c.story_id, articles.c.lang, articles.c.when, articles.c.features, articles.c.words, articles.c.published,
    )  # fmt: skip
    grouped = articles.c.story_id.is_not(None) & articles.c.duplicate_of.is_(None)
    within = (articles.c.when >= start) & (articles.c.when < end)
    statement = select(*columns).where(grouped & within).order_by(articles.c.id)
    if editions:
        statement = statement.where(cast(articles.c.features, String).contains('"e:'))
    return [
        Report(r.id, r.story_id, r.lang, r.when, frozenset(r.features), frozenset(r.words), r.published is not None)
        for r in connection.execute(statement)
    ]


def create(connection: Connection, when: datetime) -> int:
    """A new story, first seen at ``when``; gives its id."""
    number: int = connection.scalars(insert(stories).returning(stories.c.id), [{"first_seen": when, "last_seen": when}]).one()
    return number


def touch(connection: Connection, seen: Mapping[int, datetime]) -> None:
    """Stories have been seen again, each at its moment."""
    if seen:
        later = (stories.c.id == bindparam("story")) & (stories.c.last_seen < bindparam("moment"))
        rows = [{"story": story, "moment": moment} for story, moment in seen.items()]
        connection.execute(update(stories).where(later).values(last_seen=bindparam("moment")), rows)


def find(connection: Connection, since: datetime | None = None, limit: int | None = None) -> list[dict[str, Any]]:
    """Stories, the latest first, each with its counts and its leading article's title."""
    members = (
        select(
            articles.c.story_id,
            func.count().label("reports"),
            func.count(func.distinct(articles.c.lang)).label("languages"),
            func.count(func.distinct(articles.c.source)).label("outlets"),
            func.min(articles.c.id).label("lead"),
        )
        .where(articles.c.story_id.is_not(None))
        .group_by(articles.c.story_id)
        .subquery()
    )
    statement = (
        select(
            stories,
            members.c.reports,
            members.c.languages,
            members.c.outlets,
            articles.c.title,
            articles.c.lang,
        )
        .join(members, members.c.story_id == stories.c.id)
        .join(articles, articles.c.id == members.c.lead)
        .order_by(stories.c.last_seen.desc(), stories.c.id.desc())
    )
    if since is not None:
        statement = statement.where(stories.c.last_seen >= since)
    return [dict(row._mapping) for row in connection.execute(statement.limit(limit) if limit else statement)]


def members(connection: Connection, story_ids: Sequence[int], columns: Sequence[str] = ()) -> dict[int, list[Row[Any]]]:
    """The articles of stories, in the order of publication; only some columns where they are named."""
    found: dict[int, list[Row[Any]]] = {}
    wanted = [articles.c.story_id, *(articles.c[name] for name in columns)] if columns else [articles]
    for start in range(0, len(story_ids), 500):
        part = select(*wanted).where(articles.c.story_id.in_(story_ids[start : start + 500]))
        for row in connection.execute(part.order_by(articles.c.when, articles.c.id)):
            found.setdefault(row.story_id, []).append(row)
    return found


def base_keys(connection: Connection, story_ids: Sequence[int]) -> dict[int, list[str]]:
    """The keys of the bases that stories brought into the register, the earliest first."""
    found: dict[int, list[str]] = {}
    for start in range(0, len(story_ids), 500):
        mine = bases.c.story_id.in_(story_ids[start : start + 500])
        for row in connection.execute(select(bases.c.story_id, bases.c.key).where(mine).order_by(bases.c.id)):
            found.setdefault(row.story_id, []).append(row.key)
    return found


def pin(connection: Connection, story_id: int, now: datetime, note: str = "") -> None:
    """Pin a story: a change of keywords that would lose it is to be told. Pinning again changes the note.

    Raises:
        AseanwatchError: there is no such story.
    """
    if connection.scalar(select(stories.c.id).where(stories.c.id == story_id)) is None:
        raise AseanwatchError(f"no story has the id {story_id}")
    values = {"story_id": story_id, "at": now, "note": note}
    connection.execute(upsert(connection, pins, values, ["story_id"], ["note"]))


def unpin(connection: Connection, story_id: int) -> None:
    """Let a pinned story go.

    Raises:
        AseanwatchError: it is not pinned.
    """
    if not connection.execute(delete(pins).where(pins.c.story_id == story_id)).rowcount:
        raise AseanwatchError(f"the story {story_id} is not pinned")


def pinned(connection: Connection) -> dict[int, str]:
    """The pinned stories with their notes."""
    return {row.story_id: row.note for row in connection.execute(select(pins).order_by(pins.c.story_id))}
