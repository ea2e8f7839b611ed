"""A merge or a split of stories that an operator takes back leaves nothing changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, select

from crawler.analysis.corrections import merge_stories, split_story
from crawler.analysis.undoing import undo_change, undoable
from crawler.model import AseanwatchError
from crawler.store import Store, base_corrections, recent_passages, stories, story_marks
from crawler.store import bases as base_store
from crawler.store.base_proofs import own_names_of
from crawler.store.schema import (
    alerts,
    articles,
    bases,
    link_constraints,
    no_copies,
    pins,
)
from crawler.store.schema import stories as story_table
from crawler.store.schema import story_marks as marks_table
from crawler.store.story_marks import StoryMark
from tests.builders import NOON, keep, later, new_store, shipped

RAIL = "China and Laos open a railway tunnel near Luang Prabang"
FRUIT = "Vietnam ships its first durians of the season to Guangxi"
COLUMNS: dict[Table, tuple[str, ...]] = {
    articles: ("id", "story_id", "duplicate_of", "duplicate_why", "fingerprints"),
    story_table: ("id", "first_seen", "last_seen", "split_from"),
    alerts: ("id", "story_id"),
    bases: ("key", "story_id"),
    pins: ("story_id", "note"),
    marks_table: ("person", "story_id", "kind", "at"),
    link_constraints: ("one", "other", "together"),
    no_copies: ("article_id",),
}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def everything(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """All that a merge or a split changes, the history left out."""
    with store.read() as connection:
        return {
            table.name: sorted(
                map(tuple, connection.execute(select(*(table.c[name] for name in columns)))), key=repr
            )
            for table, columns in COLUMNS.items()
        }


def two_stories(store: Store) -> tuple[int, int]:
    """Two stories with reports; the second is pinned, saved and read."""
    rail = keep(store, RAIL, "It is nine kilometres long.", url="https://a.example/1")
    fruit = keep(store, FRUIT, "The first lorries crossed at Friendship Pass.", url="https://a.example/2")
    assert rail.story is not None and fruit.story is not None and rail.story != fruit.story
    with store.write() as connection:
        stories.pin(connection, fruit.story, NOON, "fruit desk")
        story_marks.mark(connection, "ana", fruit.story, StoryMark.SAVED, NOON)
        story_marks.mark(connection, "ana", fruit.story, StoryMark.READ, NOON)
    return rail.story, fruit.story


def test_a_merge_that_is_taken_back_leaves_no_trace(store: Store) -> None:
    one, other = two_stories(store)
    before = everything(store)
    with store.write() as connection:
        merge_stories(connection, one, other, later(hours=1), "ana")
    assert everything(store) != before
    with store.write() as connection:
        number = undoable(connection, one)
        assert number is not None
        assert undo_change(connection, number, later(hours=2), "ben") == [one, other]
    assert everything(store) == before
    with store.read() as connection:
        assert [(c["kind"], c["actor"], bool(c.get("undoes"))) for c in stories.history(connection, one)] == [
            ("merge", "ana", False),
            ("split", "ben", True),
        ]


def test_a_split_that_is_taken_back_leaves_no_trace(store: Store) -> None:
    one, other = two_stories(store)
    with store.write() as connection:
        merge_stories(connection, one, other, later(hours=1))
    before = everything(store)
    with store.read() as connection:
        moved = [r.id for r in stories.members(connection, [one])[one]][-1]
    with store.write() as connection:
        made = split_story(connection, one, [moved], shipped().rules(), later(hours=2))
        number = undoable(connection, made.story)
        assert number is not None
        assert undo_change(connection, number, later(hours=3), "ana") == [one]
    assert everything(store) == before


def test_names_that_an_operator_gave_to_bases_survive_a_merge_and_come_back_with_its_end(
    store: Store,
) -> None:
    one, other = (
        keep(store, f"{what} of China and Laos", text, url=f"https://{what}.example/1", first_seen=later(days=days), published=later(days=days))
        for what, text, days in (
            ("Signing", "China and Laos on Friday signed an agreement to build the China-Laos Rice Laboratory in Vientiane.", 0),
            ("Opening", "China and Laos on Friday opened the China-Laos Rice Laboratory in Savannakhet.", 20),
        )
    )  # fmt: skip
    assert one.story is not None and other.story is not None and one.story != other.story
    with store.write() as connection:
        first, second = (base_store.key_of(connection, kept.base or 0) for kept in (one, other))
        base_corrections.rename(connection, first, "Vientiane laboratory", "en", NOON)
        base_corrections.rename(connection, second, "Southern laboratory", "en", NOON)
        base_corrections.rename(connection, second, "南部实验室", "zh", NOON)
        before = own_names_of(connection, [1, 2])
        merge_stories(connection, one.story, other.story, later(hours=1))
        assert own_names_of(connection, [one.base or 0]) == {
            one.base: {"en": "Vientiane laboratory", "zh": "南部实验室"}
        }
        undo_change(connection, undoable(connection, one.story) or 0, later(hours=2), "ana")
        numbers = [base_store.id_of(connection, key) for key in (first, second)]
        assert list(own_names_of(connection, numbers).values()) == list(before.values())
        # A number is not given again, for what was corrected of a base names it by that.
        assert numbers == [1, 3]


@pytest.mark.parametrize("is_entered", [False, True])
def test_a_copy_that_left_its_original_with_a_split_is_a_copy_again(store: Store, is_entered: bool) -> None:
    text = (
        "China and Laos opened a railway tunnel near Luang Prabang on Friday, the ministry of transport said in Vientiane. "
        "It is nine kilometres long and cost two billion yuan. Engineers of both countries had dug through limestone for"
        " three years, and a flood had held them up twice. Freight trains will use it from Monday, passenger trains after"
        " the new year. The ministry expects that travellers save forty minutes between Boten and the capital."
    )
    first = keep(store, RAIL, text, url="https://a.example/1", source="a")
    copy = keep(store, RAIL, text, url="https://b.example/1", source="b")
    with store.read() as connection:
        (row,) = connection.execute(select(articles).where(articles.c.id == copy.article))
    assert row.duplicate_of == first.article and first.story is not None
    before = everything(store)
    # Twice: what was taken back may be done again.
    for hours in (1, 3):
        with store.write() as connection:
            split_story(connection, first.story, [copy.article], shipped().rules(), later(hours=hours))
            if is_entered:
                recent_passages.enter_all(connection)
        assert everything(store) != before
        with store.write() as connection:
            number = undoable(connection, first.story)
            assert number is not None
            undo_change(connection, number, later(hours=hours + 1), "ana")
        assert everything(store) == before
        with store.read() as connection:
            assert not recent_passages.of_article(connection, copy.article)
    another = keep(store, RAIL, f"{text} Trains will run in May.", url="https://c.example/1", source="c")
    assert another.duplicate_of == first.article


def test_what_changed_again_cannot_be_taken_back(store: Store) -> None:
    one, other = two_stories(store)
    third = keep(
        store,
        "Thailand and China sign a payment agreement in Bangkok",
        "It starts in May.",
        url="https://a.example/3",
    )
    assert third.story is not None
    with store.write() as connection:
        merge_stories(connection, one, other, later(hours=1))
        number = undoable(connection, one)
        assert number is not None
        merge_stories(connection, one, third.story, later(hours=2))
        assert undoable(connection, one) != number
    with store.write() as connection, pytest.raises(AseanwatchError, match="changed since"):
        undo_change(connection, number, later(hours=3), "ana")
    with store.write() as connection, pytest.raises(AseanwatchError, match="changed since"):
        undo_change(connection, 4711, later(hours=3), "ana")
