"""The periodic duties, for one process and for many workers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from alerts.digests.packing import pack_sent
from alerts.identity.keys import signing_keys_or_none
from alerts.incoming.mailbox import MAILBOX_SECONDS, take_in
from alerts.operations.incidents import watch
from alerts.operations.live_config import Live
from alerts.service.tasks import send_jobs
from alerts.subscriptions.subscriptions import register
from crawler.config.settings import Settings
from crawler.ingest.follow_ups import FollowUps
from crawler.model import AseanwatchError
from crawler.sources.subscribing import HubSubscriber
from crawler.store import Store, search
from crawler.store.jobs import enqueue, forget_failed
from crawler.store.upkeep import prune
from crawler.tasks.duties import take_up_pending, take_up_revisits
from crawler.tasks.follow_ups import SELECT, QueuedFollowUps
from crawler.tasks.poll_planner import PollPlanner

if TYPE_CHECKING:
    from alerts.assist.background import AssistWork

log = logging.getLogger("aseanwatch")

INDEXED_AT_ONCE = 2_000
"""The most stories that one round makes searchable, so that sending is not held up."""
FAILED_KEPT = timedelta(days=7)
"""How long a job that failed for good is kept, so that operators can look at it."""


class Planner:
    """The duties of one configuration.

    Args:
        settings: the configuration.
        store: where everything is kept.
        clock: gives the present moment.
        follow_ups: gets what is found to be done.
        live: the configuration file, which may have changed and be wrong.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        clock: Callable[[], datetime],
        follow_ups: FollowUps,
        live: Live | None = None,
    ) -> None:
        self.settings, self.store, self.clock = settings, store, clock
        self._live = live or Live(None, settings)
        self._follow_ups = follow_ups
        self._assist: AssistWork | None = None

    def begin(self) -> None:
        """Remember the subscriptions of the configuration, so that they get no old news."""
        with self.store.write() as connection:
            register(connection, self.settings, self.clock())

    def take_in_mail(self) -> None:
        """Take in what came back of the mails that were sent."""
        if not self.settings.delivery.bounces:
            return
        mailbox = Path(self.settings.delivery.bounces)
        try:
            # A flood of mails, which anybody can cause, takes a few seconds of each round.
            take_in(self.store, self.settings, mailbox, self.clock(), MAILBOX_SECONDS)
        except AseanwatchError as error:
            log.warning("%s", error)  # it must not hold up what is to be sent

    def index_stories(self) -> None:
        """Make what is new searchable."""
        search.refresh(self.store, INDEXED_AT_ONCE)

    def take_up_pending(self) -> None:
        """Have pending entries judged that no task under way is about."""
        take_up_pending(self.store, self._follow_ups, self.clock())

    def take_up_revisits(self) -> None:
        """Have the pages fetched again that are due, to see whether they were edited."""
        sources = [s for s in self.settings.sources if s.enabled]
        take_up_revisits(self.store, self._follow_ups, sources, self.clock())

    async def look_for_trouble(self) -> None:
        """Look for incidents, in a thread of its own: disks and mail servers may be slow."""
        live = self._live
        await asyncio.to_thread(watch, self.store, self.settings, self.clock(), live.problem, live.restart)

    async def subscribe_at_hubs(self) -> None:
        """Begin, renew and end subscriptions at the hubs of feeds."""
        # Without an address of ours there are no hubs, and a key need not be made.
        is_public = self.settings.delivery.public_url is not None
        keys = signing_keys_or_none(self.settings, self.store) if is_public else ()
        await HubSubscriber(self.settings, self.store, self.clock, keys).look()

    async def ask_assistants(self) -> None:
        """Have assistants read what is new, in a thread of its own that nothing waits for."""
        if self._assist is None:
            # Whoever has no assistant loads nothing of them.
            from alerts.assist.background import AssistWork  # noqa: PLC0415 - as said

            self._assist = AssistWork(self.settings, self.store, self.clock)
        self._assist.wake()

    def end(self) -> None:
        """Give up what goes on beside the duties; it is begun again by whoever plans next."""
        if self._assist is not None:
            self._assist.stop()

    def pack_digests(self) -> None:
        """Pack the digests of which nothing waits to be sent."""
        pack_sent(self.store, self.clock())

    def prune(self) -> None:
        """Delete what is older than storage.keep."""
        moment = self.clock()
        prune(
            self.store, moment - self.settings.storage.keep, moment, [s.name for s in self.settings.sources]
        )


class QueuePlanner(Planner):
    """The duties with many workers, which do what is enqueued.

    Each duty is done by one worker at a time, whichever comes first. There is no leader.
    """

    def __init__(
        self, settings: Settings, store: Store, clock: Callable[[], datetime], live: Live | None = None
    ) -> None:
        super().__init__(settings, store, clock, QueuedFollowUps(), live)
        self._polls = PollPlanner(settings, store, clock)

    def begin(self) -> None:
        """See `Planner.begin`."""
        super().begin()
        self._polls.begin()

    def polls(self) -> int:
        """Enqueue the sources that are due; gives how many."""
        return self._polls.enqueue_due()

    def rounds(self) -> None:
        """Read the mails that came back, and enqueue selecting and sending."""
        self.take_in_mail()
        self.index_stories()
        with self.store.write(exclusive=False) as connection:
            # What waits to be sent needs no selecting: news of trouble with selecting must get through.
            enqueue(connection, [SELECT, *send_jobs(connection, self.clock())])

    def prune(self) -> None:
        """See `Planner.prune`. Jobs that failed for good a week ago are deleted too."""
        super().prune()
        with self.store.write(exclusive=False) as connection:
            forget_failed(connection, self.clock() - FAILED_KEPT)
