"""Entries that wait, as operators handle them by command or in the console: tried again, or dropped on record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from alerts.identity import audit
from crawler.config.settings import Settings
from crawler.store import waiting
from crawler.store.waiting import Wanted


def retry(connection: Connection, settings: Settings, wanted: Wanted, actor: str, now: datetime) -> list[int]:
    """Try entries again without waiting for their time; gives their ids."""
    again = waiting.retry(connection, wanted, now)
    if again and settings.work.engine != "embedded":  # where many machines judge, the entries are theirs at once
        from crawler.store.jobs import enqueue  # noqa: PLC0415 - the queue is an extra
        from crawler.tasks.follow_ups import judge_entries_jobs  # noqa: PLC0415 - as above

        enqueue(connection, judge_entries_jobs(again))
    audit.record(connection, actor, "entries: retry", _about(again), now, count=len(again))
    return again


def drop(connection: Connection, wanted: Wanted, actor: str, why: str, now: datetime) -> list[int]:
    """Give entries up that wait; gives their ids."""
    gone = waiting.drop(connection, wanted, actor, why, now)
    audit.record(connection, actor, "entries: drop", _about(gone), now, count=len(gone), why=why)
    return gone


def _about(ids: Sequence[int]) -> str:
    shown = ", ".join(map(str, ids[:20]))
    return f"{shown}, …" if len(ids) > 20 else shown or "none"
