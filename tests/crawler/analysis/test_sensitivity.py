"""How far weights move the measures of labelled news."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from alerts.cli import build
from crawler.analysis.sensitivity import Sensitivity, changes, strongest_first
from tests.builders import NOON, shipped
from tests.newsroom.news import labelled


def test_changes_are_of_the_weights_that_are_asked_for() -> None:
    tried = changes(["relevance.b", "bases.near_unspaced"], [0.5, 2.0])
    assert [(c.weight.path, c.factor) for c in tried] == [
        (path, factor)
        for path in (
            "relevance.bias",
            "relevance.beyond_share",
            "relevance.both_weight",
            "bases.near_unspaced",
        )
        for factor in (0.5, 2.0)
    ]


def test_bounds_on_work_are_not_changed() -> None:
    assert not [c for c in changes() if c.weight.bound]


def test_a_weight_that_decides_moves_the_measures_and_one_that_does_not_moves_none() -> None:
    news = Sensitivity(labelled()[:12], shipped().rules(), NOON)
    tried = [*changes(["relevance.bias"], [4.0]), *changes(["editions.behind"], [0.5])]
    bias, behind = news.effects(tried, processes=1)
    assert bias.differing > 0 and bias.moved["relevant"] < 0
    assert (behind.differing, behind.moved) == (0, {})
    assert strongest_first([behind, bias]) == [bias, behind]
    assert json.loads(json.dumps(bias.plain()))["weight"] == "relevance.bias"


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--only", "relevance"], "add --weights"),
        (["--weights", "--only", "nonsense"], "no weight has such a name"),
    ],
)
def test_options_that_make_no_sense_are_refused(tmp_path: Path, options: list[str], complaint: str) -> None:
    file = tmp_path / "news.jsonl"
    file.write_text(json.dumps(labelled()[0]), encoding="utf-8")
    done = CliRunner().invoke(build(), ["evaluate", str(file), *options])
    assert done.exit_code == 2
    assert complaint in " ".join(done.stderr.replace("│", " ").split())
