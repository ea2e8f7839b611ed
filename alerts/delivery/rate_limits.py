"""Limits how many messages go to a channel or a mail domain within a window of time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, func, select

from crawler.config.values import RateLimit
from crawler.store.schema import deliveries


class RateLimits:
    """What may still be sent on a channel now.

    The store's records are counted, so it holds across restarts.

    Args:
        connection: for reading.
        rates: by the name of a channel or a mail domain.
        channel: the channel.
        now: the present moment.
    """

    def __init__(
        self, connection: Connection, rates: Mapping[str, RateLimit], channel: str, now: datetime
    ) -> None:
        self.throttled_domains: set[str] = set()
        self._left: dict[str, int] = {}
        # Counted over a sliding window: fixed ones would let
        # twice the rate through at their border.
        sent = (deliveries.c.status == "sent") & (deliveries.c.channel == channel)
        for name, pace in rates.items():
            if name != channel and "." not in name:
                continue  # another channel
            recent = select(func.count()).where(sent & (deliveries.c.sent > now - pace.window))
            if name != channel:
                recent = recent.where(deliveries.c.domain == name.lower())
            self._left[name.lower()] = pace.most - (connection.scalar(recent) or 0)
        self._channel = channel.lower()

    @property
    def exhausted(self) -> bool:
        """Whether the channel itself has to wait."""
        # What has no limit of its own has always one left.
        return self._left.get(self._channel, 1) <= 0

    def take(self, domain: str) -> bool:
        """Take one message to a domain; False if it has to wait.

        Then the domain is in ``throttled_domains``.
        """
        if self.exhausted or domain in self.throttled_domains:
            return False
        if self._left.get(domain, 1) <= 0:
            # `outbox.pending` leaves these out: otherwise they
            # would fill each batch, and nobody else be served.
            self.throttled_domains.add(domain)
            return False
        for name in {domain, self._channel} & self._left.keys():
            self._left[name] -= 1
        return True
