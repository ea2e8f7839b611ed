"""Subscribes at the hubs that feeds name, renews before a lease ends, and leaves hubs of feeds that are asked no more (WebSub).

A request to a hub only asks: the hub then asks our callback whether that was meant (`alerts.web.websub`), and what it is told
there counts. So each step is a row in the store, and a crash leaves nothing that the next look does not go on with.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import Connection

from crawler.config.settings import Settings
from crawler.fetching.fetchers import make_fetcher
from crawler.net.errors import FetchError, SiteBackedOffError
from crawler.net.fetcher import Fetcher
from crawler.net.guard import Guard, Refused
from crawler.net.statuses import describe_status
from crawler.polling import hubs
from crawler.polling.hubs import HubTopic
from crawler.runtime.redaction import without_credentials
from crawler.store import Store, websub
from crawler.store.websub import ACTIVE, DENIED, LEAVING, REQUESTED, HubSubscription

log = logging.getLogger("aseanwatch")

MOST_AT_ONCE = 30
"""Requests to hubs of one look; the others come with the next. One hub serves many feeds, and is not to be flooded."""
PATH = "websub"
"""The path of callbacks below the public address."""


@dataclass(frozen=True, slots=True)
class HubSubscriber:
    """Keeps the subscriptions at hubs as the configuration and the feeds want them.

    Attributes:
        settings: the configuration.
        store: where subscriptions are kept.
        clock: gives the present moment.
        keys: the service's own keys, the newest first; callbacks and secrets are derived from them.
    """

    settings: Settings
    store: Store
    clock: Callable[[], datetime]
    keys: Sequence[str]

    async def look(self) -> None:
        """Ask hubs for what is due: new subscriptions, renewals, ends."""
        due = await asyncio.to_thread(self._due)
        if not due:
            return
        fetcher = make_fetcher(self.settings.crawl)
        try:
            await asyncio.gather(*(self._ask(fetcher, one) for one in due))
        finally:
            fetcher.close()

    def _due(self) -> list[HubSubscription]:
        now = self.clock()
        is_on = self.settings.crawl.websub and self._can_be_called
        with self.store.read() as connection:
            there = websub.subscriptions(connection)
            states = websub.states_with_hubs(connection) if is_on else {}
        if not is_on and not there:
            return []
        asked = {s.name for s in self.settings.sources if s.enabled}
        named = {n: hubs.announced(s) for n, s in states.items() if n in asked}
        wanted = _to_try(there, named, now)
        with self.store.write(exclusive=False) as connection:
            websub.forget_old_pushes(connection, now)
            for one in _unwanted(there, wanted):
                # Without an address of ours no hub could verify that it is to leave us alone; leases end.
                if one.status == DENIED or not self._can_be_called:
                    websub.drop_subscription(connection, one.callback)
                elif one.status != LEAVING:
                    websub.change_subscription(connection, one.callback, status=LEAVING, next=now, tries=0)
            _add_missing(connection, wanted, now)
            for one in websub.subscriptions(connection):
                if _is_over(one, now):
                    websub.drop_subscription(connection, one.callback)
                elif one.status == ACTIVE and one.lease_until is not None and one.lease_until <= now:
                    websub.change_subscription(connection, one.callback, status=REQUESTED)
            return [s for s in websub.subscriptions(connection) if s.next <= now][:MOST_AT_ONCE]

    @property
    def _can_be_called(self) -> bool:
        return bool(self.settings.delivery.public_url and self.keys)

    async def _ask(self, fetcher: Fetcher, one: HubSubscription) -> None:
        """Ask a hub to begin, renew or end a subscription."""
        # Before the request: a hub may verify before it answers, and what it then says must stand.
        now, tries = self.clock(), one.tries + 1
        status = REQUESTED if one.status == DENIED else one.status
        await self._note(one, status=status, next=hubs.next_try(now, one.tries), tries=tries)
        try:
            reply = await fetcher.post(one.hub, self._form(one))
        except (FetchError, Refused, SiteBackedOffError) as error:
            problem = str(error)
        else:
            if reply.status // 100 == 2:
                return  # what became of it the hub says to the callback
            problem = describe_status(reply.status).message
        # The address may hold a key, as other addresses do.
        problem = f"{urlsplit(one.hub).hostname}: {without_credentials(problem)}"[: hubs.LONGEST_REASON]
        log.info("the hub of %s cannot be asked, and is asked again: %s", one.source, problem)
        await self._note(one, problem=problem)

    async def _note(self, one: HubSubscription, **values: object) -> None:
        await asyncio.to_thread(self._write, one, values)

    def _write(self, one: HubSubscription, values: Mapping[str, object]) -> None:
        with self.store.write(exclusive=False) as connection:
            websub.change_subscription(connection, one.callback, **values)

    def _form(self, one: HubSubscription) -> dict[str, str]:
        keys = hubs.keys_of(one.callback, self.keys[0])
        public = (self.settings.delivery.public_url or "").rstrip("/")
        form = {
            "hub.mode": "unsubscribe" if one.status == LEAVING else "subscribe",
            "hub.topic": one.topic,
            "hub.callback": f"{public}/{PATH}/{keys.token}",
        }
        if one.status != LEAVING:
            form["hub.lease_seconds"] = str(int(hubs.LEASE.total_seconds()))
            if self._is_private_line(one.hub):
                form["hub.secret"] = keys.secret
        return form

    def _is_private_line(self, hub: str) -> bool:
        """Whether a secret can be told to a hub (section 5.1): over https, or in a network that the operator names."""
        host = urlsplit(hub).hostname or ""
        allowed = self.settings.crawl.allow_private
        is_inner = bool(allowed) and Guard(allowed).host_allowed(host) and not Guard().host_allowed(host)
        return hub.startswith("https:") or is_inner


def _to_try(
    there: Iterable[HubSubscription], named: Mapping[str, Sequence[HubTopic]], now: datetime
) -> dict[str, list[HubTopic]]:
    """By source the hubs to be subscribed to: the first one that it names and, while those before it fail, the next.

    A hub that fails is asked again at its own intervals. Once it answers, those after it are left.
    """
    failing = {(one.source, one.hub, one.topic) for one in there if _fails(one, now)}
    found: dict[str, list[HubTopic]] = {}
    for source, named_hubs in named.items():
        for hub in named_hubs:
            found.setdefault(source, []).append(hub)
            if (source, *hub) not in failing:
                break
    return found


def _fails(one: HubSubscription, now: datetime) -> bool:
    """Whether a hub denies a subscription, cannot be asked, or did not verify in time what it was asked for.

    One that has verified it counts until its lease ends, however often a renewal fails.
    """
    if one.status != REQUESTED:
        return one.status == DENIED
    return one.tries > 0 and (one.problem is not None or one.tries > 1 or one.next <= now)


def _unwanted(
    there: Iterable[HubSubscription], wanted: Mapping[str, Sequence[HubTopic]]
) -> list[HubSubscription]:
    """The subscriptions of sources that are asked no more, or of hubs and topics that are not wanted now."""
    return [one for one in there if (one.hub, one.topic) not in wanted.get(one.source, ())]


def _add_missing(connection: Connection, wanted: Mapping[str, Sequence[HubTopic]], now: datetime) -> None:
    """Add what is to be subscribed to and is not yet."""
    have = {
        (one.source, one.hub, one.topic) for one in websub.subscriptions(connection) if one.status != LEAVING
    }
    for source, wanted_hubs in wanted.items():
        for hub in wanted_hubs:
            if (source, *hub) not in have:
                new = HubSubscription(hubs.new_callback(), source, hub.hub, hub.topic, REQUESTED, now)
                websub.add_subscription(connection, new)


def _is_over(one: HubSubscription, now: datetime) -> bool:
    """Whether a subscription that is being left needs no more asking."""
    if one.status != LEAVING:
        return False
    return one.tries >= hubs.MOST_LEAVING or (one.lease_until is not None and one.lease_until <= now)
