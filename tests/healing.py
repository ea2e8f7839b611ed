"""Feeds with words that cannot be read, and later whole, taken in by one process; on either database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from crawler.config.settings import Source
from crawler.documents.kinds import Answer
from crawler.ingest.articles import PageOrder
from crawler.ingest.messages import PollAnswered
from crawler.model import Document
from crawler.store import Store
from crawler.store.balance import load_balances, total
from crawler.store.schema import article_entries, articles
from tests.builders import NOON, settings
from tests.ingesting import OneProcess, item, resume, revisits, rss, settle, take_all

URL = "https://outlet.example/1"
CUT = b"@@"
"""Where a test puts half of a character."""


@dataclass(frozen=True)
class Stored:
    """A stored article and how many entries lead to it."""

    title: str
    text: str
    entries: int
    duplicate_of: int | None
    story: int | None


class Newsroom:
    """One source or several, polled by one process; ``judges_later`` as workers of a queue do."""

    def __init__(self, store: Store, *pages: str, judges_later: bool = False) -> None:
        self.store, self.now = store, NOON
        self.sources = [
            Source.model_validate(
                {"name": f"outlet{n}", "url": f"https://outlet{n}.example/feed", "pages": policy}
            )
            for n, policy in enumerate(pages)
        ]
        given = settings().model_copy(update={"sources": tuple(self.sources)})
        self.ingestor = OneProcess(given, store, lambda: self.now)
        self.ingestor.asked.judges_later = judges_later  # type: ignore[misc]

    def poll(
        self,
        title: str,
        summary: str = "",
        page: Document | None = None,
        source: int = 0,
        at: datetime | None = None,
        guid: str = "1",
        url: str = URL,
    ) -> None:
        """Take in a feed of one item, and the page that is asked for; ``@@`` is half a character."""
        body = rss(item(title, url, guid, at, summary))
        self.poll_body(body.replace(CUT, b"\xe4\xb8"), page, source)

    def poll_body(self, body: bytes, page: Document | None = None, source: int = 0) -> None:
        """Take in an answer, and give the page that is asked for, or none."""
        self.now += timedelta(hours=1)
        asked = self.sources[source]
        answer = Answer(asked.address, body, "application/xml", self.now)
        orders, _ = take_all(self.ingestor, [PollAnswered(asked, asked.address, self.now, answer)])
        self._settle(orders, page)
        self._settle(resume(self.ingestor), page)
        self._settle(revisits(self.ingestor, self.sources), page)

    def _settle(self, orders: list[PageOrder], page: Document | None) -> None:
        for order in orders:
            settle(self.ingestor, order, page, None if page else "it is gone")

    def stored(self) -> list[Stored]:
        """All articles, in the order of their numbers."""
        with self.store.read() as connection:
            led = list(connection.scalars(select(article_entries.c.article_id)))
            rows = connection.execute(select(articles).order_by(articles.c.id)).all()
        return [Stored(r.title, r.text, led.count(r.id), r.duplicate_of, r.story_id) for r in rows]

    def balances(self) -> bool:
        """Whether every entry is in exactly one place, and none waits."""
        account = total(load_balances(self.store))
        return account.holds and not account.waiting
