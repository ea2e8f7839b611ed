"""What waits to be read by an assistant: relevant reports that came lately, those of stories that are about to be told first.

How far it has come is a cursor of the store. What was begun is kept in memory only: the answers themselves say what is done, so
another process that takes over asks for nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, exists, func, or_, select

from alerts.selection.freshness import age_when_listed
from crawler.store.cursors import get_cursor, set_cursor
from crawler.store.imports import is_history
from crawler.store.schema import alerts, article_topics, article_versions, articles

CURSOR = "assistants asked"
"""The cursor up to whose article everything was asked for, by its stored name."""
LOOKED_AT, LEFT = "assistants looked at", "assistants have left"
"""Cursors for those who only look: the newest article that was looked at, and how many reports still waited then."""
OVERLAP = 200
"""Articles before the newest that are looked at again: where several write, a smaller id can become visible later."""
EDITS_EVERY = timedelta(minutes=1)
"""How often it is looked for articles that were edited."""


@dataclass(slots=True)
class _Waiting:
    story: int
    since: datetime
    next: datetime


class FillQueue:
    """The reports that wait. For one thread.

    Args:
        fresh: reports that are older when they come, and those that have waited longer, are left out.

    Attributes:
        noted: the cursor as it was last read or written.
    """

    def __init__(self, fresh: timedelta) -> None:
        self._fresh = fresh
        self._waiting: dict[int, _Waiting] = {}
        self._top: int | None = None
        self._seen: set[int] = set()
        self._edits: datetime | None = None
        self.noted = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def take_up(self, connection: Connection, now: datetime) -> None:
        """Take in what is new since the last time; drop what has waited too long."""
        if self._top is None or not self.is_in_step(connection):
            self._top = self.noted = get_cursor(connection, CURSOR)
            self._seen, self._edits = set(), None
        found = _worth_reading(now - self._fresh)
        # Rows before the newest that were looked at already are known by their ids.
        new = connection.execute(found.where(articles.c.id > self._top - OVERLAP)).all()
        self._add((row for row in new if row.id not in self._seen), now)
        self._top = max([self._top, *(row.id for row in new)])
        self._seen = {n for n in (*self._seen, *(row.id for row in new)) if n > self._top - OVERLAP}
        self._take_up_edits(connection, found, now)
        self._waiting = {n: w for n, w in self._waiting.items() if w.since > now - self._fresh}

    def begin_again(self) -> None:
        """Look at all that is fresh again the next time."""
        self._top = None

    def is_in_step(self, connection: Connection) -> bool:
        """Whether the cursor is not behind what was noted; else answers were forgotten, and are asked for again."""
        return get_cursor(connection, CURSOR) >= self.noted

    def due(self, connection: Connection, now: datetime, most: int) -> list[int]:
        """The reports that come next: those of stories that are about to be told, then the newest."""
        ready = [number for number, one in self._waiting.items() if one.next <= now]
        if not ready:
            return []
        urgent = stories_to_tell(connection, now - self._fresh)
        ready.sort(key=lambda n: (self._waiting[n].story not in urgent, -n))
        return ready[:most]

    def put_off(self, article: int, until: datetime) -> None:
        """Have a report wait until a moment."""
        if article in self._waiting:
            self._waiting[article].next = until

    def done(self, article: int) -> None:
        """Nothing more is to be asked of a report."""
        self._waiting.pop(article, None)

    @property
    def newest(self) -> int:
        """The newest article that was looked at."""
        return self._top or 0

    def position(self) -> int:
        """The article up to which everything was asked for."""
        if self._top is None:
            return 0
        return min(self._waiting, default=self._top + 1) - 1

    def _add(self, rows: Iterable[Row[Any]], now: datetime) -> None:
        for row in rows:
            # Old news that a new source brings is not worth its price.
            if age_when_listed(row.published, row.listed or row.first_seen, seed=row.seed) <= self._fresh:
                self._waiting[row.id] = _Waiting(row.story_id, row.first_seen, now)

    def _take_up_edits(self, connection: Connection, found: Select[Any], now: datetime) -> None:
        """Articles whose wording was changed: their new words were never asked for."""
        if self._edits is not None and now - self._edits < EDITS_EVERY:
            return
        since = self._edits or now - self._fresh
        edited = select(article_versions.c.article_id).where(article_versions.c.until >= since)
        self._add(connection.execute(found.where(articles.c.id.in_(edited))), now)
        self._edits = now


def _worth_reading(since: datetime) -> Select[Any]:
    """Reports that came since a moment and are relevant, or matched a topic that asks for no relevance."""
    columns = ("id", "story_id", "first_seen", "published", "listed", "seed")
    matched = exists().where(article_topics.c.article_id == articles.c.id)
    lately = articles.c.first_seen > since, articles.c.story_id.is_not(None)
    return select(*(articles.c[c] for c in columns)).where(
        *lately, or_(articles.c.relevant, matched), ~is_history()
    )


def stories_to_tell(connection: Connection, since: datetime) -> frozenset[int]:
    """The stories with alerts that no digest has told yet."""
    waiting = select(alerts.c.story_id).where(alerts.c.digest_id.is_(None), alerts.c.at > since)
    return frozenset(connection.scalars(waiting.distinct()))


def waiting_reports(connection: Connection, fresh: timedelta, now: datetime) -> int:
    """How many reports wait, for those who only look: those that were left when it was last asked, and those that came since."""
    looked = max(get_cursor(connection, LOOKED_AT), get_cursor(connection, CURSOR))
    found = _worth_reading(now - fresh).where(articles.c.id > looked).subquery()
    return get_cursor(connection, LEFT) + (connection.scalar(select(func.count()).select_from(found)) or 0)


def note_waiting(connection: Connection, newest: int, left: int) -> None:
    """Note for those who only look how far it has come, and how many reports wait."""
    set_cursor(connection, LOOKED_AT, newest)
    set_cursor(connection, LEFT, left)


def begin_again(connection: Connection) -> None:
    """Have all that is fresh looked at again, as after answers were forgotten."""
    set_cursor(connection, CURSOR, 0)
    note_waiting(connection, 0, 0)
