"""What an answer says about its source: what is new, whether something slipped out between two polls, whether its clock is right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from crawler.polling import delays, rhythm
from crawler.polling.state import SourceState
from crawler.polling.weights import weights
from crawler.runtime.frozen import changed


@dataclass(frozen=True, slots=True)
class Observation:
    """What a usable answer held.

    Attributes:
        listed: how many entries; ``known``: how many of them were known before.
        new: when each new one was published (None: it does not say).
        oldest: the earliest publication among all that is listed, so far as they say.
        unchanged: the server said so (304), or its bytes are those of the last time.
        false_not_modified: the server said so although the content was another one (it was asked both ways).
        skew: seconds by which the server's clock is ahead of ours.
        fresh: seconds for which the answer says that it is fresh.
    """

    listed: int = 0
    known: int = 0
    new: Sequence[datetime | None] = ()
    oldest: datetime | None = None
    unchanged: bool = False
    false_not_modified: bool = False
    skew: float | None = None
    fresh: float = 0.0


@dataclass(frozen=True, slots=True)
class Gap:
    """Entries that came and went between two polls: from when to when, and how many are missed by estimate."""

    since: datetime
    until: datetime
    lost: float


class Observed(NamedTuple):
    """The state of a source after a usable answer, and the gap before that where there is one."""

    state: SourceState
    gap: Gap | None


def observed(state: SourceState, seen: Observation, now: datetime) -> Observed:
    """What a usable answer means for its source."""
    first = state.answered is None
    gap = None if first else gap_before(state, seen, now)
    # A date ahead of now is a wrong clock; for the rhythm the entry came now.
    moments = [min(m, now) if m else now for m in seen.new]
    learned = rhythm.learned(state.rhythm, moments if not first or seen.new else (), now)
    recent = [m for m in seen.new if m is not None]
    # The first answer shows an archive, and says nothing of how long the source can be silent.
    longest = state.longest_gap
    if seen.new and state.new_at and not first:
        longest = max(longest * weights().observation.gap_fade, (now - state.new_at).total_seconds())
    state = changed(
        state, since=state.since or now, polled=now, answered=now, polls=state.polls + 1, entries=state.entries + len(seen.new),
        outcome="unchanged" if seen.unchanged else "ok", kind=None, message=None, failing_since=None, failures=0, weight=0.0,
        gone_since=None, held_until=None, rhythm=learned, longest_gap=longest, fresh=seen.fresh,
        new_at=now if seen.new else state.new_at, changed_at=state.changed_at if seen.unchanged else now,
        listed=state.listed if seen.unchanged else seen.listed, newest=max([m for m in (state.newest, *recent) if m], default=None),
        skew=_skew(state.skew, seen.skew), delays=state.delays if first else delays.counted(state.delays, _late(recent, now)),
    )  # fmt: skip
    # The archive of a first answer did not come today.
    return Observed(counted_today(state, 0 if first else len(seen.new), now), gap)


def brought(state: SourceState, new: Sequence[datetime | None], now: datetime) -> SourceState:
    """The state after new entries came from another address of a source than its own."""
    if not new:
        return state
    first = state.new_at is None
    recent = [m for m in new if m is not None]
    gap = 0.0 if state.new_at is None else (now - state.new_at).total_seconds()
    state = changed(
        state, entries=state.entries + len(new), new_at=now, changed_at=now, longest_gap=max(state.longest_gap * weights().observation.gap_fade, gap),
        rhythm=rhythm.learned(state.rhythm, [min(m, now) if m else now for m in new], now),
        newest=max([m for m in (state.newest, *recent) if m], default=None),
        delays=state.delays if first else delays.counted(state.delays, _late(recent, now)),
    )  # fmt: skip
    return counted_today(state, 0 if first else len(new), now)


def gap_before(state: SourceState, seen: Observation, now: datetime) -> Gap | None:
    """What slipped out between the last answer and this one: nothing if an entry that is listed now was known then.

    The estimate is what the rhythm expects between the newest entry of then and the oldest of now.
    """
    if seen.unchanged or not state.listed or not seen.new or seen.known or state.answered is None:
        return None
    start = max(
        filter(None, (state.newest, state.answered - weights().observation.gap_reach)), default=state.answered
    )
    # The newest entry may be dated ahead: the gap begins with the last answer at the latest.
    start = min(start, state.answered)
    end = min(seen.oldest or now, now)
    lost = rhythm.expected(state.rhythm, start, end) if end > start else 0.0
    return Gap(start, max(start, end), round(max(lost, 0.0), 1))


def _late(moments: Sequence[datetime], now: datetime) -> list[float]:
    return [(now - m).total_seconds() for m in moments]


def _skew(before: float | None, now: float | None) -> float | None:
    if now is None or before is None:
        return before if now is None else now
    return round(before + weights().observation.skew_share * (now - before), 1)


def counted_today(state: SourceState, new: int, now: datetime) -> SourceState:
    """The state with new entries counted under today's day."""
    day = now.toordinal()
    days = state.days
    if days and not new and day <= state.day:
        return state  # most polls bring nothing
    if state.day and day > state.day:
        # Days on which nothing was asked brought nothing that we saw.
        days = (days + (0,) * (day - state.day))[-weights().observation.days :]
    if not days:
        days = (0,)
    return changed(state, days=(*days[:-1], days[-1] + new), day=max(day, state.day))


def page_seen(state: SourceState, *, readable: bool, wall: bool) -> SourceState:
    """The state after one of its pages came: whether it gave an article, or stood behind consent or payment."""
    latest = weights().observation.page_share

    def mixed(share: float, value: bool) -> float:
        return round(share * (1 - latest) + latest * value, 4)

    return changed(
        state,
        # A new source begins as readable and open: one bad page is no problem yet.
        pages=mixed(1.0 if state.pages is None else state.pages, readable),
        walls=mixed(0.0 if state.walls is None else state.walls, wall),
    )


def should_verify_304(state: SourceState, now: datetime) -> bool:
    """Whether a source that always answers "unchanged" (304) should be asked without conditions, to see whether that is true.

    It is when it has been quiet for longer than its rhythm explains, and once a day from then on.
    """
    weigh = weights().observation
    since = state.changed_at or state.since
    if since is None or (state.checked_304 and now - state.checked_304 < weigh.doubt_every):
        return False
    return rhythm.too_quiet(state.rhythm, since, now, state.gap) or now - since > weigh.doubt_after
