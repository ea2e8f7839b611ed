"""The table of periodic duties, for one process and for the scheduler of many workers."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from inspect import iscoroutinefunction

from alerts.service.planner import Planner
from crawler.model import AseanwatchError

log = logging.getLogger("aseanwatch")

SETTLING = timedelta(minutes=1)
"""After a start, duties that are less frequent wait so long: polls and rounds come first."""


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that is done periodically.

    Attributes:
        name: its name. The queue of many workers stores it, so it never changes.
        every: the period.
        run: does the duty. A coroutine function runs on the event loop, any other in a thread.
        offset: how long after each full period the scheduler does it.
    """

    name: str
    every: timedelta
    run: Callable[[], object]
    offset: timedelta = timedelta()

    @property
    def first(self) -> timedelta:
        """How long after its start a single process does it for the first time."""
        return timedelta() if self.every < SETTLING else SETTLING

    @property
    def cron(self) -> str:
        """When the scheduler does it, as a cron expression of six fields, the last for seconds."""
        period = int(self.every.total_seconds())
        start = int(self.offset.total_seconds())
        if period < 60:
            return f"* * * * * {_steps(start, period, 60)}"
        if period == 60:
            return f"* * * * * {start}"
        if period < 3600:
            return f"{_steps(start // 60, period // 60, 60)} * * * * {start % 60}"
        return f"{start // 60 % 60} {start // 3600} * * * {start % 60}"


async def perform(duty: Duty, in_thread: Callable[[Callable[[], object]], Awaitable[object]]) -> None:
    """Do a duty. A failure is logged, and the duty is done again the next time.

    Args:
        duty: the duty.
        in_thread: runs a call in a thread.
    """
    try:
        if iscoroutinefunction(duty.run):
            await duty.run()
        else:
            await in_thread(duty.run)
    except AseanwatchError as error:  # a store that is away, say
        log.warning("%s is done again later: %s", duty.name, error)
    except Exception:
        log.exception("%s is done again later", duty.name)


def _steps(start: int, step: int, size: int) -> str:
    """A field of a cron expression: from a start in steps."""
    if step == 1:
        return "*"
    return f"*/{step}" if start == 0 else f"{start}-{size - 1}/{step}"


def duties(planner: Planner, polls: Callable[[], object], rounds: Callable[[], object]) -> tuple[Duty, ...]:
    """The table.

    Args:
        planner: does the duties that are the same everywhere.
        polls: has the sources polled that are due.
        rounds: selects news, makes digests and sends. An instant alert waits for the next round at most.
    """
    second = timedelta(seconds=1)
    minute = timedelta(minutes=1)
    assist = (Duty("assist", 5 * second, planner.ask_assistants, 2 * second),)
    return (
        Duty("polls", second, polls),
        Duty("rounds", 5 * second, rounds),
        *(assist if planner.settings.assist.enabled else ()),
        # A quarter of a minute apart, so that the scheduler does not do all of them in one moment.
        Duty("left over", minute, planner.take_up_pending, 15 * second),
        Duty("revisits", minute, planner.take_up_revisits, 30 * second),
        Duty("hubs", minute, planner.subscribe_at_hubs, 5 * second),
        Duty("watch", minute, planner.look_for_trouble, 45 * second),
        Duty("packing", 10 * minute, planner.pack_digests, 5 * minute),
        Duty("upkeep", timedelta(days=1), planner.prune, timedelta(hours=3, minutes=17)),
    )
