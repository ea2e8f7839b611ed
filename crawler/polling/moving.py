"""Feeds that move: a redirect for good (301, 308), or a feed that names its new address, is believed after it was seen again.

Where an operator gives a source another address, what was learned of its former one counts no more.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import lru_cache

from crawler.polling.state import SourceState
from crawler.polling.weights import weights
from crawler.runtime.frozen import changed


def with_redirect(state: SourceState, target: str | None, now: datetime) -> SourceState:
    """The state after a poll whose answer says that the source is at ``target`` now; None if it says nothing."""
    # One answer without it begins the count anew: a site
    # may redirect everything to its front page for an hour.
    if target is None or target == state.address:
        if state.moving is None and not state.moved and state.moved_since is None:
            return state  # nearly always
        return changed(state, moving=None, moved=0, moved_since=None)
    if target != state.moving:
        return changed(state, moving=target, moved=1, moved_since=now)
    weigh = weights().moves
    moved = state.moved + 1
    # Both a count and a time: three polls of a fast source
    # take fifteen minutes, which an outage takes too.
    if moved >= weigh.times and state.moved_since is not None and now - state.moved_since >= weigh.after:
        return changed(state, address=target, moving=None, moved=0, moved_since=None)
    return changed(state, moved=moved)


def back_home(state: SourceState) -> SourceState:
    """The state with the configured address again, because the new one fails."""
    return changed(state, address=None, moving=None, moved=0, moved_since=None)


@lru_cache(4096)
def digest_of(address: str) -> str:
    """What is kept of a configured address to see that it was changed; addresses may hold keys, which are kept nowhere else."""
    return hashlib.blake2b(address.encode(), digest_size=8).hexdigest()


def has_other_home(state: SourceState, address: str) -> bool:
    """Whether the configuration has given a source another address since it was last asked."""
    return state.home is not None and state.home != digest_of(address)


def at_home(state: SourceState, address: str) -> SourceState:
    """The state of a source that is asked at its configured address.

    If that is another one than before, failures and moves of the former address are forgotten: its rhythm and its entries are
    those of the same outlet.
    """
    home = digest_of(address)
    if not has_other_home(state, address):
        return state if state.home == home else changed(state, home=home)
    fresh = changed(back_home(state), home=home, failing_since=None, gone_since=None, held_until=None)
    return changed(fresh, failures=0, weight=0.0, skew=None, honours_conditional=True)
