"""What is known of each source: validators for conditional requests, every poll with its outcome, its state, its gaps."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select, update

from crawler.polling.observing import Gap
from crawler.polling.state import SourceState
from crawler.store.bulk import given_rows, given_rows_for, insert_rows, read_rows, several
from crawler.store.schema import gaps, polls, source_states, validators
from crawler.store.upserts import upsert


@dataclass(frozen=True, slots=True)
class Validators:
    """What makes the next request conditional: ETag and Last-Modified (RFC 9110, section 8.8), and a digest of the entries."""

    etag: str | None = None
    last_modified: str | None = None
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class PollRecord:
    """One answered (or failed) request of a source. ``outcome`` is ok, unchanged or failed."""

    source: str
    url: str
    at: datetime
    outcome: str
    kind: str | None = None
    message: str | None = None
    entries: int = 0
    new_entries: int = 0


_OF_POLL = tuple(column.name for column in polls.c if column.name != "id")
_values_of_poll = attrgetter(*_OF_POLL)


def load_validators(
    connection: Connection, names: Sequence[str] | None = None
) -> dict[str, dict[str, Validators]]:
    """The validators of all addresses, by source; only those of some sources where they are named."""
    found: dict[str, dict[str, Validators]] = {}
    statement = select(validators)
    for row in connection.execute(
        statement if names is None else statement.where(validators.c.source.in_(names))
    ):
        found.setdefault(row.source, {})[row.url] = Validators(row.etag, row.last_modified, row.digest)
    return found


def save_validators(connection: Connection, new: Mapping[tuple[str, str], Validators], at: datetime) -> None:
    """Keep what servers gave, by source and address. Empty ones are kept too, so that an old ETag is not sent for ever."""
    rows = [
        {
            "url": url,
            "source": source,
            "etag": v.etag,
            "last_modified": v.last_modified,
            "digest": v.digest,
            "checked": at,
        }
        for (source, url), v in new.items()
    ]
    if rows:
        # The source changes too: an address may have gone
        # from one source of the configuration to another.
        change = ["source", "etag", "last_modified", "digest", "checked"]
        connection.execute(upsert(connection, validators, None, ["url"], change), rows)


def forget_validators(connection: Connection, source: str, keep: Collection[str]) -> None:
    """Delete the validators of a source's addresses, except those to keep."""
    gone = (validators.c.source == source) & validators.c.url.not_in(keep)
    connection.execute(delete(validators).where(gone))


def add_polls(connection: Connection, records: Iterable[PollRecord]) -> None:
    """Record polls."""
    insert_rows(connection, polls, _OF_POLL, map(_values_of_poll, records))


def load_states(
    connection: Connection, names: Sequence[str] | None = None, *, for_update: bool = False
) -> dict[str, SourceState]:
    """The states of all sources, or of those named.

    Args:
        connection: a connection.
        names: the sources; None for all.
        for_update: lock their rows until the transaction ends (SELECT … FOR UPDATE).
    """
    if not for_update:
        rows: Iterable[Any] = (
            given_rows(connection, _STATES) if names is None else given_rows_for(connection, _some, names)
        )
        return {source: _state_of(connection, source, written) for source, written in rows}
    statement = select(source_states)
    if names is not None:
        # Ordered, so that rows are locked in one order by all (no deadlock).
        statement = statement.where(source_states.c.source.in_(names)).order_by(source_states.c.source)
    locked = connection.execute(statement.with_for_update())
    return {row.source: SourceState.of(row.state or {"source": row.source}) for row in locked}


_STATES = select(source_states.c.source, source_states.c.state)


@cache
def _some(size: int) -> Select[Any]:
    return _STATES.where(source_states.c.source.in_(several(source_states.c.source, size)))


_MOST_KNOWN = 1_000
"""States that are remembered: some 3 kB each. A page reads those of all sources, and few have been polled since the last one."""
_known: dict[str, tuple[int, SourceState]] = {}


def _state_of(connection: Connection, source: str, written: object) -> SourceState:
    """A state as it is written; the same one as before where that is the same (by 64 bits of a number made of it)."""
    mark = hash((source, written)) if isinstance(written, str) else None
    known, state = _known.get(source, (None, None))
    if state is None or mark is None or known != mark:
        ((_, value),) = read_rows(connection, _STATES, [(source, written)])
        state = SourceState.of(value or {"source": source})
        if mark is not None and (source in _known or len(_known) < _MOST_KNOWN):
            _known[source] = mark, state
    return state


def update_states(connection: Connection, states: Sequence[SourceState]) -> None:
    """Write the states of sources, without their next due moments."""
    rows = [{"source": s.source, "due": s.due, "state": s.plain()} for s in states]
    if rows:
        connection.execute(upsert(connection, source_states, None, ["source"], ["state"]), rows)


def postpone(connection: Connection, names: Sequence[str], until: datetime) -> None:
    """Make sources due no earlier than a moment. Their states stay as they are."""
    mine = source_states.c.source.in_(names) & (source_states.c.due < until)
    connection.execute(update(source_states).where(mine).values(due=until))


def bring_forward(connection: Connection, names: Sequence[str], at: datetime) -> None:
    """Make sources due no later than a moment. Sources that were never asked have no row, and get none."""
    mine = source_states.c.source.in_(names) & (source_states.c.due > at)
    connection.execute(update(source_states).where(mine).values(due=at))


def lease(connection: Connection, names: Sequence[str], until: datetime) -> None:
    """Take sources to be asked. If the worker dies, they are due again at a moment."""
    # A source that was never asked has no row yet and gets an empty state; an existing state stays.
    rows = [{"source": name, "due": until, "state": {"source": name}} for name in names]
    if rows:
        connection.execute(upsert(connection, source_states, None, ["source"], ["due"]), rows)


def cap_due(connection: Connection, later_than: datetime, moment: datetime) -> None:
    """Make sources due at a moment that are due later than any rule allows, as after a wrong clock."""
    connection.execute(update(source_states).where(source_states.c.due > later_than).values(due=moment))


def known_sources(connection: Connection) -> set[str]:
    """The sources that were ever asked."""
    return set(connection.scalars(select(source_states.c.source)))


def due_sources(connection: Connection, now: datetime, most: int) -> list[str]:
    """The sources that are due, the longest due first."""
    due = select(source_states.c.source).where(source_states.c.due <= now).order_by(source_states.c.due)
    return list(connection.scalars(due.limit(most)))


def save_states(connection: Connection, states: Sequence[SourceState]) -> None:
    """Write the states of sources, with their next due moments."""
    rows = [{"source": s.source, "due": s.due, "state": s.plain()} for s in states]
    if rows:
        connection.execute(upsert(connection, source_states, None, ["source"], ["due", "state"]), rows)


def add_gap(connection: Connection, source: str, gap: Gap) -> int:
    """Enter a gap into the ledger. Returns its id."""
    values = {"source": source, "since": gap.since, "until": gap.until, "lost": gap.lost}
    number: int = connection.scalars(insert(gaps).returning(gaps.c.id), [values]).one()
    return number


def close_gap(connection: Connection, number: int, recovered: int, via: str) -> None:
    """Note how many entries of a gap were found again, and where."""
    connection.execute(
        update(gaps).where(gaps.c.id == number).values(recovered=gaps.c.recovered + recovered, via=via)
    )


def load_gaps(connection: Connection, since: datetime) -> list[Any]:
    """The gaps that ended after ``since``, the latest first."""
    return list(connection.execute(select(gaps).where(gaps.c.until >= since).order_by(gaps.c.until.desc())))


def lost_by_source(ledger: Iterable[Any]) -> dict[str, float]:
    """How many entries each source lost in gaps, by estimate, without those that were found again."""
    found: dict[str, float] = {}
    for row in ledger:
        found[row.source] = found.get(row.source, 0.0) + max(0.0, row.lost - row.recovered)
    return found
