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
from crawler.polling.interval import PollingPace, pace_for
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
Patch = Callable[[SourceState], SourceState]


@dataclass(frozen=True, slots=True)
class SourceSnapshot:
    """What is known of a source at one moment, and how to ask it by that."""

    source: Source
    state: SourceState
    validators: Mapping[str, Validators]

    @property
    def address(self) -> str:
        """Where it is asked: where it is configured, or where it moved for good."""
        return self.state.address or self.source.address

    @property
    def children(self) -> list[str]:
        """The addresses that it named besides its own: the sitemaps of an index."""
        return [url for url in self.validators if url not in (self.address, self.source.address)]

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
        if not self.state.honours_conditional:
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
        self.settings, self.shared = settings, shared
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
            self._pace, self._paced = pace_of(self.settings, self._states), now
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
        """What the store holds of sources: the copy where nobody else changes it, else the rows, locked."""
        if self.shared:
            return load_states(connection, sorted(names), for_update=True)
        return {name: state for name in names if (state := self._states.get(name)) is not None}

    def writes_all(self, now: datetime) -> bool:
        """Whether what was held back is to be written now, and nothing is held back."""
        return self.shared or self._written is None or now - self._written >= WRITTEN_EVERY

    def unwritten(self) -> list[SourceState]:
        """What was held back."""
        return [self._states[name] for name in sorted(self._unwritten) if name in self._states]

    def merge(self, changes: StateChanges) -> None:
        """Take over what a committed transaction changed."""
        for name, state in changes.states.items():
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
        """What is known of a source by now."""
        name = source.name
        state = self.states.get(name) or self._before.get(name) or SourceState(name)
        return SourceSnapshot(source, state, self.validators.get(name) or self._of.of(source).validators)

    def put(self, state: SourceState) -> None:
        """Set the state of a source that was polled."""
        self.states[state.source] = state

    def patch(self, name: str, patch: Patch) -> None:
        """Change the state of a source, whoever polls it at the moment; when it is due stays as it is."""
        self._patches.setdefault(name, []).append(patch)

    def keep_validators(self, source: Source, url: str, new: Validators) -> None:
        """Ask an address with these from now on."""
        self.validators[source.name] = {**self.of(source).validators, url: new}
        self._new_validators[source.name, url] = new

    def set_children(self, source: Source, url: str, children: Sequence[str]) -> None:
        """Put the addresses that a source names on record with the answer that names them, and forget all others.

        An index that is "unchanged" the next time names nothing: it must not hide one that cannot be parsed or stored now.
        """
        named = {url, *children}
        forget_validators(self._connection, source.name, named)
        self.validators[source.name] = {u: v for u, v in self.of(source).validators.items() if u in named}
        snapshot = self.of(source)
        known = {snapshot.address, *snapshot.children}
        for child in children:
            if child not in known:
                self.keep_validators(source, child, Validators())

    def save(self, now: datetime, *, everything: bool = False) -> None:
        """Write the changes.

        Args:
            now: the present moment.
            everything: also what need not be written yet.
        """
        self._apply_patches()
        changed = dict(sorted(self.states.items()))
        if everything or self._of.writes_all(now):
            changed = {state.source: state for state in self._of.unwritten()} | changed
            self.wrote_all_at = now
        else:
            self.held_back = {name for name, state in changed.items() if state.outcome == "unchanged"}
        written = [state for name, state in changed.items() if name not in self.held_back]
        self.written = {state.source for state in written}
        save_states(self._connection, written)
        save_validators(self._connection, self._new_validators, now)
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
            update_states(self._connection, patched)
            for state in patched:
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
