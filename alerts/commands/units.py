"""``units``: what waits in the queue of many machines, and what failed for good."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from alerts.identity import audit
from crawler.commands.context import (
    ConfigOption,
    JsonOption,
    LimitOption,
    at_most,
    counted,
    open_existing,
    out,
    print_rows,
)
from crawler.model import AseanwatchError
from crawler.runtime.clock import now
from crawler.store import Store, units

units_app = typer.Typer(no_args_is_help=True, help="Units of work in the queue of many machines.")
COLUMNS = ("id", "queue", "unit", "status", "worker", "attempts", "at", "about")
STATUSES = ("todo", "doing", "failed")


def _queued(config: str | None) -> Store:
    settings, store = open_existing(config)
    if settings.work.engine == "embedded":
        raise AseanwatchError("work.engine is embedded: one process does it all, and there are no units")
    return store


@units_app.command("list")
def list_units(
    status: Annotated[
        str | None, typer.Option("--status", help="Only those that are todo, doing or failed.")
    ] = None,
    limit: LimitOption = 50,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """What is in the queue, the latest first. What succeeded is not kept."""
    if status not in (None, *STATUSES):
        raise typer.BadParameter(
            f"{status!r} is no status; allowed: {', '.join(STATUSES)}", param_hint="--status"
        )
    with _queued(config).read() as connection:
        rows = units.listed(connection, status, limit + 1)
    rows, more = at_most(rows, limit)
    summary = f"{counted(len(rows), 'unit', 'units')}, the latest first{more}"
    print_rows("Units", COLUMNS, rows, as_json=json, summary=summary)


ForceOption = Annotated[bool, typer.Option("--force", help="Also a unit that a living worker is at.")]


@units_app.command("retry")
def retry_units(
    number: Annotated[
        int | None,
        typer.Argument(help="One unit; without: all that failed for good, and all whose worker is gone."),
    ] = None,
    force: ForceOption = False,
    config: ConfigOption = None,
) -> None:
    """Do again what failed for good, or what a worker left undone that is gone."""
    with _queued(config).write(exclusive=False) as connection, _said(number):
        outcomes = units.retry(connection, number, force=force)
        audit.record(connection, "command line", "unit: retry", number or "all", now(), count=len(outcomes))
    if number is not None and not outcomes:
        raise AseanwatchError(
            f"unit {number} has not failed, and is not under way; aseanwatch units list --status failed shows those that have"
        )
    superseded = sum(outcome is units.Requeued.SUPERSEDED for outcome in outcomes.values())
    more = f", {superseded} of them by others of the same kind that wait already" if superseded else ""
    out.print(f"{len(outcomes)} units are done again{more}")


@units_app.command("drop")
def drop_unit(
    number: Annotated[int, typer.Argument(help="The unit.")],
    force: ForceOption = False,
    config: ConfigOption = None,
) -> None:
    """Never do a unit that waits or failed, or whose worker is gone.

    Entries that it was about are taken up again later, and sources when they are due.
    """
    with _queued(config).write(exclusive=False) as connection, _said(number):
        if not units.drop(connection, number, force=force):
            raise AseanwatchError(f"there is no unit {number}; aseanwatch units list shows them")
        audit.record(connection, "command line", "unit: drop", number, now())
    out.print(f"unit {number} dropped")


@contextmanager
def _said(number: int | None) -> Iterator[None]:
    try:
        yield
    except units.StillUnderWayError:
        raise AseanwatchError(
            f"unit {number} is under way, and its worker lives; --force takes it from that worker"
        ) from None
