"""``subscriptions``, ``alerts``, ``deliveries`` and ``run``."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from alerts import outbox, subscriptions
from alerts.dispatch import dispatch, preview
from alerts.message import Outgoing, compose
from alerts.service import Service
from crawler.commands.context import (
    FAILURES,
    ConfigOption,
    JsonOption,
    LimitOption,
    opened,
    out,
    print_json,
    print_table,
)
from crawler.crawl import now
from crawler.model import AseanwatchError
from crawler.reading.moments import from_text

subscriptions_app = typer.Typer(no_args_is_help=True, help="Who hears of what, when.")
alerts_app = typer.Typer(no_args_is_help=True, help="Alerts and digests.")
deliveries_app = typer.Typer(no_args_is_help=True, help="The outbox.")
NameArgument = Annotated[str, typer.Argument(help="The subscription's name.")]


def run_command(config: ConfigOption = None) -> None:
    """Run the service: polls, judges, alerts and sends until it is stopped (SIGTERM)."""
    settings, store = opened(config)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    for noisy in ("scrapy", "apscheduler", "alembic", "trafilatura", "asyncio", "twisted"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL if noisy == "asyncio" else logging.ERROR)

    async def serve() -> None:
        await Service(settings, store).run()

    asyncio.run(serve())


@subscriptions_app.command("list")
def list_subscriptions(config: ConfigOption = None, json: JsonOption = False) -> None:
    """All subscriptions in force."""
    settings, store = opened(config)
    with store.writing() as connection:
        subscriptions.register(connection, settings, now())
        found = subscriptions.known(connection, settings)
    rows = [
        {
            "name": k.subscription.name, "when": str(k.subscription.when), "zone": settings.zone_of(k.subscription),
            "channel": k.subscription.channel, "to": list(k.subscription.to), "topics": list(k.subscription.topics),
            "paused": k.paused, "since": k.since, "from": "command" if k.added else "config.yaml",
        }
        for k in found
    ]  # fmt: skip
    if json:
        print_json(rows)
    elif rows:
        print_table("Subscriptions", tuple(rows[0]), [list(r.values()) for r in rows])
    else:
        out.print("No subscriptions. Add one: aseanwatch subscriptions add NAME --to ADDRESS --topic TOPIC --when 'daily 07:30'")


@subscriptions_app.command("add")
def add_subscription(
    name: NameArgument,
    to: Annotated[list[str] | None, typer.Option("--to", help="An address; may be repeated.")] = None,
    topic: Annotated[list[str] | None, typer.Option("--topic", help="A topic; may be repeated. Without: all.")] = None,
    lang: Annotated[list[str] | None, typer.Option("--lang", help="Only this language; may be repeated.")] = None,
    country: Annotated[list[str] | None, typer.Option("--country", help="Only this country; may be repeated.")] = None,
    when: Annotated[str, typer.Option("--when", help="instant, hourly, daily HH:MM or weekly mon HH:MM.")] = "instant",
    timezone: Annotated[str | None, typer.Option("--timezone", help="Such as Asia/Jakarta.")] = None,
    channel: Annotated[str, typer.Option("--channel", help="email, or a channel of the configuration.")] = "email",
    config: ConfigOption = None,
) -> None:
    """Add a subscription. It gets what is new from now on."""
    settings, store = opened(config)
    values: dict[str, Any] = {
        "name": name, "to": to or (), "topics": topic or (), "languages": lang or (), "countries": country or (), "when": when,
        "timezone": timezone, "channel": channel,
    }  # fmt: skip
    with store.writing() as connection:
        subscriptions.register(connection, settings, now())
        subscriptions.add(connection, settings, values, now())
    out.print(f"{name} added", markup=False)


@subscriptions_app.command("pause")
def pause_subscription(
    name: NameArgument,
    resume: Annotated[bool, typer.Option("--resume", help="Go on again; what was missed comes with the next digest.")] = False,
    config: ConfigOption = None,
) -> None:
    """Stop a subscription for a while, or resume it."""
    settings, store = opened(config)
    with store.writing() as connection:
        subscriptions.register(connection, settings, now())
        subscriptions.set_paused(connection, name, paused=not resume)
    out.print(f"{name} {'resumed' if resume else 'paused'}", markup=False)


@subscriptions_app.command("remove")
def remove_subscription(name: NameArgument, config: ConfigOption = None) -> None:
    """Remove a subscription that was added by command."""
    settings, store = opened(config)
    with store.writing() as connection:
        subscriptions.remove(connection, settings, name)
    out.print(f"{name} removed", markup=False)


@subscriptions_app.command("preview")
def preview_subscription(
    name: NameArgument,
    output: Annotated[Path, typer.Option("--output", help="A folder for NAME.html, NAME.txt and NAME.eml.")] = Path("preview"),
    config: ConfigOption = None,
) -> None:
    """Render the next digest to files, as if it were due now; nothing is sent."""
    settings, store = opened(config)
    with store.writing() as connection:
        subscriptions.register(connection, settings, now())
        one = next((k for k in subscriptions.known(connection, settings) if k.subscription.name == name), None)
        if one is None:
            raise AseanwatchError(f"there is no subscription {name}")
        rendered = preview(connection, settings, one, now())
    to = (*one.subscription.to, f"{name}@localhost")[0]
    mail = compose(Outgoing(f"<preview-{name}@localhost>", to, name, settings.delivery.sender, now(), rendered))
    output.mkdir(parents=True, exist_ok=True)
    (output / f"{name}.html").write_text(rendered.html, encoding="utf-8")
    (output / f"{name}.txt").write_text(rendered.text, encoding="utf-8")
    (output / f"{name}.eml").write_bytes(mail.as_bytes())
    out.print(f"{rendered.subject}\n{output / name}.html, .txt and .eml written", markup=False)


@alerts_app.command("dispatch")
def dispatch_command(
    at: Annotated[str | None, typer.Option("--at", help="As if it were this moment (ISO 8601, UTC without a zone).")] = None,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Make what is due and send the outbox, once."""
    settings, store = opened(config)
    moment = _moment(at)
    with store.writing() as connection:
        subscriptions.register(connection, settings, moment)
    done = asyncio.run(dispatch(store, settings, moment))
    counts = {
        "alerts": done.alerts, "digests": done.digests, "sent": done.sent, "put_off": done.put_off, "given_up": done.given_up,
    }  # fmt: skip
    if json:
        print_json(counts)
    else:
        out.print(", ".join(f"{n} {what.replace('_', ' ')}" for what, n in counts.items()))
    if done.put_off or done.given_up:
        raise typer.Exit(FAILURES)


def _moment(text: str | None) -> datetime:
    if text is None:
        return now()
    moment = from_text(text)
    if moment is None:
        raise typer.BadParameter(f"{text!r} is no moment; allowed: 2025-11-30T07:30 or 2025-11-30T07:30+07:00", param_hint="--at")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@deliveries_app.command("list")
def list_deliveries(
    status: Annotated[str | None, typer.Option(help="Only pending, sent or failed ones.")] = None,
    limit: LimitOption = 50,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """The deliveries, the latest first."""
    _, store = opened(config)
    with store.reading() as connection:
        rows = outbox.listed(connection, status, limit)
    if json:
        print_json(rows)
        return
    columns = ("id", "subscription", "channel", "recipient", "status", "attempts", "sent", "error")
    print_table("Deliveries", columns, [[r[c] for c in columns] for r in rows])


@deliveries_app.command("retry")
def retry_deliveries(
    number: Annotated[int | None, typer.Argument(help="One delivery; without: all that were given up.")] = None,
    config: ConfigOption = None,
) -> None:
    """Try deliveries again that were given up."""
    _, store = opened(config)
    with store.writing() as connection:
        again = outbox.retry(connection, number, now())
    out.print(f"{again} pending again; aseanwatch alerts dispatch sends them, as does the service")
