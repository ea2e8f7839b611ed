"""Stories: rows that hold their articles together, and the window in which they can still grow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from crawler.judging.places import CHINA
from crawler.judging.stories import Report
from crawler.store.schema import articles, stories


def load_reports(connection: Connection, start: datetime, end: datetime) -> list[Report]:
    """The reports of ``[start, end)`` that belong to a story; duplicates add nothing and are left out."""
    columns = (
        articles.c.id, articles.c.story_id, articles.c.lang, articles.c.when, articles.c.features, articles.c.words, articles.c.countries,
    )  # fmt: skip
    grouped = articles.c.story_id.is_not(None) & articles.c.duplicate_of.is_(None)
    within = (articles.c.when >= start) & (articles.c.when < end)
    rows = connection.execute(select(*columns).where(grouped & within).order_by(articles.c.id))
    return [report(r.id, r.story_id, r.lang, r.when, r.features, r.words, r.countries) for r in rows]


def report(
    article: int,
    story: int,
    lang: str,
    when: datetime,
    features: Sequence[str],
    words: Sequence[str],
    countries: Sequence[str],
) -> Report:
    """What story grouping knows of an article."""
    partners = frozenset(countries) - CHINA
    return Report(article, story, lang, when, frozenset(features), frozenset(words), partners)


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


def members(connection: Connection, story_ids: Sequence[int]) -> dict[int, list[Row[Any]]]:
    """The articles of stories, in the order of publication."""
    found: dict[int, list[Row[Any]]] = {}
    for start in range(0, len(story_ids), 500):
        part = select(articles).where(articles.c.story_id.in_(story_ids[start : start + 500]))
        for row in connection.execute(part.order_by(articles.c.when, articles.c.id)):
            found.setdefault(row.story_id, []).append(row)
    return found
