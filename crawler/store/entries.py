"""Entries: evidence as a source gave it. Inserted once, never changed."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, bindparam, delete, func, select, text, update

from crawler.model import Entry
from crawler.parsing.charsets import damage
from crawler.parsing.identity import MARK, without_mark
from crawler.store import remembered
from crawler.store.balance import count_seen
from crawler.store.bulk import chunks, insert_rows, looked_up, matching, reserve_ids, rows_of, several
from crawler.store.imports import note_listed
from crawler.store.schema import article_entries, entries, pending
from crawler.store.waiting import Reason, due_at

UNREADABLE = "\ufffd"
"""What stands for a character that could not be read."""
_MANY = 10
"""Items of an answer from which on it is first asked whether anything is stored of its source."""
_LATEST = 200
"""So many items at shared addresses are compared with a new one there."""
_ADDING = 1
"""The kind of lock that `hold` takes."""
_COLUMNS = tuple(column.name for column in entries.c)
_FIELDS = tuple(name for name in _COLUMNS if name not in ("id", "url_key"))


_KNOWN = (
    entries.c.guid, entries.c.url_key, entries.c.title, entries.c.published, entries.c.seen, entries.c.assumed, entries.c.seed,
    entries.c.summary.contains(UNREADABLE).label("damaged_summary"), entries.c.content.contains(UNREADABLE).label("damaged_content"),
)  # fmt: skip


_ANY = (
    select(entries.c.id).where(entries.c.source == bindparam("source", type_=entries.c.source.type)).limit(1)
)
_ANY_PENDING = select(pending.c.entry_id).limit(1)


class KnownItem(NamedTuple):
    """What is stored of an item: where it leads, its headline, its date and what was assumed of it.

    ``damage`` is what of its headline (0), summary (1) and content (2) could not all be read.
    """

    url_key: str
    title: str
    published: datetime | None
    damage: frozenset[int] = frozenset()
    seen: datetime | None = None
    assumed: datetime | None = None
    seed: bool = False


def known_items(
    connection: Connection,
    source: str,
    guids: Sequence[str],
    is_stored: Callable[[Connection, str], bool] | None = None,
) -> dict[str, KnownItem | None]:
    """What is stored of the items that a source has given before under some identities; None for one that was pruned.

    Args:
        connection: reads the store.
        source: the source's name.
        guids: the identities.
        is_stored: `any_of`, perhaps remembered.
    """
    found: dict[str, KnownItem | None] = {}
    for guid, key, title, published, seen, assumed, seed, *unreadable in _with_guids(
        connection, _KNOWN, source, guids, is_stored or any_of
    ):
        found[guid] = KnownItem(key, title, published, _damage(title, *unreadable), seen, assumed, seed)
    pruned = remembered.guids(connection, source, [g for g in guids if g not in found])
    return found | dict.fromkeys(pruned)


def _with_guids(
    connection: Connection,
    columns: Sequence[ColumnElement[Any]],
    source: str,
    guids: Sequence[str],
    is_stored: Callable[[Connection, str], bool],
) -> Iterator[tuple[Any, ...]]:
    # To see that nothing is stored of a source takes less than to look for each of many.
    if len(guids) >= _MANY and not is_stored(connection, source):
        return iter(())
    return matching(connection, columns, entries.c.guid, guids, source=source)


def _damage(title: str, summary: bool, content: bool) -> frozenset[int]:
    found = damage(title)
    if summary or content:  # hardly ever
        found |= {n for n, is_damaged in ((1, summary), (2, content)) if is_damaged}
    return found


def items_of_titles(connection: Connection, source: str, titles: Sequence[str]) -> dict[str, list[KnownItem]]:
    """By headline what is stored of the items that a source has given under it."""
    found: dict[str, list[KnownItem]] = {}
    columns = (entries.c.url_key, entries.c.title, entries.c.published)
    for chunk in chunks(titles):
        where = (entries.c.source == source) & entries.c.title.in_(chunk)
        for row in connection.execute(select(*columns).where(where)):
            found.setdefault(row.title, []).append(KnownItem(row.url_key, row.title, row.published))
    return found


def items_at(connection: Connection, source: str, keys: Collection[str]) -> dict[str, list[KnownItem]]:
    """What a source has given at some canonical addresses; also what shares one and is told apart by a mark.

    Args:
        connection: reads the store.
        source: the source's name.
        keys: canonical addresses without such marks.
    """
    found: dict[str, list[KnownItem]] = {}
    columns = (entries.c.url_key, entries.c.title, entries.c.published, entries.c.assumed)
    for key, title, published, assumed in matching(
        connection, columns, entries.c.url_key, sorted(keys), source=source
    ):
        found.setdefault(key, []).append(KnownItem(key, title, published, assumed=assumed))
    if not found and all("/" in key for key in keys):
        return found  # only at a home page (a key without a path) even the first has a mark
    latest = select(*columns).where((entries.c.source == source) & entries.c.url_key.like(f"%{MARK}%"))
    for row in connection.execute(latest.order_by(entries.c.id.desc()).limit(_LATEST)):
        place = without_mark(row.url_key).rstrip("/")
        if place in keys:
            found.setdefault(place, []).append(
                KnownItem(row.url_key, row.title, row.published, assumed=row.assumed)
            )
    return found


def known_guids(connection: Connection, source: str, guids: Sequence[str]) -> set[str]:
    """Which of ``guids`` a source has given before, also where the entry was pruned since."""
    found = {known for (known,) in _with_guids(connection, (entries.c.guid,), source, guids, any_of)}
    # Feeds list items long after they were pruned here; those must not come in as new.
    return found | remembered.guids(connection, source, [g for g in guids if g not in found])


def dates_of_titles(connection: Connection, source: str, titles: Sequence[str]) -> dict[str, datetime]:
    """By headline when a source first had news under it, as far as it is stored."""
    found: dict[str, datetime] = {}
    when = func.min(
        func.coalesce(entries.c.published, entries.c.assumed, entries.c.seen), type_=entries.c.seen.type
    )
    for chunk in chunks(titles):
        where = (entries.c.source == source) & entries.c.title.in_(chunk)
        rows = connection.execute(
            select(entries.c.title, when.label("when")).where(where).group_by(entries.c.title)
        )
        found |= {r.title: r.when for r in rows}
    return found


def any_of(connection: Connection, source: str) -> bool:
    """Whether anything is stored of a source."""
    return next(rows_of(connection, _ANY, {"source": source}), None) is not None


def hold(connection: Connection, sources: Iterable[str]) -> None:
    """Lock sources against others who add entries, until the transaction ends. What was read of their entries stays true."""
    # PostgreSQL's locks of two parts take signed 32-bit numbers. Sorted,
    # so that no two transactions wait for each other (a deadlock).
    keys = sorted({zlib.crc32(name.encode()) - 2**31 for name in sources})
    if keys and connection.dialect.name == "postgresql":  # SQLite has one writer at a time
        connection.execute(
            text("SELECT pg_advisory_xact_lock(:kind, key) FROM unnest(:keys) key"),
            {"kind": _ADDING, "keys": keys},
        )


def add(connection: Connection, new: Sequence[tuple[Entry, str]]) -> list[int]:
    """Insert entries with the keys of their addresses. None of them may be there already. Returns their ids."""
    ids = reserve_ids(connection, entries, len(new))
    insert_rows(
        connection, entries, _COLUMNS, [_row(i, e, key) for i, (e, key) in zip(ids, new, strict=True)]
    )
    # In the same transaction: the account of all entries then balances at every moment.
    count_seen(connection, Counter(entry.source for entry, _ in new))
    return ids


def _row(number: int, e: Entry, key: str) -> tuple[Any, ...]:
    return (
        number, e.source, e.guid, e.url, key, e.title, e.summary, e.content, e.author, e.published, e.outlet, e.image, e.seen,
        e.outlet_url, e.categories, e.enclosures, e.assumed, e.seed, e.date_basis,
    )  # fmt: skip


def link(connection: Connection, articles: Mapping[int, int], now: datetime) -> None:
    """Link entries to their articles (entry to article); they are no longer pending."""
    lead(connection, articles, now)
    if not articles:
        return
    connection.execute(
        delete(pending).where(pending.c.entry_id == bindparam("entry")), [{"entry": e} for e in articles]
    )


def lead(connection: Connection, articles: Mapping[int, int], now: datetime) -> None:
    """Link entries that never were pending to their articles."""
    insert_rows(connection, article_entries, ("entry_id", "article_id"), articles.items())
    note_listed(connection, articles, now)


class Pending(NamedTuple):
    """An entry that never became an article, and how often its page was asked for."""

    id: int
    entry: Entry
    tries: int


def load_pending(connection: Connection, ids: Sequence[int] | None = None) -> list[Pending]:
    """Entries that were stored and are no article yet, such as work that a crash interrupted.

    Args:
        connection: reads the store.
        ids: only these.
    """
    if ids is None:
        return _load_pending(connection, None)
    return [one for chunk in chunks(ids) for one in _load_pending(connection, chunk)]


def _load_pending(connection: Connection, ids: Sequence[int] | None) -> list[Pending]:
    statement = (
        select(entries, pending.c.tries)
        .join(pending, pending.c.entry_id == entries.c.id)
        .order_by(entries.c.id)
    )
    if ids is not None:
        statement = statement.where(entries.c.id.in_(ids))
    return [Pending(row.id, _entry(row), row.tries) for row in connection.execute(statement)]


def pending_since(connection: Connection, before: datetime, now: datetime) -> list[int]:
    """The entries that have waited since before a moment, and may be tried now."""
    where = (pending.c.since < before) & due_at(now)
    return list(connection.scalars(select(pending.c.entry_id).where(where).order_by(pending.c.entry_id)))


def pending_but(connection: Connection, keys: Collection[str], now: datetime | None) -> list[int]:
    """The pending entries, except those at some canonical addresses.

    Args:
        connection: reads the store.
        keys: the addresses whose entries are under way already.
        now: only those that may be tried at this moment; None: all.
    """
    statement = select(entries.c.id, entries.c.url_key).join(pending, pending.c.entry_id == entries.c.id)
    if now is not None:
        statement = statement.where(due_at(now))
    return [row.id for row in connection.execute(statement.order_by(entries.c.id)) if row.url_key not in keys]


def any_pending(connection: Connection) -> bool:
    """Whether any entry waits."""
    return next(rows_of(connection, _ANY_PENDING), None) is not None


def awaiting_pages(connection: Connection, keys: Iterable[str]) -> set[str]:
    """The canonical addresses, of some, at which entries wait for their page."""
    # Mostly nothing waits; that look-up is far cheaper than one for each address.
    if not any_pending(connection):
        return set()
    return {key for (key,) in looked_up(connection, _awaiting, keys)}


@cache
def _awaiting(count: int) -> Select[Any]:
    here = entries.c.url_key.in_(several(entries.c.url_key, count)) & (pending.c.reason == Reason.PAGE.value)
    return select(entries.c.url_key).join(pending, pending.c.entry_id == entries.c.id).where(here)


def count_try(connection: Connection, entry_ids: Sequence[int]) -> None:
    """Note that an entry's page was asked for once more."""
    connection.execute(
        update(pending).where(pending.c.entry_id.in_(entry_ids)).values(tries=pending.c.tries + 1)
    )


def of_article(connection: Connection, article_id: int) -> list[tuple[int, Entry]]:
    """The entries that led to an article, earliest first."""
    statement = (
        select(entries)
        .join(article_entries, article_entries.c.entry_id == entries.c.id)
        .where(article_entries.c.article_id == article_id)
        .order_by(entries.c.seen, entries.c.id)
    )
    return [(row.id, _entry(row)) for row in connection.execute(statement)]


class Sighting(NamedTuple):
    """An entry of an article, as far as it says where and when it was seen."""

    source: str
    seen: datetime
    url: str
    published: datetime | None
    assumed: datetime | None
    date_basis: str | None


@cache
def _sightings(size: int) -> Select[Any]:
    columns = (entries.c[name] for name in Sighting._fields)
    return (
        select(article_entries.c.article_id, *columns)
        .join(entries, article_entries.c.entry_id == entries.c.id)
        .where(article_entries.c.article_id.in_(several(article_entries.c.article_id, size)))
        .order_by(entries.c.seen, entries.c.id)
    )


def sightings_of(connection: Connection, article_ids: Sequence[int]) -> dict[int, list[Sighting]]:
    """Where and when the entries that led to articles were seen, the earliest first, by article."""
    found: dict[int, list[Sighting]] = {}
    for article, *said in looked_up(connection, _sightings, article_ids):
        found.setdefault(article, []).append(Sighting(*said))
    return found


def _entry(row: Any) -> Entry:
    values = {f: getattr(row, f) for f in _FIELDS}
    return Entry(
        **values | {"categories": tuple(row.categories), "enclosures": tuple(map(tuple, row.enclosures))}
    )


def pending_at(connection: Connection, key: str) -> list[int]:
    """The entries at a canonical address that wait."""
    statement = (
        select(entries.c.id).join(pending, pending.c.entry_id == entries.c.id).where(entries.c.url_key == key)
    )
    return list(connection.scalars(statement))


def link_pending(connection: Connection, articles: Mapping[str, int], now: datetime) -> None:
    """Link the pending entries at canonical addresses to the articles there; they are no longer pending."""
    keys = list(articles)
    for chunk in chunks(keys):
        waiting = select(entries.c.id, entries.c.url_key).join(pending, pending.c.entry_id == entries.c.id)
        rows = connection.execute(waiting.where(entries.c.url_key.in_(chunk)))
        link(connection, {row.id: articles[row.url_key] for row in rows}, now)
