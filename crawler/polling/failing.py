"""What a failure means for the next poll: how heavily it weighs, how long to wait, when to give up and when to try again."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta

from crawler.polling.state import SourceState

WEIGHTS = {
    "timeout": 1.0, "dns": 1.0, "refused": 1.0, "unreachable": 1.0, "broken": 1.0, "tls": 1.5, "encoding": 1.5, "busy": 0.5,
    "http 500": 1.0, "http 502": 1.0, "http 504": 1.0, "http 401": 2.0, "http 403": 2.0, "http 404": 2.0, "http 410": 3.0,
    "not a feed": 2.0, "not a sitemap": 2.0, "empty": 1.0, "selector": 2.0, "too large": 2.0, "too slow": 2.0, "too deep": 2.0, "redirects": 2.0, "guard": 4.0,
    "address": 4.0,
}  # fmt: skip
"""By kind: what passes by itself weighs less than what somebody must mend. All others weigh 1."""
GIVEN_UP, GIVEN_UP_AFTER = 12.0, timedelta(days=7)
"""A source is given up when its failures in a row weigh so much and last so long: it is then tried once a week."""
RARELY = timedelta(days=7)
GONE_TWICE = 2
"""So many answers 410 in a row are believed (RFC 9110, 15.5.11); the source is then asked once a month."""
GONE = timedelta(days=30)
_JITTER = 0.2


def failed(state: SourceState, kind: str, message: str, now: datetime, held: float = 0.0) -> SourceState:
    """The state after a failure.

    Args:
        state: before.
        kind: the failure's short word, as in the record of polls.
        message: one line.
        now: the present moment.
        held: seconds for which the server asks to be left alone.
    """
    gone = (state.gone_since or now) if kind == "http 410" else None
    return replace(
        state, since=state.since or now, polled=now, outcome="failed", kind=kind, message=message, polls=state.polls + 1,
        failed=state.failed + 1, failures=state.failures + 1, weight=state.weight + WEIGHTS.get(kind, 1.0),
        failing_since=state.failing_since or now, gone_since=gone,
        held_until=now + timedelta(seconds=held) if held else state.held_until,
    )  # fmt: skip


def is_given_up(state: SourceState, now: datetime) -> bool:
    """Whether a source fails so badly and for so long that it is only tried rarely."""
    return state.failing_since is not None and state.weight >= GIVEN_UP and now - state.failing_since >= GIVEN_UP_AFTER


def is_gone(state: SourceState) -> bool:
    """Whether a source says that it is gone for good."""
    return state.gone_since is not None and state.failures >= GONE_TWICE


def wait_after(state: SourceState, usual: timedelta, slowest: timedelta, now: datetime, chance: random.Random) -> timedelta:
    """How long to wait after a failure: twice as long each time, spread a little, so that many do not come back at once.

    The first time is soon: most failures pass.
    """
    if is_gone(state):
        base = GONE
    elif is_given_up(state, now):
        base = RARELY
    else:
        base = min(slowest, usual * 2.0 ** min(12.0, max(0.0, state.weight - 2.0)))
    return base * chance.uniform(1 - _JITTER, 1 + _JITTER)
