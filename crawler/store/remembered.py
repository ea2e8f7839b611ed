"""What stays known of items that were pruned: a hash of 8 bytes for each identity, address and text.

Feeds list items long after the store has let go of them; some list their whole archive. What was seen or told once must
not be taken for new, so its identity (source and guid), its canonical address and, where it was relevant, its words stay
known for as long as its source is configured.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar
from weakref import WeakSet

from sqlalchemy import ColumnElement, Connection, Select, Transaction, delete, func, select

from crawler.judging.stories.duplicates import text_hash
from crawler.store.bulk import chunks, matching
from crawler.store.schema import articles, entries, remembered, source_states
from crawler.store.upserts import upsert

FORGET = timedelta(days=90)
"""What is known of a source that is no longer configured is kept for so long after its latest poll."""
TELLING = 200
"""Texts with fewer characters prove nothing: two outlets may well write the same headline."""
_PORTION = 5_000
_Named = TypeVar("_Named", str, tuple[str, str])


def _key(kind: str, *parts: str) -> int:
    """8 bytes as the signed number that both databases can hold. Two of a million million items share one by chance."""
    digest = hashlib.blake2b(
        # The kind and the zero bytes keep an address from having
        # the hash of a guid, and ('ab', 'c') that of ('a', 'bc').
        "\0".join((kind, *parts)).encode("utf-8", "surrogatepass"),
        digest_size=8,
    ).digest()
    return int.from_bytes(digest, "big", signed=True)


def guids(connection: Connection, source: str, wanted: Sequence[str]) -> set[str]:
    """Which identities of a source are those of pruned entries."""
    return _found(connection, lambda: {_key("guid", source, guid): guid for guid in wanted})


def addresses(connection: Connection, url_keys: Iterable[str]) -> set[str]:
    """Which canonical addresses are those of pruned entries or articles, of whatever source."""
    return _found(connection, lambda: {_key("url", key): key for key in url_keys})


def texts(connection: Connection, wanted: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Which texts, by their hash and headline, are those of relevant articles that were pruned.

    The headline counts, for an outlet prints one teaser under all of its news.
    """
    return _found(connection, lambda: {_text_key(text, title): (text, title) for text, title in wanted})


def _text_key(text: str, title: str) -> int:
    return _key("text", text, text_hash(title, ""))


def _found(connection: Connection, make: Callable[[], Mapping[int, _Named]]) -> set[_Named]:
    # Until something is pruned there is nothing to make keys for.
    if not _is_any(connection):
        return set()
    keys = make()
    return {keys[key] for (key,) in matching(connection, (remembered.c.key,), remembered.c.key, keys)}


_nothing_in: WeakSet[Transaction] = WeakSet()
"""Transactions that see nothing remembered."""


def _is_any(connection: Connection) -> bool:
    """Whether anything is remembered."""
    transaction = connection.get_transaction()
    if transaction is not None and transaction in _nothing_in:
        return False
    found = connection.exec_driver_sql("SELECT 1 FROM remembered LIMIT 1").first() is not None
    # In SQLite a transaction sees what was there when it began, and what it wrote itself.
    if not found and transaction is not None and connection.dialect.name == "sqlite":
        _nothing_in.add(transaction)
    return found


def remember_guids(connection: Connection, source: str, new: Iterable[str]) -> None:
    """Remember identities under which a source lists items that were known under others."""
    _add(connection, ((_key("guid", source, guid), _key("source", source)) for guid in new))


def entries_of(connection: Connection, going: ColumnElement[bool]) -> None:
    """Remember entries that are about to be deleted."""
    for rows in _portions(
        connection, select(entries.c.id, entries.c.source, entries.c.guid, entries.c.url_key).where(going)
    ):
        _add(connection, ((_key("guid", r.source, r.guid), _key("source", r.source)) for r in rows))
        _add(connection, ((_key("url", r.url_key), _key("source", r.source)) for r in rows))


def articles_of(connection: Connection, going: ColumnElement[bool]) -> None:
    """Remember articles that are about to be deleted."""
    telling = (
        articles.c.relevant & (articles.c.text_hash != "") & (func.length(articles.c.text) >= TELLING)
    ).label("telling")
    columns = (
        articles.c.id,
        articles.c.source,
        articles.c.url_key,
        articles.c.text_hash,
        articles.c.title,
        telling,
    )
    for rows in _portions(connection, select(*columns).where(going)):
        _add(connection, ((_key("url", r.url_key), _key("source", r.source)) for r in rows))
        _add(
            connection,
            ((_text_key(r.text_hash, r.title), _key("source", r.source)) for r in rows if r.telling),
        )


def _portions(connection: Connection, statement: Select[Any]) -> Iterator[Sequence[Any]]:
    """The rows of a statement whose first column is an id, some thousand at a time: a first pruning can be of millions."""
    # By ascending ids, not by OFFSET: each portion begins
    # where the last one ended, at the cost of one look-up.
    number = statement.selected_columns[0]
    last = 0
    while rows := connection.execute(statement.where(number > last).order_by(number).limit(_PORTION)).all():
        yield rows
        last = rows[-1][0]


def _add(connection: Connection, keys: Iterable[tuple[int, int]]) -> None:
    rows = [{"key": key, "source": source} for key, source in dict(keys).items()]
    if rows:
        if (transaction := connection.get_transaction()) is not None:
            _nothing_in.discard(transaction)
        connection.execute(upsert(connection, remembered, None, ["key"]), rows)


def forget(connection: Connection, configured: Collection[str], now: datetime) -> None:
    """Delete what is remembered of sources that are no longer configured and have not been polled for `FORGET`."""
    states = connection.execute(select(source_states.c.source, source_states.c.state))
    # Stored moments are ISO 8601 in UTC, whose text sorts as the moments do.
    before = (now - FORGET).isoformat()
    gone = [name for name, state in states if name not in configured and (state.get("polled") or "") < before]
    for chunk in chunks(gone):
        keys = [_key("source", name) for name in chunk]
        connection.execute(delete(remembered).where(remembered.c.source.in_(keys)))
