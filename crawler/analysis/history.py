"""The stored articles as they came, to be judged again: for backtests, statistics and suggestions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from crawler.judging.features import FeatureKind, values
from crawler.model import Article
from crawler.store.schema import articles


@dataclass(frozen=True, slots=True)
class PastArticle:
    """A stored article, and the event that it was taken to report: its story's id, else its own."""

    id: int
    article: Article
    story: int | None
    is_duplicate: bool

    @property
    def event(self) -> str:
        """What reports of one event share."""
        return f"story-{self.story}" if self.story is not None else f"article-{self.id}"


def article_of(row: Any) -> Article:
    """A stored article as judging takes it. The language found at the time is only a hint now."""
    links = tuple(values(getattr(row, "features", ()), FeatureKind.LINK))
    return Article(
        row.url, row.title, row.text, row.source, row.first_seen, lang_hint=row.lang, country=row.country, published=row.published,
        links=links, listed=getattr(row, "listed", None), seed=getattr(row, "seed", False),
    )  # fmt: skip


def past_articles(connection: Connection, since: datetime | None = None) -> Iterator[PastArticle]:
    """All stored articles that were first seen since then, the earliest first; read in portions."""
    names = (
        "id", "url", "title", "text", "source", "first_seen", "lang", "country", "published", "story_id", "duplicate_of", "listed", "seed",
    )  # fmt: skip
    statement = select(*(articles.c[name] for name in names)).order_by(articles.c.id)
    if since is not None:
        statement = statement.where(articles.c.first_seen >= since)
    for row in connection.execution_options(yield_per=500).execute(statement):
        yield past_article_of(row)


def past_article_of(row: Any) -> PastArticle:
    """A stored article of the history."""
    return PastArticle(row.id, article_of(row), row.story_id, row.duplicate_of is not None)
