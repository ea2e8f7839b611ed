"""What is known of sources: changed with the batch, forgotten where that fails, and shared with others who change it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.config.settings import Source
from crawler.ingest.source_states import WRITTEN_EVERY, SourceStates
from crawler.polling.state import SourceState
from crawler.store import Store
from crawler.store.sources import Validators, load_states
from tests.builders import NOON, new_store, settings

SOURCE = Source.model_validate({"name": "outlet", "url": "https://outlet.example/feed"})
POLLED = SourceState("outlet", polled=NOON, due=NOON + timedelta(minutes=15), outcome="ok", polls=1)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def stored(store: Store) -> SourceState | None:
    with store.read() as connection:
        return load_states(connection).get("outlet")


def put(states: SourceStates, store: Store, state: SourceState, after: timedelta = timedelta()) -> None:
    with store.write() as connection:
        changes = states.changes(connection, ["outlet"])
        changes.put(state)
        changes.save(NOON + after)


@pytest.mark.parametrize("shared", [False, True], ids=["alone", "with others"])
def test_what_is_not_committed_was_never_known(store: Store, shared: bool) -> None:
    states = SourceStates(settings(), store, shared=shared)
    with store.read() as connection:
        states.load(connection, ["outlet"])
    with pytest.raises(RuntimeError), store.write() as connection:
        changes = states.changes(connection, ["outlet"])
        changes.put(POLLED)
        changes.keep_validators(SOURCE, SOURCE.address, Validators("etag"))
        assert changes.of(SOURCE).state == POLLED
        changes.save(NOON)
        raise RuntimeError
    assert states.of(SOURCE).state == SourceState("outlet")
    assert states.of(SOURCE).validators_of(SOURCE.address) == Validators()
    put(states, store, POLLED)
    assert stored(store) == POLLED


def test_that_nothing_was_new_is_written_once_a_minute(store: Store) -> None:
    states = SourceStates(settings(), store, shared=False)
    put(states, store, POLLED)
    unchanged = replace(POLLED, outcome="unchanged", polls=2)
    put(states, store, unchanged, timedelta(seconds=1))
    assert states.of(SOURCE).state == unchanged
    assert stored(store) == POLLED, "after a crash it is asked a little too soon"
    with store.write() as connection:
        states.changes(connection).save(NOON + WRITTEN_EVERY)
    assert stored(store) == unchanged


def test_with_others_a_patch_is_made_to_what_is_stored_and_leaves_when_it_is_due(store: Store) -> None:
    ours, theirs = (SourceStates(settings(), store, shared=True) for _ in range(2))
    put(ours, store, POLLED)
    with store.write() as connection:
        changes = theirs.changes(connection)
        changes.patch("outlet", lambda state: replace(state, walls=0.5))
        changes.save(NOON)
    assert stored(store) == replace(POLLED, walls=0.5)
    with store.write() as connection:
        changes = ours.changes(connection, ["outlet"])
        changes.put(replace(changes.of(SOURCE).state, polls=2))
        changes.save(NOON)
    assert stored(store) == replace(POLLED, walls=0.5, polls=2), "what others found out stays"
    assert theirs.of(SOURCE).state == SourceState("outlet"), (
        "who does not ask a source remembers nothing of it"
    )


def test_children_that_are_named_no_more_are_forgotten(store: Store) -> None:
    states = SourceStates(settings(), store, shared=False)
    for children in (["https://outlet.example/a", "https://outlet.example/b"], ["https://outlet.example/b"]):
        with store.write() as connection:
            changes = states.changes(connection, ["outlet"])
            changes.set_children(SOURCE, SOURCE.address, children)
            changes.save(NOON)
        assert states.of(SOURCE).children == children
    assert SourceStates(settings(), store, shared=False).of(SOURCE).children == ["https://outlet.example/b"]
