"""Tells whether selecting and sending make progress, or stand still."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, func, select

from alerts.delivery import breaker
from crawler.model import Phrase
from crawler.polling.health import spoken
from crawler.store import Store
from crawler.store.cursors import get_cursor, set_cursor
from crawler.store.schema import deliveries

SELECTED = "selected"
WRITE_INTERVAL = timedelta(seconds=30)
"""How often progress is written: there is a round every five seconds, and not each needs a write."""
LONGEST_UNSELECTED = timedelta(minutes=5)
LONGEST_UNSENT = timedelta(minutes=30)
"""A channel may be limited to a few messages an hour. One that sends nothing for so long stands still."""


class Progress:
    """Records in the store that selecting makes progress.

    Args:
        store: the store.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._written: datetime | None = None

    def selected(self, moment: datetime) -> None:
        """Record that a round of selecting has succeeded."""
        # Not below zero: after the clock was set back progress is written again at once.
        if self._written is not None and timedelta() <= moment - self._written < WRITE_INTERVAL:
            return
        with self._store.write(exclusive=False) as connection:
            set_cursor(connection, SELECTED, int(moment.timestamp()))
        self._written = moment


@dataclass(frozen=True, slots=True)
class Standstill:
    """Something that makes no progress: ``about`` is select or a channel, ``seconds`` how long."""

    about: str
    message: Phrase
    seconds: float


def last_selected(connection: Connection) -> datetime | None:
    """When a round of selecting last succeeded; None if none ever did."""
    value = get_cursor(connection, SELECTED)
    return datetime.fromtimestamp(value, UTC) if value else None


def unsent(connection: Connection, now: datetime) -> dict[str, float]:
    """For how many seconds deliveries have been due while nothing was sent, by channel. Channels that are down are left out."""
    down = {row.channel for row in breaker.states(connection)}
    due = (
        (deliveries.c.status == "pending") & (deliveries.c.next_try <= now) & deliveries.c.accepted.is_(None)
    )
    oldest = (
        select(deliveries.c.channel, func.min(deliveries.c.next_try))
        .where(due)
        .group_by(deliveries.c.channel)
    )
    found = {}
    for channel, since in connection.execute(oldest):
        if channel not in down:
            latest = connection.scalar(
                select(func.max(deliveries.c.sent)).where(deliveries.c.channel == channel)
            )
            # A channel that sends something stands still
            # only since then, however long the queue is.
            found[channel] = (now - max(since, latest or since)).total_seconds()
    return found


def unselected(connection: Connection, now: datetime) -> list[Standstill]:
    """The standstill of selecting, if there is one."""
    selected = last_selected(connection)
    if selected is None or now - selected <= LONGEST_UNSELECTED:
        return []
    seconds = (now - selected).total_seconds()
    return [
        Standstill(
            "select",
            Phrase("nothing was selected for %(length)s: nobody is told any news", length=spoken(seconds)),
            seconds,
        )
    ]


def standstills(connection: Connection, now: datetime) -> Iterator[Standstill]:
    """Everything that stands still, provided that a service is meant to run."""
    yield from unselected(connection, now)
    for channel, seconds in unsent(connection, now).items():
        if seconds > LONGEST_UNSENT.total_seconds():
            yield Standstill(
                channel,
                Phrase(
                    "nothing was sent on channel %(name)s for %(length)s, though it is due",
                    name=channel,
                    length=spoken(seconds),
                ),
                seconds,
            )
