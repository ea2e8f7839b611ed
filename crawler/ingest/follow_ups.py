"""The port through which the ingestor says what is to be done next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from crawler.ingest.articles import PageOrder

ENTRIES_BATCH = 250
"""Pending entries that are judged together."""


class FollowUps(Protocol):
    """Does, or has done, what comes next.

    It begins only when the transaction in which it is asked for is committed, and never after a rollback. There are two kinds: in this process (`crawler.tasks.inline`), and as tasks in a queue (`crawler.tasks.follow_ups`).

    Attributes:
        judges_later: whether entries are judged by tasks of their own, not together with the answer that brings them.
    """

    judges_later: bool

    def judge(self, connection: Connection, entry_ids: Sequence[int]) -> None:
        """Have pending entries judged."""
        ...

    def fetch_pages(self, connection: Connection, orders: Sequence[PageOrder]) -> None:
        """Have pages fetched, and judged."""
        ...

    def select(self, connection: Connection) -> None:
        """Have it decided what is news for which subscription, because stories have grown."""
        ...

    def entries_left(self, connection: Connection, now: datetime) -> list[int]:
        """The pending entries that may be tried at a moment and that no task or order under way is about."""
        ...
