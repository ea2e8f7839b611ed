"""What came with an archive is history: of it alone nobody is told, whatever a subscription asks for."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from alerts.model import AlertKind
from alerts.selection.raise_alerts import raise_alerts
from alerts.selection.select import select
from alerts.selection.stories import views_of
from alerts.selection.views import StoryView
from alerts.subscriptions.subscriptions import register
from alerts.web.api.events import Position, news
from crawler.config.settings import Subscription
from crawler.judging.parties import CHINA_ASEAN
from crawler.store import Store, imports
from crawler.store.imports import Staged
from crawler.store.schema import articles
from crawler.store.upkeep import prune
from tests.alerts.selection.test_selection import report
from tests.builders import NOON, article, keep, later, new_store, settings, shipped

TITLE = "China and Vietnam sign agreement on railway cooperation"
TEXT = "China and Vietnam signed an agreement on railway cooperation in Hanoi, the two countries said."


def archived(store: Store, number: int) -> None:
    """Note that an article came with an archive."""
    with store.write() as connection:
        begun = imports.begin(connection, "k", "a.warc.gz", NOON)
        imports.take(connection, [], {number: Staged(article(), 1, begun.number)}, NOON)


@pytest.mark.parametrize("also_old", [True, False])
@pytest.mark.parametrize("fresh", [None, timedelta(days=7)])
def test_a_report_of_an_archive_raises_nothing_and_says_why(also_old: bool, fresh: timedelta | None) -> None:
    wants = Subscription.model_validate({"name": "desk", "to": ["a@b.example"], "also_old": also_old})
    of_archive = report(1, is_imported=True)
    found = select(wants, shipped().topics, StoryView(1, (of_archive,)), NOON, (), fresh)
    assert not found.alerts and any("imported archive" in str(reason) for reason in found.reasons)
    both = select(wants, shipped().topics, StoryView(1, (of_archive, report(2))), NOON, (), fresh)
    assert [one.article for one in both.alerts] == [2]


def test_rounds_pass_archives_over_and_tell_what_is_polled_later(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    desk = settings({"name": "desk", "to": ["a@b.example"], "also_old": True})
    with store.write() as connection:
        register(connection, desk, NOON - timedelta(days=30))
    first = keep(store, TITLE, TEXT, published=NOON - timedelta(hours=3), listed=NOON)
    archived(store, first.article)
    assert raise_alerts(store, desk, NOON) == 0
    assert raise_alerts(store, desk, NOON, tell_old=True) == 0
    with store.read() as connection:
        assert news(connection, Position(0, 0), dict).events == []
        assert news(connection, Position(0, 0), dict).position.story == first.story
        assert (
            views_of(connection, [first.story or 0], CHINA_ASEAN, imported_too=True)[0]
            .view.reports[0]
            .is_imported
            is False
        )
    more: dict[str, Any] = {"source": "other", "first_seen": later(hours=1), "published": later(hours=1)}
    second = keep(store, f"{TITLE} in Hanoi", f"{TEXT} It was welcomed in both capitals.", **more)
    assert second.story == first.story
    assert raise_alerts(store, desk, later(hours=2)) == 1
    with store.read() as connection:
        told = news(connection, Position(0, 0), lambda row: {"id": row.id}).events
    assert [event.type for event in told] == ["story", "alert"]
    assert told[1].data["article"] == second.article and told[1].data["kind"] in (AlertKind.STORY, "story")


def test_archives_are_kept_from_the_day_of_their_import(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    old = {"first_seen": NOON - timedelta(days=900), "published": NOON - timedelta(days=900)}
    polled, of_archive = (
        keep(store, TITLE, TEXT, **old),
        keep(store, "China and Laos open a border port", **old),
    )
    archived(store, of_archive.article)
    prune(store, NOON - timedelta(days=400), NOON)
    with store.read() as connection:
        assert list(connection.scalars(articles.select().with_only_columns(articles.c.id))) == [
            of_archive.article
        ]
    assert polled.article != of_archive.article
    prune(store, later(days=1), later(days=401))
    with store.read() as connection:
        assert connection.execute(articles.select()).first() is None
