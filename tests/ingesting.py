"""Ingests answers and pages as a crawl does, in one thread and with one judge."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from xml.sax.saxutils import escape

from crawler.config.settings import Source
from crawler.documents.kinds import Answer
from crawler.ingest.articles import PageOrder
from crawler.ingest.ingestor import Intake
from crawler.ingest.judges import read_all
from crawler.ingest.messages import Poll, Settled, Taken
from crawler.model import Document
from tests.builders import shipped_judge


def item(
    title: str = "A headline", url: str = "https://outlet.example/1", guid: str = "", at: datetime | None = None, summary: str = ""
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


def take(intake: Intake, source: Source, body: bytes | None = None, **more: Any) -> tuple[list[PageOrder], list[Taken]]:
    """Ingest one answer of a source; further fields are those of `Poll`."""
    answer = None if body is None else Answer(source.url, body, "application/rss+xml", intake.clock())
    return take_all(intake, [Poll(source, more.pop("url", source.address), intake.clock(), answer, **more)])


def take_all(intake: Intake, polls: Sequence[Poll]) -> tuple[list[PageOrder], list[Taken]]:
    """Ingest several polls at once."""
    batch = intake.open(polls)
    return intake.close(batch, read_all(shipped_judge(), [q for _, q in batch.questions]))


def settle(intake: Intake, order: PageOrder, document: Document | None = None, problem: str | None = None, **more: Any) -> None:
    """Ingest the result of a page order."""
    settle_all(intake, [Settled(order, document, problem, **more)])


def settle_all(intake: Intake, settled: Sequence[Settled]) -> None:
    """Ingest the results of several page orders."""
    questions = intake.to_judge(settled)
    intake.settle(settled, questions, read_all(shipped_judge(), questions))


def resume(intake: Intake, sources: Sequence[Source]) -> list[PageOrder]:
    """Take up what an earlier run left: store what needs no page, and return the orders of the other pages."""
    orders, left = intake.resume(sources)
    settle_all(intake, left)
    return orders
