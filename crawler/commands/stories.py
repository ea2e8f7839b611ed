"""``stories``: all reports of one event, how they came together, and who reported first."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from crawler.analysis.corrections import merge_stories as merge_story
from crawler.analysis.corrections import split_story as split_off
from crawler.analysis.labels import labelled_rows
from crawler.analysis.lag import lag_of, matrix
from crawler.analysis.undoing import undo_change, undoable
from crawler.commands.context import (
    ConfigOption,
    JsonOption,
    LimitOption,
    SinceOption,
    at_most,
    counted,
    in_utc,
    moment_since,
    open_existing,
    out,
    print_json,
    print_lines,
    print_table,
)  # fmt: skip
from crawler.model import AseanwatchError
from crawler.runtime.clock import now
from crawler.store import bases as base_store
from crawler.store import overview
from crawler.store import stories as story_store
from crawler.store.reports import reports_of

stories = typer.Typer(no_args_is_help=True, help="Stories: all reports of one event.")


@stories.command("list")
def list_stories(
    since: SinceOption = None, limit: LimitOption = 50, config: ConfigOption = None, json: JsonOption = False
) -> None:
    """The stories seen last."""
    _, store = open_existing(config)
    with store.read() as connection:
        rows = overview.find(connection, moment_since(since, now()), limit + 1)
    rows, more = at_most(rows, limit)
    if json:
        print_json(rows)
        return
    columns = ("id", "title", "reports", "languages", "outlets", "first seen", "last seen")
    shown = [[r[name.replace(" ", "_")] for name in columns] for r in rows]
    summary = f"{counted(len(rows), 'story', 'stories')}, the last seen first{more}"
    print_table("Stories", columns, shown, summary=summary)


@stories.command("show")
def show_story(
    number: Annotated[int, typer.Argument(help="The story's id.")],
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """One story: its reports in the order of publication, and what tied them together."""
    _, store = open_existing(config)
    with store.read() as connection:
        rows = story_store.members(connection, [number]).get(number, [])
        reports = [r.plain() for r in reports_of(connection, rows)]
        registered = base_store.find(connection, [number])
        history = story_store.history(connection, number)
        gone_to = None if rows else story_store.successor(connection, number)
    if not rows:
        raise AseanwatchError(
            f"no story has the id {number}" + (f"; it was merged into {gone_to}" if gone_to else "")
        )
    if json:
        print_json({"id": number, "reports": reports, "bases": registered, "history": history})
        return
    shown = [(r["id"], r["when"], r["lang"], r["source"], r["title"], _why(r)) for r in reports]
    languages = counted(len({r["lang"] for r in reports}), "language", "languages")
    print_table(
        f"Story {number}",
        ("id", "when", "lang", "source", "title", "why here"),
        shown,
        summary=f"{counted(len(reports), 'report', 'reports')} in {languages}",
    )
    for base in registered:
        out.print(f"Base: {base['name']} ({base['status']}) in {', '.join(base['cities'])}", markup=False)
    for change in history:
        out.print(f"{in_utc(change['at'])} {describe_change(change)}", markup=False)


@stories.command("pin")
def pin_story(
    number: Annotated[int, typer.Argument(help="The story's id.")],
    note: Annotated[str, typer.Option(help="Why it must not be lost.")] = "",
    remove: Annotated[bool, typer.Option("--remove", help="Let it go again.")] = False,
    config: ConfigOption = None,
) -> None:
    """Pin a story, so that `topics backtest --fail-on-lost` fails for a change that would lose it."""
    _, store = open_existing(config)
    with store.write() as connection:
        if remove:
            story_store.unpin(connection, number)
        else:
            story_store.pin(connection, number, now(), note)
    out.print(f"story {number} is {'no longer ' if remove else ''}pinned")


@stories.command("merge")
def merge_stories(
    number: Annotated[int, typer.Argument(help="The story that stays.")],
    other: Annotated[int, typer.Argument(help="The story that tells of the same event.")],
    config: ConfigOption = None,
) -> None:
    """Two stories tell of one event: make them one. Nobody is told again, and re-judging keeps it so."""
    _, store = open_existing(config)
    with store.write() as connection:
        reports = merge_story(connection, number, other, now())
    out.print(f"story {other} is part of {number} now: {reports} reports")


@stories.command("split")
def split_story(
    number: Annotated[int, typer.Argument(help="The story.")],
    article: Annotated[list[int], typer.Argument(help="Its articles that tell of another event.")],
    config: ConfigOption = None,
) -> None:
    """Articles tell of another event than the rest: make them a story of their own. Nobody is told again.

    A copy that leaves its original is none from now on; nobody heard of it, so its story is told.
    """
    settings, store = open_existing(config)
    with store.write() as connection:
        new, reports = split_off(connection, number, article, settings.rules(), now())
    out.print(f"story {new} was made of {reports} reports of story {number}")


@stories.command("undo")
def undo_correction(
    number: Annotated[int, typer.Argument(help="A story that was merged or split.")],
    config: ConfigOption = None,
) -> None:
    """Take back the latest merge or split of a story: everything is as it was before, as long as neither story changed since."""
    _, store = open_existing(config)
    with store.write() as connection:
        change = undoable(connection, number)
        if change is None:
            raise AseanwatchError(
                f"story {number} has no merge or split by an operator that can be taken back"
            )
        left = undo_change(connection, change, now(), "command line")
    out.print(
        f"story {left[0]} is one again"
        if len(left) == 1
        else f"{left[0]} and {left[1]} are two stories again"
    )


@stories.command("labels")
def labels(config: ConfigOption = None) -> None:
    """What operators corrected, as labelled news in JSON Lines: `aseanwatch evaluate` measures by it."""
    _, store = open_existing(config)
    with store.read() as connection:
        print_lines(labelled_rows(connection))


@stories.command("lag")
def lag(
    number: Annotated[int | None, typer.Argument(help="One story; without it all of the period.")] = None,
    since: SinceOption = "30d",
    limit: LimitOption = 20,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Who reported first, how long after it each language and country followed, and where there is still silence."""
    settings, store = open_existing(config)
    with store.read() as connection:
        found = (
            [number]
            if number is not None
            else [s["id"] for s in overview.find(connection, moment_since(since, now()))]
        )
        members = story_store.members(
            connection, found, ("id", "lang", "country", "source", "outlet", "title", "when", "first_seen")
        )
    watched = {(s.lang, s.country) for s in settings.sources if s.enabled}
    languages = sorted({lang for lang, _ in watched if lang})
    countries = sorted({country for _, country in watched if country})
    if number is not None and number not in members:
        raise AseanwatchError(f"no story has the id {number}")
    lags = [lag_of(story, rows, languages, countries) for story, rows in members.items()]
    lags.sort(key=lambda x: (-len(x.languages), -x.reports, x.story))
    whole = matrix(lags)
    if json:
        print_json(
            {"stories": [x.plain() for x in lags], "languages": whole.languages, "countries": whole.countries}
        )
        return
    shown = [
        (
            x.story,
            x.first_when,
            f"{x.first_lang} {x.first_country or ''} {x.first_outlet}",
            x.reports,
            x.delays(),
            x.silent,
        )
        for x in lags[:limit]
    ]
    print_table("Stories", ("id", "when", "first", "reports", "delay in hours", "silent"), shown)
    for title, rows in (("Languages", whole.languages), ("Countries", whole.countries)):
        columns = ("code", "stories", "first", "median delay in hours", "silent")
        print_table(
            title,
            columns,
            [(r["code"], r["stories"], r["first"], r["median_hours"], r["silent"]) for r in rows],
        )


def describe_change(change: dict[str, Any]) -> str:
    """A merge or split in words."""
    count = len(change["articles"])
    by = "by an operator" if change["actor"] == "operator" else "by the service"
    if change["kind"] == "released":
        return f"{count} reports of {change['story_id']} were no copies, said an operator, and went to {change['other_id']}"
    if change["kind"] == "merge":
        return f"story {change['other_id']} ({count} reports) was merged into {change['story_id']} {by}"
    return f"{count} reports were split from {change['story_id']} into {change['other_id']} {by}"


def _why(report: dict[str, Any]) -> str:
    if report["duplicate_of"]:
        return f"repeats {report['duplicate_of']}: {report['why']}"
    why = report["why"]
    return (
        f"like {why['like']} ({why['score']}): {', '.join(why['shared'])}"
        if why and "shared" in why
        else "began the story"
    )
