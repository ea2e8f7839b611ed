"""The rows of subscriptions in memory, of which only what has changed is read again, whoever changed it.

The database notes each change itself, with a number and a token that is drawn at random (`subscription_changes`). Where the
last change that was seen is still there, what came after it is all that is new. Where it is not (too many came since, or
another store has taken the place of this one), all rows are read.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, RootTransaction, Row, bindparam, delete, insert, select

from crawler.store.bulk import chunks
from crawler.store.database import after_commit
from crawler.store.schema import subscription_changes as changes
from crawler.store.schema import subscriptions as table


class SubscriptionPosition(NamedTuple):
    """The last change of subscriptions that somebody has seen; no two stores have the same token by accident."""

    number: int
    token: str


@dataclass(frozen=True, slots=True)
class SubscriptionRows:
    """All subscriptions as the store has them.

    Attributes:
        position: the last change that they show; they may show later ones, too.
        rows: the rows by name, in the order of names.
        before: the position of the rows that these were made of; None where all were read.
        changed: the names that changed after ``before``; those that are gone, too.
    """

    position: SubscriptionPosition | None
    rows: Mapping[str, Row[Any]]
    before: SubscriptionPosition | None = None
    changed: frozenset[str] = frozenset()


_LATEST = select(changes.c.number, changes.c.token).order_by(changes.c.number.desc()).limit(1)
_SINCE = select(changes).where(changes.c.number >= bindparam("seen")).order_by(changes.c.number)
_KEPT: WeakKeyDictionary[Engine, SubscriptionRows] = WeakKeyDictionary()
_UNCOMMITTED: WeakKeyDictionary[RootTransaction, SubscriptionRows] = WeakKeyDictionary()
"""What transactions that write have read; it may hold what they changed themselves, and goes with them."""


def current_rows(connection: Connection) -> SubscriptionRows:
    """The subscriptions as a connection sees them: the same object as before while nothing changes."""
    transaction = connection.get_transaction()
    own = _UNCOMMITTED.get(transaction) if transaction is not None else None
    kept = own or _KEPT.get(connection.engine)
    found = _brought_up(connection, kept) if kept is not None and kept.position is not None else None
    if found is None:
        # The position first: where others write meanwhile, a change too many is read again.
        latest = connection.execute(_LATEST).first()
        position = SubscriptionPosition(*latest) if latest is not None else None
        found = SubscriptionRows(position, _sorted({r.name: r for r in connection.execute(select(table))}))
    if found is not kept:
        _keep(connection, found)
    return found


def _brought_up(connection: Connection, kept: SubscriptionRows) -> SubscriptionRows | None:
    """The rows with what has changed since; None where that cannot be told."""
    since = kept.position
    assert since is not None
    found = connection.execute(_SINCE, {"seen": since.number}).all()
    if not found or SubscriptionPosition(found[0].number, found[0].token) != since:
        return None
    if len(found) == 1:
        return kept
    later = found[1:]
    changed = frozenset(row.name for row in later)
    rows = dict(kept.rows)
    for name in changed:
        rows.pop(name, None)
    rows |= {row.name: row for row in rows_of(connection, changed)}
    position = SubscriptionPosition(later[-1].number, later[-1].token)
    return SubscriptionRows(position, _sorted(rows), since, changed)


def rows_of(connection: Connection, names: Collection[str]) -> list[Row[Any]]:
    """The rows of some subscriptions, from the store."""
    return [
        row
        for part in chunks(sorted(names))
        for row in connection.execute(select(table).where(table.c.name.in_(part)))
    ]


def _sorted(rows: Mapping[str, Row[Any]]) -> dict[str, Row[Any]]:
    # By Python: databases sort by rules of their own, and names come in one order everywhere.
    return {name: rows[name] for name in sorted(rows)}


def _keep(connection: Connection, rows: SubscriptionRows) -> None:
    """Keep rows for the next time; of a transaction that writes, and may still fail, once it is committed."""
    engine, transaction = connection.engine, connection.get_transaction()
    if not connection.get_execution_options().get("writes"):
        _KEPT[engine] = rows
    elif transaction is not None:
        _UNCOMMITTED[transaction] = rows
        after_commit(connection, lambda: _KEPT.__setitem__(engine, rows))


def forget_changes(connection: Connection) -> None:
    """Forget which subscriptions changed, because their names may tell of a person; everybody reads all of them again."""
    connection.execute(delete(changes))
    connection.execute(insert(changes), [{"name": "", "token": secrets.token_hex(8)}])
