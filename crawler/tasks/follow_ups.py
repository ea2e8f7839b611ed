"""What comes next, as jobs in the queue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import urlsplit

from sqlalchemy import Connection

from crawler.config.settings import Source
from crawler.ingest.messages import Fate, Group
from crawler.net.site_limiter import site_of
from crawler.store.jobs import Job, enqueue

T = TypeVar("T")
AT_ONCE = 50
"""Sources or pages of one site in one unit."""
JUDGED_AT_ONCE = 250
"""Entries in one unit of judging."""


class Queued:
    """Enqueues what comes next. See `crawler.ingest.ingestor.Onward`."""

    def to_judge(self, connection: Connection, groups: Sequence[Group]) -> None:
        """Entries wait to be judged."""
        waiting = [g.entry_ids for g in groups if g.fate is Fate.LATER and g.entry_ids]
        enqueue(connection, judge_entries([i for ids in waiting for i in ids]))

    def to_fetch(self, connection: Connection, groups: Sequence[Group]) -> None:
        """Entries wait for their pages."""
        enqueue(connection, pages_jobs("entries", [(g.entries[0].url, g.entry_ids) for g in groups]))

    def to_raise(self, connection: Connection) -> None:
        """Stories have grown."""
        enqueue(connection, [SELECT])


SELECT = Job("select", "deliver", once="select", alone="select", priority=10)


def poll_jobs(sources: Iterable[Source], pace: float) -> list[Job]:
    """Sources that are due, by site: of one site one unit is under way, so that nobody is asked by several machines at once."""
    return [
        Job("poll", "poll", {"sources": names, "pace": pace}, alone=f"site:{site}", once=f"poll:{names[0]}")
        for site, found in by_site((s.address, s.name) for s in sources).items()
        for names in parts(found, AT_ONCE)
    ]


def pages_jobs(what: str, wanted: Iterable[tuple[str, Sequence[int]]]) -> list[Job]:
    """Pages to fetch, by site: addresses with the entries that wait for them, or with the articles that may have changed."""
    return [
        Job("pages", "pages", {what: [i for ids in part for i in ids]}, alone=f"site:{site}")
        for site, found in by_site(wanted).items()
        for part in parts(found, AT_ONCE)
    ]


def judge_jobs(pages: Sequence[Mapping[str, Any]], at_once: int = 20) -> list[Job]:
    """What came of pages, to be judged."""
    return [Job("judge", "judge", {"pages": part}) for part in parts(pages, at_once)]


def judge_entries(entry_ids: Sequence[int], at_once: int = JUDGED_AT_ONCE) -> list[Job]:
    """Entries that wait to be judged."""
    return [Job("judge", "judge", {"entries": part}) for part in parts(entry_ids, at_once)]


def by_site(addresses: Iterable[tuple[str, T]]) -> dict[str, list[T]]:
    """Things by the site of their addresses."""
    found: dict[str, list[T]] = {}
    for url, thing in addresses:
        found.setdefault(site_of(urlsplit(url).netloc), []).append(thing)
    return found


def parts(things: Sequence[T], size: int) -> Iterator[list[T]]:
    """Things, so many at a time."""
    for start in range(0, len(things), size):
        yield list(things[start : start + size])
