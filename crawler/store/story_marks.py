"""What people of the console have read and saved.

A story is read where a person opened it or said so after its latest report was stored, or where that was stored before the moment
until which the person has read everything. So a report that comes later makes a story unread again, whatever its date says. A
person may also say that a story is unread; that holds until it is read again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, or_, select

from crawler.store.bulk import chunks
from crawler.store.schema import articles, reading_positions, stories, story_marks
from crawler.store.upserts import upsert


class StoryMark(StrEnum):
    """What a person did with a story."""

    READ = "read"
    UNREAD = "unread"
    SAVED = "saved"


_OPPOSITE = {StoryMark.READ: StoryMark.UNREAD, StoryMark.UNREAD: StoryMark.READ}


def mark(connection: Connection, person: str, story: int, kind: StoryMark, now: datetime) -> None:
    """Mark a story for a person; a story that is gone is passed over. Marking again renews the moment."""
    if connection.scalar(select(stories.c.id).where(stories.c.id == story)) is None:
        return
    if kind in _OPPOSITE:
        unmark(connection, person, story, _OPPOSITE[kind])
    values = {"person": person, "story_id": story, "kind": kind, "at": now}
    connection.execute(upsert(connection, story_marks, values, ["person", "story_id", "kind"], ["at"]))


def unmark(connection: Connection, person: str, story: int, kind: StoryMark) -> None:
    """Take a mark away; where there is none, nothing happens."""
    connection.execute(delete(story_marks).where(_mine(person, kind) & (story_marks.c.story_id == story)))


def read_all(connection: Connection, person: str, until: datetime) -> None:
    """All that was seen until a moment is read."""
    values = {"person": person, "until": until}
    connection.execute(upsert(connection, reading_positions, values, ["person"], ["until"]))
    # The position says it now.
    for kind in _OPPOSITE:
        connection.execute(delete(story_marks).where(_mine(person, kind) & (story_marks.c.at <= until)))


def read_until(connection: Connection, person: str) -> datetime | None:
    """The moment until which a person has read everything; None if the person never said so."""
    return connection.scalar(select(reading_positions.c.until).where(reading_positions.c.person == person))


def marked(connection: Connection, person: str, ids: Sequence[int], kind: StoryMark) -> dict[int, datetime]:
    """Which of some stories a person marked, and when."""
    found: dict[int, datetime] = {}
    for chunk in chunks(ids):
        mine = _mine(person, kind) & story_marks.c.story_id.in_(chunk)
        found |= {r.story_id: r.at for r in connection.execute(select(story_marks).where(mine))}
    return found


def unread_of(connection: Connection, person: str, stored: Mapping[int, datetime | None]) -> frozenset[int]:
    """Which of some stories a person has not read; `is_unread` is the same as a condition.

    Args:
        connection: a connection.
        person: the person's name.
        stored: when the latest report of each story was stored.
    """
    ids = list(stored)
    said = marked(connection, person, ids, StoryMark.UNREAD)
    opened = marked(connection, person, ids, StoryMark.READ)
    until = read_until(connection, person)

    def is_new(story: int) -> bool:
        seen = [moment for moment in (opened.get(story), until) if moment is not None]
        latest = stored[story]
        return not seen or latest is None or latest > max(seen)

    return frozenset(story for story in ids if story in said or is_new(story))


def is_saved(person: str) -> ColumnElement[bool]:
    """The condition that a story is saved by a person."""
    return exists().where(_mine(person, StoryMark.SAVED), story_marks.c.story_id == stories.c.id)


def is_unread(person: str, until: datetime | None) -> ColumnElement[bool]:
    """The condition that a story is not read by a person.

    Args:
        person: the person's name.
        until: what `read_until` said.
    """
    of_story = articles.c.story_id == stories.c.id
    latest = select(func.max(articles.c.first_seen)).where(of_story).correlate(stories).scalar_subquery()
    mine = _mine(person, StoryMark.READ) & (story_marks.c.story_id == stories.c.id)
    opened = exists().where(mine, story_marks.c.at >= latest)
    said = exists().where(_mine(person, StoryMark.UNREAD), story_marks.c.story_id == stories.c.id)
    return or_(said, ~opened if until is None else and_(~opened, latest > until))


def _mine(person: str, kind: StoryMark) -> ColumnElement[bool]:
    return (story_marks.c.person == person) & (story_marks.c.kind == kind)
