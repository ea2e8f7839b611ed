"""What readers say of the stories that they were told: not for me, or more like this.

A reader who says "not for me" is told nothing more of that story, nor of its base. Other readers of the subscription are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, insert, select

from alerts.model import AlertKey
from alerts.subscriptions.addresses import readable
from crawler.model import AseanwatchError, Phrase
from crawler.store import bases
from crawler.store.bulk import chunks
from crawler.store.schema import alerts, article_topics, stories
from crawler.store.schema import reader_feedback as table


class FeedbackKind(StrEnum):
    """What a reader may say, as it is stored."""

    NOT_FOR_ME = "not for me"
    MORE_LIKE_THIS = "more like this"


@dataclass(frozen=True, slots=True)
class Declined:
    """What one reader of a subscription wants to hear no more of: stories by number, bases by key."""

    stories: frozenset[int] = frozenset()
    bases: frozenset[str] = frozenset()

    def covers(self, story: int, base: str | None) -> bool:
        """Whether it is one of these stories, or about one of these bases."""
        return story in self.stories or base in self.bases


NOTHING = Declined()


def say(
    connection: Connection, subscription: str, address: str, story: int, kind: FeedbackKind, now: datetime
) -> None:
    """Note what a reader says of a story; what the same reader said of it before is replaced.

    Raises:
        AseanwatchError: the story was not told to the subscription, or is kept no longer.
    """
    alert = _latest_alert(connection, subscription, story)
    if alert is None:
        raise AseanwatchError(Phrase("this story is kept no longer"))
    take_back(connection, subscription, address, story)
    values = {
        "subscription": subscription, "reader": _reader(address), "article_id": alert.article_id, "story_id": story,
        "base": AlertKey.of_row(alert).base, "kind": kind.value, "at": now,
    }  # fmt: skip
    connection.execute(insert(table), [values])


def _latest_alert(connection: Connection, subscription: str, story: int) -> Any:
    mine = (alerts.c.subscription == subscription) & (alerts.c.story_id == story)
    rows = connection.execute(select(alerts).where(mine).order_by(alerts.c.id)).all()
    # One of a base before all others: by it the base is known too.
    return max(rows, key=lambda row: (AlertKey.of_row(row).base is not None, row.id), default=None)


def take_back(connection: Connection, subscription: str, address: str, story: int) -> None:
    """Undo what a reader said of a story; where nothing was said, nothing happens."""
    connection.execute(delete(table).where(_mine(subscription, address) & (table.c.story_id == story)))


def said(connection: Connection, subscription: str, address: str, story: int) -> FeedbackKind | None:
    """What a reader said of a story."""
    mine = _mine(subscription, address) & (table.c.story_id == story)
    found = connection.scalar(select(table.c.kind).where(mine).order_by(table.c.at.desc()).limit(1))
    return FeedbackKind(found) if found else None


def declined(connection: Connection, names: Collection[str]) -> Mapping[tuple[str, str], Declined]:
    """What the readers of some subscriptions want to hear no more of, by subscription and canonical address."""
    wanted = table.c.subscription.in_(sorted(names)) & (table.c.kind == FeedbackKind.NOT_FOR_ME)
    rows = connection.execute(select(table).where(wanted)).all()
    if not rows:
        return {}
    of_reader: dict[tuple[str, str], list[Any]] = {}
    for row in rows:
        of_reader.setdefault((row.subscription, row.reader), []).append(row)
    keys = bases.current_keys(connection, sorted({r.base for r in rows if r.base}))
    parts = _parts_of(connection, {r.story_id for r in rows})
    return {
        reader: Declined(
            frozenset(part for r in mine for part in (r.story_id, *parts.get(r.story_id, ()))),
            # Under its former key too: digests name a base by the key that it had.
            frozenset(key for r in mine if r.base for key in (r.base, keys.get(r.base, r.base))),
        )
        for reader, mine in of_reader.items()
    }


def declined_by(connection: Connection, subscription: str, address: str) -> Declined:
    """What one reader of a subscription wants to hear no more of."""
    return declined(connection, [subscription]).get((subscription, _reader(address)), NOTHING)


def _parts_of(connection: Connection, ids: Collection[int]) -> dict[int, set[int]]:
    """The stories that were split off some stories, and off those in turn, by where they come from."""
    found: dict[int, set[int]] = {}
    origins = {number: {number} for number in ids}
    while origins:
        following: dict[int, set[int]] = {}
        for chunk in chunks(sorted(origins)):
            split_off = select(stories.c.id, stories.c.split_from).where(stories.c.split_from.in_(chunk))
            for row in connection.execute(split_off):
                new = {o for o in origins[row.split_from] if row.id not in found.setdefault(o, set())}
                for origin in new:
                    found[origin].add(row.id)
                if new:
                    following.setdefault(row.id, set()).update(new)
        origins = following
    return found


class Feedback(NamedTuple):
    """What readers of a subscription said of a story: without whom."""

    subscription: str
    story: int
    kind: str
    readers: int
    at: datetime


def listed(
    connection: Connection,
    *,
    subscription: str | None = None,
    story: int | None = None,
    topic: str | None = None,
    limit: int = 100,
) -> list[Feedback]:
    """What readers said, the latest first, by subscription, story and what was said.

    Args:
        connection: a connection that reads.
        subscription: only of this one.
        story: only of this one.
        topic: only of reports that match this one.
        limit: how many rows at most.
    """
    latest = func.max(table.c.at)
    columns = (table.c.subscription, table.c.story_id, table.c.kind, func.count(), latest)
    statement = select(*columns).group_by(*columns[:3]).order_by(latest.desc(), table.c.story_id).limit(limit)
    if subscription is not None:
        statement = statement.where(table.c.subscription == subscription)
    if story is not None:
        statement = statement.where(table.c.story_id == story)
    if topic is not None:
        of_topic = select(article_topics.c.article_id).where(article_topics.c.topic == topic)
        statement = statement.where(table.c.article_id.in_(of_topic))
    return [Feedback(*row) for row in connection.execute(statement)]


def erase(connection: Connection, reader: str) -> int:
    """Delete what a reader said; returns how many rows."""
    return connection.execute(delete(table).where(table.c.reader == reader)).rowcount


def _mine(subscription: str, address: str) -> Any:
    return (table.c.subscription == subscription) & (table.c.reader == _reader(address))


def _reader(address: str) -> str:
    return readable(address) or address
