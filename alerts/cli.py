"""``aseanwatch``: the crawler's commands and the alerts' in one program."""

from __future__ import annotations

import typer

from alerts import commands
from alerts.backtest_command import backtest_command
from alerts.raising import raise_alerts
from alerts.subscriptions import register
from alerts.why_command import why_command
from crawler.cli import add_commands, new_app, run
from crawler.commands.crawl import Hooks
from crawler.commands.topics import topics
from crawler.config.settings import Settings
from crawler.crawl import now
from crawler.store import Store


def _started(settings: Settings, store: Store) -> None:
    with store.writing() as connection:
        register(connection, settings, now())


def _finished(settings: Settings, store: Store) -> int:
    return raise_alerts(store, settings, now())


def build() -> typer.Typer:
    """The program with all its commands."""
    app = new_app("Tells a team once, early and with evidence, what is new in China–ASEAN cooperation. --debug shows tracebacks.")
    add_commands(app, Hooks(_started, _finished))
    topics.command("backtest")(backtest_command)
    app.command("why")(why_command)
    app.command("run")(commands.run_command)
    app.add_typer(commands.subscriptions_app, name="subscriptions")
    app.add_typer(commands.alerts_app, name="alerts")
    app.add_typer(commands.deliveries_app, name="deliveries")
    return app


def main() -> None:
    """Run the program."""
    run(build())
