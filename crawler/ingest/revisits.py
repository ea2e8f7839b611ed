"""Pages that are fetched again, because nothing announces that an article was edited."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from crawler.config.settings import Source
from crawler.ingest.articles import PageOrder
from crawler.model import Entry
from crawler.parsing.charsets import damage
from crawler.store import entries, versions

MAX_REVISITS = 500
"""Pages that are asked for again at once."""


def take_due_revisits(connection: Connection, sources: Iterable[Source], now: datetime) -> list[PageOrder]:
    """The orders of the pages that are due to be asked for again.

    When that is next is noted at once, so that a page that never answers is not asked for without end.
    """
    rows = versions.due(connection, now, MAX_REVISITS)
    for row in rows:
        versions.mark_checked(connection, row, now)
    return revisit_orders(connection, sources, rows)


def revisit_orders(
    connection: Connection, sources: Iterable[Source], articles: Iterable[Any]
) -> list[PageOrder]:
    """The page orders of articles. Articles of sources that are no longer configured get none."""
    by_name = {s.name: s for s in sources}
    orders = []
    for row in articles:
        # The first entry speaks for the article, as it did when its page was
        # fetched the first time; before it one whose words are less damaged.
        found = entries.of_article(connection, row.id) if row.source in by_name else []
        if found:
            entry = min((e for _, e in found), key=_damage)
            orders.append(PageOrder(row.url, by_name[row.source], (), entry, row.lang, revisit=row.id))
    return orders


def _damage(entry: Entry) -> int:
    return len(damage(entry.title, entry.summary))
