"""What comes next, as jobs in the queue of many workers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit

from sqlalchemy import Connection

from crawler.config.settings import Source
from crawler.ingest.articles import PageOrder
from crawler.ingest.follow_ups import ENTRIES_BATCH
from crawler.net.site_limiter import site_of
from crawler.store import entries
from crawler.store.bulk import chunks
from crawler.store.jobs import Job, enqueue, entries_enqueued

T = TypeVar("T")
SITE_BATCH = 50
"""Sources or pages of one site in one task."""
PAGES_BATCH = 20
"""Pages in one task of judging: their text is stored with the task."""
LEFT_AFTER = timedelta(minutes=10)
"""Entries that are pending for longer than this, and that no task is about, are taken up again."""


class QueuedFollowUps:
    """Enqueues what comes next. See `crawler.ingest.follow_ups.FollowUps`."""

    judges_later = True

    def judge(self, connection: Connection, entry_ids: Sequence[int]) -> None:
        """Have pending entries judged."""
        enqueue(connection, judge_entries_jobs(entry_ids))

    def fetch_pages(self, connection: Connection, orders: Sequence[PageOrder]) -> None:
        """Have pages fetched, and judged."""
        # Only ids go into the queue: what they are about is in
        # the store, and may have changed when the task runs.
        first = [(o.entry.url, o.entry_ids) for o in orders if o.revisit is None]
        again = [(o.url, [o.revisit]) for o in orders if o.revisit is not None]
        enqueue(connection, [*pages_jobs("entries", first), *pages_jobs("revisits", again)])

    def select(self, connection: Connection) -> None:
        """Have it decided what is news for which subscription."""
        enqueue(connection, [SELECT])

    def entries_left(self, connection: Connection, now: datetime) -> list[int]:
        """See `FollowUps`. Recent ones are left out: between two looks at the queue one task may have handed them to the next."""
        # The queue itself says what is under way, so nothing needs to be kept in step with it.
        enqueued = entries_enqueued(connection)
        return [i for i in entries.pending_since(connection, now - LEFT_AFTER, now) if i not in enqueued]


# One waits at most: it looks at all that has grown, so a second one
# would find nothing. Before other deliveries, because these come of it.
SELECT = Job("select", "deliver", queueing_lock="select", lock="select", priority=10)


def poll_jobs(sources: Iterable[Source], pace: float) -> list[Job]:
    """Jobs that poll due sources, by site.

    Of one site one job runs at a time, so that several workers never ask it at once.
    """
    return [
        Job(
            "poll",
            "poll",
            {"sources": names, "pace": pace},
            # The lock is the site's: all machines together ask it by one task at a time.
            lock=f"site:{site}",
            # The first name stands for the batch: the same sources are not enqueued twice.
            queueing_lock=f"poll:{names[0]}",
        )
        for site, found in by_site((s.address, s.name) for s in sources).items()
        for names in chunks(found, SITE_BATCH)
    ]


def pages_jobs(what: str, wanted: Iterable[tuple[str, Sequence[int]]]) -> list[Job]:
    """Pages to fetch, by site.

    Args:
        what: ``entries`` that wait for them, or ``revisits``: articles that may have changed.
        wanted: addresses with the numbers of those.
    """
    return [
        Job("pages", "pages", {what: [i for ids in part for i in ids]}, lock=f"site:{site}")
        for site, found in by_site(wanted).items()
        for part in chunks(found, SITE_BATCH)
    ]


def judge_pages_jobs(pages: Sequence[Mapping[str, Any]]) -> list[Job]:
    """What came of pages, to be judged."""
    return [Job("judge", "judge", {"pages": part}) for part in chunks(pages, PAGES_BATCH)]


def judge_entries_jobs(entry_ids: Sequence[int]) -> list[Job]:
    """Entries that wait to be judged."""
    return [Job("judge", "judge", {"entries": part}) for part in chunks(entry_ids, ENTRIES_BATCH)]


def by_site(addresses: Iterable[tuple[str, T]]) -> dict[str, list[T]]:
    """Things by the site of their addresses."""
    found: dict[str, list[T]] = {}
    for url, thing in addresses:
        found.setdefault(site_of(urlsplit(url).netloc), []).append(thing)
    return found
