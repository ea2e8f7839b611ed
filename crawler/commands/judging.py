"""``classify`` and ``evaluate``: judging a file of news without a crawl."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from crawler.analysis.classify import FileError, classify, read_rows
from crawler.commands.context import FAILURES, ConfigOption, JsonOption, err, out, print_json, print_lines
from crawler.config import load
from crawler.judging.evaluation import measure
from crawler.judging.judge import Judge
from crawler.runtime.clock import now

LABELS = ("relevant", "topics", "new_base", "bases", "story", "lang")


def classify_command(
    file: Annotated[Path, typer.Argument(help="News as JSON Lines: id, url, lang, title, published, source, text.")],
    config: ConfigOption = None,
) -> None:
    """Judge articles from a file; predictions go to standard output as JSON Lines. Exit 1 where one could not be judged."""
    predictions = classify(read_rows(file), Judge(load(config).rules()), now())
    print_lines(predictions)
    _tell_problems(file, predictions)


def evaluate_command(
    file: Annotated[Path, typer.Argument(help="News with labels, as JSON Lines.")],
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Judge articles from a file and compare with its labels: precision, recall, F1, per language too."""
    rows = read_rows(file)
    for number, row in enumerate(rows, 1):
        if missing := [k for k in LABELS if k not in row]:
            raise FileError(f"{file}: row {number} (id {row['id']}) has no labels; missing: {', '.join(missing)}")
    predictions = classify(rows, Judge(load(config).rules()), now())
    measures = measure(rows, predictions)
    if json:
        print_json(measures)
    else:
        for name, value in measures.items():
            out.print(f"{name}: {_figures(value)}", markup=False, soft_wrap=True)
    _tell_problems(file, predictions)


def _tell_problems(file: Path, predictions: Sequence[Mapping[str, Any]]) -> None:
    """Say which rows could not be judged or stored, and why."""
    problems = [(p["id"], p["problem"]) for p in predictions if "problem" in p]
    for number, problem in problems:
        err.print(f"{file}: the row with id {number} could not be judged: {problem}", markup=False, soft_wrap=True)
    if problems:
        raise typer.Exit(FAILURES)


def _figures(value: Any) -> str:
    if not isinstance(value, dict):
        return str(value)
    if value and all(isinstance(v, dict) for v in value.values()):
        return "".join(f"\n  {lang}: {_figures(rates)}" for lang, rates in value.items())
    return "  ".join(f"{k} {v:.3f}" for k, v in value.items())
