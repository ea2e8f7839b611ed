"""Makes what is due now and sends the outbox: from alerts to digests to deliveries to inboxes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from alerts import outbox
from alerts.digest import Digest, build
from alerts.raising import raise_alerts
from alerts.rendering import Rendered, render
from alerts.subscriptions import Known, handled, known
from alerts.timing import is_due
from crawler.config.settings import Settings
from crawler.store import Store
from crawler.store.schema import alerts


@dataclass(frozen=True, slots=True)
class Dispatched:
    """What one round did."""

    alerts: int
    digests: int
    sent: int
    put_off: int
    given_up: int


async def dispatch(store: Store, settings: Settings, now: datetime) -> Dispatched:
    """Raise alerts, make the digests that are due, send the outbox. Doing it again does nothing twice."""
    raised = raise_alerts(store, settings, now)
    made = make_due(store, settings, now)
    counts = await outbox.send_due(store, settings.delivery, now)
    return Dispatched(raised, made, counts["sent"], counts["put off"], counts["given up"])


def make_due(store: Store, settings: Settings, now: datetime) -> int:
    """Make the digests of all subscriptions that are due; gives how many.

    For each subscription decision, digest and deliveries are one transaction.
    """
    with store.reading() as connection:
        everyone = known(connection, settings)
    made = 0
    for one in everyone:
        if one.paused:
            continue
        with store.writing() as connection:
            made += _make(connection, settings, one, now)
    return made


def _make(connection: Connection, settings: Settings, one: Known, now: datetime) -> int:
    subscription = one.subscription
    waiting = _waiting(connection, subscription.name)
    if subscription.when.kind == "instant":
        due = now if waiting else None
    else:
        due = is_due(subscription.when, settings.zone_of(subscription), one.last_due, now)
    if due is None:
        return 0
    handled(connection, subscription.name, due)
    if not waiting and not subscription.sign_of_life:
        return 0
    rendered = rendered_digest(settings, build(connection, settings, subscription, waiting, one.last_due, now))
    digest = outbox.put(connection, settings.delivery, subscription, due, now, rendered)
    connection.execute(update(alerts).where(alerts.c.id.in_([a.id for a in waiting])).values(digest_id=digest))
    return 1


def _waiting(connection: Connection, subscription: str) -> list[Any]:
    """The alerts of a subscription that no digest has told yet."""
    mine = (alerts.c.subscription == subscription) & alerts.c.digest_id.is_(None)
    return list(connection.execute(select(alerts).where(mine).order_by(alerts.c.id)))


def rendered_digest(settings: Settings, digest: Digest) -> Rendered:
    """A digest in both forms, with the links of the configuration."""
    return render(digest, public_url=settings.delivery.public_url, sender=settings.delivery.sender)


def preview(connection: Connection, settings: Settings, one: Known, now: datetime) -> Rendered:
    """What a subscription would be told if it were due now; nothing is changed."""
    digest = build(connection, settings, one.subscription, _waiting(connection, one.subscription.name), one.last_due, now)
    return rendered_digest(settings, digest)
