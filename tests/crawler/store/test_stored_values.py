"""What is read from the store quickly is what was written, of every form."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import JSON, literal, select, text
from sqlalchemy.dialects import sqlite

from crawler.store import Store
from crawler.store.schema import Utc

DIALECT = sqlite.dialect()  # type: ignore[no-untyped-call]
STORE = Store("sqlite:///:memory:")
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@settings(max_examples=80)
@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=7))])))
def test_moments(moment: datetime) -> None:
    with STORE.read() as connection:
        assert connection.scalar(select(literal(moment, Utc()))) == moment


def test_moments_that_others_wrote() -> None:
    read = Utc().result_processor(DIALECT, None)
    assert read is not None
    noon = datetime(2025, 11, 28, 12, tzinfo=UTC)
    for written in ("2025-11-28 12:00:00", "2025-11-28T12:00:00.000", "2025-11-28 19:00:00+07:00"):
        found = read(written)
        assert (found, found and found.tzinfo) == (noon, UTC)
    assert read(None) is None


@settings(max_examples=80)
@given(JSON_VALUES, st.sampled_from([None, 1]), st.sampled_from(["", " ", "\n"]))
def test_json_is_read_as_by_its_own_module(value: Any, indent: int | None, blank: str) -> None:
    written = blank + json.dumps(value, indent=indent) + blank
    with STORE.read() as connection:
        found = connection.scalar(text("SELECT :it AS it").bindparams(it=written).columns(it=JSON()))
    assert found == json.loads(written)


def test_an_empty_list_is_nobody_elses() -> None:
    with STORE.read() as connection:
        one, other = (connection.scalar(text("SELECT '[]' AS it").columns(it=JSON())) for _ in range(2))
    assert one == other == []
    assert one is not other
