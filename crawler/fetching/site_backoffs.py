"""Backoffs of sites between a fetcher and the store: what one process learns, the next one and all others keep."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection

from crawler.net.site_limiter import SiteLimiter
from crawler.runtime.clock import now
from crawler.store import Store, StoreError
from crawler.store.site_backoffs import load_site_backoffs, save_site_backoffs

log = logging.getLogger("aseanwatch")


class SiteBackoffs:
    """The backoffs of the sites that one process asks.

    Args:
        limiter: the limiter of its fetcher.
        store: where backoffs are remembered.
        clock: gives the present moment.
    """

    def __init__(self, limiter: SiteLimiter, store: Store, clock: Callable[[], datetime] = now) -> None:
        self._limiter = limiter
        self._store = store
        self._clock = clock

    def load(self) -> None:
        """Keep the backoffs that the store remembers."""
        self.apply(self.stored())

    def stored(self) -> dict[str, float]:
        """The seconds for which each site is still to be left alone, by the store: other processes add to it too."""
        with self._store.read() as connection:
            return self._seconds(connection)

    def apply(self, backoffs: Mapping[str, float]) -> None:
        """Leave sites alone for so many seconds."""
        for site, seconds in backoffs.items():
            self._limiter.back_off(site, seconds)

    def load_with(self, connection: Connection) -> None:
        """As `load`, by a connection that is open."""
        self.apply(self._seconds(connection))

    def _seconds(self, connection: Connection) -> dict[str, float]:
        moment = self._clock()
        return {
            site: (until - moment).total_seconds()
            for site, until in load_site_backoffs(connection, moment).items()
        }

    @property
    def unsaved(self) -> bool:
        """Whether a site asked for a backoff that is not stored yet."""
        return bool(self._limiter.new_backoffs)

    def save(self) -> None:
        """Store new backoffs. If the store cannot be written, the work goes on, and they are saved the next time."""
        moment = self._clock()
        # A copy: sites may be added while this is written,
        # and only those written are taken off below.
        new = set(self._limiter.new_backoffs)
        until = {site: moment + timedelta(seconds=self._limiter.site_backoff(site)) for site in new}
        try:
            with self._store.write(exclusive=False) as connection:
                save_site_backoffs(connection, until, moment)
        except StoreError as error:
            log.error("the rests of sites could not be stored: %s", error)
            return
        self._limiter.new_backoffs -= new
