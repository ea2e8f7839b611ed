"""What people of the console have read and saved."""

from datetime import timedelta
from pathlib import Path

import pytest

from crawler.store import Store, stories
from crawler.store.overview import StoryFilter, page
from crawler.store.story_marks import StoryMark, mark, marked, read_all, read_until, unmark, unread_of
from tests.builders import NOON, keep, later, new_store

TITLES = (
    "China and Laos sign a railway agreement",
    "Malaysia and China agree on trade in durian",
    "Vietnam and China cooperate on a smart border gate",
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = new_store(tmp_path)
    for n, title in enumerate(TITLES):
        keep(
            made,
            title,
            f"{title}, both sides said.",
            url=f"https://a.example/{n}",
            first_seen=later(minutes=n),
        )
    return made


def listed(store: Store, **wanted: str) -> set[int]:
    with store.read() as connection:
        return {r.id for r in page(connection, StoryFilter(**wanted)).rows}  # type: ignore[arg-type]


def test_each_person_reads_and_saves_alone(store: Store) -> None:
    first, second, third = sorted(listed(store))
    with store.write() as connection:
        mark(connection, "ana", first, StoryMark.READ, later(hours=1))
        mark(connection, "ana", second, StoryMark.SAVED, later(hours=1))
    assert listed(store, unread_by="ana") == {second, third}
    assert listed(store, unread_by="budi") == {first, second, third}
    assert listed(store, saved_by="ana") == {second}
    assert listed(store, saved_by="budi") == set()
    with store.write() as connection:
        unmark(connection, "ana", first, StoryMark.READ)
    assert listed(store, unread_by="ana") == {first, second, third}


def test_what_was_stored_after_all_was_read_is_unread_whatever_its_date(store: Store) -> None:
    with store.write() as connection:
        read_all(connection, "ana", later(hours=1))
    assert listed(store, unread_by="ana") == set()
    keep(store, "China and Brunei sign an agreement on ports", url="https://a.example/late",
         published=NOON - timedelta(days=9), first_seen=later(hours=2))  # fmt: skip
    assert len(listed(store, unread_by="ana")) == 1
    assert len(listed(store)) == 4


def test_what_is_said_to_be_unread_is_so_until_it_is_read_again(store: Store) -> None:
    first = min(listed(store))
    with store.write() as connection:
        read_all(connection, "ana", later(hours=1))
        mark(connection, "ana", first, StoryMark.UNREAD, later(hours=2))
    assert listed(store, unread_by="ana") == {first}
    with store.write() as connection:
        mark(connection, "ana", first, StoryMark.READ, later(hours=3))
    assert listed(store, unread_by="ana") == set()
    with store.write() as connection:
        mark(connection, "ana", first, StoryMark.UNREAD, later(hours=4))
        read_all(connection, "ana", later(hours=5))
    assert listed(store, unread_by="ana") == set()


def test_the_list_and_the_filter_know_the_same_as_unread(store: Store) -> None:
    first, second, third = sorted(listed(store))
    with store.write() as connection:
        mark(connection, "ana", first, StoryMark.READ, later(seconds=30))
        mark(connection, "ana", second, StoryMark.UNREAD, later(hours=1))
        mark(connection, "ana", third, StoryMark.READ, later(minutes=1))
    with store.read() as connection:
        stored = {r.id: r.stored for r in page(connection, StoryFilter()).rows}
        assert unread_of(connection, "ana", stored) == listed(store, unread_by="ana") == {second, third}


def test_a_later_report_makes_a_story_unread_again(store: Store) -> None:
    first = min(listed(store))
    with store.write() as connection:
        mark(connection, "ana", first, StoryMark.READ, later(hours=1))
    assert first not in listed(store, unread_by="ana")
    later_one = keep(
        store, "China, Laos sign railway agreement", url="https://b.example/1", first_seen=later(hours=2)
    )
    with store.write() as connection:
        stories.merge(connection, first, later_one.story or 0, later(hours=2), None)
    assert first in listed(store, unread_by="ana")


def test_to_read_all_replaces_single_marks_and_keeps_what_is_saved(store: Store) -> None:
    first, second, _ = sorted(listed(store))
    with store.write() as connection:
        mark(connection, "ana", first, StoryMark.READ, later(minutes=30))
        mark(connection, "ana", second, StoryMark.SAVED, later(minutes=30))
        read_all(connection, "ana", later(hours=1))
        assert marked(connection, "ana", [first, second], StoryMark.READ) == {}
        assert set(marked(connection, "ana", [first, second], StoryMark.SAVED)) == {second}
        assert read_until(connection, "ana") == later(hours=1)
        assert read_until(connection, "budi") is None


def test_a_merge_keeps_what_was_saved_and_no_mark_is_made_of_a_story_that_is_gone(store: Store) -> None:
    first, second, _ = sorted(listed(store))
    with store.write() as connection:
        for person, story in (("ana", second), ("budi", first), ("budi", second)):
            mark(connection, person, story, StoryMark.SAVED, later(hours=1))
        stories.merge(connection, first, second, later(hours=2), None)
        assert set(marked(connection, "ana", [first, second], StoryMark.SAVED)) == {first}
        mark(connection, "ana", second, StoryMark.READ, later(hours=3))
        assert marked(connection, "ana", [second], StoryMark.READ) == {}
