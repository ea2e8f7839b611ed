"""Names that packages of others may still use."""

from __future__ import annotations

import pytest

from crawler import model
from tests.builders import article, judge


def test_the_former_name_of_a_classification_is_that_and_says_so() -> None:
    with pytest.warns(DeprecationWarning, match="Classification"):
        assert model.Classification is model.Classification
    with pytest.raises(AttributeError):
        _ = model.Nothing  # type: ignore[attr-defined]


def test_a_judge_still_reads_and_says_what_to_call() -> None:
    one = article("China and ASEAN widen cooperation", "China and ASEAN widen cooperation.")
    with pytest.warns(DeprecationWarning, match="classify"):
        assert judge().read(one) == judge().classify(one)
    with pytest.warns(DeprecationWarning):
        assert judge().read(one, unless_it_could_match=True) is None
