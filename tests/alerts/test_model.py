"""Keys of alerts: one text for each key, one key for each text, and the same in columns."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.model import AlertKey, AlertKind
from crawler.judging.bases.stages import STAGES

SUBJECTS = st.one_of(
    st.from_regex(r"[a-z]{2,6}-[0-9a-f]{4}(-[2-9])?", fullmatch=True),
    st.sampled_from(["a:b", "园区-1", "x.y:2"]),
)
NUMBERS = st.integers(1, 10**12)
KEYS = st.one_of(
    SUBJECTS.map(AlertKey.new_base),
    st.builds(AlertKey.update, SUBJECTS, st.sampled_from(STAGES)),
    NUMBERS.map(AlertKey.story),
    NUMBERS.map(AlertKey.article),
    NUMBERS.map(AlertKey.old_story),
    st.builds(AlertKey.correction, NUMBERS, st.integers(1, 999)),
)


@given(KEYS)
def test_a_key_is_read_as_it_was_written(key: AlertKey) -> None:
    assert AlertKey.parse(str(key)) == key


@given(KEYS)
def test_a_key_goes_into_columns_and_comes_out_of_them(key: AlertKey) -> None:
    assert AlertKey.of_row(SimpleNamespace(**key.columns())) == key


@given(KEYS)
def test_a_key_that_an_older_worker_wrote_as_text_alone_is_read_all_the_same(key: AlertKey) -> None:
    row = SimpleNamespace(about=str(key), kind=key.kind.value, subject="", stage=None, version=None)
    assert AlertKey.of_row(row) == key


@given(KEYS, KEYS)
def test_two_keys_have_one_text_only_if_they_are_the_same(one: AlertKey, other: AlertKey) -> None:
    assert (str(one) == str(other)) == (one == other)


def test_the_texts_are_those_that_are_stored() -> None:
    assert str(AlertKey.new_base("park-1")) == "base:park-1"
    assert str(AlertKey.update("park-1", "under construction")) == "base:park-1:under construction"
    assert str(AlertKey.correction(7, 2)) == "correction:7:2"
    assert AlertKey.parse("base:park-1-2") == AlertKey(AlertKind.NEW_BASE, "park-1-2")


@pytest.mark.parametrize(
    "text", ["", "x", "base", "base:", "story:", "correction:7", "correction:7:x", "park:1"]
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no key of an alert"):
        AlertKey.parse(text)
