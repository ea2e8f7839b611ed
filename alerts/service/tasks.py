"""The tasks of delivery: select what is news for whom, render digests, send.

One process does them in rounds (`alerts.service.inline_jobs`), many workers take them from a queue. Each may run twice, late,
or in another process; see `crawler.tasks`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from alerts.delivery import outbox
from alerts.delivery.dispatch import TOGETHER, due_now, make_due
from alerts.delivery.result import DispatchResult
from alerts.delivery.send import Sender
from alerts.operations.progress import Progress
from alerts.selection.raise_alerts import raise_alerts
from crawler.config.settings import Settings
from crawler.store import Store
from crawler.store.bulk import chunks
from crawler.store.jobs import Job


class Enqueue(Protocol):
    """Has jobs run once a transaction is committed: `crawler.store.jobs.enqueue`, or `InlineJobs.enqueue`."""

    def __call__(self, connection: Connection, jobs: Sequence[Job]) -> object:
        """Have jobs run."""
        ...


class DeliveryHandlers:
    """The handlers of the tasks of delivery.

    Each returns its counts; `close` ends the connections to servers.

    Args:
        settings: the configuration.
        store: where everything is kept.
        clock: gives the present moment.
        enqueue: gets the jobs that come next.
    """

    def __init__(
        self, settings: Settings, store: Store, clock: Callable[[], datetime], enqueue: Enqueue
    ) -> None:
        self.settings, self.store, self.clock = settings, store, clock
        self._enqueue = enqueue
        self._sender = Sender(store, settings)
        self._progress = Progress(store)

    def select(self) -> DispatchResult:
        """Raise what is news now; enqueue the digests that are due and the channels with waiting deliveries.

        If raising fails, what was raised before is told all the same.
        """
        moment = self.clock()
        try:
            raised = raise_alerts(self.store, self.settings, moment)
        finally:
            self._enqueue_telling(moment)
        # Only after success: where selecting fails for long, readiness must say so.
        self._progress.selected(moment)
        return DispatchResult(alerts=raised)

    def _enqueue_telling(self, moment: datetime) -> None:
        """Enqueue the digests that are due and the channels on which something waits."""
        due = [one.subscription.name for one, _ in due_now(self.store, self.settings, moment)]
        with self.store.read() as connection:
            jobs = [*render_jobs(due), *send_jobs(connection, moment)]
        if jobs:
            with self.store.write(exclusive=False) as connection:
                self._enqueue(connection, jobs)

    def render(self, subscriptions: Collection[str]) -> DispatchResult:
        """Make the digests of subscriptions that are due."""
        made = make_due(
            self.store, self.settings, self.clock(), frozenset(subscriptions), self._enqueue_sending
        )
        return DispatchResult(digests=made)

    def _enqueue_sending(self, connection: Connection, channels: Collection[str]) -> None:
        self._enqueue(connection, [send_job(channel) for channel in sorted(channels)])

    def send(self, channel: str) -> DispatchResult:
        """Send what is due on a channel."""
        return self._sender.send_due(self.clock(), channel)

    def stop(self) -> None:
        """Send no more than what is under way."""
        self._sender.stop()

    def abort(self) -> None:
        """Cut connections. What was under way is tried again later."""
        self._sender.abort()

    def close(self) -> None:
        """Close the connections as their protocols ask for."""
        self._sender.close()


def send_jobs(connection: Connection, moment: datetime) -> list[Job]:
    """One job for each channel on which something waits to be sent."""
    return [send_job(channel) for channel in outbox.waiting_channels(connection, moment)]


def render_jobs(subscriptions: Sequence[str]) -> list[Job]:
    """Digests to be made: what many subscriptions share is read once for all of a task."""
    return [
        # The lock spares a second task while the first waits.
        # It need not be exact: a digest is made once anyway.
        Job("render", "deliver", {"subscriptions": part}, queueing_lock=f"render:{part[0]}")
        for part in chunks(subscriptions, TOGETHER)
    ]


def send_job(channel: str) -> Job:
    """A channel has something to send."""
    # One worker at a time sends on a channel, and one more task may wait behind it.
    return Job(
        "send", "deliver", {"channel": channel}, lock=f"send:{channel}", queueing_lock=f"send:{channel}"
    )
