"""``db backup``, ``db verify`` and ``db restore``: copies of the store, made every night, and put back without telling news twice."""

from __future__ import annotations

import logging
import re
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from alerts.commands.audited import ACTOR
from alerts.identity import audit
from alerts.operations import replacing
from alerts.operations.copy_contents import contents_of
from alerts.operations.replacing import RestoreResult
from crawler.commands.context import (
    FAILURES,
    ConfigOption,
    err,
    existing_store,
    out,
    print_values,
    print_written,
    working,
)
from crawler.config import load
from crawler.config.settings import Settings
from crawler.model import AseanwatchError
from crawler.parsing.timestamps import from_text
from crawler.runtime.clock import now
from crawler.runtime.stopping import end_at_once, stop_on_signals
from crawler.store import Store, StoreError, backups, restoring
from crawler.store.serving import service_lock

log = logging.getLogger("aseanwatch")


def add_store_commands(db: typer.Typer) -> None:
    """Add these commands to those of the crawler."""
    db.command("backup")(backup_command)
    db.command("verify")(verify_command)
    db.command("restore")(restore_command)


def backup_command(
    file: Annotated[
        Path | None, typer.Argument(help="The copy to write; default: a new file in storage.backups.")
    ] = None,
    daily: Annotated[
        str | None,
        typer.Option(
            "--daily",
            metavar="HH:MM",
            help="Go on, and make one each day at this time, such as 03:10, until stopped.",
        ),
    ] = None,
    failed: Annotated[
        bool, typer.Option("--failed", hidden=True, help="Note that a backup could not even begin.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Copy the store, also while the service runs, and read the copy whole; of storage.backups the newest ones are kept."""
    settings = load(config)
    if daily is not None:
        _each_day(config, settings, daily)
        return
    store = existing_store(settings)
    if failed:
        _note_failure(store, "its unit failed: journalctl --unit aseanwatch-backup")
        return
    with stop_on_signals(lambda: _abandon(store), FAILURES):
        made = _made(settings, store, file)
    said = f"{made.file} written and read whole: {made.size / 1e6:,.1f} MB, schema {made.schema}"
    print_written(said, made.file, to=out)


def _abandon(store: Store) -> None:
    """End at a signal, and leave no part of a copy: it holds people's addresses."""
    backups.abandon()
    _note_failure(store, "it was stopped before its end")
    err.print("stopped: no copy was made", soft_wrap=True)
    end_at_once(FAILURES)


def _made(settings: Settings, store: Store, file: Path | None) -> backups.BackupFile:
    folder = settings.storage.backups
    if file is None and folder is None:
        raise AseanwatchError("where to? Name a file, or set storage.backups to a folder")
    target = file if file is not None else Path(folder or "")
    if file is not None:
        backups.require_new(store, file)  # a mistake of who asks; no sign that backups fail
    try:
        with working("Copying the store …"):
            if file is not None:
                made = backups.make(store, file)
            else:
                made = backups.make_in(store, target, settings.storage.copies, now())
    except StoreError as error:
        _note_failure(store, str(error))
        raise
    with store.write(exclusive=False) as connection:
        backups.record(connection, now(), made.file, made.size, None)
    return made


def _note_failure(store: Store, problem: str) -> None:
    """Note why a backup failed, so that health and the operators hear of it; a store that takes nothing says so itself."""
    try:
        with store.write(exclusive=False) as connection:
            # The reason is noted already where the command itself came so far.
            if backups.state(connection).problem is None or not problem.startswith("its unit"):
                backups.record(connection, now(), Path(), None, problem)
    except StoreError as error:
        log.error("it could not be noted that a backup failed: %s", error)


def _each_day(config: str | None, settings: Settings, at: str) -> None:
    """Make a backup each day, until SIGTERM or SIGINT. A failure is logged, and the next day's is made all the same."""
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", at)
    if found is None:
        raise typer.BadParameter(f"{at!r} is no time of day; allowed: 03:10", param_hint="--daily")
    if settings.storage.backups is None:
        raise AseanwatchError("storage.backups is missing: the folder that daily copies go to")
    stopped = threading.Event()
    with stop_on_signals(
        lambda: _abandon(existing_store(settings)) if backups.UNDER_WAY else stopped.set(), FAILURES
    ):
        while True:
            zone = ZoneInfo(settings.schedule.timezone)
            next_time = _next(now().astimezone(zone), int(found[1]), int(found[2]))
            err.print(f"the next backup is made at {next_time:%Y-%m-%d %H:%M %Z}", markup=False)
            if stopped.wait(max(0.0, (next_time.astimezone(UTC) - now()).total_seconds())):
                return
            try:
                settings = load(config)
                made = _made(settings, existing_store(settings), None)
                err.print(f"{made.file} written and read whole: {made.size / 1e6:,.1f} MB", markup=False)
            except AseanwatchError as error:
                err.print(f"the backup failed: {error}", markup=False, soft_wrap=True)


def _next(local: datetime, hour: int, minute: int) -> datetime:
    today = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return today if today > local else today + timedelta(days=1)


def verify_command(
    file: Annotated[Path, typer.Argument(help="A copy that db backup wrote.")],
) -> None:
    """Read a copy whole, and say what it is; one that is cut off, broken, or has rows that cannot be read, is an error."""
    is_sqlite = not backups.is_dump(file)
    with working("Reading the copy …"):
        schema = backups.check(file, is_sqlite=is_sqlite)
        contents = contents_of(file) if is_sqlite else None
    if contents is not None and contents.problems:
        raise StoreError("; ".join([f"{file} is damaged", *contents.problems]))
    kind = "SQLite" if is_sqlite else "PostgreSQL"
    rows = {} if contents is None else {"rows": contents.rows}
    print_values(
        {"file": str(file), "of": kind, "schema": schema, "bytes": file.stat().st_size, **rows}, as_json=False
    )


def restore_command(
    file: Annotated[Path, typer.Argument(help="A copy that db backup wrote.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Also where the store holds something already.")
    ] = False,
    covered_until: Annotated[
        str | None,
        typer.Option(
            "--told-until",
            metavar="MOMENT",
            help="When the lost store last worked: news published until then counts as told. Without a zone it is UTC. Default: what the replaced store shows, else now.",
        ),
    ] = None,
    tell_again: Annotated[
        bool, typer.Option("--tell-again", help="Tell everything since the copy, also what was told before.")
    ] = False,
    keep_schema: Annotated[
        bool,
        typer.Option(
            "--keep-schema", help="Leave the copy as it is, for an older release that is installed next."
        ),
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Put a copy back in place of the store. Refused while a service runs; all sources are asked anew afterwards."""
    settings = load(config)
    until = _moment(covered_until)
    store = Store(settings.storage.url)
    with (
        service_lock(store, "db restore"),
        store.lock("import") as no_import,
        restoring.log_kept(store),
    ):
        if not no_import:
            raise StoreError(
                f"an import into the store {store.name} is running; restore when it has ended, or end it"
            )
        restoring.require_free(store)
        replaced = None if tell_again else replacing.replaced_store(store, now())
        found: list[RestoreResult] = []

        def finish(restored: Store) -> None:
            """Bring the copy up to date, and say in it what was told. No copy is made of what is one."""
            if keep_schema:
                with restored.write() as connection:
                    audit.record(connection, ACTOR, "store: restore", file, now(), schema=restored.version())
                return
            restored.upgrade()
            with restored.write() as connection:
                found.append(
                    replacing.carry_over(
                        connection, settings, file, replaced, now(), until=until, tell_again=tell_again
                    )
                )
                detail = {"taken": found[0].taken.isoformat(), "covered": found[0].covered_until.isoformat()}
                audit.record(connection, ACTOR, "store: restore", file, now(), **detail)

        with working("Restoring the store …"):
            kept = replaced.as_text() if replaced is not None else ""
            restoring.restore(store, file, replace=replace, finish=finish, keep=None if keep_schema else kept)
    if keep_schema:
        out.print(
            f"{file} restored as it is, with schema {Store(settings.storage.url).version()}; install the release that it is of",
            markup=False,
        )
        return
    _say(file, found[0])


def _say(file: Path, result: RestoreResult) -> None:
    """Say what the store is now, and what is not told again."""
    taken, quiet = result.taken, result.quiet
    lines = [f"{file} restored: the store is as it was at {taken:%Y-%m-%d %H:%M} UTC"]
    of_copy = f"{quiet.deliveries} messages and {quiet.alerts} alerts of the copy"
    dropped = "aseanwatch deliveries list --status dropped"
    if result.covered_until > taken:
        lines.append(
            f"news published until {result.covered_until:%Y-%m-%d %H:%M} UTC counts as told; {of_copy}"
            f" were due by then and are not sent again: {dropped}"
        )
    elif result.known_until is not None and result.known_until > taken:
        lines.append(
            f"what the replaced store had told by {result.known_until:%Y-%m-%d %H:%M} UTC is not told again; {of_copy} were among it"
        )
    if result.waiting:
        lines.append(
            f"{result.waiting} messages of the replaced store had not gone out; what nobody was told yet is told when it is crawled again"
        )
    for line in lines:
        out.print(line, markup=False, soft_wrap=True)


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    moment = from_text(text)
    if moment is None:
        raise typer.BadParameter(
            f"{text!r} is no moment; allowed: 2025-11-30T07:30 or 2025-11-30T07:30+07:00",
            param_hint="--told-until",
        )
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if moment > now():
        raise typer.BadParameter(
            f"{text!r} is still to come, and would keep all news quiet until then; without a zone, times are UTC",
            param_hint="--told-until",
        )
    return moment
