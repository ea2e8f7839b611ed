"""Feeds that move: a redirect for good (301, 308), or a feed that names its new address, is believed after it was seen again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from crawler.polling.state import SourceState
from crawler.polling.weights import weights


def with_redirect(state: SourceState, target: str | None, now: datetime) -> SourceState:
    """The state after a poll whose answer says that the source is at ``target`` now; None if it says nothing."""
    # One answer without it begins the count anew: a site
    # may redirect everything to its front page for an hour.
    if target is None or target == state.address:
        return replace(state, moving=None, moved=0, moved_since=None)
    if target != state.moving:
        return replace(state, moving=target, moved=1, moved_since=now)
    weigh = weights().moves
    moved = state.moved + 1
    # Both a count and a time: three polls of a fast source
    # take fifteen minutes, which an outage takes too.
    if moved >= weigh.times and state.moved_since is not None and now - state.moved_since >= weigh.after:
        return replace(state, address=target, moving=None, moved=0, moved_since=None)
    return replace(state, moved=moved)


def back_home(state: SourceState) -> SourceState:
    """The state with the configured address again, because the new one fails."""
    return replace(state, address=None, moving=None, moved=0, moved_since=None)
