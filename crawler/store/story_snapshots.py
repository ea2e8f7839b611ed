"""What a story has that a merge takes from it, kept with the merge so that it can be undone; and the restoring of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from crawler.store.base_revisions import note_moved
from crawler.store.schema import (
    alerts,
    articles,
    bases,
    link_constraints,
    pins,
    stories,
    story_changes,
    story_marks,
)

Snapshot = dict[str, Any]
"""Plain values, as they are stored with a change of stories."""


def snapshot_of(connection: Connection, story: int, into: int) -> Snapshot:
    """What a story has that moves to another when it is merged into that.

    Args:
        connection: a connection.
        story: the story that is about to be merged.
        into: the story that it goes into.
    """
    row = connection.execute(select(stories).where(stories.c.id == story)).one()
    pin = connection.execute(select(pins).where(pins.c.story_id == story)).first()
    already = set(connection.scalars(_saved_by(into)))
    marks = select(story_marks).where(story_marks.c.story_id == story)
    return {
        "split_from": row.split_from,
        "alerts": list(connection.scalars(select(alerts.c.id).where(alerts.c.story_id == story))),
        "bases": list(connection.scalars(select(bases.c.key).where(bases.c.story_id == story))),
        "heirs": list(connection.scalars(select(stories.c.id).where(stories.c.split_from == story))),
        "pin": None if pin is None else {"at": pin.at.timestamp(), "note": pin.note},
        "pinned_there": connection.scalar(select(pins.c.story_id).where(pins.c.story_id == into)) is not None,
        "marks": [[m.person, m.kind, m.at.timestamp()] for m in connection.execute(marks)],
        "saved_there": sorted(already),
    }


def _saved_by(story: int) -> Any:
    return select(story_marks.c.person).where(
        (story_marks.c.story_id == story) & (story_marks.c.kind == "saved")
    )


def restore(
    connection: Connection, story: int, into: int, moved: Sequence[int], kept: Snapshot, now: datetime
) -> None:
    """Make a merged story again, under its old id, with its articles and all that a snapshot says it had.

    Args:
        connection: a connection that writes.
        story: the story that was merged.
        into: the story that it went into, which keeps the rest.
        moved: the articles that moved then.
        kept: what `snapshot_of` gave then.
        now: the present moment.
    """
    values = {"id": story, "first_seen": now, "last_seen": now, "split_from": kept["split_from"]}
    connection.execute(insert(stories), [values])
    connection.execute(update(articles).where(articles.c.id.in_(moved)).values(story_id=story))
    note_moved(connection, moved)
    # Also what was raised since of one of its articles.
    theirs = (alerts.c.story_id == into) & (alerts.c.id.in_(kept["alerts"]) | alerts.c.article_id.in_(moved))
    connection.execute(update(alerts).where(theirs).values(story_id=story))
    connection.execute(update(bases).where(bases.c.key.in_(kept["bases"])).values(story_id=story))
    connection.execute(update(stories).where(stories.c.id.in_(kept["heirs"])).values(split_from=story))
    if kept["pin"] is not None:
        at = datetime.fromtimestamp(kept["pin"]["at"], UTC)
        connection.execute(insert(pins), [{"story_id": story, "at": at, "note": kept["pin"]["note"]}])
        if not kept["pinned_there"]:
            connection.execute(delete(pins).where(pins.c.story_id == into))
    _restore_marks(connection, story, into, kept)
    for one in (story, into):
        _refresh_span(connection, one)


def _restore_marks(connection: Connection, story: int, into: int, kept: Snapshot) -> None:
    rows = [
        {"person": person, "story_id": story, "kind": kind, "at": datetime.fromtimestamp(at, UTC)}
        for person, kind, at in kept["marks"]
    ]
    if rows:
        connection.execute(insert(story_marks), rows)
    added = [
        person for person, kind, _ in kept["marks"] if kind == "saved" and person not in kept["saved_there"]
    ]
    mine = (story_marks.c.story_id == into) & (story_marks.c.kind == "saved")
    connection.execute(delete(story_marks).where(mine & story_marks.c.person.in_(added)))


def _refresh_span(connection: Connection, story: int) -> None:
    """Set when a story was first and last seen to what its articles say."""
    first, last = connection.execute(
        select(func.min(articles.c.when), func.max(articles.c.when)).where(articles.c.story_id == story)
    ).one()
    connection.execute(update(stories).where(stories.c.id == story).values(first_seen=first, last_seen=last))


def constraints_between(
    connection: Connection, ones: Sequence[int], others: Sequence[int]
) -> list[list[Any]]:
    """What operators said of pairs of articles, as plain values."""
    rows = connection.execute(select(link_constraints).where(_between(ones, others)))
    return [[r.one, r.other, r.together, r.at.timestamp()] for r in rows]


def restore_constraints(
    connection: Connection, ones: Sequence[int], others: Sequence[int], before: Sequence[Sequence[Any]]
) -> None:
    """Put what operators said of pairs of articles back to what it was."""
    connection.execute(delete(link_constraints).where(_between(ones, others)))
    rows = [
        {"one": one, "other": other, "together": together, "at": datetime.fromtimestamp(at, UTC)}
        for one, other, together, at in before
    ]
    if rows:
        connection.execute(insert(link_constraints), rows)


def _between(ones: Sequence[int], others: Sequence[int]) -> ColumnElement[bool]:
    table = link_constraints.c
    return (table.one.in_(ones) & table.other.in_(others)) | (table.one.in_(others) & table.other.in_(ones))


def latest_change(connection: Connection, story: int) -> Any:
    """The latest change that concerns a story, as a row; None if there is none."""
    concerns = (story_changes.c.story_id == story) | (story_changes.c.other_id == story)
    return connection.execute(
        select(story_changes).where(concerns).order_by(story_changes.c.id.desc()).limit(1)
    ).first()
