"""What two workers remember of a register in PostgreSQL is what its proofs say, after any history."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.store import Store
from tests.crawler.store import test_memory_of_writers as memory
from tests.postgres import Postgres


@pytest.mark.long
def test_it_is_after_any_history(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    def new_store(_: object) -> Store:
        store = Store(postgres.new())
        store.upgrade()
        return store

    monkeypatch.setattr(memory, "new_store", new_store)

    @settings(max_examples=10)
    @given(st.lists(memory.STEPS, min_size=8, max_size=20))
    def hold(steps: list[tuple[str, int, int, int]]) -> None:
        memory.hold(steps)

    hold()
