"""``run`` and ``worker``: they begin the process that others are forked from, then load what they do.

Nothing that only the main process needs is loaded here, for all processes would have it: the configuration, the store, the pages.
"""

from __future__ import annotations

from enum import StrEnum
from importlib import import_module
from typing import Annotated

import typer

from crawler.commands.terminal import CONFIG_HELP
from crawler.runtime import fork_server

ConfigOption = Annotated[str | None, typer.Option("--config", help=CONFIG_HELP)]


class Role(StrEnum):
    """What a process does where the work is shared by many."""

    scheduler = "scheduler"
    web = "web"
    all = "all"


def run_command(
    role: Annotated[
        Role,
        typer.Option(
            "--role",
            help="Only part of it, where work.engine is procrastinate; 'all' works on every queue too.",
        ),
    ] = Role.all,
    no_web: Annotated[
        bool, typer.Option("--no-web", help="Without the web pages; nothing is listened on.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Run the service: polls, judges, alerts, sends and serves the web pages until it is stopped (SIGTERM)."""
    _begin()
    from alerts.commands.running import serve_as  # noqa: PLC0415 - not before others can be forked

    serve_as(role, config, pages=not no_web)


def worker_command(
    queues: Annotated[
        str | None, typer.Option("--queues", help="What it works on, separated by commas (default: all).")
    ] = None,
    concurrency: Annotated[
        int, typer.Option("--concurrency", min=1, max=512, help="Units under way at once.")
    ] = 16,
    config: ConfigOption = None,
) -> None:
    """Work on units of many machines until it is stopped (SIGTERM). Needs work.engine: procrastinate."""
    _begin()
    from alerts.commands.running import work_on  # noqa: PLC0415 - as above

    work_on(queues, concurrency, config)


def _begin() -> None:
    # Both this process and those that judge need that, and it is in memory once for all.
    import_module("crawler.ingest.judging_process")
    fork_server.begin()
