"""``units``: what waits in the queue of many machines, and what failed for good."""

from __future__ import annotations

from typing import Annotated

import typer

from alerts import audit
from crawler.clock import now
from crawler.commands.context import ConfigOption, JsonOption, LimitOption, opened, out, print_rows
from crawler.model import AseanwatchError
from crawler.store import Store, jobs

units_app = typer.Typer(no_args_is_help=True, help="Units of work in the queue of many machines.")
COLUMNS = ("id", "queue", "unit", "status", "attempts", "at", "about")
STATUSES = ("todo", "doing", "failed")


def _queued(config: str | None) -> Store:
    settings, store = opened(config)
    if settings.work.engine == "embedded":
        raise AseanwatchError("work.engine is embedded: one process does it all, and there are no units")
    return store


@units_app.command("list")
def list_units(
    status: Annotated[str | None, typer.Option("--status", help="Only those that are todo, doing or failed.")] = None,
    limit: LimitOption = 50,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """What is in the queue, the latest first. What succeeded is not kept."""
    if status not in (None, *STATUSES):
        raise typer.BadParameter(f"{status!r} is no status; allowed: {', '.join(STATUSES)}", param_hint="--status")
    with _queued(config).reading() as connection:
        rows = jobs.listed(connection, status, limit)
    print_rows("Units", COLUMNS, rows, as_json=json)


@units_app.command("retry")
def retry_units(
    number: Annotated[int | None, typer.Argument(help="One unit; without: all that failed for good.")] = None,
    config: ConfigOption = None,
) -> None:
    """Do again what failed for good."""
    with _queued(config).writing(beside=True) as connection:
        count = jobs.retry(connection, number)
        audit.note(connection, "command line", "unit: retry", number or "all", now(), count=count)
    if number is not None and not count:
        raise AseanwatchError(f"no unit {number} has failed; aseanwatch units list --status failed shows them")
    out.print(f"{count} units are done again")


@units_app.command("drop")
def drop_unit(number: Annotated[int, typer.Argument(help="The unit.")], config: ConfigOption = None) -> None:
    """Never do a unit that waits or failed. Entries that it was about are taken up again later, and sources when they are due."""
    with _queued(config).writing(beside=True) as connection:
        if not jobs.drop(connection, number):
            raise AseanwatchError(f"there is no unit {number} that is not under way; aseanwatch units list shows them")
        audit.note(connection, "command line", "unit: drop", number, now())
    out.print(f"unit {number} dropped")
