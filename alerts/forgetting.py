"""A person is forgotten: nothing in the store says any more who read what, and a proof says that it was done.

Deliveries and digests stay as numbers under a name that leads to nobody. What the public press wrote is left as it is.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Connection, String, Table, cast, delete, func, or_, select, text, update

from alerts import audit
from alerts.keys import keys_of
from alerts.packing import packs_with, unpack
from alerts.suppression import normal
from crawler.config.settings import Settings, Subscription
from crawler.model import AseanwatchError
from crawler.store import Store
from crawler.store.schema import deliveries, metadata, opt_outs, subscriptions, suppressions

NEWS = frozenset({
    "entries", "articles", "article_entries", "article_versions", "article_topics", "fingerprints", "stories", "story_changes", "bases",
    "base_articles", "base_names", "base_aliases", "validators", "polls", "source_states", "gaps", "pending", "labels",
    "entry_ends", "entry_tallies",
})  # fmt: skip
"""Tables of what was published, which say nothing of readers."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was done: the proof's name for the person, and how many rows of each table were changed."""

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
    plain = normal(address)
    named = [s.name for s in settings.subscriptions if plain in map(normal, s.to)]
    if named:
        raise AseanwatchError(f"config.yaml still names {plain} in the subscription {', '.join(named)}; take it out there first")
    key = hashlib.blake2b(keys_of(settings, store)[-1].encode(), digest_size=32, person=b"aseanwatch-proof").digest()
    proof = hashlib.blake2b(plain.encode(), digest_size=16, key=key).hexdigest()
    with store.writing() as connection:
        changed = _structured(connection, plain, f"forgotten-{proof[:12]}@invalid")
        changed += _everywhere_else(connection, plain, f"forgotten-{proof[:12]}@invalid")
        audit.note(connection, actor, "forget", proof, now, changed=dict(changed))
    _wipe(store)
    return Forgotten(proof, dict(changed))


def _structured(connection: Connection, plain: str, nobody: str) -> Counter[str]:
    """Where an address has a meaning: subscriptions, wishes, deliveries."""
    changed: Counter[str] = Counter()
    for row in connection.execute(
        select(subscriptions.c.name, subscriptions.c.added).where(subscriptions.c.added.is_not(None))
    ).all():
        if not row.added:
            continue
        to = Subscription.model_validate(row.added).to
        left = [t for t in to if normal(t) != plain]
        if len(left) == len(to):
            continue
        changed["subscriptions"] += 1
        mine = subscriptions.c.name == row.name
        if left:
            connection.execute(update(subscriptions).where(mine).values(added={**row.added, "to": left}))
        else:
            connection.execute(delete(subscriptions).where(mine))
    for table in (opt_outs, suppressions):
        changed[table.name] += connection.execute(delete(table).where(func.lower(table.c.address) == plain)).rowcount
    theirs = or_(
        func.lower(deliveries.c.recipient) == plain, func.lower(deliveries.c.recipient).contains(f"<{plain}>", autoescape=True)
    )
    connection.execute(update(deliveries).where(theirs & (deliveries.c.status == "pending")).values(status="dropped"))
    for number, domain in connection.execute(select(deliveries.c.id, deliveries.c.domain).where(theirs)).all():
        connection.execute(
            update(deliveries)
            .where(deliveries.c.id == number)
            .values(recipient=nobody, domain="invalid" if domain else "", error=None)
        )
        changed["deliveries"] += 1
    return changed


def _everywhere_else(connection: Connection, plain: str, nobody: str) -> Counter[str]:
    """Any other place: notes to the person, references of threads, bounces, the audit log."""
    changed: Counter[str] = Counter()
    unpack(connection, packs_with(connection, plain))
    spelled = re.compile(re.escape(plain), re.IGNORECASE)
    for table, column in _texts():
        keys = list(table.primary_key.columns)
        found = func.lower(cast(column, String)).contains(plain, autoescape=True)
        for row in connection.execute(select(*keys, column.label("value")).where(found)).all():
            mine = [k == v for k, v in zip(keys, row[: len(keys)], strict=True)]
            connection.execute(update(table).where(*mine).values({column: _without(row.value, spelled, nobody)}))
            changed[table.name] += 1
    return changed


def _texts() -> Iterator[tuple[Table, Column[Any]]]:
    for table in metadata.sorted_tables:
        if table.name not in NEWS:
            yield from ((table, c) for c in table.columns if isinstance(c.type, String | JSON))


def _without(value: Any, spelled: re.Pattern[str], nobody: str) -> Any:
    if isinstance(value, str):
        return spelled.sub(nobody, value)
    if isinstance(value, dict):
        return {spelled.sub(nobody, k): _without(v, spelled, nobody) for k, v in value.items()}
    return [_without(v, spelled, nobody) for v in value] if isinstance(value, list) else value


def _wipe(store: Store) -> None:
    """Deleted rows leave the disk too, not only the tables."""
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if store.is_sqlite:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute("VACUUM")
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        for table in metadata.sorted_tables:
            if table.name not in NEWS:
                connection.execute(text(f"VACUUM {table.name}"))
