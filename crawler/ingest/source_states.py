"""What is known of sources between polls: how to ask each, when, and what a batch of polls changes of it.

The store holds it. A process keeps a copy that changes only when a transaction is committed (`StateChanges`), so that a
transaction that fails leaves nothing to put back: a source whose answer was not stored is asked again as if it had not
answered. Where several processes ask sources, the copy is loaded before each task, and changes are made to the stored rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import reduce

from sqlalchemy import Connection

from crawler.config.settings import Settings, Source
from crawler.documents.kinds import is_of_this_reading
from crawler.polling.interval import PollingPace, pace_for
from crawler.polling.moving import has_other_home
from crawler.polling.observing import should_verify_304
from crawler.polling.state import SourceState
from crawler.store import Store
from crawler.store.database import after_commit
from crawler.store.sources import (
    Validators,
    forget_validators,
    load_states,
    load_validators,
    save_states,
    save_validators,
    update_states,
)

WRITTEN_EVERY = timedelta(minutes=1)
"""How often it is written that sources had nothing new: after a crash they are then asked a little too soon."""
PACE_EVERY = timedelta(hours=1)
"""How often the share of each source in the requests is worked out anew."""
MOST_CHILDREN, CHILDREN_IN_TURN = 20, 3
"""Addresses that are asked with each poll besides a source's own, and how many of all its others, one after the other."""
Patch = Callable[[SourceState], SourceState]


@dataclass(frozen=True, slots=True)
class SourceSnapshot:
    """What is known of a source at one moment, and how to ask it accordingly."""

    source: Source
    state: SourceState
    validators: Mapping[str, Validators]

    @property
    def address(self) -> str:
        """Where it is asked: at its configured address, or where it has moved permanently from there."""
        return self.source.address if self.has_other_home else self.state.address or self.source.address

    @property
    def has_other_home(self) -> bool:
        """Whether the configuration has given it another address since it was last asked."""
        return has_other_home(self.state, self.source.address)

    @property
    def children(self) -> list[str]:
        """The addresses that it named besides its own: the sitemaps of an index."""
        # Rows of validators double as the list of children:
        # they are written with the index that names them.
        return [url for url in self.validators if url not in (self.address, self.source.address)]

    @property
    def in_turn(self) -> set[str]:
        """The sitemaps of an index that are not asked with each poll, because others are likely newer."""
        newest = self.state.hints.get("newest")
        return set(self.children) - set(newest) if newest else set()

    def children_of_poll(self, named: Sequence[str] = ()) -> list[str]:
        """The addresses to ask besides its own in one poll: the newest sitemaps of an index, and some of the others in turn.

        Args:
            named: the newest as the index names them now; it names none if it is unchanged.
        """
        if not (named or self.state.hints.get("newest") or self.children):
            return []  # most sources have one address
        newest = list(named) or [str(u) for u in self.state.hints.get("newest", ())] or self.children
        newest = newest[:MOST_CHILDREN]
        others = sorted(u for u in self.children if u not in newest)
        begin = self.state.polls * CHILDREN_IN_TURN
        turn = [others[(begin + i) % len(others)] for i in range(min(CHILDREN_IN_TURN, len(others)))]
        return [u for u in (*newest, *turn) if u != self.address]

    def validators_of(self, url: str) -> Validators:
        """What the latest answer of an address left to ask again with."""
        return self.validators.get(url, Validators())

    def should_verify_304(self, now: datetime) -> bool:
        """Whether its answer "not modified" is to be checked by asking without conditions."""
        return (
            self.state.honours_conditional
            and self.state.outcome == "unchanged"
            and should_verify_304(self.state, now)
        )

    def headers(self, url: str) -> dict[str, str]:
        """The headers to ask with: the operator's, and conditions (RFC 9110, 13.1) where its 304 can be believed."""
        headers = self.source.headers_for(url)
        seen = self.validators_of(url)
        # This server answers 304 although its content
        # changed; asked like that, it would never bring news.
        if not self.state.honours_conditional or (seen.digest and not is_of_this_reading(seen.digest)):
            return headers
        if seen.etag:
            headers["If-None-Match"] = seen.etag
        if seen.last_modified:
            headers["If-Modified-Since"] = seen.last_modified
        return headers


class SourceStates:
    """The copy that one process has of what is known of its sources.

    Args:
        settings: the configuration.
        store: where it is kept.
        shared: whether other processes ask sources as well. The stored rows then count, and the copy holds what was
            loaded for a task; else all of it is loaded at once.
    """

    def __init__(self, settings: Settings, store: Store, *, shared: bool) -> None:
        self.settings = settings
        self.shared = shared
        self._states: dict[str, SourceState] = {}
        self._validators: dict[str, Mapping[str, Validators]] = {}
        self._unwritten: set[str] = set()
        self._written: datetime | None = None
        self._pace = 0.0
        self._paced: datetime | None = None
        if not shared:
            with store.read() as connection:
                self.load(connection)

    def load(self, connection: Connection, names: Sequence[str] | None = None) -> None:
        """Read what the store knows of some sources, or of all."""
        if names is not None:
            self.evict(names)
        self._states |= load_states(connection, names)
        self._validators |= load_validators(connection, names)

    def evict(self, names: Iterable[str]) -> None:
        """Forget sources that this process does not ask any more."""
        for name in names:
            self._states.pop(name, None)
            self._validators.pop(name, None)

    def of(self, source: Source) -> SourceSnapshot:
        """What is known of a source."""
        state = self._states.get(source.name) or SourceState(source.name)
        return SourceSnapshot(source, state, self._validators.get(source.name, {}))

    def pace(self, now: datetime) -> PollingPace:
        """How often sources are asked, so that all together keep to the budget."""
        if not self.shared and (self._paced is None or now - self._paced >= PACE_EVERY):
            self._pace = pace_of(self.settings, self._states)
            self._paced = now
        schedule = self.settings.schedule
        return PollingPace(
            self._pace, schedule.every, min(schedule.fastest, schedule.every), schedule.slowest
        )

    def set_pace(self, pace: float) -> None:
        """Ask at a pace that was worked out elsewhere, by all sources."""
        self._pace = pace

    def changes(self, connection: Connection, names: Iterable[str] = ()) -> StateChanges:
        """Begin to change what is known of sources in a transaction.

        Args:
            connection: its connection.
            names: the sources whose polls it takes in; where other processes ask sources, they are locked until its end.
        """
        return StateChanges(self, connection, self.stored(connection, names))

    def stored(self, connection: Connection, names: Iterable[str]) -> dict[str, SourceState]:
        """What the store has of sources: the copy in memory if no other process changes it, else the rows, locked."""
        # Locked: two tasks that change one source apply their changes one after the other.
        if self.shared:
            return load_states(connection, sorted(names), for_update=True)
        return {name: state for name in names if (state := self._states.get(name)) is not None}

    def writes_all(self, now: datetime) -> bool:
        """Whether everything is to be written now, what was held back before included."""
        # With several processes nothing is held back: the next task of the source may run anywhere.
        return self.shared or self._written is None or now - self._written >= WRITTEN_EVERY

    def unwritten(self) -> list[SourceState]:
        """What was held back."""
        return [self._states[name] for name in sorted(self._unwritten) if name in self._states]

    def merge(self, changes: StateChanges) -> None:
        """Take over what a committed transaction changed."""
        for name, state in changes.states.items():
            # A worker has evicted what it does not poll at the
            # moment; it must not come back, outdated, by a patch.
            if not self.shared or name in self._states:
                self._states[name] = state
        for name, validators in changes.validators.items():
            self._validators[name] = validators
        self._unwritten = (self._unwritten - changes.written) | changes.held_back
        if changes.wrote_all_at is not None:
            self._written = changes.wrote_all_at


@dataclass(slots=True)
class StateChanges:
    """What one transaction changes of sources' states. Made by `SourceStates.changes`; `save` writes it.

    Attributes:
        states: the new states, by source.
        validators: the new validators of all addresses of a source.
        written: the sources that `save` wrote; ``held_back``: those that a later one writes.
        wrote_all_at: when all that was held back before was written too, if it was.
    """

    _of: SourceStates
    _connection: Connection
    _before: dict[str, SourceState]
    states: dict[str, SourceState] = field(default_factory=dict)
    validators: dict[str, dict[str, Validators]] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)
    held_back: set[str] = field(default_factory=set)
    wrote_all_at: datetime | None = None
    _patches: dict[str, list[Patch]] = field(default_factory=dict)
    _new_validators: dict[tuple[str, str], Validators] = field(default_factory=dict)

    def of(self, source: Source) -> SourceSnapshot:
        """What is known of a source, with the changes of this transaction."""
        name = source.name
        state = self.states.get(name) or self._before.get(name) or SourceState(name)
        return SourceSnapshot(source, state, self.validators.get(name) or self._of.of(source).validators)

    def put(self, state: SourceState) -> None:
        """Set the state of a source that was polled."""
        self.states[state.source] = state

    def patch(self, name: str, patch: Patch) -> None:
        """Change the state of a source that may be polled elsewhere at the moment. When it is due does not change."""
        self._patches.setdefault(name, []).append(patch)

    def keep_validators(self, source: Source, url: str, new: Validators) -> None:
        """Ask an address with these from now on."""
        self.validators[source.name] = {**self.of(source).validators, url: new}
        self._new_validators[source.name, url] = new

    def set_children(self, source: Source, url: str, children: Sequence[str]) -> None:
        """Record the addresses that a source names, with the answer that names them, and forget all others.

        An index that is "unchanged" the next time names nothing. A sitemap that fails now must be asked again all the same.
        """
        named = {url, *children}
        # Else sitemaps that the index names no more would be asked for ever.
        forget_validators(self._connection, source.name, named)
        self.validators[source.name] = {u: v for u, v in self.of(source).validators.items() if u in named}
        snapshot = self.of(source)
        known = {snapshot.address, *snapshot.children}
        for child in children:
            if child not in known:
                # Empty ones: they put the child on record before it was ever asked.
                self.keep_validators(source, child, Validators())

    def save(self, now: datetime, *, everything: bool = False) -> None:
        """Write the changes.

        Args:
            now: the present moment.
            everything: also what need not be written yet.
        """
        self._apply_patches()
        # Sorted, so that rows are written in one order by all (no deadlock).
        changed = dict(sorted(self.states.items()))
        if everything or self._of.writes_all(now):
            changed = {state.source: state for state in self._of.unwritten()} | changed
            self.wrote_all_at = now
        else:
            # Most polls bring nothing; writing each would be most of what a crawl writes.
            self.held_back = {name for name, state in changed.items() if state.outcome == "unchanged"}
        written = [state for name, state in changed.items() if name not in self.held_back]
        self.written = {state.source for state in written}
        save_states(self._connection, written)
        save_validators(self._connection, self._new_validators, now)
        # The copy in memory follows the store and never
        # leads: a rollback leaves nothing to put back.
        after_commit(self._connection, lambda: self._of.merge(self))

    def _apply_patches(self) -> None:
        """Apply patches to the states of this transaction, or to what the store holds of sources that it did not poll."""
        others = self._of.stored(
            self._connection, (name for name in self._patches if name not in self.states)
        )
        patched = []
        for name, patches in self._patches.items():
            before = self.states.get(name) or others.get(name) or SourceState(name)
            state = reduce(lambda found, patch: patch(found), patches, before)
            if name not in self.states:
                patched.append(state)
            self.states[name] = state
        if self._of.shared:
            # Without `due`: whoever polls the source at the moment decides when it is asked next.
            update_states(self._connection, patched)
            for state in patched:
                # They are written; `save` would write them
                # again, with the `due` that was read before.
                del self.states[state.source]


def pace_of(settings: Settings, states: Mapping[str, SourceState]) -> float:
    """How often sources are asked for one expected entry, so that all together keep to the budget (`crawler.polling.interval`)."""
    schedule = settings.schedule
    rhythms = [
        states.get(s.name, SourceState(s.name)).rhythm
        for s in settings.sources
        if s.enabled and s.every is None
    ]
    return pace_for(
        rhythms, schedule.every, min(schedule.fastest, schedule.every), schedule.slowest, schedule.budget
    )
