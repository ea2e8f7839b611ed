"""Puts a store right after a copy took its place: what was told since the copy was made is not told a second time."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import SQLAlchemyError

from alerts.selection import after_restore
from alerts.selection.after_restore import REMEMBERED, KeptQuiet, RestoreGap
from alerts.selection.replaced_store import ReplacedStore, read_replaced
from alerts.subscriptions.subscriptions import subscriptions_by_name
from crawler.config.settings import Settings
from crawler.store import Store, StoreError, backups, restoring
from crawler.store.bulk import chunks
from crawler.store.schema import deliveries, earlier_alerts, restores
from crawler.store.upserts import upsert


class RestoreResult(NamedTuple):
    """What came of a restore.

    Attributes:
        taken: the state that the copy has.
        covered_until: news published until then counts as told; ``taken`` where nothing is guessed.
        known_until: until when the replaced store itself says what it sent; None where it could not be asked.
        waiting: how many messages of the replaced store had not gone out, and are not in the copy.
        quiet: how much of the copy is not sent again.
    """

    taken: datetime
    covered_until: datetime
    known_until: datetime | None
    waiting: int
    quiet: KeptQuiet


def replaced_store(store: Store, now: datetime) -> ReplacedStore | None:
    """What the store that is to be replaced had sent, if it can still say so.

    A store into which a copy was put, and which was not put right, is none that worked: what counts is the one before it.
    """
    try:
        if not store.exists():
            return None
        kept = restoring.kept_of_unfinished(store)
        if kept is not None:
            return ReplacedStore.of_text(kept) if kept else None
        if not store.is_ready():
            return None
        with store.read() as connection:
            return read_replaced(connection, now - REMEMBERED)
    except (StoreError, SQLAlchemyError):  # it is damaged
        return None


def carry_over(
    connection: Connection,
    settings: Settings,
    file: Path,
    replaced: ReplacedStore | None,
    now: datetime,
    *,
    until: datetime | None = None,
    tell_again: bool = False,
) -> RestoreResult:
    """Note a restore, and what is told already.

    Args:
        connection: a transaction of the restored store.
        settings: the configuration.
        file: the copy.
        replaced: what the store in whose place it came had sent; None where that is lost.
        now: the present moment.
        until: when the lost store last worked, if somebody says so.
        tell_again: tell everything since the copy again.
    """
    taken = backups.last_sign_of_life(connection) or now
    connection.execute(delete(earlier_alerts).where(earlier_alerts.c.at < now - REMEMBERED))
    # A store that began after the copy was made does not know what was sent before it began.
    knows = replaced is not None and replaced.first <= taken
    if tell_again or (knows and until is None):
        covered = taken
    else:
        covered = max(taken, until or (replaced.last if replaced is not None else now))
    row = {"at": now, "file": str(file), "taken": taken, "covered_until": covered}
    known_rows = {(r.at, r.taken) for r in connection.execute(select(restores))}
    connection.execute(insert(restores), [row])
    if tell_again:
        return RestoreResult(taken, covered, None, 0, KeptQuiet(0, 0))
    lost = [RestoreGap(taken, covered, now)] if covered > taken else []
    waiting = 0
    if replaced is not None:
        foreign = [gap for gap in replaced.gaps if (gap["at"], gap["taken"]) not in known_rows]
        for gap in foreign:
            columns = {name: value for name, value in gap.items() if name != "id"}
            connection.execute(insert(restores), [columns])
        lost += [
            RestoreGap(gap["taken"], gap["covered_until"], gap["at"], gap["first_poll"])
            for gap in foreign
            if gap["covered_until"] > gap["taken"]
        ]
        _note(connection, replaced)
        here = set(connection.scalars(select(deliveries.c.message_id)))
        waiting = sum(
            1 for name, row in replaced.deliveries.items() if row["status"] == "pending" and name not in here
        )
    everyone = subscriptions_by_name(connection, settings)
    quiet = after_restore.marked(connection, settings, everyone, lost, replaced, now)
    return RestoreResult(
        taken, covered, replaced.last if replaced is not None and knows else None, waiting, quiet
    )


def _note(connection: Connection, replaced: ReplacedStore) -> None:
    """Keep what a replaced store had sent; what the copy knows of that itself does no harm."""
    rows = [
        {"subscription": name, "url_key": key, "kind": kind, "at": at}
        for (name, key, kind), at in sorted(replaced.sent.items())
    ]
    for part in chunks(rows, 2000):
        connection.execute(
            upsert(connection, earlier_alerts, None, ["subscription", "url_key", "kind"]), part
        )
