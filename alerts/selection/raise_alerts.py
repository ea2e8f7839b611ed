"""Raises alerts: looks at the stories that were seen lately and writes down, once, what is news for whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, or_
from sqlalchemy import select as query

from alerts.selection.after_restore import covered_before
from alerts.selection.history import AlertHistory, history_of
from alerts.selection.many_copies import LookedAt
from alerts.selection.second_opinions import due_again, wait_for, with_opinions
from alerts.selection.select import Decision, Selection, select
from alerts.selection.stories import ChangedStory, views_of
from alerts.selection.subscription_index import index_of
from alerts.subscriptions.subscriptions import SubscriptionRecord, load_subscriptions, subscriptions_by_name
from crawler.config.settings import Settings
from crawler.runtime.right_of_way import give_way
from crawler.store import Store
from crawler.store.base_candidates import latest_entered
from crawler.store.cursors import get_cursor, set_cursor
from crawler.store.imports import is_history, is_listed, latest_listing
from crawler.store.schema import alerts, article_versions, articles, base_candidates, no_copies
from crawler.store.upserts import upsert

ARTICLES_CURSOR, EDITS_CURSOR, RELEASES_CURSOR = "alerts raised", "edits told", "copies released"
"""The marks up to which the rounds have looked at articles, edits and released copies, by their stored names."""
LISTINGS_CURSOR = "archives listed"
ENTERED_CURSOR = "bases entered by the second reader"
"""The same for articles of archives that a source listed since, and for bases that the second reader brought in."""
OVERLAP = 200
"""Articles before the mark that are looked at again: where several write, a smaller id can become visible later."""


def raise_alerts(store: Store, settings: Settings, now: datetime, *, tell_old: bool = False) -> int:
    """Raise what is news now; gives how many alerts were raised. Raising again raises nothing.

    Args:
        store: where everything is kept.
        settings: the configuration.
        now: the present moment.
        tell_old: also raise what was known since a subscription began, but was too old to be news.
    """
    with store.read() as connection:
        # Nearly every round ends here, without the writer lock.
        over, _ = due_again(connection, settings, now)
        if not tell_old and not over and not _anything_new(connection):
            return 0
    with store.write() as connection:
        # Read before the stories: what another process
        # commits in between is looked at in the next round.
        newest = _newest(connection)
        over, still = due_again(connection, settings, now)
        changed = _all_stories(connection) if tell_old else sorted({*_changed_stories(connection), *over})
        everyone = load_subscriptions(connection, settings)
        # What waited for an opinion was not told when it was looked at.
        looked_at = LookedAt(_looked_at_until(connection), index_of(everyone).sources)
        views = views_of(
            connection, changed, settings.parties.sides, before=None if tell_old or over else looked_at
        )
        views, waiting = with_opinions(connection, settings, views, now)
        wait_for(connection, still | waiting)
        history = history_of(connection, views)
        decisions = decide(everyone, settings, views, history, tell_old=tell_old)
        for name, value in newest.items():
            # In the transaction that writes the alerts: after
            # a crash the same stories are looked at again.
            set_cursor(connection, name, value)
        rows = _rows(decisions, now)
        covered = covered_before(connection, settings, subscriptions_by_name(connection, settings), rows, now)
        for row in rows:
            row["digest_id"] = covered.get((row["subscription"], row["about"]))
        return _write(connection, rows)


def decide(
    everyone: Sequence[SubscriptionRecord],
    settings: Settings,
    stories_to_look_at: Sequence[ChangedStory],
    history: AlertHistory,
    *,
    tell_old: bool = False,
) -> list[Decision]:
    """The alerts to raise. A story is looked at only for subscriptions whose filters a report passes."""
    index = index_of(everyone)
    decisions: list[Decision] = []
    for changed in stories_to_look_at:
        give_way()
        for position in index.candidates(changed.view):
            one = everyone[position]
            fresh = None if tell_old else settings.fresh_for(one.subscription)
            decisions += _select(one, settings, changed, history, fresh).alerts
    return decisions


def select_for(
    one: SubscriptionRecord, settings: Settings, changed: ChangedStory, history: AlertHistory
) -> Selection:
    """What a story is worth to one subscription after the alerts that it had, as the rounds decide it.

    Args:
        one: the subscription.
        settings: the configuration.
        changed: the story.
        history: the alerts that were raised of it.
    """
    return _select(one, settings, changed, history, settings.fresh_for(one.subscription))


def _select(
    one: SubscriptionRecord,
    settings: Settings,
    changed: ChangedStory,
    history: AlertHistory,
    fresh: timedelta | None,
) -> Selection:
    raised = history.keys_for(one.subscription.name, changed)
    return select(one.subscription, settings.topics, changed.view, one.since, raised, fresh)


def will_look_at(connection: Connection, story: int) -> bool:
    """Whether the next round looks at a story, if nothing changes before."""
    # Articles within the overlap always count as changed, but alone they start no round.
    if not _anything_new(connection):
        return False
    found = query(articles.c.id).where((articles.c.story_id == story) & _is_changed(connection)).limit(1)
    return connection.scalar(found) is not None


def _newest(connection: Connection) -> dict[str, int]:
    """By cursor: the newest article, the latest edit, release of a copy and listing of what an archive had (µs since 1970)."""
    return {
        ARTICLES_CURSOR: connection.scalar(query(func.max(articles.c.id))) or 0,
        EDITS_CURSOR: _number(connection.scalar(query(func.max(article_versions.c.until)))),
        RELEASES_CURSOR: _number(connection.scalar(query(func.max(no_copies.c.at)))),
        LISTINGS_CURSOR: _number(latest_listing(connection)),
        ENTERED_CURSOR: _number(latest_entered(connection)),
    }


def _number(moment: datetime | None) -> int:
    return int(moment.timestamp() * 1e6) if moment else 0


def _anything_new(connection: Connection) -> bool:
    return any(value > get_cursor(connection, name) for name, value in _newest(connection).items())


def _changed_stories(connection: Connection) -> list[int]:
    """The stories that have a changed report."""
    # One query for each way of changing: of all of them at once the database would look through all reports that there are.
    found: set[int] = set()
    for changed in _ways_of_changing(connection):
        found |= {story for story in connection.scalars(query(articles.c.story_id).where(changed)) if story}
    return sorted(found)


def _is_changed(connection: Connection) -> ColumnElement[bool]:
    """Whether an article arrived, was edited, listed or found to be no copy, since alerts were last raised."""
    return or_(*_ways_of_changing(connection))


def _ways_of_changing(connection: Connection) -> list[ColumnElement[bool]]:
    edits, releases, listings, entries = (
        datetime.fromtimestamp(get_cursor(connection, name) / 1e6, UTC)
        for name in (EDITS_CURSOR, RELEASES_CURSOR, LISTINGS_CURSOR, ENTERED_CURSOR)
    )
    edited = query(article_versions.c.article_id).where(article_versions.c.until > edits)
    released = query(no_copies.c.article_id).where(no_copies.c.at > releases)
    # An archive of years brings a hundred thousand at once, of which nobody is told.
    arrived = (articles.c.id > _looked_at_until(connection)) & ~is_history()
    entered = query(base_candidates.c.article_id).where(base_candidates.c.entered > entries)
    changed = (edited, released, entered)
    return [arrived, *(articles.c.id.in_(some) for some in changed), is_listed(listings)]


def _looked_at_until(connection: Connection) -> int:
    return get_cursor(connection, ARTICLES_CURSOR) - OVERLAP


def _all_stories(connection: Connection) -> list[int]:
    return sorted(
        connection.scalars(query(articles.c.story_id).where(articles.c.story_id.is_not(None)).distinct())
    )


def _rows(decisions: Sequence[Decision], now: datetime) -> list[dict[str, Any]]:
    return [
        {
            **d.key.columns(), "subscription": d.subscription, "story_id": d.story, "article_id": d.article,
            "topics": list(d.topics), "at": now, "digest_id": None,
        }
        for d in decisions
    ]  # fmt: skip


def _write(connection: Connection, rows: Sequence[dict[str, Any]]) -> int:
    """Write alerts down; gives how many were not written before."""
    if not rows:
        return 0
    # What was raised before conflicts with (subscription, about) and is
    # left out. A driver that does not know how many rows it wrote says -1.
    return max(
        0, connection.execute(upsert(connection, alerts, None, ["subscription", "about"]), rows).rowcount
    )
