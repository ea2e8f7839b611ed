"""Which sources are due, where many workers ask them: enqueues their polls, each on one worker at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from crawler.config.settings import Settings
from crawler.ingest.source_states import PACE_EVERY, pace_of
from crawler.store import Store, poll_requests, websub
from crawler.store.jobs import enqueue
from crawler.store.sources import bring_forward, cap_due, due_sources, known_sources, lease, load_states
from crawler.tasks.follow_ups import poll_jobs

LEASE = timedelta(minutes=10)
"""For how long a source is leased to the task that polls it. After that it is due again."""
NEVER_DUE = timedelta(days=90)
"""No rule puts a source off for longer. An earlier version did, when the configuration lacked the source for a moment."""
MAX_DUE = 2_000
"""Sources that are enqueued at once, those that have been due longest first."""


class PollPlanner:
    """Enqueues the sources that are due.

    Args:
        settings: the configuration.
        store: where everything is kept, in PostgreSQL.
        clock: gives the present moment.
    """

    def __init__(self, settings: Settings, store: Store, clock: Callable[[], datetime]) -> None:
        self.settings = settings
        self.store = store
        self.clock = clock
        self._sources = {s.name: s for s in settings.sources if s.enabled}
        self._known: set[str] | None = None
        self._gone = 0
        self._pace = 0.0
        self._paced = datetime.min.replace(tzinfo=UTC)

    def begin(self) -> None:
        """Make sources due that would otherwise wait longer than any rule says."""
        moment = self.clock()
        with self.store.write(exclusive=False) as connection:
            cap_due(connection, moment + NEVER_DUE, moment)

    def enqueue_due(self) -> int:
        """Enqueue the sources that are due. Returns how many.

        A source that the configuration does not have at the moment is left as it is. When it is
        back, it is due as it was.
        """
        moment = self.clock()
        self._take_requests(moment)
        with self.store.read() as connection:
            # Read once: sources that were never asked have no row, and
            # rows of sources that are gone would take places below.
            if self._known is None:
                self._known = known_sources(connection)
                self._gone = len(self._known - self._sources.keys())
            # As many more as could be of sources that the configuration
            # lacks: those stay due for ever and come first.
            rows = due_sources(connection, moment, MAX_DUE + self._gone)
            due = [self._sources[name] for name in rows if name in self._sources][:MAX_DUE]
            due += [s for name, s in self._sources.items() if name not in self._known][:MAX_DUE]
            # Loading all states takes long with many sources, and a pace changes slowly.
            if due and moment - self._paced >= PACE_EVERY:
                self._pace = pace_of(self.settings, load_states(connection))
                self._paced = moment
        if due:
            with self.store.write(exclusive=False) as connection:
                # Together: a crash leaves a source neither enqueued
                # without a lease nor leased without a task.
                enqueue(connection, poll_jobs(due, self._pace))
                lease(connection, [s.name for s in due], moment + LEASE)
            # Only after the commit: if it fails, new sources are tried again.
            self._known |= {s.name for s in due}
        return len(due)

    def _take_requests(self, moment: datetime) -> None:
        """Make the sources due that an operator wants asked, and those whose hubs pushed something."""
        with self.store.read() as connection:
            if not poll_requests.waiting(connection) and not websub.any_push(connection, moment):
                return
        with self.store.write(exclusive=False) as connection:
            names = poll_requests.take(connection) | websub.claim_pushes(connection, moment)
            bring_forward(connection, sorted(names), moment)
