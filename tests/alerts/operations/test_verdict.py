"""The verdict on the service: one sentence, and what to do about each thing that is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from alerts.operations.progress import SELECTED
from alerts.operations.verdict import ServiceVerdict, verdict_on
from crawler.config.settings import Settings, Source
from crawler.polling.state import SourceState
from crawler.store import Store
from crawler.store.cursors import set_cursor
from crawler.store.sources import save_states
from tests.builders import NOON, new_store, settings

NAMES = ("agency", "ledger", "herald", "gazette", "courier")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = new_store(tmp_path)
    yield made
    made.close()


def watched(*names: str, paused: tuple[str, ...] = ()) -> Settings:
    sources = [
        Source(name=n, url=f"https://{n}.example/feed", enabled=n not in paused) for n in (*names, *paused)
    ]
    return settings().model_copy(update={"sources": tuple(sources)})


def state(name: str, **more: Any) -> SourceState:
    known = SourceState(name, since=NOON, polled=NOON, outcome="ok", answered=NOON)
    return replace(known, due=NOON + timedelta(minutes=10), **more)


def judged(
    store: Store, wanted: Settings, *states: SourceState, ran: timedelta | None = timedelta()
) -> ServiceVerdict:
    with store.write() as connection:
        save_states(connection, states)
        if ran is not None:
            set_cursor(connection, SELECTED, int((NOON - ran).timestamp()))
    with store.read() as connection:
        return verdict_on(connection, store, wanted, NOON)


def sentence(found: ServiceVerdict) -> str:
    return "; ".join(map(str, found.clauses))


def test_all_is_well_where_nothing_is_wrong(store: Store) -> None:
    found = judged(store, watched(*NAMES, paused=("extra",)), *map(state, NAMES))
    assert found.is_well
    assert found.matters == ()
    assert sentence(found) == "all 5 sources on time; 1 paused; nothing lost; nothing waits"


def test_a_source_that_fails_is_named_with_what_to_do(store: Store) -> None:
    broken = state(
        "agency", kind="http 404", message="the server answers with status 404", failing_since=NOON
    )
    found = judged(store, watched(*NAMES), broken, *map(state, NAMES[1:]))
    assert not found.is_well
    assert sentence(found).startswith("1 of 5 sources failing; nothing lost")
    (matter,) = found.matters
    assert (matter.about, matter.link) == ("agency", "/console/sources/agency")
    assert "new address" in matter.advice


def test_many_that_fail_are_counted_together(store: Store) -> None:
    names = [f"outlet{n}" for n in range(9)]
    broken = [state(n, kind="timeout", message="no answer", failing_since=NOON) for n in names[:7]]
    found = judged(store, watched(*names), *broken, *map(state, names[7:]))
    of_sources = [m for m in found.matters if m.kind == "failing"]
    assert [(str(m.message), m.link) for m in of_sources] == [
        ("sources that fail: 7", "/console/sources?state=failing")
    ]


@pytest.mark.parametrize("ran", [None, timedelta(hours=3)])
def test_where_no_service_runs_that_is_said_first_and_not_source_by_source(
    store: Store, ran: timedelta | None
) -> None:
    late = [replace(state(n), due=NOON - timedelta(hours=3)) for n in NAMES]
    found = judged(store, watched(*NAMES), *late, ran=ran)
    assert [m.kind for m in found.matters] == ["standstill"]
    assert "aseanwatch run" in found.matters[0].advice
    assert sentence(found).startswith("no service")
    assert "5 of 5 sources late" in sentence(found)


def test_late_sources_of_a_running_service_are_no_standstill(store: Store) -> None:
    late = [replace(state(n), due=NOON - timedelta(hours=3)) for n in NAMES[:3]]
    found = judged(store, watched(*NAMES), *late, *map(state, NAMES[3:]))
    assert sentence(found) == "3 of 5 sources late; nothing lost; nothing waits"
    assert [m.kind for m in found.matters] == ["late"]
