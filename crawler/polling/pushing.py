"""What it means for polling that a hub pushes what is new (WebSub): polls become rare while it does, and usual again when it does not.

A hub is relied on by what it does, not by what it says: from its first push that is proved to be its own, until it misses an
entry that a poll finds, or its lease ends.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from crawler.polling.state import SourceState
from crawler.runtime.frozen import changed

SILENT_AFTER = 5.0
"""Entries that the rhythm expects without one push, until the source is asked whether its hub has gone silent."""
LATE_AFTER = timedelta(minutes=10)
"""An entry that a poll finds so long after its publication, its hub has missed. Publishers tell hubs within moments."""


def pushed(state: SourceState, until: datetime | None, now: datetime) -> SourceState:
    """The state after a push that is proved to be the hub's; ``until``: when its lease ends."""
    return changed(state, pushed=now, pushed_until=until)


def missed(state: SourceState, new: Iterable[datetime | None], now: datetime) -> SourceState:
    """The state after a poll, given when the new entries were published that it found: a hub that missed some is not relied on."""
    if not is_pushed(state, now):
        return state
    late = any(moment is None or now - moment > LATE_AFTER for moment in new)
    return changed(state, pushed_until=None) if late else state


def is_pushed(state: SourceState, now: datetime) -> bool:
    """Whether a hub is relied on to push what is new."""
    return state.pushed_until is not None and state.pushed_until > now
