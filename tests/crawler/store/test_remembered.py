"""What was pruned stays known by a few bytes while its source is configured."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from crawler.polling.state import SourceState
from crawler.store import Store, entries, remembered
from crawler.store.articles import Filter, find
from crawler.store.schema import remembered as table
from crawler.store.sources import save_states
from crawler.store.upkeep import prune
from tests.builders import NOON, entry, keep, later, new_store

TALKS = "China and Vietnam sign trade agreement"
TEXT = (
    f"{TALKS}. "
    + "Officials of both countries spoke of customs, rice, coffee and the new bridge at the border gate. " * 4
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def pruned(store: Store, *configured: str) -> None:
    prune(store, later(days=40), later(days=40), configured or ["outlet"])


def count(store: Store) -> int:
    with store.read() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def test_an_identity_stays_known_to_its_source_alone(store: Store) -> None:
    with store.write() as connection:
        entries.add(connection, [(entry(), "key")])
    pruned(store)
    with store.read() as connection:
        assert entries.known_guids(connection, "outlet", [entry().guid, "another"]) == {entry().guid}
        assert entries.known_guids(connection, "other", [entry().guid]) == set()
        assert remembered.addresses(connection, ["key", "other key"]) == {"key"}


def test_the_same_words_are_no_news_once_they_were_pruned(store: Store) -> None:
    keep(store, TALKS, TEXT, published=NOON)
    pruned(store)
    keep(
        store,
        TALKS,
        TEXT,
        published=later(days=41),
        first_seen=later(days=41),
        url="https://other.example/9",
        source="other",
    )
    with store.read() as connection:
        (row,) = find(connection, Filter())
    assert row.seed


def test_a_headline_alone_proves_nothing(store: Store) -> None:
    keep(store, TALKS, "Talks.", published=NOON)
    pruned(store)
    keep(
        store,
        TALKS,
        "Talks.",
        published=later(days=41),
        first_seen=later(days=41),
        url="https://other.example/9",
    )
    with store.read() as connection:
        (row,) = find(connection, Filter())
    assert not row.seed


def test_no_id_is_given_twice(store: Store) -> None:
    first = keep(store, TALKS, TEXT)
    pruned(store)
    pruned(store)
    assert keep(store, "China and Laos agree on rail", first_seen=later(days=41)).article > first.article


def test_a_source_that_is_gone_is_forgotten_after_a_while(store: Store) -> None:
    with store.write() as connection:
        entries.add(
            connection, [(entry(), "key"), (entry(source="stays", url="https://outlet.example/2"), "other")]
        )
        save_states(connection, [SourceState("outlet", polled=NOON), SourceState("stays", polled=NOON)])
    pruned(store, "stays")
    assert count(store) == 4
    prune(store, later(days=80), later(days=80), ["stays"])
    assert count(store) == 4, "it may be put back"
    prune(store, later(days=91), later(days=91), ["stays"])
    assert count(store) == 2
