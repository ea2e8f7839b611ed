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
from crawler.config.settings import Source, Subscription
from crawler.judging.parties import CHINA_ASEAN
from crawler.model import Document
from crawler.store import Store, imports
from crawler.store.imports import Staged
from crawler.store.schema import alerts, articles
from crawler.store.sources import Validators
from crawler.store.upkeep import prune
from tests.alerts.selection.test_selection import report
from tests.builders import NOON, article, keep, later, new_store, settings, shipped
from tests.ingesting import OneProcess, item, rss, settle, take

TITLE = "China and Vietnam sign agreement on railway cooperation"
TEXT = "China and Vietnam signed an agreement on railway cooperation in Hanoi, the two countries said."

URL = "https://press.example/rail"
SOURCE = Source.model_validate({"name": "outlet", "url": "https://outlet.example/feed"})


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


def desk_since(store: Store, began: timedelta, **more: Any) -> Any:
    """A desk with a source, whose one subscription began so long before noon."""
    desk = settings({"name": "desk", "to": ["a@b.example"], "sources": ["outlet"], **more})
    with store.write() as connection:
        register(connection, desk, NOON - began)
    return desk.model_copy(update={"sources": (SOURCE,)})


def in_archive(store: Store, age: timedelta, *, dated: bool = True) -> int:
    """Store an article of an archive that was published, or only seen, so long before noon."""
    moment = NOON - age
    more: dict[str, Any] = {"source": "press.example", "first_seen": moment, "listed": moment}
    kept = keep(store, TITLE, TEXT, url=URL, published=moment if dated else None, seed=not dated, **more)
    archived(store, kept.article)
    assert raise_alerts(store, settings(), NOON) == 0
    return kept.article


def alerted(store: Store, desk: Any) -> list[int]:
    """The articles that a round tells."""
    raise_alerts(store, desk, later(minutes=1))
    with store.read() as connection:
        return list(connection.scalars(alerts.select().with_only_columns(alerts.c.article_id)))


HOURS, MONTH = timedelta(hours=2), timedelta(days=30)


@pytest.mark.parametrize(
    ("age", "dated", "began", "told"),
    [
        (HOURS, True, MONTH, True),
        (HOURS, False, MONTH, True),
        # Before this, no source of ours had it: the subscription began before its first listing.
        (HOURS, True, timedelta(hours=1), True),
        (MONTH, True, 2 * MONTH, False),
        (MONTH, False, 2 * MONTH, False),
    ],
)
@pytest.mark.parametrize("waits", [False, True])
def test_what_a_source_lists_is_told_by_the_rules_of_what_is_polled(
    tmp_path: Path, age: timedelta, dated: bool, began: timedelta, told: bool, waits: bool
) -> None:
    store = new_store(tmp_path)
    desk = desk_since(store, began)
    ingestor = OneProcess(desk, store, lambda: NOON)
    take(ingestor, SOURCE, rss(item("A headline")), validators=Validators("e"))  # not its first poll
    feed = rss(item(TITLE, URL, summary=TEXT))
    if waits:  # its page is on its way when the archive comes
        (order,) = take(ingestor, SOURCE, feed, validators=Validators("f"))[0]
        article = in_archive(store, age, dated=dated)
        assert raise_alerts(store, desk, NOON) == 0
        settle(ingestor, order, Document(URL, TITLE, TEXT))
    else:
        article = in_archive(store, age, dated=dated)
        assert raise_alerts(store, desk, NOON) == 0
        assert not take(ingestor, SOURCE, feed, validators=Validators("f"))[0]
    assert alerted(store, desk) == ([article] if told else [])
    assert alerted(store, desk) == ([article] if told else [])  # once


def test_a_copy_of_what_only_an_archive_has_is_told_once(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    desk = desk_since(store, MONTH)
    by_article = {name: topic.model_copy(update={"alert": "article"}) for name, topic in desk.topics.items()}
    desk = desk.model_copy(update={"topics": by_article})
    original = in_archive(store, HOURS)
    copies = [
        keep(store, TITLE, TEXT, url=f"https://outlet.example/{n}", source="outlet", published=NOON)
        for n in range(2)
    ]
    with store.read() as connection:
        rows = connection.execute(articles.select()).all()
    assert [row.duplicate_of for row in rows] == [None, original, original]
    assert alerted(store, desk) == [copies[0].article]


def test_a_copy_is_as_old_as_what_an_archive_has(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    desk = desk_since(store, MONTH, fresh="3d")
    in_archive(store, timedelta(days=5))
    copy = keep(store, TITLE, TEXT, url="https://outlet.example/2", source="outlet", published=NOON)
    assert copy.duplicate_of is not None
    assert alerted(store, desk) == []
