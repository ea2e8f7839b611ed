"""The stream of new stories and alerts: server-sent events that a client can resume (``Last-Event-ID``)."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import threading
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from crawler.store import Store, StoreError
from crawler.store.imports import of_archives_only
from crawler.store.overview import StoryRow, with_details
from crawler.store.schema import alerts, stories

log = logging.getLogger("aseanwatch")
KEEP_ALIVE = 15.0
"""Seconds without news until a comment is sent, so that proxies do not close the connection."""
BATCH = 200
_EVENT_ID = re.compile(r"([0-9]{1,18})-([0-9]{1,18})", re.ASCII)


class Position(NamedTuple):
    """How far a stream has come: the ids of the latest story and the latest alert. It is the id of an event."""

    story: int
    alert: int

    def __str__(self) -> str:
        """The id of the event."""
        return f"{self.story}-{self.alert}"


class StreamEvent(NamedTuple):
    """An event: its type, the position after it, and its data."""

    type: str
    position: Position
    data: Any


class EventBatch(NamedTuple):
    """What one look at the store found: the position after it, and the events."""

    position: Position
    events: Sequence[StreamEvent]


def current_position(connection: Connection) -> Position:
    """The position after everything that there is."""
    story = connection.scalar(select(func.max(stories.c.id))) or 0
    return Position(story, connection.scalar(select(func.max(alerts.c.id))) or 0)


def position_of(text: str | None) -> Position | None:
    """The position that an event id says; None if it is not an id of ours."""
    found = _EVENT_ID.fullmatch(text or "")
    return Position(int(found[1]), int(found[2])) if found else None


class Streams:
    """Counts the open event streams, because each of them queries the store again and again.

    Args:
        most: the most streams at once.
        most_each: the most streams at once of one person or token.
    """

    def __init__(self, most: int, most_each: int) -> None:
        self._most, self._most_each = most, most_each
        self._open: Counter[str] = Counter()
        self._lock = threading.Lock()

    def begin(self, actor: str) -> None:
        """Count a stream that begins.

        Raises:
            HTTPException: there are too many.
        """
        with self._lock:
            if self._open[actor] >= self._most_each:
                raise HTTPException(
                    429, f"at most {self._most_each} event streams at once", {"Retry-After": "60"}
                )
            if self._open.total() >= self._most:
                raise HTTPException(503, "too many event streams are open", {"Retry-After": "60"})
            self._open[actor] += 1

    def end(self, actor: str) -> None:
        """Count a stream that has ended."""
        with self._lock:
            self._open[actor] -= 1
            if not self._open[actor]:
                del self._open[actor]

    def __len__(self) -> int:
        return self._open.total()


class EventStream(StreamingResponse):
    """The answer with an event stream. It is counted from when it is made until it ends, for whatever reason."""

    media_type = "text/event-stream"

    def __init__(self, parts: AsyncIterator[str], streams: Streams, actor: str) -> None:
        # nginx would hold events back until its buffer is full.
        super().__init__(parts, headers={"X-Accel-Buffering": "no"})
        self._streams, self._actor = streams, actor
        # Here and not when it begins: once an answer has begun, it cannot become a 429 any more.
        streams.begin(actor)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the stream."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._streams.end(self._actor)


def news(connection: Connection, after: Position, shown: Callable[[StoryRow], dict[str, Any]]) -> EventBatch:
    """The events after a position, stories first. Stories that only an archive tells of are none.

    Args:
        connection: to the store.
        after: where the reader's stream stands.
        shown: turns a story into what the API gives.
    """
    events: list[StreamEvent] = []
    position = after
    # Ids are a position because one writer at a time makes them visible in order.
    later = select(stories).where(stories.c.id > after.story).order_by(stories.c.id).limit(BATCH)
    rows = connection.execute(later).all()
    if rows:
        position = position._replace(story=rows[-1].id)
    history = of_archives_only(connection, [r.id for r in rows])
    rows = [r for r in rows if r.id not in history]
    for row in with_details(connection, [StoryRow(r.id, r.first_seen, r.last_seen) for r in rows]):
        events.append(StreamEvent("story", after._replace(story=row.id), shown(row)))
    raised = select(alerts).where(alerts.c.id > after.alert).order_by(alerts.c.id).limit(BATCH)
    for alert in connection.execute(raised):
        position = position._replace(alert=alert.id)
        events.append(StreamEvent("alert", position, _alert(alert)))
    return EventBatch(position, events)


def _alert(row: Any) -> dict[str, Any]:
    """An alert as the API gives it."""
    return {
        "id": row.id,
        "subscription": row.subscription,
        "kind": row.kind,
        "story": row.story_id,
        "article": row.article_id,
        "topics": row.topics,
        "at": row.at,
    }


async def stream(
    store: Store,
    start: Position | None,
    shown: Callable[[StoryRow], dict[str, Any]],
    is_welcome: Callable[[], bool],
    has_gone: Callable[[], Awaitable[bool]],
    pause: float,
) -> AsyncIterator[str]:
    """The events as text, until the reader has gone or may not read any more.

    Args:
        store: the store. No connection is held between two looks at it.
        start: where the reader's stream broke off; None: only what comes from now on.
        shown: turns a story into what the API gives.
        is_welcome: whether the reader may still read. It is asked before each look, so that nothing is sent after that.
        has_gone: whether the reader has gone.
        pause: seconds between two looks.
    """

    def look(after: Position | None) -> EventBatch | None:
        try:
            if not is_welcome():
                return None
            with store.read() as connection:
                if after is None:
                    return EventBatch(current_position(connection), [])
                return news(connection, after, shown)
        except StoreError as error:
            log.error("an event stream ends: %s", error)
            return None

    batch = await run_in_threadpool(look, start)
    if batch is None:
        return
    # Gives an id at once: a client that loses the connection before the first event resumes here.
    yield f"retry: 5000\nid: {batch.position}\nevent: ready\ndata: {{}}\n\n"
    silent = 0.0
    while batch is not None:
        for event in batch.events:
            data = json.dumps(event.data, ensure_ascii=False, default=_plain)
            yield f"id: {event.position}\nevent: {event.type}\ndata: {data}\n\n"
        if await has_gone():
            return
        silent = 0.0 if batch.events else silent + pause
        if silent >= KEEP_ALIVE:
            silent = 0.0
            yield ": nothing new\n\n"
        await asyncio.sleep(pause)
        batch = await run_in_threadpool(look, batch.position)


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
