"""Tables of weights can be listed, changed one weight at a time, and put into use for a while."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from crawler.judging.weights import JudgingWeights, using, weights
from crawler.runtime.weight_tables import bound, scaled, undocumented, weight, weights_of


@dataclass(frozen=True, slots=True)
class Fruit:
    sweet: float = weight(-2.0, "grams", "more is worse for teeth", "tasted")
    seeds: int = weight(1, "seeds", "more grows more")
    kept: timedelta = weight(timedelta(days=2), "time", "more spoils")
    worth: dict[str, float] = weight({"rare": 4.0, "common": 1.0}, "coins", "more costs more")
    most: int = bound(9, "fruits", "that are looked at")


@dataclass(frozen=True, slots=True)
class Garden:
    fruit: Fruit = field(default_factory=Fruit)


def test_weights_are_listed_by_their_paths_with_what_they_mean() -> None:
    listed = {w.path: w for w in weights_of(Garden())}
    assert list(listed) == [
        "fruit.sweet",
        "fruit.seeds",
        "fruit.kept",
        "fruit.worth.rare",
        "fruit.worth.common",
        "fruit.most",
    ]
    assert (listed["fruit.sweet"].unit, listed["fruit.sweet"].origin) == ("grams", "tasted")
    assert [path for path, one in listed.items() if one.bound] == ["fruit.most"]


@pytest.mark.parametrize(
    ("path", "factor", "expected"),
    [
        ("fruit.sweet", 0.5, Fruit(sweet=-1.0)),
        ("fruit.kept", 1.5, Fruit(kept=timedelta(days=3))),
        ("fruit.worth.rare", 0.5, Fruit(worth={"rare": 2.0, "common": 1.0})),
        ("fruit.seeds", 0.5, Fruit(seeds=0)),
        ("fruit.seeds", 1.5, Fruit(seeds=2)),
        ("fruit.most", 1.01, Fruit(most=10)),
    ],
)
def test_one_weight_is_multiplied_and_whole_numbers_change_by_one_at_least(
    path: str, factor: float, expected: Fruit
) -> None:
    assert scaled(Garden(), path, factor) == Garden(expected)
    assert Garden() == Garden(Fruit()), "the table itself stays as it was"


@pytest.mark.parametrize("path", ["fruit.sour", "tree", "fruit.worth.odd"])
def test_a_weight_that_is_not_there_is_an_error(path: str) -> None:
    with pytest.raises(KeyError):
        scaled(Garden(), path, 0.5)


def test_a_number_without_a_meaning_is_found() -> None:
    @dataclass(frozen=True, slots=True)
    class Careless:
        number: int = 3
        fruit: Fruit = field(default_factory=Fruit)

    assert undocumented(Careless()) == ["number"]


def test_other_weights_are_in_use_in_one_thread_and_until_the_block_ends() -> None:
    packaged = weights()
    other = replace(packaged, relevance=replace(packaged.relevance, bias=-9.0))
    with ThreadPoolExecutor(1) as elsewhere, using(other):
        assert weights() is other
        assert elsewhere.submit(weights).result() is packaged
    assert weights() is packaged == JudgingWeights()
    with pytest.raises(ZeroDivisionError), using(other):
        _ = 1 / 0
    assert weights() is packaged
