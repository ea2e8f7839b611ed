"""What people of the console have read and saved.

A story is read where a person opened it or said so after its latest report was stored, or where that was stored before the moment
until which the person has read everything. So a report that comes later makes a story unread again, whatever its date says. A
person may also say that a story is unread; that holds until it is read again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    String,
    and_,
    bindparam,
    cast,
    delete,
    exists,
    func,
    literal_column,
    or_,
    select,
)

from crawler.store.bulk import given_rows, matching, rows_of
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
    columns = (story_marks.c.story_id, story_marks.c.at)
    return dict(matching(connection, columns, story_marks.c.story_id, ids, person=person, kind=kind))


class PersonMarks(NamedTuple):
    """What a person did with stories; moments are seconds since 1970.

    Attributes:
        opened: when they were opened last.
        unread: those that the person said to be unread.
        saved: those that are saved.
        until: the moment until which the person has read everything.
    """

    opened: Mapping[int, float]
    unread: frozenset[int]
    saved: frozenset[int]
    until: float | None = None

    def has_not_read(self, story: int, stored: float | None) -> bool:
        """Whether the person has not read a story, the latest report of which was stored at a moment."""
        if story in self.unread or stored is None:
            return True
        seen = [moment for moment in (self.opened.get(story), self.until) if moment is not None]
        return not seen or stored > max(seen)


_MARKS = select(story_marks.c.story_id, story_marks.c.kind, story_marks.c.at).where(
    story_marks.c.person == bindparam("person")
)
_JOINED: dict[str, Callable[[Column[Any]], Any]] = {
    "sqlite": func.group_concat,
    "postgresql": lambda column: func.string_agg(cast(column, String), literal_column("','")),
}
_DIGESTS = {
    dialect: select(story_marks.c.kind, joined(story_marks.c.story_id), joined(story_marks.c.at))
    .where(story_marks.c.person == bindparam("person"))
    .group_by(story_marks.c.kind)
    for dialect, joined in _JOINED.items()
}
"""All marks in a few rows: for each row the driver lets other threads have the interpreter, and a page waits to get it back."""
_KEPT = 8
"""People whose marks are remembered."""
_known: dict[tuple[str, int], PersonMarks] = {}


def reading_of(connection: Connection, person: str) -> PersonMarks:
    """All that a person has done with stories.

    A person has thousands of marks. They are remembered by a number that is made of them (64 bits).
    """
    given = {"person": person}
    key = (person, hash(tuple(sorted(given_rows(connection, _DIGESTS[connection.dialect.name], given)))))
    found = _known.pop(key, None)
    if found is None:
        found = _reading(rows_of(connection, _MARKS, given))
    for old in list(_known)[: max(0, len(_known) - _KEPT + 1)]:
        _known.pop(old, None)
    _known[key] = found
    until = read_until(connection, person)
    return found if until is None else found._replace(until=until.timestamp())


def _reading(rows: Iterable[tuple[Any, ...]]) -> PersonMarks:
    opened: dict[int, float] = {}
    others: dict[str, set[int]] = {StoryMark.UNREAD: set(), StoryMark.SAVED: set()}
    for story, kind, at in rows:
        if kind == StoryMark.READ:
            opened[story] = at.timestamp()
        elif kind in others:
            others[kind].add(story)
    return PersonMarks(opened, frozenset(others[StoryMark.UNREAD]), frozenset(others[StoryMark.SAVED]))


def unread_of(connection: Connection, person: str, stored: Mapping[int, datetime | None]) -> frozenset[int]:
    """Which of some stories a person has not read; `is_unread` is the same as a condition.

    Args:
        connection: a connection.
        person: the person's name.
        stored: when the latest report of each story was stored.
    """
    columns = (story_marks.c.story_id, story_marks.c.kind, story_marks.c.at)
    found = _reading(matching(connection, columns, story_marks.c.story_id, list(stored), person=person))
    until = read_until(connection, person)
    reading = found._replace(until=until.timestamp() if until is not None else None)
    return unread_among(reading, stored)


def unread_among(reading: PersonMarks, stored: Mapping[int, datetime | None]) -> frozenset[int]:
    """Which of some stories a person has not read, given when the latest report of each was stored."""
    return frozenset(
        story for story, at in stored.items() if reading.has_not_read(story, at.timestamp() if at else None)
    )


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
