"""``entries``: what was fetched and is no article yet, with why; trying it again, or dropping it on record."""

from __future__ import annotations

import getpass
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer

from alerts.operations import entry_actions
from crawler.commands.context import (
    ConfigOption,
    JsonOption,
    LimitOption,
    at_most,
    counted,
    moment_since,
    open_existing,
    out,
    print_json,
    print_rows,
    print_table,
)
from crawler.model import AseanwatchError
from crawler.polling.health import spoken
from crawler.runtime.clock import now
from crawler.store import waiting
from crawler.store.waiting import PendingFilter, Reason

entries_app = typer.Typer(no_args_is_help=True, help="Entries that were fetched and are no articles yet.")
COLUMNS = ("id", "source", "title", "reason", "age", "tries", "next_try", "message")
IdsArgument = Annotated[list[int] | None, typer.Argument(help="Entries, by their ids.")]
SourcesOption = Annotated[
    list[str] | None, typer.Option("--source", help="Only of this source; may be repeated.")
]
ReasonsOption = Annotated[
    list[Reason] | None, typer.Option("--reason", help="Only those that wait for this; may be repeated.")
]
OlderOption = Annotated[
    str | None, typer.Option("--older", help="Only those that have waited for longer than this, such as 2h.")
]


def _wanted(
    ids: Sequence[int] | None,
    sources: Sequence[str] | None,
    reasons: Sequence[Reason] | None,
    older: str | None,
    moment: datetime,
) -> PendingFilter:
    return PendingFilter(ids or (), sources or (), reasons or (), moment_since(older, moment, "--older"))


@entries_app.command("waiting")
def waiting_entries(
    ids: IdsArgument = None,
    source: SourcesOption = None,
    reason: ReasonsOption = None,
    older: OlderOption = None,
    limit: LimitOption = 50,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """What waits, the longest first: why, since when, how often it was tried, and when it is tried again."""
    _, store = open_existing(config)
    moment = now()
    with store.read() as connection:
        rows = waiting.listed(connection, _wanted(ids, source, reason, older, moment), limit)
        counts = waiting.counts(connection)
    aged = [row | {"age": spoken((moment - row["since"]).total_seconds())} for row in rows]
    if json:
        print_json([row | {"age_seconds": round((moment - row["since"]).total_seconds())} for row in rows])
        return
    print_table("Entries that wait", COLUMNS, [[row[c] for c in COLUMNS] for row in aged])
    by_reason = Counter[Reason]()
    for one in counts:
        by_reason[one.reason] += one.count
    out.print(
        ", ".join(f"{n} {r.value} ({r.spoken})" for r, n in sorted(by_reason.items())) or "No entry waits.",
        soft_wrap=True,
    )


@entries_app.command("dropped")
def dropped_entries(
    source: SourcesOption = None,
    limit: LimitOption = 50,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """What was dropped, the latest first: by whom, when, why, and what it had waited for."""
    _, store = open_existing(config)
    with store.read() as connection:
        rows = waiting.dropped(connection, PendingFilter(sources=source or ()), limit + 1)
    rows, more = at_most(list(rows), limit)
    print_rows(
        "Dropped entries",
        ("id", "source", "title", "at", "actor", "note", "reason", "message"),
        rows,
        as_json=json,
        summary=f"{counted(len(rows), 'dropped entry', 'dropped entries')}, the latest first{more}",
    )


@entries_app.command("retry")
def retry_entries(
    ids: IdsArgument = None,
    source: SourcesOption = None,
    reason: ReasonsOption = None,
    older: OlderOption = None,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Try entries again without waiting for their time; without a choice all that wait. A dropped one, by its id, waits again."""
    settings, store = open_existing(config)
    moment = now()
    with store.write() as connection:
        again = entry_actions.retry(
            connection, settings, _wanted(ids, source, reason, older, moment), _actor(), moment
        )
        _refuse_unknown(ids, again, "waits or was dropped")
    if json:
        print_json({"retried": again})
    else:
        out.print(
            f"{len(again)} entries are tried again: by the service within a minute, by the next crawl without one"
        )


@entries_app.command("drop")
def drop_entries(
    why: Annotated[str, typer.Option("--why", help="Why they are wanted no more; it is kept with them.")],
    ids: IdsArgument = None,
    source: SourcesOption = None,
    reason: ReasonsOption = None,
    older: OlderOption = None,
    every: Annotated[
        bool, typer.Option("--all", help="All that wait; needed where nothing else is chosen.")
    ] = False,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Give entries up that wait: they become no articles and are not taken up again. Who, when and why stays on record."""
    if not (ids or source or reason or older or every):
        raise typer.BadParameter(
            "name entries, or choose them by --source, --reason or --older; --all drops all that wait"
        )
    if not why.strip():
        raise typer.BadParameter("it must say something", param_hint="--why")
    _, store = open_existing(config)
    moment = now()
    with store.write() as connection:
        gone = entry_actions.drop(
            connection, _wanted(ids, source, reason, older, moment), _actor(), why.strip(), moment
        )
        _refuse_unknown(ids, gone, "waits")
    if json:
        print_json({"dropped": gone})
    else:
        out.print(f"{len(gone)} entries dropped; aseanwatch entries retry ID takes one up again")


def _refuse_unknown(ids: Sequence[int] | None, found: Sequence[int], what: str) -> None:
    missing = sorted(set(ids or ()) - set(found))
    if missing:
        named = ", ".join(map(str, missing))
        raise AseanwatchError(
            f"no entry {named} {what} (as chosen); aseanwatch entries waiting shows what does"
        )


def _actor() -> str:
    try:
        return f"command line ({getpass.getuser()})"
    except (KeyError, OSError):  # an account without a name, as in a container
        return "command line"
