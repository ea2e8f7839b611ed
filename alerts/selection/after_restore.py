"""What was told between a copy of the store and the moment it was put back: it is not told a second time.

The copy does not know what was told after it. Where the store before it could still be read, that says what it sent
(`replaced_store`). Where it was lost, all that is known is until when it worked, ``covered_until``: what a subscription was due to
be told by then counts as told, messages and alerts that wait in the copy, and news that is crawled again, by when it was
published. It is marked and not dropped without a trace, so that later reports of the same story are no news either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, select, update

from alerts.selection.replaced_store import ReplacedStore, first_poll_after, sent_before
from alerts.selection.timing import latest_due, was_due
from alerts.subscriptions.subscriptions import SubscriptionRecord, set_last_due
from crawler.config.settings import Settings
from crawler.store.schema import alerts, articles, deliveries, digests, restores

KIND = "restored"
"""The kind of the digest that stands for what was told before a restore. It has no deliveries, and no list shows it."""
FIRST_POLLS = timedelta(hours=1)
"""After a restore every source is asked once, all within this time of the first: what they list then may be old."""
REMEMBERED = timedelta(days=60)
"""A restore that is older concerns no news: it is too old for every subscription."""
WHY = "it may have been sent before the copy of the store was put back; aseanwatch deliveries retry %(id)s sends it"
_RESULTS = ("sent", "failed", "dropped")


class KeptQuiet(NamedTuple):
    """How much of a copy is not sent again."""

    deliveries: int
    alerts: int


@dataclass(frozen=True, slots=True)
class RestoreGap:
    """The time that a store lost: from the copy (``taken``) until when the lost store still worked (``covered_until``).

    Attributes:
        taken: the state that the copy has.
        covered_until: what was due by then was told.
        at: when the copy was put back.
        first_poll: the first poll afterwards; None until there is one.
    """

    taken: datetime
    covered_until: datetime
    at: datetime
    first_poll: datetime | None = None

    def known_since(self, published: datetime | None, listed: datetime) -> datetime | None:
        """Since when the lost store can have known a report that is listed after the restore; None if it cannot.

        Args:
            published: when the report says that it was published.
            listed: when a source first listed it, as this store knows.
        """
        if listed <= self.at:
            return min(listed, self.covered_until)
        if published is not None and published > self.covered_until:
            return None
        is_day = published is not None and published.timetz().replace(tzinfo=None) == time()
        if published is not None and (not is_day or published + timedelta(days=1) <= self.covered_until):
            return max(published, self.taken)
        # Without an hour: what the sources list at once was there before, what comes later is new.
        is_first = self.first_poll is None or listed <= self.first_poll + FIRST_POLLS
        return self.taken if is_first else None


def marked(
    connection: Connection,
    settings: Settings,
    everyone: Mapping[str, SubscriptionRecord],
    lost: Sequence[RestoreGap],
    replaced: ReplacedStore | None,
    now: datetime,
) -> KeptQuiet:
    """Mark what waits in a copy that was put back, and was sent by the store before.

    Args:
        connection: a transaction of the restored store.
        settings: the configuration.
        everyone: the subscriptions by name.
        lost: the gaps that the copy does not know of itself.
        replaced: what the store in whose place it came had sent, where that could be read.
        now: the present moment.
    """
    until = max((gap.covered_until for gap in lost), default=None)
    messages = 0
    for row in connection.execute(select(deliveries).where(deliveries.c.status == "pending")).all():
        known = replaced.deliveries.get(row.message_id) if replaced is not None else None
        if known is None and until is not None and row.next_try <= until:
            values = {"status": "dropped", "error": WHY % {"id": row.id}, "in_doubt": True}
        elif known is not None and known["status"] in _RESULTS:
            values = dict(known)
        elif known is not None and (known["status"] != "pending" or known["in_doubt"]):
            # It went on in another row, merged or in parts, which the copy does not have.
            values = {"status": "dropped", "error": WHY % {"id": row.id}, "in_doubt": True}
        else:
            continue
        messages += 1
        connection.execute(update(deliveries).where(deliveries.c.id == row.id).values(**values))
    undigested = connection.execute(select(alerts).where(alerts.c.digest_id.is_(None))).all()
    sent = sent_before(connection, [dict(row._mapping) for row in undigested])
    covered = []
    for row in undigested:
        one = everyone.get(row.subscription)
        was_sent = (
            replaced.digested.get((row.subscription, row.about, row.at)) if replaced is not None else None
        )
        if one is None or was_sent is False:
            continue
        by_gap = any(_was_due(settings, one, row.at, gap.covered_until) for gap in lost)
        if was_sent or (row.subscription, row.about) in sent or by_gap:
            covered.append(row)
    numbers = stand_ins(connection, {row.subscription for row in covered}, now)
    for row in covered:
        mark = update(alerts).where(alerts.c.id == row.id)
        connection.execute(mark.values(digest_id=numbers[row.subscription]))
    _move_due_moments(connection, settings, everyone, until, replaced)
    return KeptQuiet(messages, len(covered))


def _was_due(settings: Settings, one: SubscriptionRecord, since: datetime, until: datetime) -> bool:
    return not one.paused and was_due(one.subscription, settings.zone_of(one.subscription), since, until)


def _move_due_moments(
    connection: Connection,
    settings: Settings,
    everyone: Mapping[str, SubscriptionRecord],
    until: datetime | None,
    replaced: ReplacedStore | None,
) -> None:
    """Digests that were dealt with are due no more, also those that had no news in them."""
    moved = {}
    for name, one in everyone.items():
        when, zone = one.subscription.when, settings.zone_of(one.subscription)
        due = [
            latest_due(when, zone, until, one.subscription.days_off) if until is not None else None,
            replaced.due.get(name) if replaced is not None else None,
        ]
        latest = max((moment for moment in due if moment is not None), default=None)
        if latest is not None and latest > one.last_due:
            moved[name] = latest
    set_last_due(connection, moved)


def gaps(connection: Connection, now: datetime) -> list[RestoreGap]:
    """The gaps that restores left, and that concern news of today.

    All of them, not the last one alone: a copy that was made after a restore knows no more of what the store before that
    restore had told than it did then.
    """
    rows = connection.execute(select(restores).where(restores.c.at > now - REMEMBERED))
    return [
        RestoreGap(
            row.taken,
            row.covered_until,
            row.at,
            row.first_poll or first_poll_after(connection, row.at),
        )
        for row in rows
        if row.covered_until > row.taken
    ]


def covered_before(
    connection: Connection,
    settings: Settings,
    everyone: Mapping[str, SubscriptionRecord],
    raised: Sequence[Mapping[str, Any]],
    now: datetime,
) -> dict[tuple[str, str], int]:
    """Of alerts that are to be raised: the digests that stand for those told before a restore, by subscription and matter.

    Args:
        connection: a transaction.
        settings: the configuration.
        everyone: the subscriptions by name.
        raised: the alerts as rows.
        now: the present moment.
    """
    if not raised:
        return {}
    lost = gaps(connection, now)
    sent = sent_before(connection, raised)
    found = {}
    if lost:
        columns = (articles.c.id, articles.c.published, articles.c.listed, articles.c.first_seen)
        numbers = {row["article_id"] for row in raised}
        found = {r.id: r for r in connection.execute(select(*columns).where(articles.c.id.in_(numbers)))}
    covered = []
    for row in raised:
        article, one = found.get(row["article_id"]), everyone.get(row["subscription"])
        if (row["subscription"], row["about"]) in sent or (
            article is not None and one is not None and _in_a_gap(settings, one, article, lost)
        ):
            covered.append(row)
    made = stand_ins(connection, {row["subscription"] for row in covered}, now)
    return {(row["subscription"], row["about"]): made[row["subscription"]] for row in covered}


def _in_a_gap(settings: Settings, one: SubscriptionRecord, article: Any, lost: Sequence[RestoreGap]) -> bool:
    listed = article.listed or article.first_seen
    known = ((gap.known_since(article.published, listed), gap.covered_until) for gap in lost)
    return any(since is not None and _was_due(settings, one, since, until) for since, until in known)


def stand_ins(connection: Connection, names: set[str], now: datetime) -> dict[str, int]:
    """For each subscription a digest that stands for what was told before; made where there is none of this moment."""
    found = {}
    for name in sorted(names):
        mine = (digests.c.subscription == name) & (digests.c.kind == KIND)
        number = connection.scalar(select(digests.c.id).where(mine).order_by(digests.c.id.desc()).limit(1))
        if number is None:
            # No digest is due at such a moment: the pair of subscription and moment is unique.
            due = now.replace(microsecond=123_457)
            values = {
                "subscription": name, "due": due, "made": now, "subject": "", "html": "", "text": "", "kind": KIND, "envelope": {}, "covers": [],
            }  # fmt: skip
            connection.execute(insert(digests), [values])
            number = connection.scalar(
                select(digests.c.id).where(mine).order_by(digests.c.id.desc()).limit(1)
            )
        assert number is not None
        found[name] = number
    return found
