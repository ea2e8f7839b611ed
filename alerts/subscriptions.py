"""Subscriptions: those of config.yaml and those added by command, with what is remembered of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, delete, insert, select, update

from crawler.config.settings import Settings, Subscription
from crawler.model import AseanwatchError
from crawler.store.schema import subscriptions as table
from crawler.store.sources import upsert


@dataclass(frozen=True, slots=True)
class Known:
    """A subscription and what is remembered of it: since when, whether paused, when it was last handled."""

    subscription: Subscription
    since: datetime
    paused: bool
    last_due: datetime
    added: bool = False


def register(connection: Connection, settings: Settings, now: datetime) -> None:
    """Remember the subscriptions of the configuration from now on, so that they get no old news."""
    for subscription in settings.subscriptions:
        values = {"name": subscription.name, "since": now, "paused": False, "last_due": now, "added": None}
        connection.execute(upsert(connection, table, values, ["name"]))


def known(connection: Connection, settings: Settings) -> list[Known]:
    """All subscriptions in force: the configuration's and the added ones, in the order of their names."""
    own = {s.name: s for s in settings.subscriptions}
    found = []
    for row in connection.execute(select(table).order_by(table.c.name)):
        subscription = own.get(row.name) or (Subscription.model_validate(row.added) if row.added else None)
        if subscription is not None:
            found.append(Known(subscription, row.since, row.paused, row.last_due or row.since, row.name not in own))
    return found


def add(connection: Connection, settings: Settings, values: dict[str, Any], now: datetime) -> Subscription:
    """Add a subscription that the configuration does not have.

    Raises:
        AseanwatchError: its name is taken, or a value is not allowed.
    """
    try:
        subscription = Subscription.model_validate(values)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise AseanwatchError(f"subscription {values.get('name')}: {problems}") from None
    unknown = [t for t in subscription.topics if t not in settings.topics]
    channels = {"email", *settings.delivery.channels}
    if unknown:
        raise AseanwatchError(
            f"subscription {subscription.name}: unknown topic {', '.join(unknown)}; allowed: {', '.join(settings.topics)}"
        )
    if subscription.channel not in channels:
        raise AseanwatchError(
            f"subscription {subscription.name}: unknown channel {subscription.channel}; allowed: {', '.join(sorted(channels))}"
        )
    if subscription.channel == "email" and not subscription.to:
        raise AseanwatchError(f"subscription {subscription.name}: --to is missing; an email subscription needs an address")
    if any(k.subscription.name == subscription.name for k in known(connection, settings)):
        raise AseanwatchError(f"there is a subscription {subscription.name} already")
    added = subscription.model_dump(mode="json")
    connection.execute(insert(table).values(name=subscription.name, since=now, paused=False, last_due=now, added=added))
    return subscription


def set_paused(connection: Connection, name: str, *, paused: bool) -> None:
    """Stop or resume a subscription.

    Raises:
        AseanwatchError: there is none of that name.
    """
    if not connection.execute(update(table).where(table.c.name == name).values(paused=paused)).rowcount:
        raise AseanwatchError(f"there is no subscription {name}")


def remove(connection: Connection, settings: Settings, name: str) -> None:
    """Remove an added subscription; its past digests stay.

    Raises:
        AseanwatchError: there is none of that name, or it stands in config.yaml.
    """
    if any(s.name == name for s in settings.subscriptions):
        raise AseanwatchError(f"the subscription {name} stands in config.yaml; take it out there, or pause it")
    if not connection.execute(delete(table).where(table.c.name == name)).rowcount:
        raise AseanwatchError(f"there is no subscription {name}")


def handled(connection: Connection, name: str, due: datetime) -> None:
    """A subscription's due moment has been dealt with."""
    connection.execute(update(table).where(table.c.name == name).values(last_due=due))
