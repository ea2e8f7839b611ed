"""``classify`` and ``evaluate``: judging a file of news without a crawl."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from crawler.classify import FileError, classify, read_rows
from crawler.clock import now
from crawler.commands.context import ConfigOption, JsonOption, out, print_json, print_lines
from crawler.config import load
from crawler.judging.evaluation import measure
from crawler.judging.judge import Judge

LABELS = ("relevant", "topics", "new_base", "bases", "story", "lang")


def classify_command(
    file: Annotated[Path, typer.Argument(help="News as JSON Lines: id, url, lang, title, published, source, text.")],
    config: ConfigOption = None,
) -> None:
    """Judge articles from a file; predictions go to standard output as JSON Lines."""
    print_lines(classify(read_rows(file), Judge(load(config).rules()), now()))


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
    measures = measure(rows, classify(rows, Judge(load(config).rules()), now()))
    if json:
        print_json(measures)
        return
    for name, value in measures.items():
        out.print(f"{name}: {_figures(value)}", markup=False, soft_wrap=True)


def _figures(value: Any) -> str:
    if not isinstance(value, dict):
        return str(value)
    if value and all(isinstance(v, dict) for v in value.values()):
        return "".join(f"\n  {lang}: {_figures(rates)}" for lang, rates in value.items())
    return "  ".join(f"{k} {v:.3f}" for k, v in value.items())
