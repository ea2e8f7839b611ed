"""Raises alerts: looks at the stories that were seen lately and writes down, once, what is news for whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from alerts.selection import Decision, ReportView, StoryView
from alerts.selection import select as choose
from alerts.subscriptions import known
from crawler.config.settings import Settings
from crawler.store import Store, stories
from crawler.store.articles import topics_of
from crawler.store.schema import alerts, articles, marks
from crawler.store.sources import upsert

MARK = "alerts raised"
VIEWED = ("id", "source", "lang", "countries", "first_seen", "duplicate_of")
OVERLAP = 200
"""Articles before the mark that are looked at again: where several write, a smaller id can become visible later."""
Raised = dict[str, list[Any]]
"""The alerts so far of each subscription."""


def raise_alerts(store: Store, settings: Settings, now: datetime) -> int:
    """Raise what is news now; gives how many alerts were raised. Raising again raises nothing."""
    with store.reading() as connection:
        if not _new_articles(connection):
            return 0
    with store.writing() as connection:
        newest = connection.scalar(select(func.max(articles.c.id)))
        views = views_of(connection, _touched(connection))
        raised = _raised(connection, views)
        decisions: list[Decision] = []
        for one in known(connection, settings):
            mine = raised.get(one.subscription.name, [])
            for view in views:
                decisions += choose(one.subscription, settings.topics, view, one.since, _told(mine, view))
        connection.execute(upsert(connection, marks, {"name": MARK, "value": newest}, ["name"], ["value"]))
        return sum(_write(connection, d, now) for d in decisions)


def _mark(connection: Connection) -> int:
    return connection.scalar(select(marks.c.value).where(marks.c.name == MARK)) or 0


def _new_articles(connection: Connection) -> bool:
    return (connection.scalar(select(func.max(articles.c.id))) or 0) > _mark(connection)


def _touched(connection: Connection) -> list[int]:
    """The stories that a report arrived for since alerts were last raised."""
    since = (articles.c.id > _mark(connection) - OVERLAP) & articles.c.story_id.is_not(None)
    return sorted(connection.scalars(select(articles.c.story_id).where(since).distinct()))


def views_of(connection: Connection, ids: Sequence[int]) -> list[StoryView]:
    """Stories as selection looks at them."""
    members = stories.members(connection, ids, VIEWED)
    topics = topics_of(connection, [r.id for rows in members.values() for r in rows])
    keys = stories.base_keys(connection, ids)
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


def _raised(connection: Connection, views: Sequence[StoryView]) -> Raised:
    """The alerts that were raised of stories or their bases."""
    found: Raised = {}
    for start in range(0, len(views), 300):
        part = views[start : start + 300]
        of_stories = alerts.c.story_id.in_([v.story for v in part])
        of_bases = alerts.c.about.in_([f"base:{b}" for v in part for b in v.bases])
        columns = select(alerts.c.subscription, alerts.c.about, alerts.c.kind, alerts.c.story_id)
        for row in connection.execute(columns.where(of_stories | of_bases)):
            found.setdefault(row.subscription, []).append(row)
    return found


def _told(raised: Sequence[Any], view: StoryView) -> set[str]:
    """What was told already of one story or its bases; an alert of either kind counts as the story's."""
    abouts = {f"base:{b}" for b in view.bases}
    rows = [r for r in raised if r.story_id == view.story or r.about in abouts]
    told = any(r.story_id == view.story and r.kind != "article" for r in rows)
    return {r.about for r in rows} | ({f"story:{view.story}"} if told else set())


def _write(connection: Connection, decision: Decision, now: datetime) -> int:
    values = {
        "subscription": decision.subscription, "about": decision.about, "kind": decision.kind, "story_id": decision.story,
        "article_id": decision.article, "topics": list(decision.topics), "at": now, "digest_id": None,
    }  # fmt: skip
    written: int = connection.execute(upsert(connection, alerts, values, ["subscription", "about"])).rowcount
    return max(written, 0)
