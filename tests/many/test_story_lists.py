"""The lists of stories in PostgreSQL: the same counts, order and views as in SQLite."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from crawler.model import AseanwatchError
from crawler.store import Store, saved_views, search, stories
from crawler.store.overview import StoryFilter, page
from crawler.store.story_choice import BY_RELEVANCE, StoryChoice, choose
from crawler.store.story_facets import story_facets
from tests.builders import NOON, keep, later, new_store
from tests.crawler.store.test_story_choice import NEWS, assert_counts_are_those_of_the_database


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "sqlite":
        return new_store(tmp_path)
    made = Store(request.getfixturevalue("database"))
    made.upgrade()
    return made


def test_counts_and_the_best_fit_are_the_same_in_both_databases(store: Store) -> None:
    for n, (title, source, country) in enumerate(NEWS):
        keep(store, title, f"{title}, both sides said.", source=source, country=country,
             published=NOON - timedelta(days=n), first_seen=later(minutes=n))  # fmt: skip
    assert_counts_are_those_of_the_database(store)
    with store.write() as connection:
        one, other = sorted(r.id for r in page(connection, StoryFilter(source="rail-post")).rows)
        stories.merge(connection, one, other, later(hours=1), "the same")
    assert_counts_are_those_of_the_database(store)
    keep(store, "Railway, railway, railway: China and Laos", "The railway of China and Laos is a railway.",
         source="x", published=NOON - timedelta(days=25))  # fmt: skip
    search.refresh(store)
    with store.read() as connection:
        by_date = choose(story_facets(store, connection), connection, StoryChoice(search="railway")).ids()
        by_fit = choose(
            story_facets(store, connection), connection, StoryChoice(search="railway", sort=BY_RELEVANCE)
        ).ids()
    assert len(by_date) == 2
    assert by_date[-1] == by_fit[0]


def test_views_belong_to_a_person_and_names_to_one_view(store: Store) -> None:
    with store.write() as connection:
        rail = saved_views.save(connection, "ana", " Rail  news ", "topic=rail", NOON)
        assert saved_views.save(connection, "ana", "Rail news", "topic=rail&lang=id", NOON) == rail
        trade = saved_views.save(connection, "ana", "Trade", "topic=trade", NOON)
        other = saved_views.save(connection, "budi", "Trade", "", NOON)
        saved_views.rename(connection, "ana", trade, "Commerce")
        saved_views.remove(connection, "ana", other)
    with store.read() as connection:
        assert [(v.name, v.query) for v in saved_views.views_of(connection, "ana")] == [
            ("Commerce", "topic=trade"),
            ("Rail news", "topic=rail&lang=id"),
        ]
        assert [v.id for v in saved_views.views_of(connection, "budi")] == [other]
        with pytest.raises(AseanwatchError, match="no such view"):
            saved_views.view_of(connection, "ana", other)
    with store.write() as connection:
        with pytest.raises(AseanwatchError, match="another view"):
            saved_views.rename(connection, "ana", trade, "Rail news")
        with pytest.raises(AseanwatchError, match="at most 60"):
            saved_views.save(connection, "ana", " ", "", NOON)
        for number in range(saved_views.MOST_VIEWS - 2):
            saved_views.save(connection, "ana", f"view {number}", "", NOON)
        with pytest.raises(AseanwatchError, match="remove one first"):
            saved_views.save(connection, "ana", "one more", "", NOON)
