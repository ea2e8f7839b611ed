"""What ``run`` and ``worker`` do (`alerts.commands.forking` begins them), ``web`` and ``alerts dispatch``."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from alerts.commands.forking import Role
from crawler.commands.context import (
    FAILURES,
    ConfigOption,
    JsonOption,
    open_or_create,
    open_store,
    out,
    print_json,
    working,
)
from crawler.model import AseanwatchError
from crawler.parsing.timestamps import from_text
from crawler.runtime.clock import now, running_from
from crawler.runtime.memory import release_memory, use_one_arena
from crawler.store import Store
from crawler.store.dangling import dangling_names
from crawler.store.jobs import QUEUES
from crawler.store.serving import service_lock

if TYPE_CHECKING:
    from alerts.operations.live_config import Live

log = logging.getLogger("aseanwatch")
alerts_app = typer.Typer(no_args_is_help=True, help="Alerts and digests.")


def serve_as(role: Role, config: str | None, *, pages: bool) -> None:
    """Run the service, or the part of it that a role is, until it is stopped."""
    use_one_arena()
    live = _live_at(config)
    if role is Role.web:
        if not pages:
            raise typer.BadParameter("--role web is the web pages", param_hint="--no-web")
        web_command(config=config)
        return
    if live.settings.work.engine == "embedded":
        if role is Role.scheduler:
            raise typer.BadParameter("work.engine is embedded: one process does it all", param_hint="--role")
        _serve_embedded(live, pages=pages)
        return
    from alerts.service.worker import PLANNING  # noqa: PLC0415 - an extra, and crawler and web server

    _serve_queues(
        live,
        (PLANNING,) if role is Role.scheduler else (*QUEUES, PLANNING),
        16,
        pages=role is Role.all and pages,
    )


def work_on(queues: str | None, concurrency: int, config: str | None) -> None:
    """Work on queues, separated by commas (None: on all), until it is stopped."""
    use_one_arena()
    live = _live_at(config)
    wanted = list(QUEUES) if queues is None else [q.strip() for q in queues.split(",") if q.strip()]
    wrong = [q for q in wanted if q not in QUEUES]
    if wrong or not wanted:
        raise typer.BadParameter(
            f"unknown: {', '.join(wrong) or 'none named'}; allowed: {', '.join(QUEUES)}",
            param_hint="--queues",
        )
    if live.settings.work.engine == "embedded":
        raise AseanwatchError(
            "work.engine is embedded: one process (aseanwatch run) does it all; workers need work.engine: procrastinate"
        )
    _serve_queues(live, wanted, concurrency, pages=False)


def _live_at(config: str | None) -> Live:
    # Processes are forked before this is loaded: they need nothing of delivery.
    from alerts.operations.live_config import live_at  # noqa: PLC0415 - as above

    return live_at(config)


def _serve_embedded(live: Live, *, pages: bool) -> None:
    from alerts.service.service import Service  # noqa: PLC0415 - crawler and web server, which no other command needs
    from alerts.web.serving import must_be_guarded  # noqa: PLC0415 - as above

    store = open_store(live.settings)
    warn_of_dangling(live, store)
    if pages:
        # Before anything begins: pages that are refused end
        # the program with status 2, and nothing was polled.
        must_be_guarded(live.settings, store)
    with service_lock(store, "run") as held, logging_as(live, "service"):
        asyncio.run(Service(live, store, held=held).run(with_pages=pages))


def _serve_queues(live: Live, queues: Sequence[str], concurrency: int, *, pages: bool) -> None:
    from alerts.service.worker import Worker, work_until_stopped  # noqa: PLC0415 - an extra, and the crawler
    from alerts.web.serving import must_be_guarded  # noqa: PLC0415 - as above

    store = open_store(live.settings)
    warn_of_dangling(live, store)
    if pages:
        must_be_guarded(live.settings, store)
    with service_lock(store, "worker", exclusive=False):
        pass  # a service that is alone is found now, and not only when the worker begins
    with logging_as(live, "worker"):
        asyncio.run(work_until_stopped(Worker(live, store, queues, concurrency), with_pages=pages))


def warn_of_dangling(live: Live, store: Store) -> None:
    """Name what stored subscriptions and deliveries name and the configuration has lost, at the start as `check` does."""
    with store.read() as connection:
        found = dangling_names(connection, live.settings)
    live.warnings += tuple(d.message for d in found if d.subscription is not None or d.kind == "channel")


@contextmanager
def logging_as(live: Live, role: str) -> Iterator[None]:
    """In this block, the process logs and traces as the configuration and the environment say.

    A changed configuration changes the log too, so that its secrets stay out of it.
    """
    from crawler.config import logs  # noqa: PLC0415 - as below
    from crawler.runtime import tracing  # noqa: PLC0415 - a quarter of a second that only services need

    logs.set_up(live.settings)
    for line in live.warnings:
        log.warning("%s", line)
    live.taken_over = logs.set_up
    end = tracing.set_up(role)
    try:
        yield
    finally:
        end()


def web_command(
    at: Annotated[
        str | None,
        typer.Option(
            "--at",
            help="Show the store as of this moment (ISO 8601, UTC without a zone); to look, not to work with.",
        ),
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Serve only the web pages (console, sign-up, preferences, archive, feeds) until it is stopped (SIGTERM)."""
    from alerts.web.serving import Pages, must_be_guarded, say_way_in  # noqa: PLC0415 - as above

    live = _live_at(config)
    store = open_store(live.settings)
    warn_of_dangling(live, store)
    with logging_as(live, "web"):
        must_be_guarded(live.settings, store)
        clock = running_from(_moment(at)) if at is not None else now
        # Pages of the past are for looking: a subscription that is new begins now, or it would be told old news.
        pages = Pages(live, store, clock, since=now)
        if live.settings.web.sign_in is None:
            say_way_in(store, pages.url, clock)
        release_memory()
        pages.serve(lambda: out.print(f"web pages at {pages.url}/", markup=False))


@alerts_app.command("dispatch")
def dispatch_command(
    at: Annotated[
        str | None, typer.Option("--at", help="As if it were this moment (ISO 8601, UTC without a zone).")
    ] = None,
    tell_old: Annotated[
        bool, typer.Option("--tell-old", help="Also what is older than alerts.fresh and was not told.")
    ] = False,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Make what is due and send the outbox, once. Status 1 when something failed or has to wait."""
    from alerts.delivery.dispatch import dispatch  # noqa: PLC0415 - nothing that a service begins with
    from alerts.subscriptions import subscriptions  # noqa: PLC0415 - as above

    settings, store = open_or_create(config)
    moment = _moment(at)
    with store.write() as connection:
        # A subscription that was just written into config.yaml begins now, also without a service.
        subscriptions.register(connection, settings, moment)
    with working("Making and sending what is due …"):
        done = dispatch(store, settings, moment, tell_old=tell_old)
    if json:
        print_json(done.by_name())
    else:
        out.print(str(done))
    if done.put_off or done.deferred or done.given_up:
        raise typer.Exit(FAILURES)


def _moment(text: str | None) -> datetime:
    if text is None:
        return now()
    moment = from_text(text)
    if moment is None:
        raise typer.BadParameter(
            f"{text!r} is no moment; allowed: 2025-11-30T07:30 or 2025-11-30T07:30+07:00", param_hint="--at"
        )
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
