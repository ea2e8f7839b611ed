"""Stored reports that somebody may take as examples of a new topic: found by words."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select

from crawler.model import AseanwatchError
from crawler.store import Store
from crawler.store.schema import articles
from crawler.store.search import matching_reports, refresh
from crawler.store.search_query import parse_search

MOST_FOUND = 12


class FoundReport(NamedTuple):
    """A stored report."""

    title: str
    lang: str
    source: str
    url: str


def find_reports(store: Store, words: str, most: int = MOST_FOUND) -> list[FoundReport]:
    """The stored reports that a search finds, in whatever language, the best first; none where there is no store.

    Raises:
        AseanwatchError: the search cannot be read; with what to write.
    """
    if not store.exists():
        return []
    if problem := parse_search(words).problem:
        raise AseanwatchError(problem)
    refresh(store)
    with store.read() as connection:
        ranked = matching_reports(connection, words, ranked=True)
        best = sorted(ranked, key=lambda report: -ranked[report])[:most]
        columns = (articles.c.id, articles.c.title, articles.c.lang, articles.c.source, articles.c.url)
        rows = {r.id: r for r in connection.execute(select(*columns).where(articles.c.id.in_(best)))}
    return [FoundReport(rows[i].title, rows[i].lang, rows[i].source, rows[i].url) for i in best if i in rows]
