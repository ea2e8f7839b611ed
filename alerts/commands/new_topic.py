"""``topics new``: makes a topic by question and answer in the terminal, or from a file of answers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from crawler.commands.context import FAILURES, ConfigOption, err

Texts = list[str] | None


def new_topic_command(
    file: Annotated[
        Path | None,
        typer.Option("--from", help="Answers as YAML; on a terminal only open questions are asked."),
    ] = None,
    looking_for: Annotated[
        str | None, typer.Option("--looking-for", help="What you look for: a few words in any language.")
    ] = None,
    match: Annotated[
        Texts,
        typer.Option(
            "--match", help="A headline or a stored article's address that must match; may be repeated."
        ),
    ] = None,
    no_match: Annotated[
        Texts, typer.Option("--no-match", help="One that must not match; may be repeated.")
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="The topic's name, such as durian_exports.")
    ] = None,
    title: Annotated[str | None, typer.Option("--title", help="What readers see.")] = None,
    only_relevant: Annotated[
        bool | None,
        typer.Option(
            "--only-relevant/--all-news",
            help="Only news of cooperation, or all news (default: as the examples say).",
        ),
    ] = None,
    alert: Annotated[
        Literal["story", "article", "new_base"] | None,
        typer.Option("--alert", help="What is told (default: each new story)."),
    ] = None,
    yes: Annotated[
        bool,
        typer.Option(
            "--yes", help="Ask nothing: take what is suggested, and write it even if an example fails."
        ),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would be written, and write nothing.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Make a new topic: say what you look for, accept or refuse suggested terms, see at once what it would catch."""
    # Only here: no other command needs them.
    from alerts.authoring.answer_mistakes import name_problem  # noqa: PLC0415
    from alerts.authoring.answers import Answers, AnswersError, read_answers  # noqa: PLC0415
    from alerts.authoring.suggesting import check_words  # noqa: PLC0415
    from alerts.commands.topic_dialogue import run_dialogue  # noqa: PLC0415
    from alerts.commands.topic_workplace import TopicWorkplace, run_unasked  # noqa: PLC0415

    answers = read_answers(file) if file is not None else Answers()
    given = {
        "looking_for": looking_for, "match": tuple(match) if match else None, "no_match": tuple(no_match) if no_match else None,
        "name": name, "title": title, "only_relevant": only_relevant, "alert": alert,
    }  # fmt: skip
    answers = answers.with_values(**{key: value for key, value in given.items() if value is not None})
    if answers.name and (problem := name_problem(answers.name)):
        raise AnswersError(problem)
    if answers.looking_for and answers.terms is None:
        check_words(answers.looking_for)
    workplace = TopicWorkplace.open(config, writes=not dry_run)
    if not yes and not dry_run and sys.stdin.isatty() and sys.stdout.isatty():
        run_dialogue(workplace, answers, file)
        return
    if not answers.looking_for and not answers.terms:
        raise AnswersError(
            "nothing says what to look for, and there is no terminal to ask: --looking-for 'durian exports', or --from answers.yaml"
        )
    finish_unasked(run_unasked(workplace, answers, dry_run=dry_run, anyway=yes))


def finish_unasked(failed: bool) -> None:
    """End with status 1 if nothing was written because examples fail."""
    if failed:
        err.print(
            "Nothing was written: change the examples or the terms, or write it all the same with --yes."
        )
        raise typer.Exit(FAILURES)
