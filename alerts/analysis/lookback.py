"""What a subscription would have been told in the last days, had it been there. Nothing is sent or recorded."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from alerts.digests.build import build, facts_of
from alerts.digests.digest import Digest
from alerts.digests.machine_made import helped
from alerts.selection.history import AlertHistory
from alerts.selection.raise_alerts import select_for
from alerts.selection.select import Decision
from alerts.selection.stories import views_of
from alerts.selection.subscription_index import SubscriptionIndex
from alerts.subscriptions.subscriptions import SubscriptionRecord
from crawler.config.settings import Settings, Subscription
from crawler.store.schema import GROUPED, article_topics, articles

MOST_STORIES = 400
"""Stories that are looked at, the latest: a digest shows fewer, and the page must not take long."""


class _Raised(NamedTuple):
    """An alert that would have been raised, as a row of the alerts table."""

    id: int
    kind: str
    about: str
    subject: str
    stage: str | None
    version: int | None
    story_id: int
    article_id: int
    topics: tuple[str, ...]
    at: datetime


def looked_back(
    connection: Connection, settings: Settings, subscription: Subscription, days: int, now: datetime
) -> Digest:
    """The digest of the last days, by the choices of a subscription as they are now.

    Args:
        connection: to the store.
        settings: the configuration.
        subscription: whose choices count; it need not be stored.
        days: how far back.
        now: the present moment.
    """
    since = now - timedelta(days=days)
    record = SubscriptionRecord(subscription, since, paused=False, last_due=since)
    index, nothing = SubscriptionIndex([subscription]), AlertHistory()
    raised = [
        _row(number, decision, now)
        for number, decision in enumerate(
            decision
            for changed in views_of(
                connection,
                _stories_of(connection, settings, subscription, since, now),
                settings.parties.sides,
                imported_too=True,
            )
            if index.candidates(changed.view)
            for decision in select_for(record, settings, changed, nothing).alerts
        )
    ]
    facts = facts_of(connection, raised, helped=helped(settings, [subscription]))
    return build(facts, settings, subscription, raised, since, now)


def _row(number: int, decision: Decision, now: datetime) -> Any:
    columns = decision.key.columns()
    return _Raised(
        id=number,
        kind=columns["kind"],
        about=columns["about"],
        subject=columns["subject"],
        stage=columns["stage"],
        version=columns["version"],
        story_id=decision.story,
        article_id=decision.article,
        topics=decision.topics,
        at=now,
    )


def _stories_of(
    connection: Connection, settings: Settings, subscription: Subscription, since: datetime, now: datetime
) -> list[int]:
    """The latest stories with a report of these days in one of the topics that are asked for."""
    wanted = [t for t in subscription.topics or settings.topics if t not in subscription.except_topics]
    recent = (
        select(articles.c.story_id)
        .where(GROUPED, articles.c.when >= since, articles.c.when <= now)
        .where(
            select(article_topics.c.topic)
            .where(article_topics.c.article_id == articles.c.id, article_topics.c.topic.in_(wanted))
            .exists()
        )
        .order_by(articles.c.when.desc())
        .limit(4 * MOST_STORIES)
    )
    return list(dict.fromkeys(connection.scalars(recent)))[:MOST_STORIES]
