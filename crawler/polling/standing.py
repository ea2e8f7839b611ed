"""How a source stands, in one word: the same in the console, on the command line and in the verdict on the service. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from crawler.polling.coverage import SourceProblem
from crawler.polling.state import SourceState

OVERDUE = timedelta(minutes=5)
"""A source that is due for longer is late."""
_FAILING = ("failing", "given up", "gone")


class SourceStanding(StrEnum):
    """How a source stands; the worst first, as lists show it."""

    FAILING = "failing"
    SILENT = "silent"
    LATE = "late"
    NEW = "not asked yet"
    ON_TIME = "on time"
    PAUSED = "paused"


def standing_of(
    state: SourceState, problems: Iterable[SourceProblem], now: datetime, *, enabled: bool
) -> SourceStanding:
    """How a source stands at a moment; ``problems`` are those that it has now."""
    if not enabled:
        return SourceStanding.PAUSED
    if state.polled is None:
        return SourceStanding.NEW
    kinds = {p.kind for p in problems}
    if kinds & set(_FAILING):
        return SourceStanding.FAILING
    # A site that asked to be left alone is asked when it allows it; that is not late.
    is_held = state.held_until is not None and state.held_until > now
    if state.due is not None and state.due < now - OVERDUE and not is_held:
        return SourceStanding.LATE
    return SourceStanding.SILENT if "silent" in kinds else SourceStanding.ON_TIME
