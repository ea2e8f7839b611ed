"""When a source is asked next.

All sources share a budget of requests: as many as if each were asked once every ``schedule.every``, times ``budget``.
The delay of an entry is about half its source's interval, and costs one request for each interval; the sum of all delays
is least for a given sum of requests when intervals go with one over the square root of the rate (Lagrange: minimise
``Σ rate·T/2`` under ``Σ 1/T = budget``). The same holds within a source's week: the integral of the square root of its
hourly rate from one poll to the next is the same for all sources, ``pace``.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.polling.failing import wait_after
from crawler.polling.pushing import SILENT_AFTER, is_pushed
from crawler.polling.rhythm import Rhythm, until
from crawler.polling.state import SourceState
from crawler.polling.weights import weights

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class PollingPace:
    """How often is asked: ``pace`` in square roots of hours (see above), between ``fastest`` and ``slowest``."""

    pace: float
    every: timedelta
    fastest: timedelta
    slowest: timedelta


def effort(rhythm: Rhythm) -> float:
    """The mean over the week of the square root of the hourly rate: the requests an hour that a source asks for at pace 1."""
    return math.sqrt(rhythm.rate) * rhythm.profile.mean_root


def pace_for(
    rhythms: Iterable[Rhythm], every: timedelta, fastest: timedelta, slowest: timedelta, budget: float
) -> float:
    """The pace at which all sources together need ``budget`` times as many requests as one for each every ``every``.

    Bounds keep some sources from what they ask for; what they leave goes to the others, found by bisection.
    """
    efforts = [effort(rhythm) for rhythm in rhythms] or [1.0]
    wanted = budget * len(efforts) * (HOUR / every)
    low = 1e-3
    high = 1e3
    # 40 halvings of the logarithm leave an error of about 1e-11.
    for _ in range(40):
        # The geometric mean: the pace may be off by factors, not by amounts.
        middle = math.sqrt(low * high)
        asked = sum(min(HOUR / fastest, max(HOUR / slowest, e / middle)) for e in efforts)
        low, high = (middle, high) if asked > wanted else (low, middle)
    return math.sqrt(low * high)


def boosted_until(now: datetime) -> datetime:
    """Until when a source is asked more often after a report that is worth an alert: other reports follow it."""
    return now + weights().interval.boost


def next_due(
    state: SourceState,
    pace: PollingPace,
    now: datetime,
    chance: random.Random,
    fixed: timedelta | None = None,
) -> datetime:
    """When a source is to be asked next, given all that is known after a poll.

    Args:
        state: after the poll at ``now``.
        pace: how often is asked in all.
        now: the present moment.
        chance: where jitter comes from.
        fixed: the operator's own interval for this source; only failures and the server's wish lengthen it.
    """
    if state.outcome == "failed":
        usual = fixed or timedelta(seconds=state.interval or pace.every.total_seconds())
        # From the usual interval, but not from hours: a slow source that
        # failed for a moment must not wait half a day for its next try.
        wait = wait_after(state, min(usual, pace.every), pace.slowest, now, chance)
    else:
        wait = fixed or _adapted(state, pace, now)
        jitter = weights().interval.jitter
        wait *= chance.uniform(1 - jitter, 1 + jitter)
    due = now + wait
    # An operator's own interval stands above what the feed says of itself.
    if fixed is None and state.outcome != "failed":
        due = _outside_skipped(due, state, pace)
    # Last, and over all else, the operator's interval too: RFC 9110, 10.2.3.
    return max(due, state.held_until) if state.held_until and state.held_until > now else due


def _adapted(state: SourceState, pace: PollingPace, now: datetime) -> timedelta:
    weigh = weights().interval
    rhythm = state.rhythm
    is_boosted = state.boosted_until is not None and now < state.boosted_until
    amount = pace.pace / math.sqrt(weigh.boost_factor) if is_boosted else pace.pace
    wait = until(rhythm.profile.roots, now, amount / math.sqrt(rhythm.rate), pace.slowest)
    # Come before so much of what the feed lists is new that some of it has slipped out again
    # A feed lists its latest items only: come before
    # so many are new that some have slipped out again.
    if state.listed:
        most_new = max(1.0, state.listed * weigh.room)
        pushed = is_pushed(state, now)
        # Only a hub's source may wait for longer than its rhythm says; for others it need not be reckoned beyond.
        longest = pace.slowest if pushed else wait
        turned_over = until(rhythm.profile.shape, now, most_new / rhythm.rate, longest)
        wait = min(wait, turned_over)
    else:
        turned_over = pace.slowest
    if is_pushed(state, now):
        assert state.pushed_until is not None
        silent = until(rhythm.profile.shape, now, SILENT_AFTER / rhythm.rate, pace.slowest)
        # Not beyond what the feed lists, nor the hub's lease: a push that is lost must still be found.
        wait = max(wait, min(silent, turned_over, state.pushed_until - now))
    # What is asked for only lengthens the wait; the operator's slowest ends it.
    return min(pace.slowest, max(pace.fastest, wait, _asked_for(state, pace)))


def _asked_for(state: SourceState, pace: PollingPace) -> timedelta:
    """What server and feed ask for: believed up to the operator's own interval, for most such numbers are a program's default.

    That an answer stays fresh in a cache on the way (Cache-Control) is believed up to some times that.
    """
    fresh = min(timedelta(seconds=state.fresh), weights().interval.fresh_limit * pace.every)
    own = max(float(state.hints.get("ttl") or 0), float(state.hints.get("period") or 0))
    return max(min(timedelta(seconds=own), pace.every), fresh)


def _outside_skipped(due: datetime, state: SourceState, pace: PollingPace) -> datetime:
    """The end of the hours or days in which the feed says that it does not change (RSS 2.0: skipHours, skipDays; UTC)."""
    hours = set(state.hints.get("skip_hours") or ())
    days = set(state.hints.get("skip_days") or ())
    # A feed may skip all 24 hours or all days by mistake; then its wish is not heard.
    latest = due + pace.slowest
    while due < latest and (due.hour in hours or due.weekday() in days):
        due = due.replace(minute=0, second=0, microsecond=0) + HOUR
    return due
