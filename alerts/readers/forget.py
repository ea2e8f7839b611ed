"""Erases a person: nothing in the store says any more who read what. A proof records that it was done.

Deliveries and digests stay as numbers, under a name that leads to nobody. What the press published is not changed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from typing import Any

import idna
from sqlalchemy import JSON, Column, Connection, String, Table, cast, delete, func, or_, select, text, update

from alerts.delivery.outbox import for_readers, reader_of
from alerts.digests.packing import packs_with, unpack
from alerts.identity import audit
from alerts.identity.keys import signing_keys
from alerts.subscriptions import reader_feedback, reader_states
from alerts.subscriptions.addresses import canonical, readable
from alerts.subscriptions.kept_rows import forget_changes
from crawler.config.settings import Settings, Subscription
from crawler.model import AseanwatchError
from crawler.store import Store
from crawler.store.schema import bounces, deliveries, metadata, opt_outs, subscriptions, suppressions

NEWS = frozenset({
    "entries", "articles", "article_entries", "article_versions", "article_topics", "fingerprints", "recent_passages", "stories", "story_changes", "bases",
    "base_articles", "base_names", "base_aliases", "validators", "polls", "source_states", "gaps", "pending", "labels",
    "entry_ends", "entry_tallies",
})  # fmt: skip
"""Tables of what was published. They say nothing about readers."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was done: the proof, and the number of changed rows by table."""

    proof: str
    changed: dict[str, int]


def forget(store: Store, settings: Settings, address: str, actor: str, now: datetime) -> Forgotten:
    """Remove a person everywhere.

    Args:
        store: where everything is kept.
        settings: the configuration; a person who stands in it must be taken out of the file first.
        address: the person's mail address.
        actor: who does it.
        now: the present moment.

    Returns:
        The proof, which stands in the audit log too: a keyed digest of the address (BLAKE2b), so that only who knows the
        address and the service's key can say whose it is.

    Raises:
        AseanwatchError: it is no address, or config.yaml still names it.
    """
    reader = canonical(address)
    named = [s.name for s in settings.subscriptions if reader in map(readable, s.to)]
    if named:
        raise AseanwatchError(
            f"config.yaml still names {reader} in the subscription {', '.join(named)}; take it out there first"
        )
    # The oldest key: a proof stays the same when a new key is put before it.
    key = hashlib.blake2b(
        signing_keys(settings, store)[-1].encode(), digest_size=32, person=b"aseanwatch-proof"
    ).digest()
    proof = hashlib.blake2b(reader.encode(), digest_size=16, key=key).hexdigest()
    with store.write() as connection:
        spellings = _spellings(connection, reader) | {reader, address}
        changed = _erase_rows(connection, reader, f"forgotten-{proof[:12]}@invalid")
        changed += _replace_in_texts(connection, spellings, f"forgotten-{proof[:12]}@invalid")
        forget_changes(connection)
        audit.record(connection, actor, "forget", proof, now, changed=dict(changed))
    _vacuum(store)
    return Forgotten(proof, dict(changed))


def _spellings(connection: Connection, reader: str) -> set[str]:
    """The spellings of a reader in the store, without display names; an international domain also in its own letters."""
    found = {
        a
        for table in (opt_outs, suppressions)
        for a in connection.scalars(select(table.c.address))
        if readable(a) == reader
    }
    found |= {a for a in connection.scalars(select(bounces.c.address).distinct()) if readable(a) == reader}
    to = select(deliveries.c.recipient).where(for_readers([reader])).distinct()
    found |= {r for r in connection.scalars(to) if reader_of(r) == reader}
    for added in connection.scalars(select(subscriptions.c.added).where(subscriptions.c.added.is_not(None))):
        found |= (
            {t for t in Subscription.model_validate(added).to if readable(t) == reader} if added else set()
        )
    found |= {parseaddr(text)[1] or text for text in found}
    local, _, domain = reader.rpartition("@")
    # Stored in ASCII, but notes and the audit log may have the domain in its own letters.
    with suppress(idna.IDNAError):
        found.add(f"{local}@{idna.decode(domain)}")
    return found


def _erase_rows(connection: Connection, reader: str, nobody: str) -> Counter[str]:
    """Remove the address from the tables that give it a meaning: subscriptions, opt-outs, suppressions, deliveries."""
    changed: Counter[str] = Counter()
    for row in connection.execute(
        select(subscriptions.c.name, subscriptions.c.added).where(subscriptions.c.added.is_not(None))
    ).all():
        if not row.added:
            continue
        to = Subscription.model_validate(row.added).to
        left = [t for t in to if readable(t) != reader]
        if len(left) == len(to):
            continue
        changed["subscriptions"] += 1
        mine = subscriptions.c.name == row.name
        if left:
            connection.execute(update(subscriptions).where(mine).values(added={**row.added, "to": left}))
        else:
            connection.execute(delete(subscriptions).where(mine))
    for table in (opt_outs, suppressions):
        spelled = [a for a in connection.scalars(select(table.c.address).distinct()) if readable(a) == reader]
        changed[table.name] += connection.execute(delete(table).where(table.c.address.in_(spelled))).rowcount
    changed["reader_states"] += reader_states.erase(connection, reader)
    changed["reader_feedback"] += reader_feedback.erase(connection, reader)
    columns = (deliveries.c.id, deliveries.c.recipient, deliveries.c.domain, deliveries.c.status)
    for number, recipient, domain, status in connection.execute(
        select(*columns).where(for_readers([reader]))
    ).all():
        if reader_of(recipient) != reader:
            continue
        values = {"recipient": nobody, "reader": None, "domain": "invalid" if domain else "", "error": None}
        # What waits must not be sent any more; what was sent
        # stays on record, without whom it went to.
        dropped = {"status": "dropped"} if status == "pending" else {}
        connection.execute(update(deliveries).where(deliveries.c.id == number).values(**values, **dropped))
        changed["deliveries"] += 1
    return changed


def _replace_in_texts(connection: Connection, spellings: Collection[str], nobody: str) -> Counter[str]:
    """Replace the address in any other text: notes to the person, references of threads, bounces, the audit log."""
    changed: Counter[str] = Counter()
    # The longest first: an alternative of a pattern that
    # matches a part would leave the rest behind.
    longest_first = sorted(spellings, key=len, reverse=True)
    spelled = re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)
    # SQLite lowers ASCII letters only, and JSON may escape the others.
    needles = {
        form
        for s in spellings
        for t in (s, s.lower())
        for form in (t, json.dumps(t)[1:-1], json.dumps(t)[1:-1].lower())
    }
    # Packed digests are compressed, where no LIKE finds anything.
    unpack(connection, packs_with(connection, sorted(needles)))
    for table, column in _text_columns():
        keys = list(table.primary_key.columns)
        value = cast(column, String)
        found = or_(
            *(c.contains(n, autoescape=True) for n in sorted(needles) for c in (value, func.lower(value)))
        )
        for row in connection.execute(select(*keys, column.label("value")).where(found)).all():
            mine = [k == v for k, v in zip(keys, row[: len(keys)], strict=True)]
            connection.execute(
                update(table).where(*mine).values({column: _replaced(row.value, spelled, nobody)})
            )
            changed[table.name] += 1
    return changed


def _text_columns() -> Iterator[tuple[Table, Column[Any]]]:
    for table in metadata.sorted_tables:
        if table.name not in NEWS:
            yield from ((table, c) for c in table.columns if isinstance(c.type, String | JSON))


def _replaced(value: Any, spelled: re.Pattern[str], nobody: str) -> Any:
    if isinstance(value, str):
        return spelled.sub(nobody, value)
    if isinstance(value, dict):
        return {spelled.sub(nobody, k): _replaced(v, spelled, nobody) for k, v in value.items()}
    return [_replaced(v, spelled, nobody) for v in value] if isinstance(value, list) else value


def _vacuum(store: Store) -> None:
    """Remove deleted rows from the disk too, not only from the tables."""
    # Neither database runs VACUUM within a transaction.
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if store.is_sqlite:
            driver = connection.connection.driver_connection
            assert driver is not None
            # Deleted rows stay in free pages of the file, and
            # in the write-ahead log, until both are rewritten.
            with store.turn():
                driver.execute("VACUUM")
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        for table in metadata.sorted_tables:
            if table.name not in NEWS:
                connection.execute(text(f"VACUUM {table.name}"))
