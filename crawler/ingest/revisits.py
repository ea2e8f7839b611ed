"""Pages that are asked for again: nobody says that an article was edited."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from crawler.config.settings import Source
from crawler.ingest.articles import PageOrder
from crawler.store import entries, versions


def due_again(connection: Connection, now: datetime, limit: int) -> list[Any]:
    """The articles whose pages are to be asked for again. When that is next is noted at once, so that a page that never answers is not asked for without end."""
    rows = versions.due(connection, now, limit)
    for row in rows:
        versions.checked(connection, row, now)
    return rows


def revisits_of(connection: Connection, sources: Iterable[Source], rows: Iterable[Any]) -> list[PageOrder]:
    """The orders of articles' pages; of sources that are watched no more there are none."""
    by_name = {s.name: s for s in sources}
    orders = []
    for row in rows:
        told = entries.of_article(connection, row.id) if row.source in by_name else []
        if told:
            orders.append(PageOrder(row.url, by_name[row.source], (), told[0][1], row.lang, revisit=row.id))
    return orders
