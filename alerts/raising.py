"""Raises alerts: looks at the stories that were seen lately and writes down, once, what is news for whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from alerts.selection import Decision, ReportView, StoryView
from alerts.selection import select as choose
from alerts.subscriptions import known
from crawler.config.settings import Settings
from crawler.store import Store, stories
from crawler.store.articles import topics_of
from crawler.store.schema import alerts, articles, bases
from crawler.store.sources import upsert

REACH = timedelta(days=14)
"""Stories without a report for so long are not looked at again."""


def raise_alerts(store: Store, settings: Settings, now: datetime) -> int:
    """Raise what is news now; gives how many alerts were raised. Raising again raises nothing."""
    with store.writing() as connection:
        views = recent_stories(connection, now - REACH)
        decisions: list[Decision] = []
        for one in known(connection, settings):
            for view in views:
                raised = _raised(connection, one.subscription.name, view)
                decisions += choose(one.subscription, settings.topics, view, one.since, raised)
        return sum(_write(connection, d, now) for d in decisions)


def recent_stories(connection: Connection, since: datetime) -> list[StoryView]:
    """The stories that a report arrived for since then, whole."""
    touched = select(articles.c.story_id).where((articles.c.first_seen >= since) & articles.c.story_id.is_not(None)).distinct()
    return views_of(connection, sorted(connection.scalars(touched)))


def views_of(connection: Connection, ids: Sequence[int]) -> list[StoryView]:
    """Stories as selection looks at them."""
    members = stories.members(connection, ids)
    topics = topics_of(connection, [r.id for rows in members.values() for r in rows])
    keys: dict[int, list[str]] = {}
    for row in connection.execute(select(bases.c.story_id, bases.c.key).order_by(bases.c.id)):
        keys.setdefault(row.story_id, []).append(row.key)
    return [
        StoryView(
            story,
            tuple(
                ReportView(
                    r.id, r.source, r.lang, frozenset(r.countries), {t["name"]: t["score"] for t in topics.get(r.id, ())},
                    r.first_seen, r.duplicate_of is not None,
                )
                for r in rows
            ),
            tuple(keys.get(story, ())),
        )
        for story, rows in sorted(members.items())
    ]  # fmt: skip


def _raised(connection: Connection, subscription: str, view: StoryView) -> set[str]:
    """What a subscription was told already of this story or its bases; an alert of either kind counts as the story's."""
    abouts = [f"base:{b}" for b in view.bases]
    mine = (alerts.c.subscription == subscription) & ((alerts.c.story_id == view.story) | alerts.c.about.in_(abouts))
    rows = connection.execute(select(alerts.c.about, alerts.c.kind, alerts.c.story_id).where(mine)).all()
    told = any(r.story_id == view.story and r.kind != "article" for r in rows)
    return {r.about for r in rows} | ({f"story:{view.story}"} if told else set())


def _write(connection: Connection, decision: Decision, now: datetime) -> int:
    values = {
        "subscription": decision.subscription, "about": decision.about, "kind": decision.kind, "story_id": decision.story,
        "article_id": decision.article, "topics": list(decision.topics), "at": now, "digest_id": None,
    }  # fmt: skip
    written: int = connection.execute(upsert(connection, alerts, values, ["subscription", "about"])).rowcount
    return max(written, 0)
