"""The units of work of delivery on many machines: select what is news for whom, render digests, send.

Each may run twice, late, or on another machine; see `crawler.tasks`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection

from alerts.delivery import outbox
from alerts.delivery.dispatch import TOGETHER, due_now, make_due
from alerts.delivery.send import Sender
from alerts.operations.progress import Progress
from alerts.selection.raise_alerts import raise_alerts
from crawler.config.settings import Settings
from crawler.store import Store
from crawler.store.jobs import Job, enqueue
from crawler.tasks.follow_ups import parts


class Delivering:
    """Works on units of delivery; `close` ends the connections to servers.

    Args:
        settings: the configuration.
        store: where everything is kept, in PostgreSQL.
        clock: gives the present moment.
    """

    def __init__(self, settings: Settings, store: Store, clock: Callable[[], datetime]) -> None:
        self.settings, self.store, self.clock = settings, store, clock
        self._sender = Sender(store, settings)
        self._progress = Progress(store)

    def select(self) -> None:
        """Raise what is news now; whoever is to be told now gets digests made, and what waits to be sent is sent.

        Where raising fails, what was raised before is told all the same.
        """
        moment = self.clock()
        try:
            raise_alerts(self.store, self.settings, moment)
        finally:
            self._have_told(moment)
        self._progress.selected(moment)

    def _have_told(self, moment: datetime) -> None:
        """Enqueue the digests that are due and the channels on which something waits."""
        due = [one.subscription.name for one, _ in due_now(self.store, self.settings, moment)]
        with self.store.reading() as connection:
            jobs = [*render_jobs(due), *sends(connection, moment)]
        if jobs:
            with self.store.writing(beside=True) as connection:
                enqueue(connection, jobs)

    def render(self, subscriptions: Collection[str]) -> None:
        """Make the digests of subscriptions that are due."""
        make_due(self.store, self.settings, self.clock(), frozenset(subscriptions), _to_send)

    def send(self, channel: str) -> None:
        """Send what is due on a channel."""
        self._sender.send_due(self.clock(), channel)

    def stop(self) -> None:
        """Send no more than what is under way."""
        self._sender.stop()

    def close(self) -> None:
        """End connections in good manner."""
        self._sender.close()


def sends(connection: Connection, moment: datetime) -> list[Job]:
    """One unit for each channel on which something waits to be sent."""
    return [send_job(channel) for channel in outbox.waiting_channels(connection, moment)]


def _to_send(connection: Connection, channels: Collection[str]) -> None:
    enqueue(connection, [send_job(channel) for channel in sorted(channels)])


def render_jobs(subscriptions: Sequence[str]) -> list[Job]:
    """Digests to be made: what many subscriptions share is read once for all of a unit."""
    return [Job("render", "deliver", {"subscriptions": part}, once=f"render:{part[0]}") for part in parts(subscriptions, TOGETHER)]


def send_job(channel: str) -> Job:
    """A channel has something to send."""
    return Job("send", "deliver", {"channel": channel}, alone=f"send:{channel}", once=f"send:{channel}")
