"""The subscriptions of config.yaml, those that operators added and those of people who signed up, with the state of each."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from pydantic import ValidationError
from sqlalchemy import Connection, Engine, bindparam, delete, insert, select, update

from alerts.subscriptions import reader_states
from alerts.subscriptions.addresses import canonical, once, readable
from alerts.subscriptions.kept_rows import SubscriptionRows, current_rows, rows_of
from crawler.config.complaints import complaints
from crawler.config.mail_addresses import each_address, is_address
from crawler.config.plain import dotted
from crawler.config.section_rules import code_problem, no_address, unknown_name
from crawler.config.settings import Settings, Subscription
from crawler.model import AseanwatchError, Phrase
from crawler.runtime.near import did_you_mean
from crawler.store.schema import opt_outs
from crawler.store.schema import subscriptions as table
from crawler.store.upserts import upsert

log = logging.getLogger("aseanwatch")


@dataclass(frozen=True, slots=True)
class SubscriptionRecord:
    """A subscription and its state.

    Attributes:
        subscription: what is wanted, and how it is delivered.
        since: when it began. Older news is not sent.
        paused: whether nothing is sent for now.
        last_due: the last moment that a digest was due and dealt with.
        added: whether the store holds it, and not config.yaml.
        confirmed: False until a person who signed up has followed the link in the mail.
    """

    subscription: Subscription
    since: datetime
    paused: bool
    last_due: datetime
    added: bool = False
    confirmed: bool = True


def register(connection: Connection, settings: Settings, now: datetime) -> None:
    """Store since when the subscriptions of the configuration exist, so that they get no older news."""
    state = {"since": now, "paused": False, "last_due": now, "added": None, "confirmed": True}
    rows = [{"name": subscription.name, **state} for subscription in settings.subscriptions]
    if rows:
        # What is known already stays: ``since`` is when the
        # subscription began, not when the service started.
        connection.execute(upsert(connection, table, None, ["name"]), rows)
    reader_states.sync_configured_readers(connection, settings.subscriptions)


def load_subscriptions(
    connection: Connection,
    settings: Settings,
    *,
    include_unconfirmed: bool = False,
    only: Collection[str] | None = None,
) -> Sequence[SubscriptionRecord]:
    """The subscriptions in the order of their names: the same object as the last time, where nothing has changed.

    Args:
        connection: to the store.
        settings: the configuration.
        include_unconfirmed: also those that wait to be confirmed, and get nothing yet.
        only: their names; None: all.
    """
    if only is None:
        loaded = _load(connection, settings)
        return loaded.all if include_unconfirmed else loaded.confirmed
    own = {s.name: s for s in settings.subscriptions}
    rows = sorted(rows_of(connection, only), key=lambda row: row.name)
    records = (_record(row, own.get(row.name)) for row in rows)
    return [r for r in records if r is not None and (r.confirmed or include_unconfirmed)]


def subscriptions_by_name(connection: Connection, settings: Settings) -> Mapping[str, SubscriptionRecord]:
    """All confirmed subscriptions by their names."""
    return _load(connection, settings).by_name


@dataclass(frozen=True, slots=True)
class _Loaded:
    """What was made of the rows and the configuration's own subscriptions; None for a row that is left out."""

    rows: SubscriptionRows
    own: Sequence[Subscription]
    records: Mapping[str, SubscriptionRecord | None]
    all: tuple[SubscriptionRecord, ...]
    confirmed: tuple[SubscriptionRecord, ...]
    by_name: Mapping[str, SubscriptionRecord]


_LOADED: WeakKeyDictionary[Engine, _Loaded] = WeakKeyDictionary()
"""A round reads thousands, of which hardly any has changed since the last one."""


def _load(connection: Connection, settings: Settings) -> _Loaded:
    rows, configured = current_rows(connection), settings.subscriptions
    loaded = _LOADED.get(connection.engine)
    # By identity: neither the rows nor what the configuration holds is ever changed in place.
    if loaded is not None and loaded.rows is rows and loaded.own is configured:
        return loaded
    own = {s.name: s for s in configured}
    if loaded is not None and loaded.own is configured and loaded.rows.position == rows.before is not None:
        made = {name: _record(rows.rows[name], own.get(name)) for name in rows.changed & rows.rows.keys()}
        records = {name: made[name] if name in made else loaded.records[name] for name in rows.rows}
    else:
        records = {name: _record(row, own.get(name)) for name, row in rows.rows.items()}
    everyone = tuple(r for r in records.values() if r is not None)
    by_name = {name: r for name, r in records.items() if r is not None and r.confirmed}
    loaded = _Loaded(rows, configured, records, everyone, tuple(by_name.values()), by_name)
    _LOADED[connection.engine] = loaded
    return loaded


def _record(row: Any, own: Subscription | None) -> SubscriptionRecord | None:
    """The subscription of a row, None if it is left out."""
    # The configuration comes first: an operator may have moved an added subscription into it.
    subscription = own or parse_row(row)
    if subscription is None:
        return None
    last = row.last_due or row.since
    return SubscriptionRecord(subscription, row.since, row.paused, last, own is None, row.confirmed)


def names_after(connection: Connection, settings: Settings, name: str) -> list[str]:
    """The names of all subscriptions after a name, in their order, so that a list of thousands can be shown in pages."""
    own = {s.name for s in settings.subscriptions}
    return sorted(n for n in own | set(connection.scalars(select(table.c.name))) if n > name)


@lru_cache(maxsize=20_000)
def _read(written: str) -> Subscription:
    """Parse a stored subscription. It is cached: every round reads thousands of rows that hardly ever change."""
    return Subscription.model_validate_json(written)


def parse_row(row: Any) -> Subscription | None:
    """The subscription in a row; None if config.yaml holds it, or it is not valid any more.

    A subscription that was added under earlier rules may have a time zone or a value that is not allowed now. It must not
    keep all others from being served.
    """
    if not row.added:
        return None
    try:
        return _read(json.dumps(row.added))
    except ValidationError as error:
        log.error("the subscription %s is left out: %s", row.name, _problems(error))
        return None


def find_subscription(
    connection: Connection, settings: Settings, name: str, *, include_unconfirmed: bool = False
) -> SubscriptionRecord:
    """One subscription.

    Raises:
        AseanwatchError: there is none of that name.
    """
    for one in load_subscriptions(connection, settings, include_unconfirmed=include_unconfirmed, only=[name]):
        return one
    raise AseanwatchError(Phrase("there is no subscription %(name)s", name=name))


def _problems(error: ValidationError) -> str:
    return "; ".join(f"{dotted(key)}: {message}" for key, message in complaints(error))


def validated(settings: Settings, values: Mapping[str, Any], kept: Collection[str] = ()) -> Subscription:
    """The subscription of some values, if the configuration can serve it.

    Args:
        settings: the configuration.
        values: the subscription.
        kept: topics that it has already. They may be missing in the configuration.

    Raises:
        AseanwatchError: a value is not allowed.
    """
    try:
        subscription = Subscription.model_validate(values)
    except ValidationError as error:
        raise AseanwatchError(f"subscription {values.get('name')}: {_problems(error)}") from None
    codes = [(c, "language") for c in subscription.languages] + [
        (c, "country") for c in subscription.countries
    ]
    for code, kind in codes:
        if problem := code_problem(code, of=kind):
            raise AseanwatchError(f"subscription {subscription.name}: {problem}")
    named = (*subscription.topics, *subscription.except_topics)
    unknown = [t for t in named if t not in settings.topics and t not in kept]
    channels = {"email", *settings.delivery.channels}
    if unknown:
        raise AseanwatchError(
            f"subscription {subscription.name}: unknown topic {', '.join(unknown)}{did_you_mean(unknown[0], settings.topics)}; allowed: {', '.join(settings.topics)}"
        )
    if subscription.channel not in channels:
        raise AseanwatchError(
            f"subscription {subscription.name}: {unknown_name('channel', subscription.channel, channels)}"
        )
    if subscription.channel == "email":
        if not subscription.to:
            raise AseanwatchError(
                f"subscription {subscription.name}: --to is missing; an email subscription needs an address"
            )
        for text in subscription.to:
            if not is_address(text):
                raise AseanwatchError(
                    f"subscription {subscription.name}: {no_address(text, 'desk@your.domain')}"
                )
            canonical(text)
    return subscription


def add(
    connection: Connection,
    settings: Settings,
    values: Mapping[str, Any],
    now: datetime,
    *,
    confirmed: bool = True,
) -> Subscription:
    """Add a subscription that the configuration does not have.

    Raises:
        AseanwatchError: its name is taken, or a value is not allowed.
    """
    subscription = validated(settings, values)
    if connection.scalar(select(table.c.name).where(table.c.name == subscription.name)) is not None:
        raise AseanwatchError(Phrase("there is a subscription %(name)s already", name=subscription.name))
    added = subscription.model_dump(mode="json")
    row = {
        "name": subscription.name,
        "since": now,
        "paused": False,
        "last_due": now,
        "added": added,
        "confirmed": confirmed,
    }
    connection.execute(insert(table).values(**row))
    for text in subscription.to:
        # Links of an earlier subscription of that name
        reader_states.revoke(connection, subscription.name, text)
    return subscription


def confirm(connection: Connection, name: str, now: datetime) -> None:
    """Send news from now on: the person who signed up owns the address. Confirming again changes nothing."""
    waiting = (table.c.name == name) & ~table.c.confirmed
    connection.execute(
        update(table).where(waiting).values(confirmed=True, paused=False, since=now, last_due=now)
    )


def change(connection: Connection, settings: Settings, name: str, values: Mapping[str, Any]) -> Subscription:
    """Change an added subscription.

    Raises:
        AseanwatchError: it stands in config.yaml, there is none, or a value is not allowed.
    """
    one = find_subscription(connection, settings, name)
    if not one.added:
        raise AseanwatchError(f"the subscription {name} stands in config.yaml; change it there")
    former = one.subscription
    subscription = validated(
        settings,
        {**former.model_dump(mode="json"), **values, "name": name},
        (*former.topics, *former.except_topics),
    )
    connection.execute(
        update(table).where(table.c.name == name).values(added=subscription.model_dump(mode="json"))
    )
    return subscription


def set_paused(connection: Connection, name: str, *, paused: bool) -> None:
    """Pause or resume a subscription.

    Raises:
        AseanwatchError: there is none of that name.
    """
    if not connection.execute(update(table).where(table.c.name == name).values(paused=paused)).rowcount:
        raise AseanwatchError(Phrase("there is no subscription %(name)s", name=name))


def remove(connection: Connection, settings: Settings, name: str) -> None:
    """Remove an added subscription; its past digests stay.

    Raises:
        AseanwatchError: there is none of that name, or it stands in config.yaml.
    """
    if any(s.name == name for s in settings.subscriptions):
        raise AseanwatchError(
            f"the subscription {name} stands in config.yaml; take it out there, or pause it"
        )
    if not connection.execute(delete(table).where(table.c.name == name)).rowcount:
        raise AseanwatchError(Phrase("there is no subscription %(name)s", name=name))


def opt_out(connection: Connection, settings: Settings, name: str, text: str, now: datetime) -> None:
    """Send a reader nothing more of a subscription, and revoke the reader's links to it.

    If nobody else reads the subscription, it is unconfirmed from now on.
    """
    reader_states.revoke(connection, name, text)
    one = next(iter(load_subscriptions(connection, settings, only=[name])), None)
    if one is not None and one.added and {canonical(t) for t in one.subscription.to} == {canonical(text)}:
        # Not deleted: the way back (`rejoin`) confirms the same subscription again.
        connection.execute(update(table).where(table.c.name == name).values(confirmed=False))
        return
    values = {"subscription": name, "address": canonical(text), "at": now}
    connection.execute(upsert(connection, opt_outs, values, ["subscription", "address"]))


def opt_in(connection: Connection, name: str, text: str, now: datetime) -> None:
    """Send a reader news of a subscription again, from now on. Earlier links stay revoked."""
    reader_states.revoke(connection, name, text)
    confirm(connection, name, now)
    mine = canonical(text)
    theirs = opt_outs.c.subscription == name
    # Rows of former versions have the address as it was spelled, so all spellings are found here.
    spelled = [a for a in connection.scalars(select(opt_outs.c.address).where(theirs)) if readable(a) == mine]
    connection.execute(delete(opt_outs).where(theirs & opt_outs.c.address.in_(spelled)))


def load_opt_outs(connection: Connection, names: Sequence[str]) -> frozenset[tuple[str, str]]:
    """The readers who left some subscriptions, as (subscription, canonical address)."""
    rows = connection.execute(
        select(opt_outs.c.subscription, opt_outs.c.address).where(opt_outs.c.subscription.in_(names))
    )
    return frozenset((name, readable(address) or address) for name, address in rows)


def recipients_of(subscription: Subscription, gone: Collection[tuple[str, str]]) -> tuple[str, ...]:
    """The addresses that a subscription is delivered to: each reader once, without those who left.

    A subscription without addresses has one recipient that stands for its channel.
    """
    if not subscription.to:
        return (f"{subscription.name}@localhost",)
    # One text may hold several, where an older version let it pass: nobody's mail is lost.
    each = (one for text in subscription.to for one in each_address(text))
    return once(t for t in each if not gone or (subscription.name, readable(t) or t) not in gone)


def load_recipients(connection: Connection, subscription: Subscription) -> tuple[str, ...]:
    """The addresses that one subscription is delivered to (`recipients_of`)."""
    return recipients_of(subscription, load_opt_outs(connection, [subscription.name]))


def set_last_due(connection: Connection, moments: Mapping[str, datetime]) -> None:
    """Store the due moments that have been dealt with, by subscription."""
    if moments:
        statement = update(table).where(table.c.name == bindparam("of")).values(last_due=bindparam("moment"))
        connection.execute(statement, [{"of": name, "moment": moment} for name, moment in moments.items()])
