"""Sites that rest: what the store remembers goes into a fetcher's turns, and what the fetcher learns goes into the store."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection

from crawler.net.site_limiter import Turns
from crawler.runtime.clock import now
from crawler.store import Store, StoreError
from crawler.store.rests import load_rests, save_rests

log = logging.getLogger("aseanwatch")


class Rests:
    """The rests of the sites that one process asks.

    Args:
        turns: the turns of its fetcher.
        store: where they are remembered.
        clock: gives the present moment.
    """

    def __init__(self, turns: Turns, store: Store, clock: Callable[[], datetime] = now) -> None:
        self._turns, self._store, self._clock = turns, store, clock

    def recall(self) -> None:
        """Take over what the store remembers."""
        self.take_over(self.remembered())

    def remembered(self) -> dict[str, float]:
        """For how many seconds each site is still to be left alone, as the store has it: other processes learn of rests too."""
        with self._store.reading() as connection:
            return self._seconds(connection)

    def take_over(self, rests: Mapping[str, float]) -> None:
        """Leave sites alone for so many seconds."""
        for site, seconds in rests.items():
            self._turns.rest(site, seconds)

    def recall_from(self, connection: Connection) -> None:
        """As `recall`, by a connection that is open."""
        self.take_over(self._seconds(connection))

    def _seconds(self, connection: Connection) -> dict[str, float]:
        moment = self._clock()
        return {site: (until - moment).total_seconds() for site, until in load_rests(connection, moment).items()}

    @property
    def unsaved(self) -> bool:
        """Whether a site asked for a rest since the last time."""
        return bool(self._turns.new_rests)

    def keep(self) -> None:
        """Remember what is new. A store that cannot be written does not end the work; it is tried again the next time."""
        moment, new = self._clock(), set(self._turns.new_rests)
        try:
            with self._store.writing(beside=True) as connection:
                save_rests(connection, {site: moment + timedelta(seconds=self._turns.rest_of(site)) for site in new}, moment)
        except StoreError as error:
            log.error("the rests of sites could not be stored: %s", error)
            return
        for site in new:
            self._turns.new_rests.discard(site)
