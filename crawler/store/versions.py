"""Versions of articles: a page that is asked for again may say something else."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from crawler.judging.features import FeatureKind, kind_of
from crawler.model import AseanwatchError
from crawler.store.bulk import chunks
from crawler.store.schema import article_versions, articles

AGES = (
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
    timedelta(days=1),
    timedelta(days=3),
    timedelta(days=7),
)
"""How old an article is when its page is asked for again: most edits come early."""


def next_check(first_seen: datetime, now: datetime) -> datetime | None:
    """When an article's page is to be asked for again; None once it is old."""
    return next((first_seen + age for age in AGES if first_seen + age > now), None)


def due(connection: Connection, now: datetime, limit: int) -> list[Any]:
    """The articles whose pages are to be asked for again, the longest due first."""
    waiting = select(articles).where(articles.c.next_check <= now).order_by(articles.c.next_check)
    return list(connection.execute(waiting.limit(limit)))


def mark_checked(connection: Connection, row: Any, now: datetime) -> None:
    """Note when the page of a stored article is to be asked for next, after it was asked for again."""
    connection.execute(
        update(articles).where(articles.c.id == row.id).values(next_check=next_check(row.first_seen, now))
    )


def save_version(connection: Connection, row: Any, change: Sequence[str], now: datetime) -> None:
    """Keep what an article said until now, and what of its facts changed."""
    values = {
        "article_id": row.id, "version": row.version, "until": now, "title": row.title, "text": row.text, "change": list(change),
    }  # fmt: skip
    connection.execute(insert(article_versions), [values])
    connection.execute(update(articles).where(articles.c.id == row.id).values(version=row.version + 1))


def edited(connection: Connection, ids: Sequence[int]) -> dict[int, list[int]]:
    """For articles whose facts were edited: the numbers of the versions that changed them."""
    found: dict[int, list[int]] = {}
    for chunk in chunks(ids):
        part = article_versions.c.article_id.in_(chunk)
        for row in connection.execute(
            select(article_versions).where(part).order_by(article_versions.c.version)
        ):
            if row.change:
                # A row is what the article said until then;
                # its change came with the version after it.
                found.setdefault(row.article_id, []).append(row.version + 1)
    return found


_FACTS = frozenset({FeatureKind.NUMBER, FeatureKind.DAY, FeatureKind.PLACE, FeatureKind.EDITION})
"""Kinds of features that are facts. Readers who were told a fact must be told when an edit takes it back."""


def changed_facts(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """The facts that an edit removed (with a minus) and put in their place (with a plus).

    An edit that only adds facts is no correction: it gives nothing.
    """
    # Outlets append to a running story all day. Only a
    # fact that is gone shows that what was told was wrong.
    gone = sorted(f for f in set(before) - set(after) if kind_of(f) in _FACTS)
    if not gone:
        return []
    added = sorted(f for f in set(after) - set(before) if kind_of(f) in _FACTS)
    return [*(f"-{f}" for f in gone), *(f"+{f}" for f in added)]


def versions_of(connection: Connection, article_id: int) -> list[dict[str, Any]]:
    """All versions of an article, the first to the present one.

    Raises:
        AseanwatchError: there is no such article.
    """
    row = connection.execute(select(articles).where(articles.c.id == article_id)).first()
    if row is None:
        raise AseanwatchError(f"no stored article has the id {article_id}")
    old = connection.execute(
        select(article_versions)
        .where(article_versions.c.article_id == article_id)
        .order_by(article_versions.c.version)
    )
    found = [
        {"version": r.version, "until": r.until, "title": r.title, "text": r.text, "change": r.change}
        for r in old
    ]
    return [
        *found,
        {"version": row.version, "until": None, "title": row.title, "text": row.text, "change": []},
    ]


def differences(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """Two versions line by line, in the form of a unified difference."""
    before, after = ([v["title"], *v["text"].split("\n")] for v in (one, other))
    return list(
        difflib.unified_diff(
            before, after, f"version {one['version']}", f"version {other['version']}", lineterm=""
        )
    )
