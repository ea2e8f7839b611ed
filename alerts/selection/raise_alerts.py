"""Raises alerts: looks at the stories that were seen lately and writes down, once, what is news for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select

from alerts.selection.freshness import age_when_listed
from alerts.selection.select import Audience, Decision, ReportView, StoryView
from alerts.selection.select import select as choose
from alerts.subscriptions.subscriptions import Known, known
from crawler.config.settings import Settings
from crawler.judging.bases.mentions import LOOK_BACK
from crawler.store import Store, bases, stories
from crawler.store.articles import topics_of
from crawler.store.marks import mark, set_mark
from crawler.store.schema import alerts, article_versions, articles, no_copies
from crawler.store.sources import upsert
from crawler.store.versions import edited

MARK, EDITED, RELEASED = "alerts raised", "edits told", "copies released"
VIEWED = (
    "id", "source", "lang", "countries", "first_seen", "duplicate_of", "retracts", "published", "listed", "seed", "when",
)  # fmt: skip
OVERLAP = 200
"""Articles before the mark that are looked at again: where several write, a smaller id can become visible later."""


def raise_alerts(store: Store, settings: Settings, now: datetime, *, tell_old: bool = False) -> int:
    """Raise what is news now; gives how many alerts were raised. Raising again raises nothing.

    Args:
        store: where everything is kept.
        settings: the configuration.
        now: the present moment.
        tell_old: also what was known since a subscription began, and was not told because it was too old to be news.
    """
    with store.reading() as connection:
        if not tell_old and not _anything_new(connection):
            return 0
    with store.writing() as connection:
        newest = _newest(connection)
        views = views_of(connection, _all_stories(connection) if tell_old else _touched(connection))
        told = _raised(connection, views)
        decisions = decide(known(connection, settings), settings, views, told, tell_old=tell_old)
        for name, value in newest.items():
            set_mark(connection, name, value)
        return _write(connection, decisions, now)


def decide(
    everyone: Sequence[Known], settings: Settings, views: Sequence[Touched], raised: Raised, *, tell_old: bool = False
) -> list[Decision]:
    """What is news for whom: each story is looked at only for those whose filters one of its reports passes."""
    audience = Audience([one.subscription for one in everyone])
    decisions: list[Decision] = []
    for view in views:
        for place in audience.of(view.view):
            one = everyone[place]
            told = _told(raised.get(one.subscription.name), view)
            fresh = None if tell_old else settings.fresh_for(one.subscription)
            decisions += choose(one.subscription, settings.topics, view.view, one.since, told, fresh)
    return decisions


def _newest(connection: Connection) -> dict[str, int]:
    """By mark the newest article, and when the latest edit of one and the latest release of a copy were (microseconds since 1970)."""
    return {
        MARK: connection.scalar(select(func.max(articles.c.id))) or 0,
        EDITED: _number(connection.scalar(select(func.max(article_versions.c.until)))),
        RELEASED: _number(connection.scalar(select(func.max(no_copies.c.at)))),
    }


def _number(moment: datetime | None) -> int:
    return int(moment.timestamp() * 1e6) if moment else 0


def _anything_new(connection: Connection) -> bool:
    return any(value > mark(connection, name) for name, value in _newest(connection).items())


def _touched(connection: Connection) -> list[int]:
    """The stories that a report arrived for, was edited of, or was found to be no copy in, since alerts were last raised."""
    grouped = articles.c.story_id.is_not(None)
    edits, releases = (datetime.fromtimestamp(mark(connection, name) / 1e6, UTC) for name in (EDITED, RELEASED))
    changed = select(article_versions.c.article_id).where(article_versions.c.until > edits)
    released = select(no_copies.c.article_id).where(no_copies.c.at > releases)
    new = (articles.c.id > mark(connection, MARK) - OVERLAP) | articles.c.id.in_(changed) | articles.c.id.in_(released)
    return sorted(connection.scalars(select(articles.c.story_id).where(grouped & new).distinct()))


def _all_stories(connection: Connection) -> list[int]:
    return sorted(connection.scalars(select(articles.c.story_id).where(articles.c.story_id.is_not(None)).distinct()))


@dataclass(frozen=True, slots=True)
class Touched:
    """A story to look at: its view, and what else an alert of it may have been raised for."""

    view: StoryView
    keys: frozenset[str]
    stories: frozenset[int]


def views_of(connection: Connection, ids: Sequence[int]) -> list[Touched]:
    """Stories as selection looks at them."""
    members = stories.members(connection, ids, VIEWED)
    topics = topics_of(connection, [r.id for rows in members.values() for r in rows])
    of_bases = bases.of_stories(connection, ids)
    sources = stories.ancestors(connection, ids)
    edits = edited(connection, [r.id for rows in members.values() for r in rows])
    return [
        Touched(
            StoryView(
                story,
                _reports(rows, topics),
                tuple(b.key for b in of_bases.get(story, ()) if b.step is None and not _is_look_back(b, rows)),
                tuple((b.key, b.step) for b in of_bases.get(story, ()) if b.step is not None and not _is_look_back(b, rows)),
                tuple((r.id, v) for r in rows for v in _corrections(r, edits.get(r.id, ()), rows)),
            ),
            frozenset(k for b in of_bases.get(story, ()) for k in b.keys),
            frozenset({story, *sources.get(story, ())}),
        )
        for story, rows in sorted(members.items())
    ]


def _reports(rows: Sequence[Any], topics: Mapping[int, Sequence[dict[str, Any]]]) -> tuple[ReportView, ...]:
    """The reports of a story. A copy is as old as what it repeats: an old text is no news because somebody prints it again."""
    ages = {r.id: age_when_listed(r.published, r.listed or r.first_seen, seed=r.seed) for r in rows}
    return tuple(
        ReportView(
            r.id, r.source, r.lang, frozenset(r.countries), {t["name"]: t["score"] for t in topics.get(r.id, ())}, r.first_seen,
            r.duplicate_of is not None, max(ages[r.id], ages.get(r.duplicate_of, ages[r.id])),
        )
        for r in rows
    )  # fmt: skip


def _is_look_back(base: bases.StoryBase, rows: Sequence[Any]) -> bool:
    """Whether a base came to its stage long before the story was reported: then the story looks back on it."""
    return base.day is not None and bool(rows) and rows[0].when.date() - base.day > LOOK_BACK


def _corrections(row: Any, versions: Sequence[int], rows: Sequence[Any]) -> list[int]:
    """The versions of a report that correct: its first where it is a correction itself, and edits that changed what it says.

    A correction that repeats much of what it corrects is no copy; one that repeats a correction is.
    """
    copied = any(r.id == row.duplicate_of and r.retracts for r in rows)
    return ([1] if row.retracts and not copied else []) + list(versions)


@dataclass(frozen=True, slots=True)
class Told:
    """The alerts that one subscription had, by story and by base (``base:KEY``)."""

    stories: dict[int, list[Any]] = field(default_factory=dict)
    bases: dict[str, list[Any]] = field(default_factory=dict)


Raised = Mapping[str, Told]
"""What each subscription was told so far."""


def _raised(connection: Connection, touched: Sequence[Touched]) -> Raised:
    """The alerts that were raised of stories, of those they were split from, or of their bases."""
    found: dict[str, Told] = {}
    for start in range(0, len(touched), 200):
        part = touched[start : start + 200]
        of_stories = alerts.c.story_id.in_([s for t in part for s in t.stories])
        keys = sorted({k for t in part for k in t.keys})
        of_bases = [alerts.c.about.startswith(f"base:{k}", autoescape=True) for k in keys]
        columns = select(alerts.c.subscription, alerts.c.about, alerts.c.kind, alerts.c.story_id)
        for row in connection.execute(columns.where(or_(of_stories, *of_bases))):
            told = found.setdefault(row.subscription, Told())
            told.stories.setdefault(row.story_id, []).append(row)
            told.bases.setdefault(":".join(row.about.split(":")[:2]), []).append(row)
    return found


def _told(mine: Told | None, touched: Touched) -> set[str]:
    """What was told already of one story or its bases; an alert of any kind but of one article counts as the story's."""
    if mine is None:
        return set()
    view = touched.view
    abouts = [f"base:{k}" for k in touched.keys]
    of_story = [r for s in touched.stories for r in mine.stories.get(s, ())]
    of_bases = [r for a in abouts for r in mine.bases.get(a, ())]
    told = any(r.kind not in ("article", "correction", "old") for r in of_story)
    old_keys = {f"base:{b}" for b in view.bases} if any(r.about in abouts for r in of_bases) else set()
    return {r.about for r in (*of_story, *of_bases)} | old_keys | ({f"story:{view.story}"} if told else set())


def _write(connection: Connection, decisions: Sequence[Decision], now: datetime) -> int:
    """Write decisions down; gives how many were not written before."""
    if not decisions:
        return 0
    rows = [
        {
            "subscription": d.subscription, "about": d.about, "kind": d.kind, "story_id": d.story, "article_id": d.article,
            "topics": list(d.topics), "at": now, "digest_id": None,
        }
        for d in decisions
    ]  # fmt: skip
    return max(0, connection.execute(upsert(connection, alerts, None, ["subscription", "about"]), rows).rowcount)
