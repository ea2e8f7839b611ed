"""The trail of decisions for one story or article: where it was seen, what it repeats, what it matched, who was told, who not and why."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from alerts.selection.freshness import UNKNOWN
from alerts.selection.raise_alerts import Touched, views_of
from alerts.selection.select import ReportView, wants_known
from alerts.subscriptions.subscriptions import Known, known
from crawler.config.settings import Settings, Subscription
from crawler.model import AseanwatchError
from crawler.store import bases, entries, stories
from crawler.store.articles import Filter, find, topics_of
from crawler.store.schema import alerts

Trail = dict[str, Any]


def trail(connection: Connection, settings: Settings, story: int | None, article: int | None, subscription: str | None) -> Trail:
    """The whole trail, as plain values.

    Args:
        connection: a connection to the store.
        settings: the configuration in force.
        story: a story's id, or None.
        article: an article's id where no story is asked for.
        subscription: only this one; None for all.

    Raises:
        AseanwatchError: there is no such story, article or subscription.
    """
    everyone = known(connection, settings)
    if subscription is not None:
        everyone = [k for k in everyone if k.subscription.name == subscription]
        if not everyone:
            raise AseanwatchError(f"no subscription has the name {subscription}")
    rows = _rows(connection, story, article)
    of_story = next((r.story_id for r in rows if r.story_id is not None), None)
    topics = topics_of(connection, [r.id for r in rows])
    reports = [_report(connection, row, topics.get(row.id, ())) for row in rows]
    view = next(iter(views_of(connection, [of_story])), None) if of_story is not None else None
    return {
        "story": of_story,
        "reports": reports,
        "history": stories.history(connection, of_story) if of_story is not None else [],
        "bases": bases.find(connection, [of_story]) if of_story is not None else [],
        "subscriptions": [_told(connection, settings, one, view) for one in everyone],
    }


def _rows(connection: Connection, story: int | None, article: int | None) -> list[Any]:
    if story is not None:
        found = stories.members(connection, [story]).get(story, [])
        if not found:
            successor = stories.successor(connection, story)
            raise AseanwatchError(f"no story has the id {story}" + (f"; it was merged into {successor}" if successor else ""))
        return found
    found = find(connection, Filter(ids=[article or 0]))
    if not found:
        raise AseanwatchError(f"no stored article has the id {article}")
    return found


def _report(connection: Connection, row: Any, topics: Sequence[dict[str, Any]]) -> Trail:
    seen = [{"source": e.source, "at": e.seen, "url": e.url} for _, e in entries.of_article(connection, row.id)]
    return {
        "id": row.id, "title": row.title, "lang": row.lang, "url": row.url, "published": row.published, "first_seen": row.first_seen,
        "seen": seen, "credit": row.credit, "duplicate_of": row.duplicate_of, "duplicate_why": row.duplicate_why,
        "relevant": row.relevant, "score": row.score, "reasons": row.reasons,
        "topics": [{"name": t["name"], "score": t["score"], "terms": [e["term"] for e in t["evidence"]]} for t in topics],
        "joined": row.story_why, "version": row.version,
    }  # fmt: skip


def _told(connection: Connection, settings: Settings, one: Known, view: Touched | None) -> Trail:
    """What became of a story for one subscription: its alerts, or the exact reason for silence."""
    name = one.subscription.name
    if view is None:
        return {
            "name": name,
            "alerts": [],
            "silence": "the article is in no story: it is not relevant and matches no topic with only_relevant: false",
        }
    mine = (alerts.c.subscription == name) & alerts.c.story_id.in_(view.stories)
    raised = [
        {"about": r.about, "kind": r.kind, "at": r.at, "article": r.article_id, "topics": r.topics, "digest": r.digest_id}
        for r in connection.execute(select(alerts).where(mine).order_by(alerts.c.id))
    ]
    return {
        "name": name,
        "alerts": raised,
        "silence": None if raised else silence(settings, one, view, _of_bases(connection, name, view)),
    }


def _of_bases(connection: Connection, name: str, view: Touched) -> list[str]:
    abouts = [f"base:{k}" for k in view.keys]
    rows = connection.scalars(select(alerts.c.about).where((alerts.c.subscription == name) & alerts.c.about.in_(abouts)))
    return list(rows)


def silence(settings: Settings, one: Known, touched: Touched, told_bases: Sequence[str]) -> str:
    """Why a subscription was told nothing of a story, in words.

    Args:
        settings: the configuration in force.
        one: the subscription.
        touched: the story.
        told_bases: the alerts of its bases that the subscription had.
    """
    subscription, view = one.subscription, touched.view
    first: datetime = min(r.first_seen for r in view.reports)
    if first < one.since:
        return f"the story was known on {first:%Y-%m-%d %H:%M}, before the subscription began on {one.since:%Y-%m-%d %H:%M} UTC"
    topics = settings.topics
    fitting = [r for r in view.reports if wants_known(subscription, topics, r)]
    if not fitting:
        return "; ".join(dict.fromkeys(_unwanted(subscription, topics, r) for r in view.reports))
    fresh = settings.fresh_for(subscription)
    if all(r.age > fresh for r in fitting):
        return "; ".join(_old(r, fresh) for r in fitting)
    if told_bases:
        return f"its base was told already ({', '.join(told_bases)}) and has reached no new stage"
    only = sorted({t for r in fitting for t in wants_known(subscription, topics, r)})
    if not view.bases and all(topics[t].alert == "new_base" for t in only):
        return f"it matches only {', '.join(only)}, which tells of new bases, and it brought none"
    return "an alert has not been raised yet; the next round will"


def _old(report: ReportView, fresh: timedelta) -> str:
    """Why one report is no news by its age."""
    if report.age == UNKNOWN:
        return f"article {report.article}: it has no date, and may be old (it came with others that were not known either)"
    days, limit = report.age / timedelta(days=1), fresh / timedelta(days=1)
    return f"article {report.article}: it was {days:.0f} days old when it was first listed; news is at most {limit:g} days old"


def _matches(subscription: Subscription, matched: Collection[str], report: ReportView) -> str:
    """Which topics a report matches, where none of them is one that a subscription asks for."""
    if not matched and report.topics:
        names = ", ".join(sorted(report.topics))
        return f"matches only {names}, which the configuration does not have; rejudge judges it again"
    what = f"matches only {', '.join(sorted(matched))}" if matched else "matches no topic"
    return f"{what}; the subscription asks for {', '.join(subscription.topics)}" if subscription.topics else what


def _unwanted(subscription: Subscription, topics: Collection[str], report: ReportView) -> str:
    """Why one report is not for a subscription."""
    if subscription.languages and report.lang not in subscription.languages:
        return f"article {report.article}: its language {report.lang} is not among {', '.join(subscription.languages)}"
    if subscription.sources and report.source not in subscription.sources:
        return f"article {report.article}: its source {report.source} is not among {', '.join(subscription.sources)}"
    matched = {t for t in report.topics if t in topics}
    if not matched or (subscription.topics and not matched & set(subscription.topics)):
        return f"article {report.article}: {_matches(subscription, matched, report)}"
    best = max(report.topics[t] for t in matched if not subscription.topics or t in subscription.topics)
    if best < subscription.least_score:
        return f"article {report.article}: its score {best:.2f} is below {subscription.least_score}, the subscription's least"
    named = ", ".join(sorted(report.countries)) or "none"
    return f"article {report.article}: it names {named}; the subscription asks for {', '.join(subscription.countries)}"
