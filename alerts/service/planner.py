"""What is to be done now, on many machines: enqueues sources that are due, pages to look at again, what was left over.

Each of these runs on one machine at a time, whichever comes first; nobody is the leader.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from alerts.digests.packing import pack_settled
from alerts.incoming.mailbox import MAILBOX_SECONDS, take_in
from alerts.operations.incidents import look
from alerts.service.tasks import sends
from alerts.subscriptions.subscriptions import register
from crawler.config.settings import Settings
from crawler.ingest.revisits import due_again
from crawler.ingest.source_states import PACE_EVERY, pace_of
from crawler.model import AseanwatchError
from crawler.store import Store, entries, search
from crawler.store.jobs import enqueue, entries_enqueued, forget_failed
from crawler.store.sources import due_sources, known_sources, lease, load_states, recall
from crawler.store.upkeep import prune
from crawler.tasks.follow_ups import SELECT, judge_entries, pages_jobs, poll_jobs

log = logging.getLogger("aseanwatch")

LEASE = timedelta(minutes=10)
"""A source whose unit has not ended after so long is due again."""
NEVER_DUE = timedelta(days=90)
"""A source that is due later than this was put off by an earlier version, as the configuration did not have it for a moment."""
MOST_DUE = 2_000
"""Sources that are enqueued at once; those that are due longer come first."""
LEFT_AFTER = timedelta(minutes=10)
"""Entries that wait for longer, while nothing is enqueued for them, are taken up again."""
MOST_REVISITS = 500
FAILED = timedelta(days=7)
"""So long a unit that failed for good is kept for operators to look at."""


class Planning:
    """Enqueues what is to be done.

    Args:
        settings: the configuration.
        store: where everything is kept, in PostgreSQL.
        clock: gives the present moment.
        problem: says what is wrong with config.yaml, where it was changed and is not in force.
        restart: says which settings have changed that are read at the start only.
    """

    def __init__(
        self, settings: Settings, store: Store, clock: Callable[[], datetime],
        problem: Callable[[], str | None] = lambda: None, restart: Callable[[], Sequence[str]] = tuple,
    ) -> None:  # fmt: skip
        self.settings, self.store, self.clock = settings, store, clock
        self._problem, self._restart = problem, restart
        self._sources = {s.name: s for s in settings.sources if s.enabled}
        self._known: set[str] | None = None
        self._gone = 0
        self._pace, self._paced = 0.0, datetime.min.replace(tzinfo=clock().tzinfo)

    def begin(self) -> None:
        """Remember the subscriptions of the configuration, so that they get no old news."""
        moment = self.clock()
        with self.store.writing() as connection:
            register(connection, self.settings, moment)
            recall(connection, moment + NEVER_DUE, moment)

    def polls(self) -> int:
        """Enqueue the sources that are due; gives how many.

        One that the configuration does not have now is left as it is: when it is there again, it is due as it was.
        """
        moment = self.clock()
        with self.store.reading() as connection:
            if self._known is None:
                self._known = known_sources(connection)
                self._gone = len(self._known - self._sources.keys())
            rows = due_sources(connection, moment, MOST_DUE + self._gone)
            due = [self._sources[name] for name in rows if name in self._sources][:MOST_DUE]
            due += [s for name, s in self._sources.items() if name not in self._known][:MOST_DUE]
            if due and moment - self._paced >= PACE_EVERY:
                self._pace, self._paced = pace_of(self.settings, load_states(connection)), moment
        if due:
            with self.store.writing(beside=True) as connection:
                enqueue(connection, poll_jobs(due, self._pace))
                lease(connection, [s.name for s in due], moment + LEASE)
            self._known |= {s.name for s in due}
        return len(due)

    def rounds(self) -> None:
        """Have it looked at what is news and what is due, and take in what came back."""
        if self.settings.delivery.bounces:
            try:
                take_in(self.store, self.settings, Path(self.settings.delivery.bounces), self.clock(), MAILBOX_SECONDS)
            except AseanwatchError as error:
                log.warning("%s", error)  # it must not hold up what is to be sent
        search.refresh(self.store, 2_000)
        with self.store.writing(beside=True) as connection:
            # What waits to be sent needs no selecting: news of trouble with selecting must get through.
            enqueue(connection, [SELECT, *sends(connection, self.clock())])

    def revisits(self) -> None:
        """Enqueue the pages that are to be asked for again."""
        with self.store.writing(beside=True) as connection:
            rows = due_again(connection, self.clock(), MOST_REVISITS)
            enqueue(connection, pages_jobs("revisits", [(r.url, [r.id]) for r in rows if r.source in self._sources]))

    def left_over(self) -> None:
        """Enqueue entries again whose units failed for good; those that other units are about are left to these."""
        moment = self.clock()
        with self.store.writing(beside=True) as connection:
            enqueued = entries_enqueued(connection)
            ids = [i for i in entries.pending_since(connection, moment - LEFT_AFTER, moment) if i not in enqueued]
            entries.count_try(connection, ids)
            enqueue(connection, judge_entries(ids))

    def packing(self) -> None:
        """Keep digests small of which nothing is to be sent any more."""
        pack_settled(self.store, self.clock())

    def watch(self) -> None:
        """Tell operators of trouble."""
        look(self.store, self.settings, self.clock(), self._problem(), self._restart())

    def upkeep(self) -> None:
        """Delete what is older than storage.keep, and what failed for good a week ago."""
        moment = self.clock()
        prune(self.store, moment - self.settings.storage.keep, moment, [s.name for s in self.settings.sources])
        with self.store.writing(beside=True) as connection:
            forget_failed(connection, moment - FAILED)
