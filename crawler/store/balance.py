"""The account of all entries: each one that was ever seen led to an article or a copy, waits, was dropped, or was pruned.

Entries are counted by source in the very transactions that add them and that prune them. The other side of the equation is
read from where entries are. So an entry that vanishes in any other way shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, select

from crawler.store.database import Store
from crawler.store.schema import article_entries, articles, entries, entry_ends, entry_tallies, pending
from crawler.store.upserts import upsert
from crawler.store.waiting import DROPPED, PRUNED, Reason


@dataclass(slots=True)
class Balance:
    """The equation of one source, or of all. ``waiting`` counts by reason, ``astray`` entries that are nowhere or in two places."""

    name: str
    seen: int = 0
    articles: int = 0
    copies: int = 0
    dropped: int = 0
    pruned: int = 0
    waiting: dict[Reason, int] = field(default_factory=dict)
    astray: int = 0

    @property
    def accounted(self) -> int:
        """The other side of the equation."""
        return self.articles + self.copies + sum(self.waiting.values()) + self.dropped + self.pruned

    @property
    def holds(self) -> bool:
        """Whether it adds up, and every entry is in exactly one place."""
        return self.seen == self.accounted and not self.astray

    @property
    def equation(self) -> str:
        """The equation in words."""
        why = ", ".join(f"{reason} {count}" for reason, count in sorted(self.waiting.items()))
        waits = f"{sum(self.waiting.values())} waiting{f' ({why})' if why else ''}"
        return (
            f"{self.seen} entries seen {'=' if self.seen == self.accounted else '≠'} {self.articles} led to articles "
            f"+ {self.copies} to copies + {waits} + {self.dropped} dropped + {self.pruned} pruned"
        )

    def plain(self) -> dict[str, Any]:
        """As JSON shows it."""
        return {
            "source": self.name, "seen": self.seen, "articles": self.articles, "copies": self.copies,
            "waiting": {reason.value: count for reason, count in sorted(self.waiting.items())}, "dropped": self.dropped,
            "pruned": self.pruned, "accounted": self.accounted, "astray": self.astray, "holds": self.holds,
        }  # fmt: skip


def count_seen(connection: Connection, added: Mapping[str, int]) -> None:
    """Count entries that are added in this transaction, by source."""
    _count(connection, "seen", added)


def count_pruned(connection: Connection, which: ColumnElement[bool]) -> None:
    """Count the entries that meet a condition as pruned; this transaction is about to delete them."""
    found = connection.execute(select(entries.c.source, func.count()).where(which).group_by(entries.c.source))
    _count(connection, "pruned", {source: count for source, count in found})


def _count(connection: Connection, column: str, more: Mapping[str, int]) -> None:
    # In one order, so that no two transactions wait for each other's rows (a deadlock).
    rows = [
        {"source": source, "seen": 0, "pruned": 0} | {column: count}
        for source, count in sorted(more.items())
        if count
    ]
    if rows:
        connection.execute(upsert(connection, entry_tallies, None, ["source"], add=column), rows)


def note_pruned(connection: Connection, articles_gone: Any, now: datetime) -> None:
    """Record why entries lead to no article any more: this transaction is about to delete theirs, which are too old.

    Args:
        connection: a connection that writes.
        articles_gone: a statement that selects the ids of the articles.
        now: the present moment.
    """
    # Deleting an article deletes its links to entries (ON DELETE CASCADE): after that nobody knows
    # which entries they were.
    led = select(article_entries.c.entry_id).where(article_entries.c.article_id.in_(articles_gone))
    rows = [
        {
            "entry_id": entry,
            "kind": PRUNED,
            "at": now,
            "actor": "upkeep",
            "note": "its article was older than storage.keep",
        }
        for entry in connection.scalars(led)
    ]
    if rows:
        connection.execute(insert(entry_ends), rows)


def load_balances(store: Store) -> list[Balance]:
    """The equation of every source that ever gave an entry, by name; of one moment, also while others write."""
    with store.read() as connection:
        # By default PostgreSQL gives each statement its own snapshot; the two sides of the equation
        # would then be of two moments.
        if not store.is_sqlite:
            connection.execution_options(isolation_level="REPEATABLE READ")
        return _balance(connection)


def recount(store: Store) -> int:
    """Count entries that were not counted when they were added, as by an older program. Returns how many.

    This cannot hide a loss: if there are fewer entries than were counted, nothing is changed.
    """
    # Only counts that are too low are mended. One that is too
    # high means that entries are lost, and must stay visible.
    uncounted = {
        a.name: a.accounted - a.seen for a in load_balances(store) if a.accounted > a.seen and not a.astray
    }
    with store.write() as connection:
        count_seen(connection, uncounted)
    return sum(uncounted.values())


def _balance(connection: Connection) -> list[Balance]:
    found: dict[str, Balance] = {}
    for source, seen, pruned in connection.execute(select(entry_tallies)):
        found[source] = Balance(source, seen=seen, pruned=pruned)
    ended = select(entry_ends.c.entry_id, entry_ends.c.kind).subquery()
    is_copy = articles.c.duplicate_of.is_not(None)
    places = (
        select(
            entries.c.source,
            articles.c.id.is_not(None),
            is_copy,
            pending.c.reason,
            ended.c.kind,
            func.count(),
        )
        .select_from(entries)
        .outerjoin(article_entries, article_entries.c.entry_id == entries.c.id)
        .outerjoin(articles, articles.c.id == article_entries.c.article_id)
        .outerjoin(pending, pending.c.entry_id == entries.c.id)
        .outerjoin(ended, ended.c.entry_id == entries.c.id)
        .group_by(entries.c.source, articles.c.id.is_not(None), is_copy, pending.c.reason, ended.c.kind)
    )
    for source, leads, copy, reason, end, count in connection.execute(places):
        account = found.setdefault(source, Balance(source))
        _add(account, count, leads_to_article=bool(leads), is_copy=bool(copy), reason=reason, end=end)
    return [found[name] for name in sorted(found)]


def _add(
    account: Balance,
    count: int,
    *,
    leads_to_article: bool,
    is_copy: bool,
    reason: str | None,
    end: str | None,
) -> None:
    """Count entries where they are; in the first of two places where they are in two."""
    # An entry in two places would balance by chance against one that vanished, so it is counted on
    # its own.
    if leads_to_article + (reason is not None) + (end is not None) != 1:
        account.astray += count
    if leads_to_article and is_copy:
        account.copies += count
    elif leads_to_article:
        account.articles += count
    elif reason is not None:
        account.waiting[Reason(reason)] = account.waiting.get(Reason(reason), 0) + count
    elif end == DROPPED:
        account.dropped += count
    elif end == PRUNED:
        account.pruned += count


def total(accounts: Iterable[Balance]) -> Balance:
    """The equation of all sources together."""
    whole = Balance("all")
    for one in accounts:
        for name in ("seen", "articles", "copies", "dropped", "pruned", "astray"):
            setattr(whole, name, getattr(whole, name) + getattr(one, name))
        for reason, count in one.waiting.items():
            whole.waiting[reason] = whole.waiting.get(reason, 0) + count
    return whole


def unbalanced(accounts: Sequence[Balance]) -> list[Balance]:
    """The sources whose equation does not hold."""
    return [a for a in accounts if not a.holds]
