"""Entries that were fetched and are no articles yet: why each waits, for how long, and when it is tried again.

`pending` holds them. An entry leaves it by becoming an article, or by being dropped by an operator, which `entry_ends` records.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, case, delete, func, insert, select, update

from crawler.store.bulk import chunks, insert_rows
from crawler.store.schema import entries, entry_ends, pending

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=12)
"""The wait of an entry after its first failure, and the longest wait. Each failure doubles it."""
MAX_TRIES = 3
"""Tries at a page, across crashes, after which its entry is judged by its own words."""
_LONGEST_MESSAGE = 500
DROPPED, PRUNED = "dropped", "pruned"
"""How entries end without an article: an operator dropped them, or their article became too old to be kept."""


class Reason(StrEnum):
    """Why an entry waits. The words are stable: commands, metrics and the API show them."""

    PAGE = "page"
    QUEUED = "queued"
    JUDGING = "judging-failed"
    STORING = "storing-failed"

    @property
    def failed(self) -> bool:
        """Whether something went wrong, so that it does not only wait for its turn."""
        return self in FAILED

    @property
    def spoken(self) -> str:
        """The reason in words."""
        return _SPOKEN[self]


FAILED = (Reason.JUDGING, Reason.STORING)
_SPOKEN = {
    Reason.PAGE: "its page is being fetched",
    Reason.QUEUED: "it waits to be judged",
    Reason.JUDGING: "it could not be judged",
    Reason.STORING: "its article could not be stored",
}


class Wait(NamedTuple):
    """Entries that wait for one reason; ``message`` says what went wrong."""

    entry_ids: Sequence[int]
    reason: Reason
    message: str | None = None


class WaitProblem(NamedTuple):
    """What went wrong with entries, so that they wait."""

    reason: Reason
    message: str


@dataclass(frozen=True, slots=True)
class PendingFilter:
    """Which pending entries are meant. Criteria that are not given do not restrict.

    Attributes:
        ids: these entries.
        sources: of these sources.
        reasons: that wait for one of these reasons.
        before: that have waited since before this moment.
    """

    ids: Collection[int] = ()
    sources: Collection[str] = ()
    reasons: Collection[Reason] = ()
    before: datetime | None = None

    def where(self) -> list[ColumnElement[bool]]:
        """The conditions on ``pending`` joined with ``entries``."""
        found: list[ColumnElement[bool]] = []
        if self.ids:
            found.append(pending.c.entry_id.in_(self.ids))
        if self.sources:
            found.append(entries.c.source.in_(self.sources))
        if self.reasons:
            found.append(pending.c.reason.in_(self.reasons))
        if self.before is not None:
            found.append(pending.c.since < self.before)
        return found


@dataclass(frozen=True, slots=True)
class Count:
    """How many entries of a source wait for a reason, and since when the oldest of them does."""

    source: str
    reason: Reason
    count: int
    oldest: datetime


def postpone(connection: Connection, waits: Iterable[Wait], now: datetime) -> None:
    """Store entries as pending, so that a crash does not lose them."""
    rows = [
        (
            entry,
            now,
            0,
            wait.reason.value,
            _short(wait.message),
            int(wait.reason.failed),
            _next_try(wait.reason, now),
        )
        for wait in waits
        for entry in wait.entry_ids
    ]
    insert_rows(
        connection, pending, ("entry_id", "since", "tries", "reason", "message", "failures", "next_try"), rows
    )


def _next_try(reason: Reason, now: datetime) -> datetime | None:
    return now + FIRST_WAIT if reason.failed else None


def _short(message: str | None) -> str | None:
    """A message that a store takes, of any error."""
    if message is None:
        return None
    # Errors repeat what they were given: PostgreSQL takes
    # no NUL, and neither database a lone surrogate.
    return message.replace("\0", "").encode("utf-8", "replace").decode()[:_LONGEST_MESSAGE]


def note(connection: Connection, waits: Iterable[Wait], now: datetime) -> None:
    """Store why pending entries are still pending. After each failure the next attempt is later.

    Entries that have become articles have no row any more, and are left alone.
    """
    for wait in waits:
        values: dict[str, Any] = {"reason": wait.reason.value, "message": _short(wait.message)}
        for part in chunks(wait.entry_ids):
            mine = pending.c.entry_id.in_(part)
            if not wait.reason.failed:
                connection.execute(update(pending).where(mine).values(values))
                continue
            # Entries that were put off together mostly failed as
            # often: one statement for each number of failures.
            for failures, ids in _by_failures(connection, part).items():
                later = {"failures": failures + 1, "next_try": now + pause(failures + 1)}
                # A page that could be fetched may be fetched again. One that was
                # given up on stays so: its entry is judged by the feed's words.
                tries = case((pending.c.tries >= MAX_TRIES, pending.c.tries), else_=0)
                connection.execute(
                    update(pending)
                    .where(pending.c.entry_id.in_(ids))
                    .values(values | later | {"tries": tries})
                )


def _by_failures(connection: Connection, entry_ids: Sequence[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    statement = select(pending.c.entry_id, pending.c.failures).where(pending.c.entry_id.in_(entry_ids))
    for entry, failures in connection.execute(statement):
        found.setdefault(failures, []).append(entry)
    return found


def pause(failures: int) -> timedelta:
    """How long an entry is left alone that failed so many times."""
    # Bounded before it is multiplied: a thousand failures are
    # possible, 2**1000 times five minutes is no timedelta.
    doubled: timedelta = FIRST_WAIT * 2 ** min(failures - 1, 10)
    return min(doubled, LONGEST_WAIT)


def due_at(now: datetime) -> ColumnElement[bool]:
    """Whether a waiting entry may be tried at a moment."""
    return pending.c.next_try.is_(None) | (pending.c.next_try <= now)


def counts(connection: Connection) -> list[Count]:
    """How many entries wait, by source and reason."""
    # No join: SQLite would begin with all entries, in the order of an index, where few or none wait.
    source = select(entries.c.source).where(entries.c.id == pending.c.entry_id).scalar_subquery()
    waits = select(source.label("source"), pending.c.reason, pending.c.since).subquery()
    of = (waits.c.source, waits.c.reason)
    statement = select(*of, func.count(), func.min(waits.c.since)).group_by(*of).order_by(*of)
    return [
        Count(source, Reason(reason), count, oldest)
        for source, reason, count, oldest in connection.execute(statement)
    ]


def listed(connection: Connection, wanted: PendingFilter, limit: int | None = None) -> list[dict[str, Any]]:
    """Waiting entries, those that wait longest first, with why, since when, and when they are tried again."""
    columns = (
        entries.c.id, entries.c.source, entries.c.title, entries.c.url, entries.c.published, pending.c.since, pending.c.reason,
        pending.c.message, (pending.c.failures + pending.c.tries).label("tries"), pending.c.next_try,
    )  # fmt: skip
    statement = select(*columns).join(pending, pending.c.entry_id == entries.c.id).where(*wanted.where())
    ordered = statement.order_by(pending.c.since, entries.c.id).limit(limit)
    return [dict(row._mapping) for row in connection.execute(ordered)]


def problem_at(connection: Connection, key: str) -> WaitProblem | None:
    """Why entries at a canonical address wait that failed, with what went wrong."""
    of = select(pending.c.reason, pending.c.message).join(entries, entries.c.id == pending.c.entry_id)
    row = connection.execute(
        of.where((entries.c.url_key == key) & pending.c.reason.in_(FAILED)).limit(1)
    ).first()
    return None if row is None else WaitProblem(Reason(row.reason), row.message or "")


def retry(connection: Connection, wanted: PendingFilter, now: datetime) -> list[int]:
    """Try pending entries again at once, as if for the first time. Dropped ones that are named become pending again. Returns the ids."""
    ids = _ids(connection, wanted)
    due = case((pending.c.reason.in_(FAILED), now), else_=None)
    for part in chunks(ids):
        again = update(pending).where(pending.c.entry_id.in_(part)).values(tries=0, failures=0, next_try=due)
        connection.execute(again)
    back = _dropped(connection, wanted.ids)
    for part in chunks(back):
        connection.execute(delete(entry_ends).where(entry_ends.c.entry_id.in_(part)))
    postpone(connection, [Wait(back, Reason.QUEUED)], now)
    return ids + back


def _dropped(connection: Connection, ids: Collection[int]) -> list[int]:
    where = entry_ends.c.entry_id.in_(ids) & (entry_ends.c.kind == DROPPED)
    return list(
        connection.scalars(select(entry_ends.c.entry_id).where(where).order_by(entry_ends.c.entry_id))
    )


def drop(connection: Connection, wanted: PendingFilter, actor: str, note: str, now: datetime) -> list[int]:
    """Give pending entries up for good, and record who did it, when and why. Returns their ids."""
    ids = _ids(connection, wanted)
    for part in chunks(ids):
        why = select(pending.c.entry_id, pending.c.reason, pending.c.message, pending.c.since).where(
            pending.c.entry_id.in_(part)
        )
        rows = [
            {"entry_id": r.entry_id, "kind": DROPPED, "at": now, "actor": actor, "note": note, "reason": r.reason,
             "message": r.message, "since": r.since}
            for r in connection.execute(why)
        ]  # fmt: skip
        connection.execute(insert(entry_ends), rows)
        connection.execute(delete(pending).where(pending.c.entry_id.in_(part)))
    return ids


def _ids(connection: Connection, wanted: PendingFilter) -> list[int]:
    statement = (
        select(pending.c.entry_id).join(entries, entries.c.id == pending.c.entry_id).where(*wanted.where())
    )
    return list(connection.scalars(statement.order_by(pending.c.entry_id)))


def dropped(connection: Connection, wanted: PendingFilter, limit: int | None = None) -> list[dict[str, Any]]:
    """Entries that were dropped, the latest first, with who did it and why."""
    columns = (
        entries.c.id, entries.c.source, entries.c.title, entries.c.url, entry_ends.c.at, entry_ends.c.actor, entry_ends.c.note,
        entry_ends.c.reason, entry_ends.c.message, entry_ends.c.since,
    )  # fmt: skip
    statement = (
        select(*columns)
        .join(entry_ends, entry_ends.c.entry_id == entries.c.id)
        .where(entry_ends.c.kind == DROPPED)
    )
    if wanted.ids:
        statement = statement.where(entries.c.id.in_(wanted.ids))
    if wanted.sources:
        statement = statement.where(entries.c.source.in_(wanted.sources))
    return [
        dict(row._mapping)
        for row in connection.execute(statement.order_by(entry_ends.c.at.desc(), entries.c.id).limit(limit))
    ]
