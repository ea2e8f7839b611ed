"""When an assistant that failed is asked again, by the record of requests: so all processes keep to it, also after a restart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from crawler.assist.assistants import AssistantName
from crawler.assist.model import AssistError
from crawler.store.assist import FAILED, latest_outcomes

FIRST, LONGEST = timedelta(seconds=5), timedelta(minutes=10)
"""The pause after one failure; it doubles with each, up to the longest."""
LONGEST_ASKED = timedelta(days=1)
"""A server that asks for more is asked again after a day all the same."""
LASTING = ("denied",)
"""What no waiting mends where it comes twice in a row: a key that is not accepted. Once may be one request's own fault."""
UNUSABLE = "unusable"
"""How the problem of an assistant begins that cannot be made."""
LOOKED_AT = 12
"""Requests: after so many failures in a row the pause has long been the longest."""


@dataclass(frozen=True, slots=True)
class AssistantState:
    """How an assistant does.

    Attributes:
        until: when it is asked again; None where it may be asked now.
        failures: how many requests failed in a row.
        since: when the first of these failed.
        problem: what the last one failed by.
        last_given: when it last answered, as far as its latest requests say.
    """

    name: AssistantName
    until: datetime | None = None
    failures: int = 0
    since: datetime | None = None
    problem: str | None = None
    last_given: datetime | None = None

    @property
    def rests(self) -> bool:
        """Whether it is not asked now."""
        return self.until is not None

    @property
    def is_denied(self) -> bool:
        """Whether it needs an operator, who may have mended it by now: our key is not accepted, or it cannot be made."""
        return (self.problem or "").startswith((*LASTING, UNUSABLE))


def state_of(connection: Connection, name: AssistantName, now: datetime) -> AssistantState:
    """How an assistant does by its latest requests."""
    latest = latest_outcomes(connection, name.kind, name.place, name.model, LOOKED_AT)
    failures = 0
    for one in latest:
        if one.outcome != FAILED:
            break
        failures += 1
    given = next((one.at for one in latest if one.outcome != FAILED), None)
    if not failures:
        return AssistantState(name, last_given=given)
    # Where the clock was set back since, the rest would last as much longer.
    until = latest[0].until if latest[0].at <= now + LONGEST else None
    return AssistantState(
        name,
        until if until is not None and until > now else None,
        failures,
        latest[failures - 1].at,
        latest[0].problem,
        given,
    )


def pause_after(failures: int, error: AssistError) -> timedelta:
    """How long an assistant is left alone.

    Args:
        failures: how many requests have failed in a row, with this one.
        error: what this one failed by; the wait that the assistant asked for is kept to.
    """
    lasts = error.kind in LASTING and failures > 1
    pause = LONGEST if lasts else min(LONGEST, FIRST * 2 ** min(failures - 1, 10))
    asked = timedelta(seconds=min(max(error.wait or 0.0, 0.0), LONGEST_ASKED.total_seconds()))
    return max(pause, asked)
