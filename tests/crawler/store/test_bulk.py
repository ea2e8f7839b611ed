"""Rows that are inserted in bulk hold what SQLAlchemy would have written."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import JSON, create_engine
from sqlalchemy.types import TypeEngine

from crawler.store.bulk import _converter
from crawler.store.schema import Utc

_DIALECT = create_engine("sqlite://", json_serializer=json.dumps).dialect
_zones = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes))) | st.just(UTC)
_moments = st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=_zones) | st.none()  # noqa: DTZ001
_plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
    max_leaves=5,
)


def _written(kind: TypeEngine[Any], value: Any) -> tuple[Any, Any]:
    ours, theirs = _converter(kind, _DIALECT), kind.dialect_impl(_DIALECT).bind_processor(_DIALECT)
    assert ours is not None
    assert theirs is not None
    return ours(value), theirs(value)


@given(_moments, _plain | st.lists(_plain, max_size=3).map(tuple))
def test_moments_and_lists_are_written_as_sqlalchemy_writes_them(moment: datetime | None, plain: Any) -> None:
    for kind, value in ((Utc(), moment), (JSON(), plain)):
        ours, theirs = _written(kind, value)
        assert ours == theirs


def test_a_moment_without_a_zone_is_refused() -> None:
    convert = _converter(Utc(), _DIALECT)
    assert convert is not None
    with pytest.raises(ValueError, match="naive"):
        convert(datetime(2025, 11, 28))  # noqa: DTZ001
