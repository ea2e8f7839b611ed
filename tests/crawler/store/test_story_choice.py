"""The stories of a choice and their counts, against what the database itself says of each value."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from crawler.store import Store, search, stories
from crawler.store import story_facets as facets_module
from crawler.store.facet_version import note_change_in_place, note_edit
from crawler.store.overview import StoryFilter, page
from crawler.store.schema import article_topics
from crawler.store.story_choice import BY_RELEVANCE, StoryChoice, choose, page_of
from crawler.store.story_facets import story_facets
from crawler.store.story_marks import StoryMark, mark, read_all
from tests.builders import NOON, keep, later, new_store

NEWS = (
    ("China and Laos sign a railway agreement", "rail-post", "LA"),
    ("Malaysia and China agree on trade in durian", "straits", "MY"),
    ("Vietnam and China cooperate on a smart border gate", "hanoi", "VN"),
    ("China and Thailand begin railway cooperation between Nong Khai and Vientiane", "rail-post", "TH"),
)
FILTERS = {"topic": "topic", "country": "country", "lang": "lang", "source": "source"}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = new_store(tmp_path)
    for n, (title, source, country) in enumerate(NEWS):
        keep(made, title, f"{title}, both sides said.", source=source, country=country, first_seen=later(minutes=n),
             published=NOON - timedelta(days=n))  # fmt: skip
    return made


def chosen(store: Store, **wanted: object) -> set[int]:
    values = {name: (str(wanted.pop(name)),) for name in list(wanted) if name in (*FILTERS, "outlet")}
    with store.read() as connection:
        return set(choose(story_facets(store, connection), connection, StoryChoice(values, **wanted)).ids())  # type: ignore[arg-type]


def assert_counts_are_those_of_the_database(store: Store) -> None:
    """Each count is the length of the list that the database gives for it; a facet leaves its own filter aside."""
    with store.read() as connection:
        everything = choose(story_facets(store, connection), connection, StoryChoice())
        counted = 0
        for facet, name in FILTERS.items():
            for value, number in everything.counts(facet).items():
                listed = {r.id for r in page(connection, StoryFilter(**{name: value}), limit=100).rows}  # type: ignore[arg-type]
                assert number == len(listed), (facet, value)
                assert (
                    set(
                        choose(
                            story_facets(store, connection), connection, StoryChoice({facet: (value,)})
                        ).ids()
                    )
                    == listed
                )
                counted += 1
        assert counted > len(FILTERS)
        assert everything.ids() == [r.id for r in page(connection, StoryFilter(), limit=100).rows]


def test_counts_are_those_of_the_database_whatever_happens_to_stories(store: Store) -> None:
    assert_counts_are_those_of_the_database(store)
    keep(
        store,
        "Indonesia and China open an industrial park in Batang",
        source="warta",
        country="ID",
        lang_hint="en",
    )
    assert_counts_are_those_of_the_database(store)
    with store.write() as connection:
        one, other = sorted(r.id for r in page(connection, StoryFilter(source="rail-post")).rows)
        moved = stories.merge(connection, one, other, later(hours=1), "the same")
    assert_counts_are_those_of_the_database(store)
    with store.write() as connection:
        stories.split(connection, one, moved, later(hours=2), "not the same")
    assert_counts_are_those_of_the_database(store)


def test_a_count_leaves_the_filter_of_its_own_facet_aside(store: Store) -> None:
    with store.read() as connection:
        found = choose(
            story_facets(store, connection),
            connection,
            StoryChoice({"source": ("straits",), "country": ("MY",)}),
        )
        assert len(found) == 1
        assert found.counts("country")["MY"] == 1
        assert "LA" not in found.counts("country")
        assert found.counts("source") == {"straits": 1}
        both = choose(
            story_facets(store, connection), connection, StoryChoice({"source": ("straits", "hanoi")})
        )
        assert len(both) == 2
        assert both.counts("source") == {"rail-post": 2, "straits": 1, "hanoi": 1}


def test_marks_of_people_restrict_as_the_database_does(store: Store) -> None:
    first, second, *_ = sorted(chosen(store))
    with store.write() as connection:
        mark(connection, "ana", first, StoryMark.SAVED, later(hours=1))
        mark(connection, "ana", second, StoryMark.READ, later(hours=1))
    for who in ("ana", "budi"):
        with store.read() as connection:
            unread = {r.id for r in page(connection, StoryFilter(unread_by=who)).rows}
            saved = {r.id for r in page(connection, StoryFilter(saved_by=who)).rows}
        assert chosen(store, unread_by=who) == unread
        assert chosen(store, saved_by=who) == saved
    with store.write() as connection:
        read_all(connection, "ana", later(hours=2))
        mark(connection, "ana", first, StoryMark.UNREAD, later(hours=3))
    assert chosen(store, unread_by="ana") == {first}


def test_spans_restrict_by_when_stories_were_seen(store: Store) -> None:
    everything = chosen(store)
    assert len(chosen(store, since=NOON - timedelta(days=1))) == 2
    begun = chosen(store, began=NOON - timedelta(days=9), ended=NOON - timedelta(days=1))
    assert len(begun) == 2
    assert begun | chosen(store, since=NOON - timedelta(days=1)) == everything


def test_pages_follow_each_other_without_gap_or_repeat(store: Store) -> None:
    with store.read() as connection:
        found = choose(story_facets(store, connection), connection, StoryChoice())
        first, cursor = page_of(connection, found, limit=3)
        second, end = page_of(connection, found, cursor, limit=3)
    assert [r.id for r in (*first, *second)] == found.ids()
    assert end is None


def test_the_best_fitting_story_comes_first_by_relevance(store: Store) -> None:
    keep(store, "Railway, railway, railway: China and Laos", "The railway of China and Laos is a railway.", source="x",
         published=NOON - timedelta(days=25))  # fmt: skip
    search.refresh(store)
    with store.read() as connection:
        by_date = choose(story_facets(store, connection), connection, StoryChoice(search="railway")).ids()
        by_fit = choose(
            story_facets(store, connection), connection, StoryChoice(search="railway", sort=BY_RELEVANCE)
        ).ids()
    assert set(by_date) == set(by_fit)
    assert by_date[-1] == by_fit[0]


def test_the_sets_are_read_once_for_one_state_of_the_store(store: Store) -> None:
    with store.read() as connection:
        assert story_facets(store, connection) is story_facets(store, connection)


def test_what_is_changed_in_place_is_read_anew_and_edits_after_a_while(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.read() as connection:
        before = story_facets(store, connection)
    with store.write() as connection:
        note_edit(connection)
    with store.read() as connection:
        assert story_facets(store, connection) is before
        monkeypatch.setattr(facets_module, "EDITS_WAIT", 0.0)
        after = story_facets(store, connection)
        assert after is not before
        assert after.values == before.values
    with store.write() as connection:
        old = min(before.values["topic"])
        connection.execute(
            update(article_topics).where(article_topics.c.topic == old).values(topic="renamed")
        )
        note_change_in_place(connection)
    with store.read() as connection:
        assert set(before.values["topic"]) ^ set(story_facets(store, connection).values["topic"]) == {
            old,
            "renamed",
        }
