"""Which first steps of an installation are open, and what is said of the time before the first news."""

from __future__ import annotations

from pathlib import Path

import pytest

from alerts.operations import first_steps
from alerts.operations.first_steps import FirstStep, StepState, beginning_of, steps_of
from alerts.operations.progress import LONGEST_UNSELECTED, Progress
from alerts.subscriptions import subscriptions
from crawler.config.settings import Settings
from crawler.polling.state import SourceState
from crawler.store import Store
from crawler.store.sources import save_states
from tests.builders import NOON, later, new_store, shipped


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def fresh(**more: object) -> Settings:
    return shipped().model_copy(update={"subscriptions": (), **more})


def shown(store: Store, wanted: Settings) -> list[tuple[str, str]]:
    with store.read() as connection:
        return [(step.value, state.value) for step, state in steps_of(connection, wanted)]


def test_the_first_open_step_is_the_next_one(store: Store) -> None:
    nothing = fresh(sources=())
    assert shown(store, nothing) == [
        ("source", "next"),
        ("topic", "done"),
        ("subscription", "later"),
        ("message", "later"),
    ]
    assert [state for _, state in shown(store, fresh())] == ["done", "done", "next", "later"]


def test_somebody_who_was_added_in_the_console_is_told_as_well(store: Store) -> None:
    with store.write() as connection:
        desk = {"name": "desk", "to": ["desk@example.org"], "topics": []}
        subscriptions.add(connection, fresh(), desk, NOON)
    assert shown(store, fresh())[2:] == [("subscription", "done"), ("message", "next")]


def test_a_subscription_that_config_yaml_had_once_tells_nobody(store: Store) -> None:
    with store.write() as connection:
        subscriptions.register(connection, shipped(), NOON)
    assert shown(store, shipped())[2] == ("subscription", "done")
    assert shown(store, fresh())[2] == ("subscription", "next")


def test_a_skipped_step_leads_to_the_one_after_it_and_nothing_is_shown_once_none_is_open(
    store: Store,
) -> None:
    with store.write() as connection:
        first_steps.skip(connection, [FirstStep.SUBSCRIPTION])
    assert [state for _, state in shown(store, fresh())] == [
        "done",
        "done",
        StepState.SKIPPED,
        StepState.NEXT,
    ]
    with store.write() as connection:
        first_steps.skip(connection, [FirstStep.MESSAGE])
    assert shown(store, fresh()) == []


def test_what_happens_before_the_first_news_is_counted(store: Store) -> None:
    wanted = shipped()
    one, other = (s.name for s in wanted.sources[:2])
    with store.read() as connection:
        assert not beginning_of(connection, wanted, NOON).is_running, "no service has run here so far"
    Progress(store).selected(NOON)
    with store.write() as connection:
        asked = SourceState(one, polls=1, due=later(minutes=9))
        failing = SourceState(other, polls=1, failed=1, failing_since=NOON, due=later(minutes=4))
        gone = SourceState("no-longer-configured", polls=1, due=later(minutes=1))
        save_states(connection, [asked, failing, gone])
    with store.read() as connection:
        found = beginning_of(connection, wanted, later(minutes=1))
        assert not beginning_of(connection, wanted, NOON + LONGEST_UNSELECTED * 2).is_running
    assert (found.is_running, found.asked, found.failing, found.due) == (True, 2, 1, later(minutes=4))
    assert found.sources == sum(s.enabled for s in wanted.sources)
