"""What a failure means for the next poll: how heavily it weighs, how long to wait, when to give up and when to try again."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from crawler.polling.state import SourceState
from crawler.polling.weights import weights
from crawler.runtime.frozen import changed


def failed(state: SourceState, kind: str, message: str, now: datetime, held: float = 0.0) -> SourceState:
    """The state after a failure.

    Args:
        state: before.
        kind: the failure's short word, as in the record of polls.
        message: one line.
        now: the present moment.
        held: seconds for which the server asks to be left alone.
    """
    weigh = weights().failures
    # Any other answer takes it back: 410 must come in a
    # row (RFC 9110, 15.5.11, "likely to be permanent").
    gone = (state.gone_since or now) if kind == "http 410" else None
    return changed(
        state, since=state.since or now, polled=now, outcome="failed", kind=kind, message=message, polls=state.polls + 1,
        failed=state.failed + 1, failures=state.failures + 1, weight=state.weight + weigh.kinds.get(kind, weigh.other_kind),
        failing_since=state.failing_since or now, gone_since=gone,
        held_until=now + timedelta(seconds=held) if held else state.held_until,
    )  # fmt: skip


def is_given_up(state: SourceState, now: datetime) -> bool:
    """Whether a source fails so badly and for so long that it is only tried rarely."""
    weigh = weights().failures
    if state.failing_since is None or state.weight < weigh.given_up:
        return False
    return now - state.failing_since >= weigh.given_up_after


def is_gone(state: SourceState) -> bool:
    """Whether a source says that it is permanently gone."""
    return state.gone_since is not None and state.failures >= weights().failures.gone_answers


def wait_after(
    state: SourceState, usual: timedelta, slowest: timedelta, now: datetime, chance: random.Random
) -> timedelta:
    """How long to wait after a failure: twice as long each time, spread a little, so that many do not come back at once.

    The first time is soon: most failures pass.
    """
    weigh = weights().failures
    if is_gone(state):
        base = weigh.gone
    elif is_given_up(state, now):
        base = weigh.rarely
    else:
        doublings = min(weigh.most_doublings, max(0.0, state.weight - weigh.free))
        base = min(slowest, usual * weigh.growth**doublings)
    # Spread: after an outage of ours all sources failed at the same moment.
    return base * chance.uniform(1 - weigh.jitter, 1 + weigh.jitter)
