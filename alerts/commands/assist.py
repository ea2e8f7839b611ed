"""``assist``: machine assistants as the configuration sets them up, what they took, and what they say when asked now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from alerts.identity import audit
from crawler.commands.context import (
    FAILURES,
    USAGE,
    ConfigOption,
    JsonOption,
    LimitOption,
    SinceOption,
    at_most,
    counted,
    err,
    in_utc,
    moment_since,
    open_existing,
    out,
    print_json,
    print_rows,
    working,
)
from crawler.config.settings import Settings
from crawler.judging.text.language import language_of
from crawler.judging.text.language_codes import language_meant
from crawler.model import AseanwatchError
from crawler.runtime.clock import now
from crawler.store import Store

if TYPE_CHECKING:
    from alerts.assist.filling import Filled
    from alerts.assist.overview import AssistOverview
    from alerts.assist.trying import TriedAnswer
    from crawler.assist.assistants import AssistantName

assist_app = typer.Typer(
    no_args_is_help=True, help="Machine assistants: translation, briefs and a second reader, by choice."
)
LOG = ("at", "task", "kind", "model", "place", "language", "sources", "characters", "tokens_in", "tokens_out", "money", "seconds", "outcome", "problem")  # fmt: skip
LOOKING = timedelta(seconds=5)
"""How long `assist status` waits for an assistant to say what it reads."""
NONE = "no assistant is set up: assist.kind is empty; docs/how-to/assist.md shows the three lines that set one up"


def _assisted(config: str | None) -> tuple[Settings, Store]:
    """Settings with an assistant, and their store.

    Raises:
        AseanwatchError: there is none.
    """
    settings, store = open_existing(config)
    if not settings.assist.enabled:
        raise AseanwatchError(NONE)
    return settings, store


@assist_app.command("status")
def assist_status(config: ConfigOption = None, json: JsonOption = False) -> None:
    """What is on, for which languages, what was used of the day's budget, what waits, and why answers were refused."""
    settings, store = open_existing(config)
    if not settings.assist.enabled:
        print_json({"enabled": False}) if json else out.print(NONE)
        return
    from alerts.assist.overview import overview_of  # noqa: PLC0415 - only where there is an assistant

    with store.read() as connection:
        found = overview_of(connection, settings, now())
    with working("Asking which languages they read …"):
        pairs, unusable = _pairs(settings, found.languages)
    if json:
        print_json(_as_json(settings, found, pairs, unusable))
    else:
        _print_status(settings, found, pairs, unusable)


def _pairs(
    settings: Settings, languages: Sequence[str]
) -> tuple[list[tuple[str, str]], dict[AssistantName, str]]:
    """Which languages of the sources can be read in which, and which assistants cannot be used at all, and why."""
    from alerts.assist.scope import read_pairs  # noqa: PLC0415 - only where there is an assistant
    from crawler.assist.assistants import Assistants  # noqa: PLC0415 - as above

    # Whoever looks does not wait as long as the service would.
    quick = {"timeout": min(settings.assist.timeout, LOOKING)}
    also = tuple(one.model_copy(update=quick) for one in settings.assist.also)
    assistants = Assistants(
        settings.model_copy(update={"assist": settings.assist.model_copy(update={**quick, "also": also})})
    )
    found: list[tuple[str, str]] = []
    unusable = assistants.unusable()
    try:
        found = read_pairs(assistants, settings, languages)
    except Exception as error:  # of an assistant of others, while it looks
        err.print(f"the assistant does not say what it reads: {error}", markup=False)
    assistants.close()
    return found, unusable


def _as_json(
    settings: Settings,
    found: AssistOverview,
    pairs: Sequence[tuple[str, str]],
    unusable: Mapping[AssistantName, str],
) -> dict[str, Any]:
    from alerts.assist.overview import limits  # noqa: PLC0415 - only where there is an assistant
    from alerts.assist.scope import wanted_pairs  # noqa: PLC0415 - as above

    unread = [pair for pair in wanted_pairs(settings, found.languages) if pair not in pairs]

    return {
        "enabled": True,
        "assistants": [
            {**asdict(state.name), "tasks": list(tasks), "failures": state.failures, "rests_until": state.until,
             "problem": state.problem, "last_given": state.last_given,
             "unusable": unusable.get(state.name)}
            for state, tasks in zip(found.states, found.tasks, strict=True)
        ],
        "languages": list(found.languages), "pairs": list(map("-".join, pairs)), "unread": list(map("-".join, unread)),
        "today": {name: {"used": used, "limit": limit} for name, used, limit in limits(found.budget, found.today)},
        "month": found.month._asdict(), "waiting": found.waiting,
        "answers": [{"task": t, "outcome": o, "count": n} for t, o, n in found.answers],
        "refusals": [{"task": t, "reason": r, "count": n} for t, r, n in found.refusals],
    }  # fmt: skip


def _print_status(
    settings: Settings,
    found: AssistOverview,
    pairs: Sequence[tuple[str, str]],
    unusable: Mapping[AssistantName, str],
) -> None:
    from alerts.assist.overview import failure_of, limits  # noqa: PLC0415 - only where there is an assistant
    from alerts.assist.scope import wanted_pairs  # noqa: PLC0415 - as above

    def say(line: str) -> None:
        out.print(line, markup=False, soft_wrap=True)

    for state, tasks in zip(found.states, found.tasks, strict=True):
        say(f"{state.name}: {', '.join(tasks) or 'all that it can'}")
        if state.name in unusable:
            say(f"  cannot be used: {unusable[state.name]}")
        elif state.failures:
            rests = f"; it is asked again at {in_utc(state.until)}" if state.until else ""
            say(f"  {failure_of(state)} since {in_utc(state.since)}{rests}" if state.since else "")
            say(f"  the last problem: {state.problem}")
        elif state.last_given:
            say(f"  last answer {in_utc(state.last_given)}")
        else:
            say("  not asked yet")
    say(f"into: {', '.join(found.languages)}; pairs: {', '.join(map('-'.join, pairs)) or 'none'}")
    if unread := [pair for pair in wanted_pairs(settings, found.languages) if pair not in pairs]:
        say(f"nobody translates: {', '.join(map('-'.join, unread))}; aseanwatch check says what is missing")
    say(f"second reader: {settings.assist.second_reader}")
    for name, used, limit in limits(found.budget, found.today):
        of = f" of {limit:,}" if limit is not None else ""
        say(
            f"{name} today (UTC): {used:,.2f}{of}" if name == "money" else f"{name} today (UTC): {used:,}{of}"
        )
    month = found.month
    say(f"in 30 days: {month.requests:,} requests, {month.tokens:,} tokens, {month.money:,.2f} of money")
    say(f"waiting: {counted(found.waiting, 'report', 'reports')}")
    kept = ", ".join(f"{count} {task} {outcome}" for task, outcome, count in found.answers)
    say(f"answers: {kept or 'none'}")
    for task, reason, count in found.refusals:
        say(f"refused {counted(count, 'time', 'times')} ({task}): {reason}")


@assist_app.command("try")
def assist_try(
    text: Annotated[str | None, typer.Argument(help="A text to be translated.", show_default=False)] = None,
    story: Annotated[
        int | None, typer.Option("--story", help="The reports of this story instead, and a brief on it.")
    ] = None,
    to: Annotated[str, typer.Option("--to", help="The language to translate into.")] = "en",
    source_language: Annotated[
        str | None, typer.Option("--from", help="The language of the text; default: as its words say.")
    ] = None,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Ask the assistant now: what it says, what is believed of it, tokens and seconds. Nothing is kept but the record of the request."""
    if (text is None) == (story is None):
        raise typer.BadParameter("give a text, or --story with the number of one")
    settings, store = _assisted(config)
    target = _language(to, "--to")
    from alerts.assist.trying import AssistTrial  # noqa: PLC0415 - only where there is an assistant

    trial = AssistTrial(settings, store, now)
    try:
        with working("Asking …"):
            if story is not None:
                answers = trial.story(story, target)
            else:
                said = text or ""
                lang = _language(source_language, "--from") if source_language else language_of("", said)
                if lang is None:
                    raise typer.BadParameter("its language cannot be told; name it by --from")
                if lang == target:
                    raise typer.BadParameter(f"it is in {target} already; name another language by --to")
                answers = trial.text(said, lang, target)
    finally:
        trial.close()
    if json:
        print_json([asdict(a) | {"believed": a.is_believed} for a in answers])
    else:
        _print_answers(answers)
    if not all(a.is_believed for a in answers):
        raise typer.Exit(FAILURES)


def _language(written: str, option: str) -> str:
    found = language_meant(written)
    if found is None:
        raise typer.BadParameter(f"{written!r} is no language; such as en, vi, lo", param_hint=option)
    return found


def _print_answers(answers: Sequence[TriedAnswer]) -> None:
    def say(line: str) -> None:
        out.print(line, markup=False, soft_wrap=True)

    shown = None
    for one in answers:
        took = (one.tokens_in, one.tokens_out, one.money, one.seconds)
        if took != shown:
            cost = f"{one.tokens_in} tokens read, {one.tokens_out} written, {one.money:.4f} of money, "
            whom = " ".join(filter(None, (one.kind, one.model)))
            say(f"{one.task} by {whom}: {'' if one.failed else cost}{one.seconds:.1f} s")
        shown = took
        say(f"  {one.original}")
        for line in _lines(one.said):
            say(f"  -> {line}")
        verdict = "no answer" if one.failed else "refused"
        say("     believed" if one.is_believed else f"     {verdict}: {one.reason}")


def _lines(said: Any) -> list[str]:
    if said is None:
        return []
    if "statements" in said:
        return [
            f"{s['text']} ({', '.join(map(str, s.get('articles') or s.get('reports')))})"
            for s in said["statements"]
        ]
    return [said["text"]]


@assist_app.command("log")
def assist_log(
    since: SinceOption = None,
    limit: LimitOption = 50,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """What was sent where: each request with its sources and reports, its size and what came of it, the latest first."""
    from crawler.store.assist import requests_of  # noqa: PLC0415 - only here

    _, store = open_existing(config)
    with store.read() as connection:
        rows = requests_of(connection, moment_since(since, now()), limit + 1)
    rows, more = at_most(rows, limit)
    summary = f"{counted(len(rows), 'request', 'requests')}, the latest first{more}"
    print_rows("What was sent to assistants", LOG, rows, as_json=json, summary=summary)


@assist_app.command("fill")
def assist_fill(config: ConfigOption = None, json: JsonOption = False) -> None:
    """Ask about all that is new and waits, until nothing is left or the budget is used; the service does the same by itself."""
    settings, store = _assisted(config)
    from alerts.assist.filling import filler_of  # noqa: PLC0415 - only where there is an assistant

    with store.lock("assist") as mine:
        if not mine:
            err.print("another process is asking already: the service does it by itself, every few seconds")
            raise typer.Exit(USAGE)
        with filler_of(settings, store, now) as filler:
            done = filler.fill(None if json else _say_progress)
    if json:
        print_json({"answered": done.answered, "waiting": done.waiting, "blocked": done.blocked})
        return
    answered = ", ".join(f"{count} {task}" for task, count in done.answered.items())
    out.print(f"answered: {answered or 'nothing'}; waiting: {done.waiting}", markup=False)
    if done.blocked:
        out.print(f"no more is asked now: {done.blocked}", markup=False, soft_wrap=True)
    elif done.waiting:
        out.print("what waits is asked for again later: it got no answer, or one that was refused")


def _say_progress(done: Filled) -> None:
    if err.is_terminal:
        err.print(f"{sum(done.answered.values())} answered, {done.waiting} wait", markup=False)


@assist_app.command("forget")
def assist_forget(
    model: Annotated[
        str | None, typer.Option("--model", help="Only answers of this model, or of this kind of assistant.")
    ] = None,
    refused: Annotated[
        bool, typer.Option("--refused", help="Only what was refused, or failed for good.")
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="All answers.")] = False,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Forget answers, so that they are asked for again: after a change of the model, or of its instructions. The record stays."""
    if not (model or refused or everything):
        raise typer.BadParameter("say which: --model, --refused, or --all")
    if everything and (model or refused):
        raise typer.BadParameter("--all is of all answers; leave it out, or leave out --model and --refused")
    from alerts.assist.queue import begin_again  # noqa: PLC0415 - only here
    from crawler.store.assist import forget, models_of  # noqa: PLC0415 - only here

    _, store = open_existing(config)
    with store.write() as connection:
        known = models_of(connection)
        gone = forget(connection, model, refused=refused)
        if gone:
            begin_again(connection)
            which: Mapping[str, Any] = {"model": model, "refused": refused}
            audit.record(connection, "command line", "assist: forget", gone, now(), **which)
    if json:
        print_json({"forgotten": gone})
    else:
        again = "; what is fresh is asked for again" if gone else ""
        out.print(f"{counted(gone, 'answer', 'answers')} forgotten{again}")
        if model and not gone and known:
            out.print(f"the answers that are kept are of: {', '.join(known)}", markup=False)
