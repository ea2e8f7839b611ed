"""``deliveries``: the outbox, with what failed and why; ``digests``: what was sent, and each message again as it was sent."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import select

from alerts.delivery import breaker, outbox
from alerts.delivery.advice import delivery_advice
from alerts.digests.message import OutgoingMessage, compose
from alerts.identity.keys import signing_keys_or_none
from alerts.identity.links import links_of
from crawler.commands.context import (
    ConfigOption,
    JsonOption,
    LimitOption,
    at_most,
    counted,
    in_utc,
    open_existing,
    out,
    print_json,
    print_rows,
    print_table,
    print_values,
    print_written,
)
from crawler.model import AseanwatchError
from crawler.runtime.clock import now
from crawler.store.schema import digests

deliveries_app = typer.Typer(no_args_is_help=True, help="The outbox.")
digests_app = typer.Typer(no_args_is_help=True, help="What was told to whom, and when.")
NumberArgument = Annotated[int, typer.Argument(help="A delivery's id.")]


@deliveries_app.command("list")
def list_deliveries(
    status: Annotated[
        str | None, typer.Option(help="Only pending, sent, failed, dropped, merged or split ones.")
    ] = None,
    subscription: Annotated[str | None, typer.Option(help="Only of this subscription.")] = None,
    limit: LimitOption = 50,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """The deliveries, the latest first, and the channels that cannot be used."""
    if status is not None and status not in outbox.STATUSES:
        raise typer.BadParameter(
            f"{status!r} is no status; allowed: {', '.join(outbox.STATUSES)}", param_hint="--status"
        )
    _, store = open_existing(config)
    with store.read() as connection:
        rows = outbox.listed(connection, status, limit, subscription=subscription)
        down = breaker.states(connection)
        totals = outbox.counts(connection)
    if json:
        print_json(rows)
        return
    columns = (
        "id",
        "subscription",
        "subject",
        "kind",
        "channel",
        "recipient",
        "status",
        "attempts",
        "sent",
        "next_try",
        "failure",
        "error",
    )
    # Of any other status it is the moment at which the delivery ended, and no time to come.
    shown = [{**r, "next_try": r["next_try"] if r["status"] == "pending" else None} for r in rows]
    print_table("Deliveries", columns, [[r[c] for c in columns] for r in shown])
    for state in down:
        out.print(_spoken(state), markup=False, soft_wrap=True)
    out.print(
        ", ".join(f"{totals[s]} {s}" for s in outbox.STATUSES if totals.get(s)) or "The outbox is empty."
    )


def _spoken(state: breaker.ChannelState) -> str:
    """A channel that cannot be used, and what becomes of it."""
    since = in_utc(state.since)
    if state.switched_off:
        return (
            f"{state.channel} is switched off since {since}: {state.error}. What is for it waits;"
            f" aseanwatch deliveries resume {state.channel} tries it again, as do other settings of the channel"
        )
    return (
        f"{state.channel} cannot be used since {since}, next try {state.open_until:%H:%M:%S}: {state.error}"
    )


@deliveries_app.command("show")
def show_delivery(number: NumberArgument, config: ConfigOption = None, json: JsonOption = False) -> None:
    """One delivery: what became of it, and why."""
    _, store = open_existing(config)
    with store.read() as connection:
        values = dict(outbox.find(connection, number)._mapping)
    advice = delivery_advice(values["status"], values["failure"])
    print_values(values | ({"what to do": str(advice)} if advice else {}), as_json=json)


@deliveries_app.command("retry")
def retry_deliveries(
    number: Annotated[
        int | None, typer.Argument(help="One delivery; without: all that were given up.")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Try deliveries again that were given up or dropped, and the channels that were switched off."""
    _, store = open_existing(config)
    with store.write() as connection:
        # `retry` may switch channels on; which ones shows by comparing before and after.
        off = [s.channel for s in breaker.states(connection) if s.switched_off]
        again = outbox.retry(connection, number, now())
        still_off = [s.channel for s in breaker.states(connection) if s.switched_off]
        resumed = [channel for channel in off if channel not in still_off]
        if number is not None and not again and not resumed:
            raise AseanwatchError(
                f"delivery {number} cannot be tried again: it is {outbox.find(connection, number).status}"
            )
    for channel in resumed:
        out.print(f"{channel} is tried again, with all that waits for it", markup=False)
    out.print(f"{again} pending again; aseanwatch alerts dispatch sends them, as does the service")


@deliveries_app.command("resume")
def resume_channel(
    channel: Annotated[str, typer.Argument(help="A channel that is switched off or down.")],
    config: ConfigOption = None,
) -> None:
    """Try a channel again that is switched off or down, with all that waits for it and what it refused last."""
    settings, store = open_existing(config)
    with store.write() as connection:
        known = {"email", *settings.delivery.channels, *(s.channel for s in breaker.states(connection))}
        if channel not in known:
            raise AseanwatchError(f"there is no channel {channel}; allowed: {', '.join(sorted(known))}")
        waiting = outbox.resume(connection, channel, now())
    out.print(
        f"{channel} is tried again; {waiting} deliveries wait for it; aseanwatch alerts dispatch sends them, as does the service",
        markup=False, soft_wrap=True,
    )  # fmt: skip


@deliveries_app.command("drop")
def drop_delivery(number: NumberArgument, config: ConfigOption = None) -> None:
    """Never send a delivery that waits or was given up."""
    _, store = open_existing(config)
    with store.write() as connection:
        outbox.drop(connection, number)
    out.print(f"{number} dropped; aseanwatch deliveries retry {number} takes it up again")


@digests_app.command("list")
def list_digests(
    subscription: Annotated[str | None, typer.Option(help="Only of this subscription.")] = None,
    limit: LimitOption = 50,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """The digests, the latest first."""
    _, store = open_existing(config)
    columns = ("id", "subscription", "kind", "due", "made", "subject")
    statement = select(*(digests.c[c] for c in columns)).order_by(digests.c.id.desc()).limit(limit + 1)
    if subscription:
        statement = statement.where(digests.c.subscription == subscription)
    with store.read() as connection:
        rows: list[dict[str, Any]] = [dict(r._mapping) for r in connection.execute(statement)]
    rows, more = at_most(rows, limit)
    summary = f"{counted(len(rows), 'digest', 'digests')}, the latest first{more}"
    print_rows("Digests", columns, rows, as_json=json, summary=summary)


@digests_app.command("rebuild")
def rebuild_digest(
    number: Annotated[int, typer.Argument(help="A digest's id.")],
    recipient: Annotated[
        str | None, typer.Option("--to", help="As it went to this address; without: the first one.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", help="A file for the message; without: standard output.")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """The message as it was sent, byte for byte, from what the store keeps."""
    settings, store = open_existing(config)
    with store.read() as connection:
        message = outbox.message_of(
            connection, number, links_of(settings, store), signing_keys_or_none(settings, store)
        )
        rows = outbox.of_digest(connection, number)
    mine = next(
        (
            r
            for r in rows
            if recipient is None or outbox.reader_of(r.recipient) == outbox.reader_of(recipient)
        ),
        None,
    )
    if mine is None:
        whom = ", ".join(r.recipient for r in rows) or "nobody"
        raise AseanwatchError(f"digest {number} was not for {recipient or 'anybody'}; it was for {whom}")
    made: OutgoingMessage = outbox.outgoing_of(mine, message)
    content = compose(made)
    if output is None:
        sys.stdout.buffer.write(content)
    else:
        output.write_bytes(content)
        print_written(f"{message.rendered.subject}\n{output} written", output, to=out)
