"""How far selecting and sending have come: what is said where nothing was selected or sent for long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, func, select

from alerts.delivery import breaker
from crawler.polling.health import spoken
from crawler.store import Store
from crawler.store.cursors import get_cursor, set_cursor
from crawler.store.schema import deliveries

SELECTED = "selected"
NOTED = timedelta(seconds=30)
"""How often it is noted that selecting works: rounds come every five seconds, and need not be a write each."""
LONGEST_UNSELECTED = timedelta(minutes=5)
LONGEST_UNSENT = timedelta(minutes=30)
"""A channel may be asked to keep to a few messages an hour; one that sends nothing for so long stands still."""


class Progress:
    """Notes in the store that selecting works.

    Args:
        store: where it is noted.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._noted: datetime | None = None

    def selected(self, moment: datetime) -> None:
        """It was looked at what is news for whom, and that worked."""
        if self._noted is not None and timedelta() <= moment - self._noted < NOTED:
            return
        with self._store.writing(beside=True) as connection:
            set_cursor(connection, SELECTED, int(moment.timestamp()))
        self._noted = moment


@dataclass(frozen=True, slots=True)
class Standstill:
    """Something that should go on and does not: ``about`` is select or a channel; for so many seconds."""

    about: str
    message: str
    seconds: float


def last_selected(connection: Connection) -> datetime | None:
    """When it was last looked at what is news for whom; None where no service did so far."""
    value = get_cursor(connection, SELECTED)
    return datetime.fromtimestamp(value, UTC) if value else None


def unsent(connection: Connection, now: datetime) -> dict[str, float]:
    """By channel for how many seconds something is due on it while nothing is sent; channels that are down are left out."""
    down = {row.channel for row in breaker.states(connection)}
    due = (deliveries.c.status == "pending") & (deliveries.c.next_try <= now) & deliveries.c.accepted.is_(None)
    oldest = select(deliveries.c.channel, func.min(deliveries.c.next_try)).where(due).group_by(deliveries.c.channel)
    found = {}
    for channel, since in connection.execute(oldest):
        if channel not in down:
            latest = connection.scalar(select(func.max(deliveries.c.sent)).where(deliveries.c.channel == channel))
            found[channel] = (now - max(since, latest or since)).total_seconds()
    return found


def unselected(connection: Connection, now: datetime) -> list[Standstill]:
    """That nothing was selected for long, where that is so."""
    selected = last_selected(connection)
    if selected is None or now - selected <= LONGEST_UNSELECTED:
        return []
    seconds = (now - selected).total_seconds()
    return [Standstill("select", f"nothing was selected for {spoken(seconds)}: nobody is told any news", seconds)]


def standstills(connection: Connection, now: datetime) -> Iterator[Standstill]:
    """What stands still at a moment, where a service is meant to run."""
    yield from unselected(connection, now)
    for channel, seconds in unsent(connection, now).items():
        if seconds > LONGEST_UNSENT.total_seconds():
            yield Standstill(channel, f"nothing was sent on channel {channel} for {spoken(seconds)}, though it is due", seconds)
