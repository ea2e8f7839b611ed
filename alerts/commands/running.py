"""``run`` and ``alerts dispatch``."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from typing import Annotated

import typer

from alerts import subscriptions
from alerts.dispatch import dispatch
from alerts.live import live_at
from crawler.clock import now
from crawler.commands.context import FAILURES, ConfigOption, JsonOption, open_store, opened, out, print_json
from crawler.memory import settle
from crawler.reading.moments import from_text

alerts_app = typer.Typer(no_args_is_help=True, help="Alerts and digests.")


def run_command(config: ConfigOption = None) -> None:
    """Run the service: polls, judges, alerts, sends and serves the web pages until it is stopped (SIGTERM)."""
    from alerts.service import Service  # noqa: PLC0415 - crawler and web server, which no other command needs

    live = live_at(config)
    store = open_store(live.settings)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    for noisy in ("scrapy", "apscheduler", "alembic", "trafilatura", "asyncio", "twisted"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL if noisy == "asyncio" else logging.ERROR)

    async def serve() -> None:
        await Service(live, store).run()

    asyncio.run(serve())


def web_command(config: ConfigOption = None) -> None:
    """Serve only the web pages (console, sign-up, preferences, archive, feeds) until it is stopped (SIGTERM)."""
    from alerts.web.serving import Pages  # noqa: PLC0415 - as above

    live = live_at(config)
    pages = Pages(live, open_store(live.settings))
    settle()
    out.print(f"web pages at http://{live.settings.web.host}:{pages.port}/", markup=False)
    pages.serve()


@alerts_app.command("dispatch")
def dispatch_command(
    at: Annotated[str | None, typer.Option("--at", help="As if it were this moment (ISO 8601, UTC without a zone).")] = None,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Make what is due and send the outbox, once. Status 1 when something failed or has to wait."""
    settings, store = opened(config)
    moment = _moment(at)
    with store.writing() as connection:
        subscriptions.register(connection, settings, moment)
    done = dispatch(store, settings, moment)
    counts = {
        "alerts": done.alerts, "digests": done.digests, "sent": done.sent, "put_off": done.put_off, "held": done.held,
        "given_up": done.given_up,
    }  # fmt: skip
    if json:
        print_json(counts)
    else:
        out.print(", ".join(f"{n} {what.replace('_', ' ')}" for what, n in counts.items()))
    if done.put_off or done.held or done.given_up:
        raise typer.Exit(FAILURES)


def _moment(text: str | None) -> datetime:
    if text is None:
        return now()
    moment = from_text(text)
    if moment is None:
        raise typer.BadParameter(f"{text!r} is no moment; allowed: 2025-11-30T07:30 or 2025-11-30T07:30+07:00", param_hint="--at")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
