"""What operators do with entries that wait, by command or in the console: try again, or drop with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from alerts.identity import audit
from crawler.config.settings import Settings
from crawler.store import waiting
from crawler.store.waiting import PendingFilter


def retry(
    connection: Connection, settings: Settings, wanted: PendingFilter, actor: str, now: datetime
) -> list[int]:
    """Try entries again at once; returns their ids."""
    again = waiting.retry(connection, wanted, now)
    if again and settings.work.engine != "embedded":  # with workers, the entries are queued at once
        from crawler.store.jobs import enqueue  # noqa: PLC0415 - the queue is an extra
        from crawler.tasks.follow_ups import judge_entries_jobs  # noqa: PLC0415 - as above

        enqueue(connection, judge_entries_jobs(again))
    audit.record(connection, actor, "entries: retry", _named(again), now, count=len(again))
    return again


def drop(connection: Connection, wanted: PendingFilter, actor: str, why: str, now: datetime) -> list[int]:
    """Drop entries that wait; returns their ids."""
    gone = waiting.drop(connection, wanted, actor, why, now)
    audit.record(connection, actor, "entries: drop", _named(gone), now, count=len(gone), why=why)
    return gone


def _named(ids: Sequence[int]) -> str:
    shown = ", ".join(map(str, ids[:20]))
    return f"{shown}, …" if len(ids) > 20 else shown or "none"
