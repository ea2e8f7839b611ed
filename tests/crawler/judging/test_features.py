"""Features: each kind has a letter of its own, and what is stored is read as what was written."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crawler.judging.features import FeatureKind, feature, kind_of, value_of, values

KINDS = st.sampled_from(list(FeatureKind))


@given(KINDS, st.text())
def test_a_feature_is_read_as_it_was_written(kind: FeatureKind, value: str) -> None:
    made = feature(kind, value)
    assert (kind_of(made), value_of(made)) == (kind, value)


@given(KINDS, st.text(), KINDS, st.text())
def test_two_features_are_one_text_only_if_they_are_the_same(
    kind: FeatureKind, value: str, other: FeatureKind, what: str
) -> None:
    assert (feature(kind, value) == feature(other, what)) == ((kind, value) == (other, what))


def test_the_form_is_the_stored_one() -> None:
    assert feature(FeatureKind.ENTITY, "Xi Jinping") == "x:Xi Jinping"
    assert feature(FeatureKind.EDITION, "China-ASEAN Expo#22") == "e:China-ASEAN Expo#22"
    assert values(["x:Xi Jinping", "k:durian", "nonsense", ""], FeatureKind.CONCEPT) == ["durian"]
