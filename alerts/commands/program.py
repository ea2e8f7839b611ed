"""The program with all its commands: the crawler's and the alerts'."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from alerts.commands.backtest import backtest_command
from alerts.commands.deliveries import deliveries_app, digests_app
from alerts.commands.entries import entries_app
from alerts.commands.examples import EXAMPLES
from alerts.commands.operators import operators_app, tokens_app
from alerts.commands.running import alerts_app, run_command, web_command, worker_command
from alerts.commands.sources import add_source_commands
from alerts.commands.status import changes_app, status_command
from alerts.commands.subscriptions import subscriptions_app
from alerts.commands.suppressions import bounces_app, suppressions_app
from alerts.commands.units import units_app
from alerts.commands.why import why_command
from alerts.selection.raise_alerts import raise_alerts
from alerts.subscriptions.subscriptions import register
from crawler.cli import add_commands, new_app
from crawler.commands.crawl import Hooks
from crawler.commands.examples import EXAMPLES as CRAWLER_EXAMPLES
from crawler.commands.examples import add_examples
from crawler.commands.sources import sources
from crawler.commands.topics import topics
from crawler.config.settings import Settings
from crawler.runtime.clock import now
from crawler.store import Store


def _started(settings: Settings, store: Store) -> None:
    with store.write() as connection:
        register(connection, settings, now())


def _finished(settings: Settings, store: Store, tell_old: bool) -> int:
    return raise_alerts(store, settings, now(), tell_old=tell_old)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"aseanwatch {version('aseanwatch')}")
        raise typer.Exit


def _options(
    asked: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options of the program itself."""


def build() -> typer.Typer:
    """The program with all its commands."""
    text = "Tells a team once, early and with evidence, what is new in China–ASEAN cooperation. --debug shows tracebacks."
    app = new_app(text)
    app.callback(help=text)(_options)
    add_commands(app, Hooks(_started, _finished))
    add_source_commands(sources)
    topics.command("backtest")(backtest_command)
    app.command("why")(why_command)
    app.command("status")(status_command)
    app.command("run")(run_command)
    app.command("worker")(worker_command)
    app.command("web")(web_command)
    app.add_typer(subscriptions_app, name="subscriptions")
    app.add_typer(alerts_app, name="alerts")
    app.add_typer(digests_app, name="digests")
    app.add_typer(deliveries_app, name="deliveries")
    app.add_typer(suppressions_app, name="suppressions")
    app.add_typer(bounces_app, name="bounces")
    app.add_typer(changes_app, name="changes")
    app.add_typer(entries_app, name="entries")
    app.add_typer(units_app, name="units")
    app.add_typer(operators_app, name="operators")
    app.add_typer(tokens_app, name="tokens")
    add_examples(app, {**CRAWLER_EXAMPLES, **EXAMPLES})
    return app
