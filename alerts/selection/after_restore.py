"""What was told between a copy of the store and the moment it was put back: it is not told a second time.

The copy does not know what was told after it. Until a moment, ``covered_until``, the lost store worked; what a subscription was due to
be told by then counts as told: messages and alerts that wait in the copy, and news that is crawled again, by when it was
published. It is marked and not dropped without a trace, so that later reports of the same story are no news either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, insert, select, update

from alerts.selection.timing import latest_due, was_due
from alerts.subscriptions.subscriptions import SubscriptionRecord, load_subscriptions, set_last_due
from crawler.config.settings import Settings
from crawler.store.schema import alerts, articles, deliveries, digests, polls, restores

KIND = "restored"
"""The kind of the digest that stands for what was told before a restore. It has no deliveries, and no list shows it."""
FIRST_POLLS = timedelta(hours=1)
"""After a restore every source is asked once, all within this time of the first: what they list then may be old."""
REMEMBERED = timedelta(days=60)
"""A restore that is older concerns no news: it is too old for every subscription."""
WHY = "it may have been sent before the copy of the store was put back; aseanwatch deliveries retry %(id)s sends it"


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


def keep_quiet(
    connection: Connection,
    settings: Settings,
    file: Path,
    taken: datetime,
    covered_until: datetime,
    now: datetime,
) -> KeptQuiet:
    """Note a restore, and mark what waits in the copy and was due by then.

    Args:
        connection: a transaction of the restored store.
        settings: the configuration.
        file: the copy.
        taken: the state that it has.
        covered_until: when the lost store last worked; ``taken`` if everything is to be told again.
        now: the present moment.
    """
    values = {"at": now, "file": str(file), "taken": taken, "covered_until": covered_until}
    connection.execute(insert(restores), [values])
    if covered_until <= taken:
        return KeptQuiet(0, 0)
    late = (deliveries.c.status == "pending") & (deliveries.c.next_try <= covered_until)
    waiting = connection.scalars(select(deliveries.c.id).where(late)).all()
    for number in waiting:
        quiet = update(deliveries).where(deliveries.c.id == number)
        connection.execute(quiet.values(status="dropped", error=WHY % {"id": number}, in_doubt=True))
    everyone = {one.subscription.name: one for one in load_subscriptions(connection, settings)}
    undigested = connection.execute(select(alerts).where(alerts.c.digest_id.is_(None))).all()
    covered = [
        row.id
        for row in undigested
        if (one := everyone.get(row.subscription)) and _was_due(settings, one, row.at, covered_until)
    ]
    by_name = {row.id: row.subscription for row in undigested}
    numbers = stand_ins(connection, {by_name[number] for number in covered}, now)
    for number in covered:
        mark = update(alerts).where(alerts.c.id == number)
        connection.execute(mark.values(digest_id=numbers[by_name[number]]))
    _move_due_moments(connection, settings, everyone, covered_until)
    return KeptQuiet(len(waiting), len(covered))


def _was_due(settings: Settings, one: SubscriptionRecord, since: datetime, until: datetime) -> bool:
    return not one.paused and was_due(one.subscription, settings.zone_of(one.subscription), since, until)


def _move_due_moments(
    connection: Connection, settings: Settings, everyone: Mapping[str, SubscriptionRecord], until: datetime
) -> None:
    """Digests that were due by then are due no more, also those that have no news in them."""
    moved = {}
    for name, one in everyone.items():
        subscription = one.subscription
        due = latest_due(subscription.when, settings.zone_of(subscription), until, subscription.days_off)
        if due is not None and due > one.last_due:
            moved[name] = due
    set_last_due(connection, moved)


def gap(connection: Connection, now: datetime) -> RestoreGap | None:
    """The gap that the latest restore left; None if there is none that concerns news of today."""
    newest = select(restores).where(restores.c.at > now - REMEMBERED).order_by(restores.c.id.desc()).limit(1)
    row = connection.execute(newest).first()
    if row is None or row.covered_until <= row.taken:
        return None
    first = connection.scalar(select(func.min(polls.c.at)).where(polls.c.at > row.at))
    return RestoreGap(row.taken, row.covered_until, row.at, first)


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
    lost = gap(connection, now)
    if lost is None or not raised:
        return {}
    columns = (articles.c.id, articles.c.published, articles.c.listed, articles.c.first_seen)
    numbers = {row["article_id"] for row in raised}
    found = {r.id: r for r in connection.execute(select(*columns).where(articles.c.id.in_(numbers)))}
    covered = []
    for row in raised:
        article, one = found.get(row["article_id"]), everyone.get(row["subscription"])
        if article is None or one is None:
            continue
        since = lost.known_since(article.published, article.listed or article.first_seen)
        if since is not None and _was_due(settings, one, since, lost.covered_until):
            covered.append(row)
    made = stand_ins(connection, {row["subscription"] for row in covered}, now)
    return {(row["subscription"], row["about"]): made[row["subscription"]] for row in covered}


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
