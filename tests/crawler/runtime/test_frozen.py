"""Copies of frozen values."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.polling.state import SourceState
from crawler.runtime.frozen import changed

_names = st.sampled_from([field.name for field in fields(SourceState)])


@given(st.dictionaries(_names, st.integers(), max_size=5), st.dictionaries(_names, st.integers(), max_size=5))
def test_a_copy_is_what_the_standard_library_makes(first: dict[str, Any], changes: dict[str, Any]) -> None:
    before = replace(SourceState("outlet"), **first)
    kept = replace(before)
    assert changed(before, **changes) == replace(before, **changes)
    assert before == kept


@dataclass
class _Mutable:
    one: int = 1
    two: int = 2


@pytest.mark.parametrize("value", [_Mutable(), (1, 2)])
def test_other_values_are_refused(value: object) -> None:
    with pytest.raises(TypeError):
        changed(value, one=2)


def test_a_field_that_is_none_is_refused() -> None:
    with pytest.raises(TypeError, match="has no field polled_at"):
        changed(SourceState("outlet"), polled_at=None)
