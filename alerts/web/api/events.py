"""The stream of what is new: server-sent events, to be taken up again where it broke off (``Last-Event-ID``)."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import threading
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from crawler.store import Store, StoreError
from crawler.store.overview import StoryRow, with_details
from crawler.store.schema import alerts, stories

log = logging.getLogger("aseanwatch")
SIGN = 15.0
"""Seconds until a sign of life where there is nothing new."""
MOST = 200
_PLACE = re.compile(r"([0-9]{1,18})-([0-9]{1,18})", re.ASCII)


def position(connection: Connection) -> tuple[int, int]:
    """Where the stream stands now: the newest story and the newest alert."""
    return connection.scalar(select(func.max(stories.c.id))) or 0, connection.scalar(select(func.max(alerts.c.id))) or 0


def position_of(text: str | None) -> tuple[int, int] | None:
    """Where a stream broke off, as its last event's id says it; None where that is no id of ours."""
    found = _PLACE.fullmatch(text or "")
    return (int(found[1]), int(found[2])) if found else None


class Streams:
    """The event streams that are open; each asks the store again and again.

    Args:
        most: at once, in all.
        most_each: at once of one person or token.
    """

    def __init__(self, most: int, most_each: int) -> None:
        self._most, self._most_each = most, most_each
        self._open: Counter[str] = Counter()
        self._lock = threading.Lock()

    def begin(self, actor: str) -> None:
        """Count one more.

        Raises:
            HTTPException: there are too many.
        """
        with self._lock:
            if self._open[actor] >= self._most_each:
                raise HTTPException(429, f"at most {self._most_each} event streams at once", {"Retry-After": "60"})
            if self._open.total() >= self._most:
                raise HTTPException(503, "too many event streams are open", {"Retry-After": "60"})
            self._open[actor] += 1

    def end(self, actor: str) -> None:
        """Count one less."""
        with self._lock:
            self._open[actor] -= 1
            if not self._open[actor]:
                del self._open[actor]

    def __len__(self) -> int:
        return self._open.total()


class EventStream(StreamingResponse):
    """An answer that goes on; it is counted from when it is made until it has ended, however that comes about."""

    media_type = "text/event-stream"

    def __init__(self, parts: AsyncIterator[str], streams: Streams, actor: str) -> None:
        super().__init__(parts, headers={"X-Accel-Buffering": "no"})
        self._streams, self._actor = streams, actor
        streams.begin(actor)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._streams.end(self._actor)


def news(
    connection: Connection, after: tuple[int, int], shown: Callable[[StoryRow], dict[str, Any]]
) -> list[tuple[str, tuple[int, int], Any]]:
    """What came after a place of the stream: (kind, place, data), stories first."""
    found: list[tuple[str, tuple[int, int], Any]] = []
    story, alert = after
    rows = connection.execute(select(stories).where(stories.c.id > story).order_by(stories.c.id).limit(MOST)).all()
    for row in with_details(connection, [StoryRow(r.id, r.first_seen, r.last_seen) for r in rows]):
        story = row.id
        found.append(("story", (story, alert), shown(row)))
    for raised in connection.execute(select(alerts).where(alerts.c.id > alert).order_by(alerts.c.id).limit(MOST)):
        alert = raised.id
        told = {"id": raised.id, "subscription": raised.subscription, "kind": raised.kind, "story": raised.story_id,
                "article": raised.article_id, "topics": raised.topics, "at": raised.at}  # fmt: skip
        found.append(("alert", (story, alert), told))
    return found


async def stream(
    store: Store,
    start: tuple[int, int] | None,
    shown: Callable[[StoryRow], dict[str, Any]],
    is_welcome: Callable[[], bool],
    has_gone: Callable[[], Awaitable[bool]],
    pause: float,
) -> AsyncIterator[str]:
    """The events, without end until the reader has gone or is no longer welcome.

    Args:
        store: where they are kept; no connection is held between two looks.
        start: where the reader's stream broke off; None: only what comes from now on.
        shown: a story as the API gives it.
        is_welcome: whether the reader may still read; asked before each look, so that nothing is sent that must not be.
        has_gone: whether the reader has.
        pause: seconds between two looks.
    """

    def look(after: tuple[int, int] | None) -> tuple[tuple[int, int], list[tuple[str, tuple[int, int], Any]]] | None:
        try:
            if not is_welcome():
                return None
            with store.reading() as connection:
                if after is None:
                    return position(connection), []
                found = news(connection, after, shown)
                return found[-1][1] if found else after, found
        except StoreError as error:
            log.error("an event stream ends: %s", error)
            return None

    seen = await run_in_threadpool(look, start)
    if seen is None:
        return
    yield f"retry: 5000\nid: {seen[0][0]}-{seen[0][1]}\nevent: ready\ndata: {{}}\n\n"
    silent = 0.0
    while seen is not None:
        place, found = seen
        for kind, (story, alert), data in found:
            yield f"id: {story}-{alert}\nevent: {kind}\ndata: {json.dumps(data, ensure_ascii=False, default=_plain)}\n\n"
        if await has_gone():
            return
        silent = 0.0 if found else silent + pause
        if silent >= SIGN:
            silent = 0.0
            yield ": nothing new\n\n"
        await asyncio.sleep(pause)
        seen = await run_in_threadpool(look, place)


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
