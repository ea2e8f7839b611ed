"""``suppressions`` and ``bounces``: addresses that no mail goes to, and the notifications that say so."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import select

from alerts.incoming.mailbox import take_in
from alerts.subscriptions import suppression
from crawler.commands.context import (
    ConfigOption,
    JsonOption,
    LimitOption,
    at_most,
    counted,
    open_existing,
    open_or_create,
    out,
    print_json,
    print_rows,
)
from crawler.model import AseanwatchError
from crawler.runtime.clock import now
from crawler.store.schema import bounces

suppressions_app = typer.Typer(no_args_is_help=True, help="Addresses that no mail goes to.")
bounces_app = typer.Typer(no_args_is_help=True, help="Mails that came back.")
AddressArgument = Annotated[str, typer.Argument(help="A mail address.")]


@suppressions_app.command("list")
def list_suppressions(config: ConfigOption = None, json: JsonOption = False) -> None:
    """The suppressed addresses with their reasons, the latest first."""
    _, store = open_existing(config)
    with store.read() as connection:
        rows = suppression.list_suppressions(connection)
    columns = ("address", "at", "reason", "detail")
    summary = counted(len(rows), "suppressed address", "suppressed addresses")
    print_rows("Suppressed addresses", columns, rows, as_json=json, summary=summary)


@suppressions_app.command("add")
def add_suppression(
    address: AddressArgument,
    note: Annotated[str, typer.Option("--note", help="Why.")] = "",
    config: ConfigOption = None,
) -> None:
    """Write to an address no more, whatever subscription it is in."""
    _, store = open_or_create(config)
    with store.write() as connection:
        suppression.suppress(connection, address, "by command", note, now())
    out.print(f"{address} suppressed", markup=False)


@suppressions_app.command("remove")
def remove_suppression(address: AddressArgument, config: ConfigOption = None) -> None:
    """Write to an address again. What was given up stays so: aseanwatch deliveries retry sends it."""
    _, store = open_existing(config)
    with store.write() as connection:
        suppression.lift(connection, address)
    out.print(f"{address} gets mail again", markup=False)


@bounces_app.command("read")
def read_command(
    folder: Annotated[Path | None, typer.Argument(help="A Maildir; without: delivery.bounces.")] = None,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Read the mails that have come back: bounces, complaints, and who wants no more; the service does so by itself."""
    settings, store = open_or_create(config)
    where = folder or (Path(settings.delivery.bounces) if settings.delivery.bounces else None)
    if where is None:
        raise AseanwatchError("no folder is given, and delivery.bounces names none")
    result = take_in(store, settings, where, now())
    if json:
        print_json(asdict(result))
        return
    out.print(
        f"Bounces: {result.bounces}, complaints: {result.complaints}, readers taken off: {result.unsubscribed}, other mails: {result.other}."
        " aseanwatch suppressions list shows who gets no more mail.",
        soft_wrap=True,
    )


@bounces_app.command("list")
def list_bounces(limit: LimitOption = 50, config: ConfigOption = None, json: JsonOption = False) -> None:
    """The bounces, the latest first."""
    _, store = open_existing(config)
    columns = ("id", "at", "address", "action", "code", "detail", "message_id")
    with store.read() as connection:
        found = connection.execute(
            select(*(bounces.c[c] for c in columns)).order_by(bounces.c.id.desc()).limit(limit + 1)
        )
        rows, more = at_most([dict(r._mapping) for r in found], limit)
    summary = f"{counted(len(rows), 'bounce', 'bounces')}, the latest first{more}"
    print_rows("Bounces", columns, rows, as_json=json, summary=summary)
