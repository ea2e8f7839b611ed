"""What a crawl does periodically besides polling, in whichever process: look for entries that wait, and for pages that may have changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from crawler.config.settings import Source
from crawler.ingest.follow_ups import FollowUps
from crawler.ingest.revisits import take_due_revisits
from crawler.store import Store


def take_up_pending(store: Store, follow_ups: FollowUps, now: datetime) -> None:
    """Have pending entries judged that may be tried again and that no task or order under way is about."""
    with store.write(exclusive=False) as connection:
        follow_ups.judge(connection, follow_ups.entries_left(connection, now))


def take_up_revisits(store: Store, follow_ups: FollowUps, sources: Iterable[Source], now: datetime) -> None:
    """Have the pages fetched again that are due, to see whether they were edited."""
    with store.write(exclusive=False) as connection:
        follow_ups.fetch_pages(connection, take_due_revisits(connection, sources, now))
