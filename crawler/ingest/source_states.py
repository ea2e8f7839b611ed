"""The watch over all sources: what is remembered of each between polls, how to ask it, and when.

Read from the store once; the desk's thread changes it and saves what changed with its other writes. Where many machines
ask, what is known of a source is read before each of its polls (`Watch.look_up`), and a remark on a source by whoever
does not poll it at the moment is made on what the store has then.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import reduce
from typing import TypeVar

from sqlalchemy import Connection

from crawler.config.settings import Settings, Source
from crawler.parsing.items import Hints
from crawler.polling import failing, moving
from crawler.polling.interval import Pace, next_due, pace_for
from crawler.polling.observing import Gap, Seen, brought, observed, should_verify_304
from crawler.polling.state import SourceState
from crawler.store import Store
from crawler.store.sources import Validators, keep_remarks, load_states, load_validators, save_states, save_validators

BACK_HOME = 3
"""So many failures in a row at an address that a source moved to, and it is asked at the configured one again."""
LAZILY = timedelta(minutes=1)
PACE_EVERY = timedelta(hours=1)
"""How often the share of each source in the requests is worked out anew."""
T = TypeVar("T")
Remark = Callable[[SourceState], SourceState]


class Watch:
    """What is known of the sources of one process.

    Args:
        settings: the configuration.
        store: where it is kept.
        chance: where jitter comes from.
        shared: whether other processes ask sources as well.
    """

    def __init__(self, settings: Settings, store: Store, chance: random.Random | None = None, *, shared: bool = False) -> None:
        self.settings = settings
        self._chance = chance or random.Random()
        self._shared = shared
        self.states: dict[str, SourceState] = {}
        self._validators: dict[str, dict[str, Validators]] = {}
        self._remarks: dict[str, list[Remark]] = {}
        if not shared:
            with store.reading() as connection:
                self.states = load_states(connection)
                self._validators = load_validators(connection)
        self._changed: set[str] = set()
        self._lazily: set[str] = set()
        self._saved: datetime | None = None
        self._new_validators: dict[tuple[str, str], Validators] = {}
        self._paced: datetime | None = None
        self._pace = 0.0

    def look_up(self, connection: Connection, names: Sequence[str], pace: float) -> None:
        """Read what is known of sources that are about to be asked by this process, and at which pace all are asked."""
        for name in names:
            self.states.pop(name, None)
            self._validators.pop(name, None)
        self.states |= load_states(connection, names)
        self._validators |= load_validators(connection, names)
        self._pace, self._paced = pace, datetime.max.replace(tzinfo=UTC)

    def let_go(self, names: Iterable[str]) -> None:
        """Forget sources that this process does not ask any more; it is read again when it does."""
        for name in names:
            self.states.pop(name, None)
            self._validators.pop(name, None)
            self._changed.discard(name)
            self._lazily.discard(name)

    @contextmanager
    def unless_it_fails(self, names: Iterable[str] = ()) -> Iterator[None]:
        """Around a transaction with `save`: where it fails, what this process knows is what it was before.

        Else a source would be asked with the validators of an answer of which nothing was stored, would say "unchanged",
        and its entries would be lost.

        Args:
            names: the sources whose answers are taken in by the transaction.
        """
        own = set(names)
        states = {n: self.states.get(n) for n in own}
        validators = {n: dict(v) if (v := self._validators.get(n)) is not None else None for n in own}
        changed, lazily, unsaved, remarks = set(self._changed), set(self._lazily), dict(self._new_validators), self._remarks
        try:
            yield
        except BaseException:
            _put_back(self.states, states)
            _put_back(self._validators, validators)
            self._changed = (self._changed - own) | changed
            self._lazily = (self._lazily - own) | lazily
            self._new_validators = unsaved
            if self._remarks is not remarks:  # they were to be written
                for name, changes in self._remarks.items():
                    remarks.setdefault(name, []).extend(changes)
                self._remarks = remarks
            raise

    def state(self, name: str) -> SourceState:
        """What is known of a source."""
        return self.states.get(name) or SourceState(name)

    def put(self, state: SourceState) -> None:
        """Remember a source as it is now; `save` writes it."""
        self.states[state.source] = state
        (self._lazily if state.outcome == "unchanged" else self._changed).add(state.source)

    def remark(self, name: str, change: Remark) -> None:
        """Change what is known of a source that is not being polled; what its poll finds out is left alone."""
        if self._shared:
            self._remarks.setdefault(name, []).append(change)
        else:
            self.put(change(self.state(name)))

    def address(self, source: Source) -> str:
        """Where a source is asked: where it is configured, or where it moved for good."""
        return self.state(source.name).address or source.address

    def addresses(self, source: Source) -> list[str]:
        """Its own address and those that it named (the sitemaps of an index)."""
        own = self.address(source)
        return [own, *(url for url in self._validators.get(source.name, {}) if url not in (own, source.address))]

    def validators(self, source: Source, url: str) -> Validators:
        """What its latest answer left to ask again with."""
        return self._validators.get(source.name, {}).get(url, Validators())

    def doubts(self, source: Source, now: datetime) -> bool:
        """Whether its "unchanged" (304) is to be checked by asking without conditions."""
        state = self.state(source.name)
        return state.honours_conditional and state.outcome == "unchanged" and should_verify_304(state, now)

    def headers(self, source: Source, url: str) -> dict[str, str]:
        """The headers to ask with: the operator's, and conditions (RFC 9110, 13.1) where its 304 can be believed."""
        headers = source.headers_for(url)
        seen = self.validators(source, url)
        if not self.state(source.name).honours_conditional:
            return headers
        if seen.etag:
            headers["If-None-Match"] = seen.etag
        if seen.last_modified:
            headers["If-Modified-Since"] = seen.last_modified
        return headers

    def keep_validators(self, source: Source, url: str, new: Validators) -> None:
        """Ask this address with ``new`` from now on."""
        self._validators.setdefault(source.name, {})[url] = new
        self._new_validators[source.name, url] = new

    def forget_children(self, source: Source, keep: Iterable[str]) -> None:
        """Let go of the addresses that a source does not name any more."""
        kept = set(keep)
        own = self._validators.get(source.name, {})
        self._validators[source.name] = {url: v for url, v in own.items() if url in kept}

    def pace(self, now: datetime) -> Pace:
        """How often sources are asked, so that all together keep to the budget."""
        schedule = self.settings.schedule
        if self._paced is None or now - self._paced >= PACE_EVERY:
            self._pace = pace_of(self.settings, self.states)
            self._paced = now
        return Pace(self._pace, schedule.every, min(schedule.fastest, schedule.every), schedule.slowest)

    def due(self, source: Source) -> datetime | None:
        """When a source is to be asked; None for at once."""
        return self.state(source.name).due

    def answered(self, source: Source, seen: Seen, now: datetime, target: str | None, hints: Hints | None) -> Gap | None:
        """Take in a usable answer; gives the gap before it where entries slipped out."""
        before = self.state(source.name)
        state, gap = observed(before, seen, now)
        state = moving.with_redirect(state, target, now)
        if hints is not None:
            state = replace(state, hints=_plain(hints))
        if self.doubts(source, now):
            state = replace(state, checked_304=now, honours_conditional=not seen.false_not_modified)
        self._settle(state, source, now)
        return gap

    def brought(self, source: Source, new: Sequence[datetime | None], now: datetime) -> None:
        """Take in new entries that came from another address of a source: a sitemap that its index names."""
        self.put(brought(self.state(source.name), new, now))

    def failed(self, source: Source, kind: str, message: str, now: datetime, held: float = 0.0) -> None:
        """Take in a failure."""
        state = failing.failed(self.state(source.name), kind, message, now, held)
        if state.address and state.failures >= BACK_HOME:
            state = moving.back_home(state)
        self._settle(state, source, now)

    def held(self, source: Source, seconds: float, now: datetime) -> None:
        """Put a source off that could not be seen to just now."""
        self.put(replace(self.state(source.name), due=now + timedelta(seconds=seconds)))

    def rests(self, source: Source, seconds: float, now: datetime) -> None:
        """Put a source off whose site asked to be left alone, without counting it as a poll."""
        until = now + timedelta(seconds=seconds)
        self.put(replace(self.state(source.name), due=until, held_until=until))

    def hot(self, source: str, until: datetime) -> None:
        """Ask a source more often for a while: it just brought what is worth an alert."""
        self.remark(source, lambda state: replace(state, boosted_until=until))

    def _settle(self, state: SourceState, source: Source, now: datetime) -> None:
        due = next_due(state, self.pace(now), now, self._chance, source.every)
        interval = state.interval if state.outcome == "failed" else (due - now).total_seconds()
        self.put(replace(state, due=due, interval=round(interval, 1)))

    @property
    def unsaved(self) -> bool:
        """Whether anything is still to be saved."""
        return bool(self._changed or self._lazily or self._new_validators or self._remarks)

    def save(self, connection: Connection, now: datetime, *, everything: bool = False) -> None:
        """Write what changed since the last time.

        That a source had nothing new is written once a minute only: after a crash it is then asked a little too soon.
        """
        if everything or self._shared or self._saved is None or now - self._saved >= LAZILY:
            self._changed |= self._lazily
            self._lazily, self._saved = set(), now
        changed = [state for name in sorted(self._changed) if (state := self.states.get(name)) is not None]
        save_states(connection, self._remarked(connection, changed) if self._shared else changed)
        save_validators(connection, self._new_validators, now)
        self._changed, self._new_validators = set(), {}

    def _remarked(self, connection: Connection, changed: Sequence[SourceState]) -> list[SourceState]:
        """What was found out by polls, with what others remark; and what this process remarks, written at once."""
        remarks, self._remarks = self._remarks, {}
        stored = load_states(connection, sorted({*remarks, *(s.source for s in changed)}), to_change=True)
        for name, changes in remarks.items():
            stored[name] = reduce(lambda state, change: change(state), changes, stored.get(name, SourceState(name)))
        polled = {s.source for s in changed}
        keep_remarks(connection, [stored[name] for name in remarks if name not in polled])
        return [
            replace(s, pages=at.pages, walls=at.walls, boosted_until=at.boosted_until) if (at := stored.get(s.source)) else s
            for s in changed
        ]


def pace_of(settings: Settings, states: Mapping[str, SourceState]) -> float:
    """How often sources are asked for one expected entry, so that all together keep to the budget (`crawler.polling.interval`)."""
    schedule = settings.schedule
    rhythms = [states.get(s.name, SourceState(s.name)).rhythm for s in settings.sources if s.enabled and s.every is None]
    return pace_for(rhythms, schedule.every, min(schedule.fastest, schedule.every), schedule.slowest, schedule.budget)


def _put_back(there: dict[str, T], before: Mapping[str, T | None]) -> None:
    for name, value in before.items():
        if value is None:
            there.pop(name, None)
        else:
            there[name] = value


def _plain(hints: Hints) -> dict[str, object]:
    found: dict[str, object] = {}
    if hints.ttl:
        found["ttl"] = hints.ttl.total_seconds()
    if hints.period:
        found["period"] = hints.period.total_seconds()
    if hints.skip_hours:
        found["skip_hours"] = sorted(hints.skip_hours)
    if hints.skip_days:
        found["skip_days"] = sorted(hints.skip_days)
    if hints.archive:
        found["archive"] = hints.archive
    return found


def skew_of(date_header: str | None, now: datetime) -> float | None:
    """Seconds by which a server's clock (its Date header) is ahead of ours."""
    try:
        return (parsedate_to_datetime(date_header) - now).total_seconds() if date_header else None
    except (ValueError, TypeError):
        return None


def fresh_for(cache_control: str | None) -> float:
    """Seconds for which an answer says that it is fresh (RFC 9111, 5.2.2.1); 0 where it does not."""
    for part in (cache_control or "").lower().split(","):
        name, _, value = part.strip().partition("=")
        if name == "max-age" and value.strip("\"' ").isdigit():
            return float(min(int(value.strip("\"' ")), 86_400))
    return 0.0
