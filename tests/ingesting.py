"""Hands answers and pages to an ingestor as a crawl does, in one thread and with one judge."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from functools import partial
from typing import Any
from xml.sax.saxutils import escape

from sqlalchemy import Connection

from crawler.config.settings import Settings, Source
from crawler.documents.kinds import Answer
from crawler.ingest.articles import PageOrder
from crawler.ingest.ingestor import Ingestor
from crawler.ingest.judge_transport import JudgeRequest, JudgeResult
from crawler.ingest.judging_process import judge_all
from crawler.ingest.messages import (
    PageResult,
    PollAnswered,
    PollFailed,
    PollFailure,
    PollFollowUp,
    PollResult,
)
from crawler.ingest.progress import CrawlProgress
from crawler.ingest.revisits import take_due_revisits
from crawler.model import CrawlReport, Document
from crawler.parsing.urls import url_key
from crawler.store import Store, entries
from crawler.store.database import after_commit
from tests.builders import shipped_judge


def item(
    title: str = "A headline",
    url: str = "https://outlet.example/1",
    guid: str = "",
    at: datetime | None = None,
    summary: str = "",
) -> str:
    """One item of an RSS feed."""
    date = f"<pubDate>{format_datetime(at, usegmt=True)}</pubDate>" if at else ""
    return (
        f"<item><title>{escape(title)}</title><link>{escape(url)}</link><guid isPermaLink='false'>{escape(guid or url)}</guid>{date}"
        f"<description>{escape(summary)}</description></item>"
    )


def rss(*items: str) -> bytes:
    """A feed of items."""
    return f'<rss version="2.0"><channel><title>Feed</title>{"".join(items)}</channel></rss>'.encode()


@dataclass
class Asked:
    """What an ingestor asked for, once that was committed: pages to fetch, entries to judge."""

    judges_later = False
    orders: list[PageOrder] = field(default_factory=list)
    entry_ids: list[int] = field(default_factory=list)

    def judge(self, connection: Connection, entry_ids: Sequence[int]) -> None:
        """See `crawler.ingest.follow_ups.FollowUps`."""
        after_commit(connection, partial(self.entry_ids.extend, entry_ids))

    def fetch_pages(self, connection: Connection, orders: Sequence[PageOrder]) -> None:
        """See `crawler.ingest.follow_ups.FollowUps`."""
        after_commit(connection, partial(self.orders.extend, orders))

    def select(self, connection: Connection) -> None:
        """See `crawler.ingest.follow_ups.FollowUps`."""

    def entries_left(self, connection: Connection, now: datetime) -> list[int]:
        """See `crawler.ingest.follow_ups.FollowUps`. Tests say themselves what is under way."""
        return entries.pending_but(connection, (), now)

    def taken_orders(self) -> list[PageOrder]:
        """The pages that were asked for since the last time."""
        orders, self.orders = self.orders, []
        return orders


class OneProcess(Ingestor):
    """An ingestor as a new process has it, with what it asks for and what it counts."""

    def __init__(
        self, settings: Settings, store: Store, clock: Callable[[], datetime], since: datetime | None = None
    ) -> None:
        self.asked, self.progress = Asked(), CrawlProgress()
        super().__init__(settings, store, clock, self.asked, since, self.progress)

    @property
    def report(self) -> CrawlReport:
        """What was done so far."""
        return self.progress.report


def answered(source: Source, body: bytes, at: datetime, **more: Any) -> PollAnswered:
    """An answer of a source's own address; with other fields of `PollAnswered`."""
    return PollAnswered(
        source, source.address, at, Answer(source.url, body, "application/rss+xml", at), **more
    )


def take(
    ingestor: OneProcess, source: Source, body: bytes, **more: Any
) -> tuple[list[PageOrder], list[PollFollowUp]]:
    """Hand in one answer of a source."""
    return take_all(ingestor, [answered(source, body, ingestor.clock(), **more)])


def take_failure(
    ingestor: OneProcess, source: Source, failure: PollFailure, url: str | None = None, gap: int | None = None
) -> None:
    """Hand in the failure of a source's own address, or of another one that it has."""
    take_all(ingestor, [PollFailed(source, url or source.address, ingestor.clock(), failure, gap=gap)])


def take_all(ingestor: OneProcess, polls: Sequence[PollResult]) -> tuple[list[PageOrder], list[PollFollowUp]]:
    """Hand in several polls at once; gives the pages that are asked for, and what the poller does next."""
    batch = ingestor.prepare(polls)
    follow_ups = ingestor.commit(batch, judge_all(shipped_judge(), [r.request for r in batch.requests]))
    return ingestor.asked.taken_orders(), follow_ups


def settle(
    ingestor: Ingestor,
    order: PageOrder,
    document: Document | None = None,
    problem: str | None = None,
    **more: Any,
) -> None:
    """Hand in what came of a page order."""
    settle_all(ingestor, [PageResult(order, document, problem, **more)])


def settle_all(ingestor: Ingestor, results: Sequence[PageResult]) -> None:
    """Hand in what came of several page orders."""
    requests = ingestor.page_requests(results)
    ingestor.commit_pages(results, requests, judge_all(shipped_judge(), requests))


def shipped_judging(requests: Sequence[JudgeRequest]) -> list[JudgeResult]:
    """The shipped judge's results."""
    return judge_all(shipped_judge(), requests)


def resume(
    ingestor: OneProcess,
    due: datetime | None = None,
    but: Iterable[PageOrder] = (),
    judging: Callable[[Sequence[JudgeRequest]], Sequence[JudgeResult]] = shipped_judging,
) -> list[PageOrder]:
    """Take up what waits: stores what needs no page; gives the pages to fetch.

    Args:
        ingestor: the ingestor.
        due: only what may be tried at this moment; None: all, as a new process does.
        but: orders that are under way.
        judging: judges what can be judged without a page.
    """
    with ingestor.store.read() as connection:
        ids = entries.pending_but(connection, {url_key(order.url) for order in but}, due)
    batch = ingestor.prepare_pending(ids)
    ingestor.commit_pending(batch, judging([r.request for r in batch.requests]))
    return ingestor.asked.taken_orders()


def revisits(ingestor: Ingestor, sources: Iterable[Source]) -> list[PageOrder]:
    """The pages that are due to be asked for again."""
    with ingestor.store.write() as connection:
        return take_due_revisits(connection, sources, ingestor.clock())
