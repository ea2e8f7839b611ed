"""Feeds that move: a redirect for good (301, 308), or a feed that names its new address, is believed after it was seen again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from crawler.polling.state import SourceState

TIMES, AFTER = 3, timedelta(days=1)
"""A move is believed when so many polls in a row say so, over so long a time: sites redirect all to their front page for an hour."""


def told(state: SourceState, target: str | None, now: datetime) -> SourceState:
    """The state after a poll whose answer says that the source lives at ``target`` now; None where it says nothing."""
    if target is None or target == state.address:
        return replace(state, moving=None, moved=0, moved_since=None)
    if target != state.moving:
        return replace(state, moving=target, moved=1, moved_since=now)
    moved = state.moved + 1
    if moved >= TIMES and state.moved_since is not None and now - state.moved_since >= AFTER:
        return replace(state, address=target, moving=None, moved=0, moved_since=None)
    return replace(state, moved=moved)


def back_home(state: SourceState) -> SourceState:
    """The state with the configured address again, because the new one fails."""
    return replace(state, address=None, moving=None, moved=0, moved_since=None)
