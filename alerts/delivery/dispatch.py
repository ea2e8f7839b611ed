"""Makes what is due now and sends the outbox: from alerts to digests to deliveries to inboxes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, func, or_, select, update

from alerts.delivery.outbox import OutboxItem, put, reader_of
from alerts.delivery.personal import covering, personal
from alerts.delivery.result import DispatchResult
from alerts.delivery.send import Sender
from alerts.digests.build import build, facts_of, silent_sources
from alerts.digests.digest import Digest
from alerts.digests.machine_made import helped
from alerts.digests.register_moves import register_moves
from alerts.digests.render import Rendered
from alerts.digests.wording import words
from alerts.digests.writing import write
from alerts.identity.links import Links, links_of
from alerts.model import BASE_KINDS, AlertKey, AlertKind
from alerts.selection.raise_alerts import raise_alerts
from alerts.selection.timing import is_due
from alerts.subscriptions import reader_feedback
from alerts.subscriptions.reader_states import paused_readers
from alerts.subscriptions.subscriptions import (
    SubscriptionRecord,
    load_opt_outs,
    load_recipients,
    load_subscriptions,
    recipients_of,
    set_last_due,
)
from crawler.config.settings import Settings
from crawler.store import Store, stories
from crawler.store.bulk import chunks
from crawler.store.schema import alerts, deliveries, subscriptions


def dispatch(
    store: Store, settings: Settings, now: datetime, sender: Sender | None = None, *, tell_old: bool = False
) -> DispatchResult:
    """Raise alerts, make the digests that are due, send the outbox. Doing it again does nothing twice.

    Args:
        store: where everything is kept.
        settings: the configuration.
        now: the present moment.
        sender: keeps connections between rounds; without one they are ended.
        tell_old: also what is too old to be news.
    """
    # Each step commits by itself. If one dies, the next round finds what
    # is left: alerts without a digest, deliveries that are pending.
    raised = raise_alerts(store, settings, now, tell_old=tell_old)
    made = make_due(store, settings, now)
    own = sender or Sender(store, settings)
    try:
        done = own.send_due(now)
    finally:
        if sender is None:
            own.close()
    return DispatchResult(alerts=raised, digests=made) + done


TOGETHER = 25
"""Subscriptions whose digests are made in one transaction. More would hold the writer lock longer; fewer would read the
stories that they share more often."""


def due_now(
    store: Store, settings: Settings, now: datetime, only: Collection[str] | None = None
) -> list[tuple[SubscriptionRecord, datetime]]:
    """The subscriptions, or those named, that are to be told something now, each with the moment that it is due for."""
    with store.read() as connection:
        everyone = load_subscriptions(connection, settings, only=only)
        # What is no news makes no digest of its own: it waits for one with news.
        undelivered = alerts.c.digest_id.is_(None) & (alerts.c.kind != AlertKind.OLD)
        waiting = set(connection.scalars(select(alerts.c.subscription).where(undelivered).distinct()))
    return [
        (one, moment)
        for one in everyone
        if (moment := _due(settings, one, now, one.subscription.name in waiting))
    ]


def make_due(
    store: Store,
    settings: Settings,
    now: datetime,
    only: Collection[str] | None = None,
    made: Callable[[Connection, Collection[str]], None] = lambda connection, channels: None,
) -> int:
    """Make the digests of all subscriptions that are due; gives how many.

    A digest, its deliveries and the mark on its alerts are written in one transaction.

    Args:
        store: where everything is kept.
        settings: the configuration.
        now: the present moment.
        only: only these subscriptions.
        made: called inside the transaction with the channels that now have deliveries.
    """
    due = due_now(store, settings, now, only)
    if not due:
        return 0
    with store.read() as connection:
        silent = silent_sources(connection, settings)
    links = links_of(settings, store)
    count = 0
    for part in chunks(due, TOGETHER):
        with store.write() as connection:
            count += _make(connection, settings, links, part, now, silent)
            # In the same transaction: a task that sends is
            # enqueued if and only if there is something to send.
            made(connection, {one.subscription.channel for one, _ in part})
    return count


def _due(settings: Settings, one: SubscriptionRecord, now: datetime, is_waited_for: bool) -> datetime | None:
    if one.paused or (one.subscription.when.kind == "instant" and not is_waited_for):
        return None
    return is_due(one.subscription, settings.zone_of(one.subscription), one.last_due, now)


def _make(
    connection: Connection,
    settings: Settings,
    links: Links | None,
    due: Sequence[tuple[SubscriptionRecord, datetime]],
    now: datetime,
    silent: tuple[str, ...],
) -> int:
    names = [one.subscription.name for one, _ in due]
    rows = (
        select(subscriptions.c.name, subscriptions.c.last_due)
        .where(subscriptions.c.name.in_(names))
        # Locked against another worker that renders the same subscription. SQLite has no
        # row locks and needs none: there the whole transaction is the only one that writes.
        .with_for_update()
    )
    last_due = {name: last for name, last in connection.execute(rows)}
    # Another process may have made one of them since ``due`` was read; the rows are locked now.
    due = [
        (one, moment) for one, moment in due if last_due.get(one.subscription.name) in (None, one.last_due)
    ]
    waiting = _waiting(connection, names)
    readers = helped(settings, (one.subscription for one, _ in due))
    facts = facts_of(connection, (a for rows in waiting.values() for a in rows), silent, readers)
    # Read in the transaction that writes the deliveries: whoever left before it gets nothing more.
    resting = load_opt_outs(connection, names) | paused_readers(connection, names)
    declines = reader_feedback.declined(connection, names)
    items: list[OutboxItem] = []
    items_of_some: list[list[OutboxItem]] = []
    alerts_of_items: list[list[Any]] = []
    for one, moment in due:
        subscription, mine = one.subscription, waiting.get(one.subscription.name, [])
        recipients = recipients_of(subscription, resting)
        # News without recipients makes a digest all the same: a
        # reader who paused gets it on return (`personal.put_missed`).
        # Until the moment that it is due for, with which the next one begins, and not until it is made.
        register = register_moves(connection, settings, subscription, one.last_due, moment)
        if not mine and not register and not (subscription.sign_of_life and recipients):
            continue
        digest = build(facts, settings, subscription, mine, one.last_due, now, register=register)
        whole = OutboxItem(
            subscription=subscription.name,
            channel=subscription.channel,
            recipients=recipients,
            due=moment,
            made=now,
            rendered=write(settings, links, digest),
            digest=digest,
            references=_earlier_messages(connection, subscription.name, mine),
        )
        item, of_some = personal(settings, links, whole, declines, empty_too=subscription.sign_of_life)
        items.append(item)
        items_of_some.append(of_some)
        alerts_of_items.append(mine)
    numbers = put(connection, settings.delivery, links, items)
    standing_in = zip(items_of_some, numbers, strict=True)
    put(connection, settings.delivery, links, [one for some, n in standing_in for one in covering(some, n)])
    # The mark on the alerts, in the same transaction: an
    # alert is in one digest, also after a crash.
    marks = [
        {"alert": a.id, "digest": number}
        for number, mine in zip(numbers, alerts_of_items, strict=True)
        for a in mine
    ]
    if marks:
        statement = (
            update(alerts).where(alerts.c.id == bindparam("alert")).values(digest_id=bindparam("digest"))
        )
        connection.execute(statement, marks)
    # Also where there was no news: otherwise the subscription would be due again in each round.
    set_last_due(connection, {one.subscription.name: moment for one, moment in due})
    return len(items)


def _waiting(connection: Connection, names: Sequence[str]) -> dict[str, list[Any]]:
    """The alerts of subscriptions that are in no digest yet, by subscription."""
    found: dict[str, list[Any]] = {}
    mine = alerts.c.subscription.in_(names) & alerts.c.digest_id.is_(None)
    for row in connection.execute(select(alerts).where(mine).order_by(alerts.c.id)):
        found.setdefault(row.subscription, []).append(row)
    return found


def _earlier_messages(
    connection: Connection, subscription: str, waiting: Sequence[Any]
) -> dict[str, list[str]]:
    """The earlier messages about the one story of a digest or about its base, by reader: they form a thread.

    A digest of several stories begins a thread of its own.
    """
    of_stories = {a.story_id for a in waiting}
    if len(of_stories) != 1:
        return {}
    (story,) = of_stories
    bases = sorted({base for a in waiting if (base := AlertKey.of_row(a).base) is not None})
    # A story that was split off continues the thread of the one that it came from.
    same = or_(
        alerts.c.story_id.in_({story, *stories.ancestors(connection, [story]).get(story, ())}),
        alerts.c.subject.in_(bases) & alerts.c.kind.in_(BASE_KINDS),
    )
    mine = (alerts.c.subscription == subscription) & alerts.c.digest_id.is_not(None) & same
    before = set(connection.scalars(select(alerts.c.digest_id).where(mine)))
    if not before:
        return {}
    # Digests with several stories are left out: their thread would tie unrelated news together.
    of_one = select(alerts.c.digest_id).where(alerts.c.digest_id.in_(before)).group_by(alerts.c.digest_id)
    alone = of_one.having(func.count(alerts.c.story_id.distinct()) == 1)
    sent = select(deliveries.c.recipient, deliveries.c.message_id).where(
        deliveries.c.status == "sent", deliveries.c.digest_id.in_(alone)
    )
    found: dict[str, list[str]] = {}
    for recipient, identity in connection.execute(sent.order_by(deliveries.c.id)):
        # By reader, since each has Message-IDs of their own: those of others would make no thread.
        found.setdefault(reader_of(recipient), []).append(identity)
    return found


def next_digest(connection: Connection, settings: Settings, one: SubscriptionRecord, now: datetime) -> Digest:
    """What a subscription would be told if it were due now; nothing is changed."""
    waiting = _waiting(connection, [one.subscription.name]).get(one.subscription.name, [])
    silent = silent_sources(connection, settings)
    facts = facts_of(connection, waiting, silent, helped(settings, [one.subscription]))
    register = register_moves(connection, settings, one.subscription, one.last_due, now)
    return build(facts, settings, one.subscription, waiting, one.last_due, now, register=register)


def preview(connection: Connection, settings: Settings, one: SubscriptionRecord, now: datetime) -> Rendered:
    """The same, rendered without anybody's links."""
    return write(settings, None, next_digest(connection, settings, one, now))


class PutTest(NamedTuple):
    """A digest that was put into the outbox as a test: its number and its subject."""

    digest: int
    subject: str


def put_test(
    connection: Connection,
    settings: Settings,
    links: Links | None,
    one: SubscriptionRecord,
    to: str | None,
    now: datetime,
) -> PutTest:
    """Put the next digest into the outbox at once, marked as a test; what it tells counts as told to nobody.

    Args:
        connection: a connection that writes.
        settings: the configuration.
        links: the links of the service, where it has any.
        one: the subscription.
        to: where it goes; None: to the subscription's readers.
        now: the present moment.
    """
    recipients = (to,) if to else load_recipients(connection, one.subscription)
    digest = next_digest(connection, settings, one, now)
    marked = _marked(write(settings, links, digest), one.subscription.language)
    item = OutboxItem(
        subscription=one.subscription.name,
        channel=one.subscription.channel,
        recipients=recipients,
        due=now,
        made=now,
        rendered=marked,
        kind="test",
        digest=digest,
    )
    (number,) = put(connection, settings.delivery, links, [item])
    return PutTest(number, marked.subject)


def _marked(rendered: Rendered, language: str) -> Rendered:
    """The same, with a line that says that it is a test."""
    say = words(language)
    line = say.gettext("This is a test. What it tells will come again when it is due.")
    html = rendered.html.replace(
        "<main", f'<p style="margin:0;padding:8px 16px;background:#8a5a00;color:#fff">{line}</p><main', 1
    )
    return Rendered(
        say.gettext("[Test] %(subject)s", subject=rendered.subject), html, f"{line}\n\n{rendered.text}"
    )
