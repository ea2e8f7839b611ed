"""The subscriptions of config.yaml, those that operators added and those of people who signed up, with the state of each."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from pydantic import ValidationError
from sqlalchemy import Connection, String, bindparam, delete, insert, select, type_coerce, update

from alerts.subscriptions import reader_states
from alerts.subscriptions.addresses import canonical, once, readable
from crawler.config.complaints import complaints
from crawler.config.mail_addresses import each_address, is_address
from crawler.config.plain import dotted
from crawler.config.section_rules import code_problem, no_address, unknown_name
from crawler.config.settings import Settings, Subscription
from crawler.model import AseanwatchError, Phrase
from crawler.runtime.near import did_you_mean
from crawler.store.bulk import chunks
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
) -> list[SubscriptionRecord]:
    """The subscriptions in the order of their names.

    Args:
        connection: to the store.
        settings: the configuration.
        include_unconfirmed: also those that wait to be confirmed, and get nothing yet.
        only: their names; None: all.
    """
    own = {s.name: s for s in settings.subscriptions}
    rows = connection.execute(_AS_STORED if only is None else _AS_STORED.where(table.c.name.in_(only))).all()
    records = {row.name: _remembered(row, own.get(row.name)) for row in rows}
    changed = [name for name, record in records.items() if record is None]
    # All at once where most are new: in portions that would read no less.
    parts: Iterable[Collection[str] | None] = [only] if len(changed) > _MANY else chunks(changed)
    for part in parts:
        records |= _records(connection, own, part)
    if only is None and len(_REMEMBERED) > len(rows):
        for name in _REMEMBERED.keys() - records.keys():
            _REMEMBERED.pop(name, None)
    return [r for r in records.values() if r is not None and (r.confirmed or include_unconfirmed)]


# A row as the database has it: comparing it takes a
# fraction of what parsing its moments and its JSON takes.
_STORED = [type_coerce(c, String).label(f"{c.name}_stored") for c in table.c if c is not table.c.name]
_AS_STORED = select(table.c.name, *_STORED).order_by(table.c.name)
_READ = select(table, *_STORED)
_MANY = 1000


class _Remembered(NamedTuple):
    stored: tuple[Any, ...]
    own: Subscription | None
    record: SubscriptionRecord


_REMEMBERED: dict[str, _Remembered] = {}
"""What was made of each row: a round reads thousands, of which hardly any has changed since the last one.

Each holds the row that it was made of, so it is right for whatever store has that row."""


def _remembered(row: Any, own: Subscription | None) -> SubscriptionRecord | None:
    """What was made of a row, if it and the configuration's own subscription are the same as then."""
    known = _REMEMBERED.get(row.name)
    return known.record if known and known.own is own and known.stored == tuple(row)[1:] else None


def _records(
    connection: Connection, own: Mapping[str, Subscription], names: Collection[str] | None
) -> dict[str, SubscriptionRecord | None]:
    """The subscriptions of some rows, None for one that is left out; each is remembered with its row."""
    found: dict[str, SubscriptionRecord | None] = {}
    for row in connection.execute(_READ if names is None else _READ.where(table.c.name.in_(names))):
        # The configuration comes first: an operator may have moved an added subscription into it.
        mine = own.get(row.name)
        subscription = mine or parse_row(row)
        found[row.name] = None
        if subscription is not None:
            last = row.last_due or row.since
            record = SubscriptionRecord(
                subscription, row.since, row.paused, last, mine is None, row.confirmed
            )
            found[row.name] = record
            _REMEMBERED[row.name] = _Remembered(tuple(row)[-len(_STORED) :], mine, record)
    return found


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
