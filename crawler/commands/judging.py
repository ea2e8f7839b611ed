"""``classify`` and ``evaluate``: judging a file of news without a crawl."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import Progress

from crawler.analysis.classify import FileError, classify, read_rows
from crawler.analysis.evaluate import evaluate
from crawler.analysis.sensitivity import FACTORS, Sensitivity, WeightChange, changes, strongest_first
from crawler.commands.context import (
    FAILURES,
    ConfigOption,
    JsonOption,
    err,
    out,
    print_json,
    print_lines,
    working,
)
from crawler.config import load
from crawler.config.settings import Settings
from crawler.judging.judge import Judge, Rules
from crawler.runtime.clock import now

if TYPE_CHECKING:
    from crawler.analysis.second_reader import SecondReaderCounts

OF = "of"
"""The figure that says how many a share is of."""
REPEATED = ("relevant_f1_by_lang", "topics_micro_f1", "cities_f1")
LABELS = ("relevant", "topics", "new_base", "bases", "story", "lang")


def classify_command(
    file: Annotated[
        Path, typer.Argument(help="News as JSON Lines: id, url, lang, title, published, source, text.")
    ],
    config: ConfigOption = None,
) -> None:
    """Judge articles from a file; predictions go to standard output as JSON Lines. Exit 1 where one could not be judged."""
    rows, rules = read_rows(file), load(config).rules()
    with working("Judging …"):
        predictions = classify(rows, Judge(rules), now())
    print_lines(predictions)
    _tell_problems(file, predictions)


def evaluate_command(
    file: Annotated[Path, typer.Argument(help="News with labels, as JSON Lines.")],
    config: ConfigOption = None,
    json: JsonOption = False,
    weights: Annotated[
        bool,
        typer.Option(
            "--weights",
            help="Print instead how far each weight of judging moves the measures: minutes, on all cores.",
        ),
    ] = False,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only",
            metavar="NAME",
            help="With --weights: those whose name begins so (relevance, bases.near).",
        ),
    ] = None,
    assist: Annotated[
        bool,
        typer.Option(
            "--assist",
            help="Also with the second reader of the configuration where the rules are not sure; sends it parts of the file.",
        ),
    ] = False,
    factor: Annotated[
        list[float] | None,
        typer.Option(
            "--factor", min=0.0, help="With --weights: what each is multiplied by (0.5, 0.75, 1.25, 1.5)."
        ),
    ] = None,
) -> None:
    """Judge articles from a file and compare with its labels: precision, recall, F1, per language too."""
    if (only or factor) and not weights:
        raise typer.BadParameter("--only and --factor say which weights to change: add --weights")
    rows = read_rows(file)
    for number, row in enumerate(rows, 1):
        if missing := [k for k in LABELS if k not in row]:
            raise FileError(
                f"{file}: row {number} (id {row['id']}) has no labels; missing: {', '.join(missing)}"
            )
    settings = load(config)
    rules = settings.rules()
    if weights:
        _print_effects(rows, rules, changes(tuple(only or ()), tuple(factor or FACTORS)), json=json)
        return
    with working("Judging, and comparing with the labels …"):
        measures, predictions = evaluate(rows, Judge(rules), now())
    counts = None
    if assist:
        counts, measures["with_second_reader"] = _read_twice(settings, rows)
    if json:
        print_json(measures)
    else:
        twice = measures.pop("with_second_reader", None)
        if counts is not None:
            _print_second_reader(counts, measures, twice)
        _print_measures(measures)
    _tell_problems(file, predictions)


def _read_twice(
    settings: Settings, rows: Sequence[Mapping[str, Any]]
) -> tuple[SecondReaderCounts, dict[str, Any]]:
    """What the second reader was asked, and the measures with it, as plain values."""
    from crawler.analysis.second_reader import JudgeWithSecondReader  # noqa: PLC0415 - assistants are loaded for it alone

    judge = JudgeWithSecondReader(settings)
    with working("Again, with the second reader …"):
        try:
            measures, _ = evaluate(rows, judge, now())
        finally:
            judge.close()
    return judge.counts, {**measures, "asked": judge.counts.plain()}


def _print_second_reader(
    counts: SecondReaderCounts, alone: Mapping[str, Any], twice: Mapping[str, Any]
) -> None:
    """Print what the second reader was asked, and what it changes of the measures that it can."""
    said = ", ".join(f"{verdict} {count}" for verdict, count in sorted(counts.verdicts.items())) or "nothing"
    refused, failed = sum(counts.refused.values()), sum(counts.failed.values())
    tokens = counts.tokens.tokens_in + counts.tokens.tokens_out
    out.print(
        f"second reader: asked about {counts.asked} candidates: {said}, {refused} refused, {failed} without an answer;"
        f" {counts.brought} brought in and {counts.held} held back; {tokens} tokens",
        markup=False,
        soft_wrap=True,
    )
    for reason, count in [*counts.refused.most_common(), *counts.failed.most_common()]:
        err.print(f"{count}: {reason}", markup=False, soft_wrap=True)
    for name in ("new_base", "new_base_without_topic", "new_base_by_lang"):
        bounds = [m.get("intervals", {}).get(name) for m in (alone, twice)]
        out.print(f"{name}: {_figures(alone[name], bounds[0])}", markup=False, soft_wrap=True)
        out.print(
            f"  with the second reader: {_figures(twice[name], bounds[1])}", markup=False, soft_wrap=True
        )


def _print_measures(measures: dict[str, Any]) -> None:
    """Print each measure, and behind it between which bounds it lies."""
    bounds = measures.pop("intervals", {})
    for name, value in measures.items():
        # What stands in a table under another name already is for other programs.
        if name not in REPEATED:
            out.print(f"{name}: {_figures(value, bounds.get(name))}", markup=False, soft_wrap=True)
    out.print("in brackets: 95 of 100 draws of as many stories lie between", markup=False, soft_wrap=True)


def _print_effects(
    rows: Sequence[Mapping[str, Any]], rules: Rules, tried: Sequence[WeightChange], *, json: bool
) -> None:
    """Print what each change of a weight does to the measures, the strongest first."""
    if not tried:
        raise typer.BadParameter(
            "no weight has such a name; docs/reference/weights.md lists them", param_hint="--only"
        )
    news = Sensitivity(rows, rules, now())
    cores = os.cpu_count() or 1
    minutes = len(tried) * news.seconds / cores / 60
    err.print(
        f"{len(tried)} changes of {news.seconds:.1f} s each on {cores} cores: about {minutes:.0f} minutes"
    )
    with Progress(console=err, disable=not err.is_terminal, transient=True) as bar:
        task = bar.add_task("changing weights", total=len(tried))
        effects = strongest_first(news.effects(tried, cores, lambda: bar.advance(task)))
    if json:
        print_json({"measures": news.figures, "effects": [e.plain() for e in effects]})
        return
    out.print(_figures(news.figures), markup=False, soft_wrap=True)
    silent = [e for e in effects if not e.differing]
    for effect in effects:
        if effect.differing:
            moved = (
                "  ".join(f"{name} {change:+.3f}" for name, change in effect.moved.items())
                or "no measure moves"
            )
            what = f"{effect.change.weight.path} x {effect.change.factor:g}"
            out.print(
                f"{what}: {moved}  ({effect.differing} articles judged otherwise)",
                markup=False,
                soft_wrap=True,
            )
    out.print(f"{len(silent)} of {len(effects)} changes change nothing here", markup=False, soft_wrap=True)


def _tell_problems(file: Path, predictions: Sequence[Mapping[str, Any]]) -> None:
    """Say which rows could not be judged or stored, and why."""
    problems = [(p["id"], p["problem"]) for p in predictions if "problem" in p]
    for number, problem in problems:
        err.print(
            f"{file}: the row with id {number} could not be judged: {problem}", markup=False, soft_wrap=True
        )
    if problems:
        raise typer.Exit(FAILURES)


def _figures(value: Any, bounds: Any = None) -> str:
    """Figures as text, each with its bounds; tables with a line for each row."""
    if not isinstance(value, dict):
        return f"{value}{_between(bounds)}"
    if not value:
        return "not labelled"
    if all(isinstance(v, dict) for v in value.values()):
        of_rows = bounds or {}
        return "".join(f"\n  {row}: {_figures(rates, of_rows.get(row))}" for row, rates in value.items())
    between = bounds or {}
    rates = {name: figure for name, figure in value.items() if name != OF}
    line = "  ".join(f"{name} {figure:.3f}{_between(between.get(name))}" for name, figure in rates.items())
    return f"{line}  of {value[OF]:.0f}" if OF in value else line


def _between(bounds: Any) -> str:
    return f" ({bounds[0]:.3f} to {bounds[1]:.3f})" if bounds else ""
