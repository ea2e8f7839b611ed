"""Raises alerts: looks at the stories that were seen lately and writes down, once, what is news for whom."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, or_
from sqlalchemy import select as query

from alerts.model import BASE_KINDS, AlertKey, AlertKind
from alerts.selection.freshness import age_when_listed
from alerts.selection.select import (
    BaseUpdate,
    Correction,
    Decision,
    ReportView,
    Selection,
    StoryView,
    SubscriptionIndex,
    select,
)  # fmt: skip
from alerts.subscriptions.subscriptions import SubscriptionRecord, load_subscriptions
from crawler.config.settings import Settings
from crawler.judging.weights import weights
from crawler.store import Store, bases, stories
from crawler.store.articles import topics_of
from crawler.store.cursors import get_cursor, set_cursor
from crawler.store.schema import alerts, article_versions, articles, no_copies
from crawler.store.upserts import upsert
from crawler.store.versions import edited

ARTICLES_CURSOR, EDITS_CURSOR, RELEASES_CURSOR = "alerts raised", "edits told", "copies released"
"""The marks up to which the rounds have looked at articles, edits and released copies, by their stored names."""
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
        views = views_of(connection, _all_stories(connection) if tell_old else _changed_stories(connection))
        history = history_of(connection, views)
        decisions = decide(load_subscriptions(connection, settings), settings, views, history, tell_old=tell_old)
        for name, value in newest.items():
            set_cursor(connection, name, value)
        return _write(connection, decisions, now)


def decide(
    everyone: Sequence[SubscriptionRecord],
    settings: Settings,
    stories_to_look_at: Sequence[ChangedStory],
    history: AlertHistory,
    *,
    tell_old: bool = False,
) -> list[Decision]:
    """What is news for whom: each story is looked at only for those whose filters one of its reports passes."""
    index = SubscriptionIndex([one.subscription for one in everyone])
    decisions: list[Decision] = []
    for changed in stories_to_look_at:
        for position in index.candidates(changed.view):
            decisions += select_for(everyone[position], settings, changed, history, tell_old=tell_old).alerts
    return decisions


def select_for(
    one: SubscriptionRecord, settings: Settings, changed: ChangedStory, history: AlertHistory, *, tell_old: bool = False
) -> Selection:
    """What a story is worth to one subscription after the alerts that it had; the rounds and `why` ask alike.

    Args:
        one: the subscription.
        settings: the configuration.
        changed: the story.
        history: the alerts that were raised of it.
        tell_old: whether the age of reports does not matter.
    """
    raised = history.keys_for(one.subscription.name, changed)
    fresh = None if tell_old else settings.fresh_for(one.subscription)
    return select(one.subscription, settings.topics, changed.view, one.since, raised, fresh)


def will_look_at(connection: Connection, story: int) -> bool:
    """Whether the next round looks at a story, if nothing changes before."""
    return _anything_new(connection) and story in _changed_stories(connection)


def _newest(connection: Connection) -> dict[str, int]:
    """By mark the newest article, and when the latest edit of one and the latest release of a copy were (microseconds since 1970)."""
    return {
        ARTICLES_CURSOR: connection.scalar(query(func.max(articles.c.id))) or 0,
        EDITS_CURSOR: _number(connection.scalar(query(func.max(article_versions.c.until)))),
        RELEASES_CURSOR: _number(connection.scalar(query(func.max(no_copies.c.at)))),
    }


def _number(moment: datetime | None) -> int:
    return int(moment.timestamp() * 1e6) if moment else 0


def _anything_new(connection: Connection) -> bool:
    return any(value > get_cursor(connection, name) for name, value in _newest(connection).items())


def _changed_stories(connection: Connection) -> list[int]:
    """The stories that a report arrived for, was edited of, or was found to be no copy in, since alerts were last raised."""
    grouped = articles.c.story_id.is_not(None)
    edits, releases = (datetime.fromtimestamp(get_cursor(connection, name) / 1e6, UTC) for name in (EDITS_CURSOR, RELEASES_CURSOR))
    changed = query(article_versions.c.article_id).where(article_versions.c.until > edits)
    released = query(no_copies.c.article_id).where(no_copies.c.at > releases)
    new = (
        (articles.c.id > get_cursor(connection, ARTICLES_CURSOR) - OVERLAP)
        | articles.c.id.in_(changed)
        | articles.c.id.in_(released)
    )
    return sorted(connection.scalars(query(articles.c.story_id).where(grouped & new).distinct()))


def _all_stories(connection: Connection) -> list[int]:
    return sorted(connection.scalars(query(articles.c.story_id).where(articles.c.story_id.is_not(None)).distinct()))


@dataclass(frozen=True, slots=True)
class ChangedStory:
    """A story to look at: its view, and what else an alert of it may have been raised for."""

    view: StoryView
    base_keys: frozenset[str]
    stories: frozenset[int]


def views_of(connection: Connection, ids: Sequence[int]) -> list[ChangedStory]:
    """Stories as selection looks at them."""
    members = stories.members(connection, ids, VIEWED)
    topics = topics_of(connection, [r.id for rows in members.values() for r in rows])
    of_bases = bases.of_stories(connection, ids)
    sources = stories.ancestors(connection, ids)
    edits = edited(connection, [r.id for rows in members.values() for r in rows])
    return [
        _changed_story(
            StoryView(
                story,
                _reports(rows, topics),
                bases=_begun_bases(of_bases.get(story, ()), rows),
                updates=_base_updates(of_bases.get(story, ()), rows),
                corrections=_story_corrections(rows, edits),
            ),
            of_bases.get(story, ()),
            sources.get(story, ()),
        )
        for story, rows in sorted(members.items())
    ]


def _changed_story(view: StoryView, of_story: Sequence[bases.StoryBase], ancestors: Collection[int]) -> ChangedStory:
    base_keys = frozenset(key for base in of_story for key in base.keys)
    return ChangedStory(view, base_keys, frozenset({view.story, *ancestors}))


def _begun_bases(of_story: Sequence[bases.StoryBase], rows: Sequence[Any]) -> tuple[str, ...]:
    """The keys of the bases that begin with a story."""
    return tuple(b.key for b in of_story if b.step is None and not _is_look_back(b, rows))


def _base_updates(of_story: Sequence[bases.StoryBase], rows: Sequence[Any]) -> tuple[BaseUpdate, ...]:
    """The bases that a story brought to a later stage."""
    return tuple(BaseUpdate(b.key, b.step) for b in of_story if b.step is not None and not _is_look_back(b, rows))


def _story_corrections(rows: Sequence[Any], edits: Mapping[int, Sequence[int]]) -> tuple[Correction, ...]:
    """What takes back or changes a report of a story."""
    return tuple(Correction(row.id, version) for row in rows for version in _corrections(row, edits.get(row.id, ()), rows))


def _reports(rows: Sequence[Any], topics: Mapping[int, Sequence[dict[str, Any]]]) -> tuple[ReportView, ...]:
    """The reports of a story. A copy is as old as what it repeats: an old text is no news because somebody prints it again."""
    ages = {r.id: age_when_listed(r.published, r.listed or r.first_seen, seed=r.seed) for r in rows}
    return tuple(
        ReportView(
            article=r.id,
            source=r.source,
            lang=r.lang,
            countries=frozenset(r.countries),
            topics={t["name"]: t["score"] for t in topics.get(r.id, ())},
            first_seen=r.first_seen,
            is_duplicate=r.duplicate_of is not None,
            age=max(ages[r.id], ages.get(r.duplicate_of, ages[r.id])),
            duplicate_of=r.duplicate_of,
        )
        for r in rows
    )


def _is_look_back(base: bases.StoryBase, rows: Sequence[Any]) -> bool:
    """Whether a base came to its stage long before the story was reported: then the story looks back on it."""
    return base.day is not None and bool(rows) and rows[0].when.date() - base.day > weights().bases.look_back


def _corrections(row: Any, versions: Sequence[int], rows: Sequence[Any]) -> list[int]:
    """The versions of a report that correct: its first where it is a correction itself, and edits that changed what it says.

    A correction counts even if it is stored as a duplicate of the article it corrects. It does not count if it duplicates
    another correction.
    """
    copied = any(r.id == row.duplicate_of and r.retracts for r in rows)
    return ([1] if row.retracts and not copied else []) + list(versions)


@dataclass(frozen=True, slots=True)
class PastAlert:
    """An alert that was raised: what it is raised only once for, and of which story."""

    key: AlertKey
    story: int


@dataclass(slots=True)
class _SubscriptionHistory:
    """The alerts that one subscription had, by story and by the key of their base."""

    stories: dict[int, list[PastAlert]] = field(default_factory=dict)
    bases: dict[str, list[PastAlert]] = field(default_factory=dict)


class AlertHistory:
    """The alerts that were raised so far, by subscription."""

    def __init__(self, found: Iterable[tuple[str, PastAlert]] = ()) -> None:
        self._of: dict[str, _SubscriptionHistory] = {}
        for subscription, alert in found:
            mine = self._of.setdefault(subscription, _SubscriptionHistory())
            mine.stories.setdefault(alert.story, []).append(alert)
            if alert.key.base is not None:
                mine.bases.setdefault(alert.key.base, []).append(alert)

    def keys_for(self, subscription: str, changed: ChangedStory) -> set[AlertKey]:
        """The keys of the alerts that a subscription had of a story or of its bases.

        An alert of any kind but one of a single article counts as the story's own, and an alert of a new base under any of its
        keys counts under all that the story has.
        """
        mine = self._of.get(subscription)
        if mine is None:
            return set()
        view = changed.view
        of_story = [a for story in changed.stories for a in mine.stories.get(story, ())]
        of_bases = [a for base in changed.base_keys for a in mine.bases.get(base, ())]
        keys = {a.key for a in (*of_story, *of_bases)}
        if any(a.key.kind not in (AlertKind.ARTICLE, AlertKind.CORRECTION, AlertKind.OLD) for a in of_story):
            keys.add(AlertKey.story(view.story))
        if any(a.key.kind == AlertKind.NEW_BASE for a in of_bases):
            keys |= {AlertKey.new_base(base) for base in view.bases}
        return keys


def history_of(connection: Connection, changed: Sequence[ChangedStory]) -> AlertHistory:
    """The alerts that were raised of stories, of those they were split from, or of their bases."""
    found: list[tuple[str, PastAlert]] = []
    columns = (alerts.c.subscription, alerts.c.kind, alerts.c.subject, alerts.c.stage, alerts.c.version, alerts.c.story_id)
    for start in range(0, len(changed), 200):
        part = changed[start : start + 200]
        of_stories = alerts.c.story_id.in_([s for t in part for s in t.stories])
        bases_of_part = sorted({k for t in part for k in t.base_keys})
        of_bases = alerts.c.subject.in_(bases_of_part) & alerts.c.kind.in_(BASE_KINDS)
        for row in connection.execute(query(*columns).where(or_(of_stories, of_bases))):
            found.append((row.subscription, PastAlert(AlertKey.of_row(row), row.story_id)))
    return AlertHistory(found)


def _write(connection: Connection, decisions: Sequence[Decision], now: datetime) -> int:
    """Write decisions down; gives how many were not written before."""
    if not decisions:
        return 0
    rows = [
        {
            **d.key.columns(), "subscription": d.subscription, "story_id": d.story, "article_id": d.article,
            "topics": list(d.topics), "at": now, "digest_id": None,
        }
        for d in decisions
    ]  # fmt: skip
    return max(0, connection.execute(upsert(connection, alerts, None, ["subscription", "about"]), rows).rowcount)
