"""The first steps of a new installation: which of source, topic, subscription and first message are done, and what happens meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Connection, String, cast, func, select

from alerts.operations.progress import LONGEST_UNSELECTED, last_selected
from crawler.config.settings import Settings
from crawler.polling.state import SourceState
from crawler.store.cursors import set_cursor
from crawler.store.schema import cursors, digests, entries, pending, subscriptions
from crawler.store.sources import load_states


class FirstStep(StrEnum):
    """What a new installation needs, in the order in which one leads to the next."""

    SOURCE = "source"
    TOPIC = "topic"
    SUBSCRIPTION = "subscription"
    MESSAGE = "message"


class StepState(StrEnum):
    """How far a step is. The first that is open is the next one."""

    DONE = "done"
    SKIPPED = "skipped"
    NEXT = "next"
    LATER = "later"


class StepAndState(NamedTuple):
    """A step, and how far it is."""

    step: FirstStep
    state: StepState


_SKIPPED = "first step skipped: "
"""What the names of the cursors begin with that say which steps nobody wants to take."""


def steps_of(connection: Connection, settings: Settings) -> tuple[StepAndState, ...]:
    """The first steps with their states; none once all are done or skipped."""
    done = dict(_done(connection, settings))
    if all(done.values()):
        return ()
    skipped = _skipped(connection)
    if all(is_done or step in skipped for step, is_done in done.items()):
        return ()
    following = next(step for step, is_done in done.items() if not is_done and step not in skipped)
    return tuple(StepAndState(s, _state(s, is_done, skipped, following)) for s, is_done in done.items())


def _state(step: FirstStep, is_done: bool, skipped: set[str], following: FirstStep) -> StepState:
    if is_done:
        return StepState.DONE
    if step in skipped:
        return StepState.SKIPPED
    return StepState.NEXT if step == following else StepState.LATER


def _done(connection: Connection, settings: Settings) -> Iterable[tuple[FirstStep, bool]]:
    yield FirstStep.SOURCE, any(s.enabled for s in settings.sources)
    yield FirstStep.TOPIC, bool(settings.topics)
    # A subscription that config.yaml had once leaves a row, which holds JSON's null.
    is_added = subscriptions.c.added.is_not(None) & (cast(subscriptions.c.added, String) != "null")
    added = select(subscriptions.c.name).where(is_added).limit(1)
    yield FirstStep.SUBSCRIPTION, bool(settings.subscriptions) or connection.scalar(added) is not None
    yield FirstStep.MESSAGE, connection.scalar(select(digests.c.id).limit(1)) is not None


def _skipped(connection: Connection) -> set[str]:
    names = {_SKIPPED + step: step.value for step in FirstStep}
    rows = connection.scalars(select(cursors.c.name).where(cursors.c.name.in_(names), cursors.c.value > 0))
    return {names[name] for name in rows}


def skip(connection: Connection, steps: Iterable[FirstStep]) -> None:
    """Note that nobody wants to take these steps; they are not shown as open any more."""
    for step in steps:
        set_cursor(connection, _SKIPPED + step, 1)


@dataclass(frozen=True, slots=True)
class Beginning:
    """What happens before there is any story.

    Attributes:
        is_running: whether a service polls and selects at present.
        sources: how many are polled.
        asked: how many of them answered, or failed to, at least once.
        failing: how many of them fail.
        entries: how many entries were read.
        pending: how many of those are to be judged yet.
        due: when the next source is polled; None where none is.
    """

    is_running: bool
    sources: int
    asked: int
    failing: int
    entries: int
    pending: int
    due: datetime | None


def beginning_of(connection: Connection, settings: Settings, now: datetime) -> Beginning:
    """What is known of the first polls."""
    wanted = [s.name for s in settings.sources if s.enabled]
    known: dict[str, SourceState] = load_states(connection)
    states = [known[name] for name in wanted if name in known and known[name].polls]
    selected = last_selected(connection)
    return Beginning(
        is_running=selected is not None and now - selected <= LONGEST_UNSELECTED,
        sources=len(wanted),
        asked=len(states),
        failing=sum(s.failing_since is not None for s in states),
        # Ids are given in order and entries are never deleted: the highest is their number.
        entries=connection.scalar(select(func.max(entries.c.id))) or 0,
        pending=connection.scalar(select(func.count()).select_from(pending)) or 0,
        due=min((s.due for s in states if s.due is not None), default=None),
    )
