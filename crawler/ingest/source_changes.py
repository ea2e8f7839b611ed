"""What a poll says of its source: the new state, the validators to ask again with, and the gap before it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from crawler.ingest.messages import ParsedPoll, PollAnswered, PollFailure, PollPostponed
from crawler.ingest.source_states import SourceSnapshot, StateChanges
from crawler.parsing.items import Hints
from crawler.polling import failing, moving, pushing
from crawler.polling.interval import PollingPace, next_due
from crawler.polling.observing import Gap, Observation, Observed, brought, observed
from crawler.polling.state import SourceState
from crawler.runtime.frozen import changed
from crawler.store.sources import Validators

BACK_HOME = 3
"""After so many failures in a row at the address that a source moved to, its configured address is asked again."""


@dataclass(frozen=True, slots=True)
class Rescheduling:
    """By what it is decided when a source is asked next.

    Attributes:
        pace: how often sources are asked.
        now: the present moment.
        chance: where jitter comes from.
    """

    pace: PollingPace
    now: datetime
    chance: random.Random = field(default_factory=random.Random)

    def apply(self, state: SourceState, snapshot: SourceSnapshot) -> SourceState:
        """The state with the moment at which the source is asked next."""
        due = next_due(state, self.pace, self.now, self.chance, snapshot.source.every)
        # A failure's wait is no rhythm: the interval stays that
        # of the latest good answer, from which backoff grows.
        interval = state.interval if state.outcome == "failed" else (due - self.now).total_seconds()
        return changed(state, due=due, interval=round(interval, 1))


def take_down(parsed: ParsedPoll, changes: StateChanges, rescheduling: Rescheduling) -> Gap | None:
    """Change what is known of a source by what a poll brought. Returns the gap before it, if entries slipped out.

    Args:
        parsed: the poll.
        changes: the changes of the transaction that stores it.
        rescheduling: by what it is decided when it is asked next.
    """
    poll = parsed.poll
    source = parsed.poll.source
    before = changes.of(source)
    if isinstance(poll, PollPostponed):
        changes.put(changed(before.state, due=poll.until, held_until=poll.until))
        return None
    if parsed.is_pushed:
        changes.put(after_push(parsed, before, rescheduling))
        return None
    # Neither validators nor the next time before the last
    # portion: a crash in between has the answer asked for again.
    if parsed.more:
        changes.put(brought(before.state, _published(parsed), rescheduling.now))
        return None
    _take_down_validators(parsed, changes)
    # Sitemaps that an index names bring entries; when
    # the source is asked next, its own address decides.
    if not parsed.is_main:
        changes.put(brought(before.state, _published(parsed), rescheduling.now))
        return None
    if parsed.failure is not None:
        changes.put(after_failure(before, parsed.failure, rescheduling))
        return None
    state, gap = after_answer(parsed, before, rescheduling)
    changes.put(state)
    return gap


def after_push(parsed: ParsedPoll, before: SourceSnapshot, rescheduling: Rescheduling) -> SourceState:
    """The state after what a hub pushed. A push that cannot be read, or brings nothing new, says nothing of the source.

    Else whoever sends an old push again and again would keep the source from being asked, and nobody would see that its hub is silent.
    """
    if parsed.failure is not None or not (parsed.new or parsed.more):
        return before.state
    now = rescheduling.now
    state = pushing.pushed(brought(before.state, _published(parsed), now), _until(parsed), now)
    # The next poll is put off from here: it only looks whether the hub has gone silent.
    return rescheduling.apply(state, before) if not parsed.more else state


def _until(parsed: ParsedPoll) -> datetime | None:
    return parsed.poll.push.until if parsed.poll.push is not None else None


def _take_down_validators(parsed: ParsedPoll, changes: StateChanges) -> None:
    poll = parsed.poll
    # What --since left aside was not seen: with validators the next crawl would be told "unchanged", and never see it.
    if isinstance(poll, PollAnswered) and parsed.failure is None and not parsed.aside:
        new = Validators(poll.validators.etag, poll.validators.last_modified, parsed.digest)
        changes.keep_validators(poll.source, poll.url, new)
    if parsed.fetched.children:
        changes.set_children(poll.source, poll.url, (*parsed.fetched.children, *parsed.fetched.others))


def after_answer(parsed: ParsedPoll, before: SourceSnapshot, rescheduling: Rescheduling) -> Observed:
    """The state after a usable answer of the source's own address, and the gap before it."""
    head, now = parsed.head, rescheduling.now
    is_false_304 = isinstance(parsed.poll, PollAnswered) and parsed.poll.false_not_modified
    is_unchanged = parsed.outcome == "unchanged"
    seen = Observation(
        listed=len(parsed.fetched.guids), known=len(parsed.known), new=_published(parsed), oldest=parsed.fetched.oldest,
        unchanged=is_unchanged, false_not_modified=is_false_304, skew=head.skew, fresh=head.fresh,
    )  # fmt: skip
    state, gap = observed(moving.at_home(before.state, before.source.address), seen, now)
    if (until := _until(parsed)) is not None and parsed.new:
        state = pushing.pushed(state, until, now)
    else:
        state = pushing.missed(state, _published(parsed), now)
    # A redirect comes with each answer; what the feed says of itself only with one that was parsed.
    target = head.moved_to or (None if is_unchanged else parsed.fetched.hints.moved)
    state = moving.with_redirect(state, target, now)
    if not is_unchanged:
        state = changed(state, hints=_plain(parsed.fetched.hints) | _said(parsed) | _hubs(parsed))
    # Only such a poll asked without conditions, so only it shows whether 304 can be believed.
    if before.should_verify_304(now):
        state = changed(state, checked_304=now, honours_conditional=not is_false_304)
    return Observed(rescheduling.apply(state, before), gap)


def after_failure(before: SourceSnapshot, failure: PollFailure, rescheduling: Rescheduling) -> SourceState:
    """The state after a failure of the source's own address."""
    known = moving.at_home(before.state, before.source.address)
    state = failing.failed(known, failure.kind, failure.message, rescheduling.now, failure.retry_after)
    # A move may have been wrong, or undone by the site:
    # the configured address is the operator's word.
    if state.address and state.failures >= BACK_HOME:
        state = moving.back_home(state)
    return rescheduling.apply(state, before)


def _published(parsed: ParsedPoll) -> Sequence[datetime | None]:
    return [e.published for e in parsed.new]


def _said(parsed: ParsedPoll) -> dict[str, object]:
    """The sitemaps of an index that are asked with each poll, and what was left out of an answer."""
    found: dict[str, object] = {"newest": list(parsed.fetched.children)} if parsed.fetched.others else {}
    return found | ({"cut": parsed.fetched.cut} if parsed.fetched.cut else {})


def _hubs(parsed: ParsedPoll) -> dict[str, object]:
    """Where what is new can be subscribed to. A feed that names hubs but not itself is meant by its own address."""
    head, hints = parsed.head, parsed.fetched.hints
    hubs = head.hubs or hints.hubs
    return {"hubs": list(hubs), "topic": head.topic or hints.topic or parsed.poll.url} if hubs else {}


def _plain(hints: Hints) -> dict[str, object]:
    """Hints as values that JSON can hold."""
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
