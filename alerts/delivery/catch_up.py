"""After an outage a reader gets one message with all that waited, instead of each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from alerts.channels.failures import Failure
from alerts.delivery.outbox import OutboxItem, of_digest, put, reader_of, values_of, waiting_for
from alerts.delivery.personal import KIND, is_empty, without
from alerts.digests.build import build, facts_of, silent_sources
from alerts.digests.machine_made import helped
from alerts.digests.packing import bodies_of
from alerts.digests.register_moves import register_moves
from alerts.digests.render import Rendered
from alerts.digests.writing import write
from alerts.identity.links import Links
from alerts.subscriptions import reader_feedback
from alerts.subscriptions.addresses import once
from alerts.subscriptions.reader_feedback import NOTHING, Declined
from alerts.subscriptions.subscriptions import SubscriptionRecord, subscriptions_by_name
from crawler.config.settings import Settings
from crawler.store import Store
from crawler.store.schema import alerts, deliveries, digests

KINDS = ("digest", "catch-up", KIND)
"""What may come together; a note or a test comes alone, and so does what was split for a reason."""


def merge_waiting(
    store: Store,
    settings: Settings,
    links: Links | None,
    rows: Sequence[Any],
    now: datetime,
    *,
    is_probe: bool = False,
) -> list[Any]:
    """Merge what waits for a reader of a subscription into one delivery; gives the deliveries to send.

    A delivery that may have arrived already (``in_doubt``) stays as it is: only under its own id
    can its receiver recognise the repeat. While a channel is only tested (``is_probe``), what it
    refused stays apart too: it may be the cause, and must not take later news with it. Readers for
    whom the same digests wait share one message.

    Args:
        store: where everything is kept.
        settings: the configuration.
        links: that write the readers' links.
        rows: deliveries of one channel that are due.
        now: the present moment.
        is_probe: whether this is the one delivery that tests a channel that was down.
    """
    due = {(r.subscription, reader_of(r.recipient)) for r in rows if _may_merge(r, is_probe=is_probe)}
    if not due:
        return list(rows)
    with store.read() as connection:
        # Not only what is due: what waits for its next
        # attempt would otherwise come as a mail of its own.
        waiting = waiting_for(connection, rows[0].channel, {reader for _, reader in due})
    groups: dict[tuple[str, str], list[Any]] = {}
    for row in waiting:
        key = (row.subscription, reader_of(row.recipient))
        if _may_merge(row, is_probe=is_probe) and key in due:
            groups.setdefault(key, []).append(row)
    several = {key: group for key, group in groups.items() if len(group) > 1}
    if not several:
        return list(rows)
    # Readers for whom the same digests wait get the same catch-up: it is built and stored once.
    sets: dict[tuple[str, tuple[int, ...], Declined], list[Any]] = {}
    merged: list[Any] = []
    gone: set[int] = set()
    with store.write() as connection:
        declines = reader_feedback.declined(connection, {subscription for subscription, _ in several})
        for (subscription, reader), group in several.items():
            same = (subscription, tuple(sorted({r.digest_id for r in group})))
            sets.setdefault((*same, declines.get((subscription, reader), NOTHING)), []).extend(group)
        # One transaction for all: a crash in between leaves
        # either the old deliveries or the new one.
        this = _Merging(settings, links, now, silent_sources(connection, settings))
        everyone = subscriptions_by_name(connection, settings)
        for (subscription, ids, declined), group in sets.items():
            # A subscription that was removed meanwhile has no
            # settings to build by; its digests go as they are.
            if subscription in everyone:
                number = _merge(connection, this, everyone[subscription], ids, group, declined)
                gone |= {r.id for r in group}
                merged += of_digest(connection, number)
    return [r for r in rows if r.id not in gone] + merged


def _may_merge(row: Any, *, is_probe: bool) -> bool:
    return row.kind in KINDS and not row.in_doubt and not (is_probe and row.failure == Failure.FORBIDDEN)


@dataclass(frozen=True, slots=True)
class _Merging:
    """What all messages of one round of merging share."""

    settings: Settings
    links: Links | None
    now: datetime
    silent: tuple[str, ...]


def _merge(
    connection: Connection,
    this: _Merging,
    one: SubscriptionRecord,
    ids: Sequence[int],
    group: Sequence[Any],
    declined: Declined,
) -> int:
    old = connection.execute(select(digests).where(digests.c.id.in_(ids))).all()
    # A catch-up may be merged again. Alerts are marked with the first digest, so that one is named.
    covers = sorted({c for row in old for c in (row.covers or [row.id])})
    covered = list(
        connection.execute(select(alerts).where(alerts.c.digest_id.in_(covers)).order_by(alerts.c.id))
    )
    contents = [values_of(body.content) for body in bodies_of(connection, old).values()]
    # A digest from before contents were stored, or older than storage.keep, has no content.
    start = min((c.start for c in contents if c is not None), default=one.last_due)
    facts = facts_of(connection, covered, this.silent, helped(this.settings, [one.subscription]))
    whole = build(
        facts,
        this.settings,
        one.subscription,
        covered,
        start,
        this.now,
        catches_up=True,
        register=register_moves(connection, this.settings, one.subscription, start, one.last_due),
    )
    digest = without(whole, declined)
    if is_empty(digest):  # all of it was on its way before it was declined
        digest = whole
    rendered: Rendered = write(this.settings, this.links, digest)
    recipients = once(r.recipient for r in reversed(group))  # spelled as in the latest
    item = OutboxItem(
        subscription=one.subscription.name,
        channel=group[0].channel,
        recipients=recipients,
        due=this.now,
        made=this.now,
        rendered=rendered,
        kind="catch-up",
        digest=digest,
        covers=covers,
    )
    (number,) = put(connection, this.settings.delivery, this.links, [item])
    into = {row.recipient: row.id for row in of_digest(connection, number)}
    for recipient in recipients:
        # The group may hold one reader in several spellings, which are one delivery now.
        mine = [r for r in group if reader_of(r.recipient) == reader_of(recipient)]
        connection.execute(
            update(deliveries)
            .where(deliveries.c.id.in_([r.id for r in mine]))
            .values(status="merged", merged_into=into[recipient])
        )
        # The new delivery inherits age and attempts:
        # otherwise merging would postpone giving up for ever.
        kept = {
            "attempts": max(r.attempts for r in mine),
            "first_try": min((r.first_try for r in mine if r.first_try), default=None),
        }
        connection.execute(update(deliveries).where(deliveries.c.id == into[recipient]).values(**kept))
    return number
