"""The stream of what is new: server-sent events, to be taken up again where it broke off (``Last-Event-ID``)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select
from starlette.concurrency import run_in_threadpool

from crawler.store import Store
from crawler.store.overview import StoryRow, filled
from crawler.store.schema import alerts, stories

PAUSE, SIGN = 2.0, 15.0
"""Seconds between two looks at the store, and until a sign of life where there is nothing new."""
MOST = 200


def position(connection: Connection) -> tuple[int, int]:
    """Where the stream stands now: the newest story and the newest alert."""
    return connection.scalar(select(func.max(stories.c.id))) or 0, connection.scalar(select(func.max(alerts.c.id))) or 0


def position_of(text: str | None) -> tuple[int, int] | None:
    """Where a stream broke off, as its last event's id says it."""
    story, _, alert = (text or "").partition("-")
    return (int(story), int(alert)) if story.isdecimal() and alert.isdecimal() and len(text or "") < 40 else None


def news(
    connection: Connection, after: tuple[int, int], shown: Callable[[StoryRow], dict[str, Any]]
) -> list[tuple[str, tuple[int, int], Any]]:
    """What came after a place of the stream: (kind, place, data), stories first."""
    found: list[tuple[str, tuple[int, int], Any]] = []
    story, alert = after
    rows = connection.execute(select(stories).where(stories.c.id > story).order_by(stories.c.id).limit(MOST)).all()
    for row in filled(connection, [StoryRow(r.id, r.first_seen, r.last_seen) for r in rows]):
        story = row.id
        found.append(("story", (story, alert), shown(row)))
    for raised in connection.execute(select(alerts).where(alerts.c.id > alert).order_by(alerts.c.id).limit(MOST)):
        alert = raised.id
        told = {"id": raised.id, "subscription": raised.subscription, "kind": raised.kind, "story": raised.story_id,
                "article": raised.article_id, "topics": raised.topics, "at": raised.at}  # fmt: skip
        found.append(("alert", (story, alert), told))
    return found


async def stream(
    store: Store, start: tuple[int, int] | None, shown: Callable[[StoryRow], dict[str, Any]], gone: Callable[[], Any]
) -> AsyncIterator[str]:
    """The events, without end until the reader has gone."""

    def look(after: tuple[int, int] | None) -> tuple[tuple[int, int], list[tuple[str, tuple[int, int], Any]]]:
        with store.reading() as connection:
            if after is None:
                return position(connection), []
            found = news(connection, after, shown)
            return found[-1][1] if found else after, found

    place, found = await run_in_threadpool(look, start)
    yield f"retry: 5000\nid: {place[0]}-{place[1]}\nevent: ready\ndata: {{}}\n\n"
    silent = 0.0
    while True:
        for kind, (story, alert), data in found:
            yield f"id: {story}-{alert}\nevent: {kind}\ndata: {json.dumps(data, ensure_ascii=False, default=_plain)}\n\n"
        if await gone():
            return
        silent = 0.0 if found else silent + PAUSE
        if silent >= SIGN:
            silent = 0.0
            yield ": nothing new\n\n"
        await asyncio.sleep(PAUSE)
        place, found = await run_in_threadpool(look, place)


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
