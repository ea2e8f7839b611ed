"""When a ratio counts as fallen, and what is no ratio."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.watched.ratio import Ratio, paired, shares
from benchmarks.watched.turns import turns

VALUES = st.lists(st.floats(0.01, 1000), min_size=1, max_size=7).map(tuple)


def ratio(*values: float) -> Ratio:
    return Ratio("speed", "peer", "processor time", values)


@pytest.mark.parametrize(
    ("now", "kept", "verdict"),
    [
        ((2.0,), None, "new"),
        ((2.0,), (2.0,), "as before"),
        ((1.70,), (2.0,), "as before"),  # by 15 %, not more
        ((1.69,), (2.0,), "fallen"),
        ((1.5, 1.6, 1.9), (1.95, 2.0, 2.2), "fallen"),
        ((1.5, 1.6, 1.96), (1.95, 2.0, 2.2), "within its range"),
        ((1.6, 1.6, 1.6), (1.5, 2.0, 2.5), "within its range"),
        ((3.0,), (2.0,), "risen"),
        ((1.9, 3.0, 3.1), (1.8, 2.0, 2.2), "as before"),  # risen, perhaps
        ((0.3,), (0.5,), "fallen"),  # also where ours is the slower one
    ],
)
def test_a_fall_is_more_than_fifteen_percent_and_beyond_the_range(now, kept, verdict) -> None:
    assert ratio(*now).beside_base(ratio(*kept) if kept else None) == verdict


@given(VALUES, VALUES)
def test_what_fell_has_no_repeat_as_good_as_before(now, kept) -> None:
    new, old = ratio(*now), ratio(*kept)
    verdict = new.beside_base(old)
    assert (verdict == "fallen") == (new.median < 0.85 * old.median and max(now) < min(kept))
    assert (verdict in ("fallen", "within its range")) == (new.median < old.median * 0.85)
    assert new.beside_base(new) == "as before"


@given(VALUES)
def test_a_ratio_is_read_as_it_was_kept(values) -> None:
    again = Ratio.of_json(json.loads(json.dumps(ratio(*values).to_json())))
    assert again.key == ratio(*values).key
    assert again.values == pytest.approx(values, rel=1e-3)
    assert again.beside_base(ratio(*values)) == "as before"


@pytest.mark.parametrize("values", [(), (0.0,), (1.0, -2.0), (float("nan"),), (float("inf"),)])
def test_nothing_else_is_a_ratio(values) -> None:
    with pytest.raises(ValueError, match="speed beside peer"):
        ratio(*values)


@pytest.mark.parametrize(
    "kept",
    [
        {},
        {"name": "a", "beside": "b", "of": "c"},
        {"name": "a", "beside": "b", "of": "c", "values": 2},
        {"name": "a", "beside": "b", "of": "c", "values": ["x"]},
        [],
        None,
    ],
)
def test_a_wrong_form_is_refused(kept) -> None:
    with pytest.raises(ValueError):
        Ratio.of_json(kept)


def test_what_costs_less_and_what_is_right_more_often_is_better() -> None:
    rounds = [{"ours": 1.0, "slow": 3.0, "fast": 0.5}, {"ours": 2.0, "slow": 4.0, "fast": 1.0}]
    slow, fast = paired("a page", "processor time", rounds, "ours")
    assert (slow.beside, slow.values, fast.beside, fast.values) == ("slow", (3.0, 2.0), "fast", (0.5, 0.5))
    # A peer that found nothing at all has no ratio.
    (worse,) = shares("pages", "F1", {"ours": 0.9, "worse": 0.6, "none": 0.0}, "ours")
    assert (worse.beside, worse.values) == ("worse", (pytest.approx(1.5),))


def test_each_round_begins_with_another_one() -> None:
    order: list[str] = []
    rounds = turns({name: lambda name=name: order.append(name) for name in "abc"}, 3, warm=False)
    assert order == list("abcbcacab")
    assert [list(row) for row in rounds] == [["a", "b", "c"]] * 3
