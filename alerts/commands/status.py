"""``status``: the verdict on the service, as the console's page Health has it; and ``changes``: what was changed in config.yaml."""

from __future__ import annotations

from typing import Annotated

import typer

from alerts.commands.audited import ACTOR
from alerts.digests.wording import words
from alerts.identity import audit
from alerts.identity.keys import box_of
from alerts.operations import tuning
from alerts.operations.live_config import live_at
from alerts.operations.verdict import ServiceVerdict, verdict_on
from crawler.commands.context import (
    FAILURES,
    ConfigOption,
    JsonOption,
    LimitOption,
    counted,
    in_utc,
    open_existing,
    out,
    print_json,
    print_rows,
)
from crawler.runtime.clock import now

changes_app = typer.Typer(no_args_is_help=True, help="Changes of config.yaml by console and command.")


def status_command(config: ConfigOption = None, json: JsonOption = False) -> None:
    """Whether all is well, in one sentence, and what to do where it is not. Status 1 where something is wrong."""
    settings, store = open_existing(config)
    with store.read() as connection:
        found = verdict_on(connection, store, settings, now())
    if json:
        print_json(_plain(found))
    else:
        out.print(spoken_verdict(found), markup=False, soft_wrap=True)
        for matter in found.matters:
            about = f"{name}: " if (name := words().matter_name(matter.kind, matter.about)) else ""
            command = f" ({matter.command})" if matter.command and matter.command not in matter.advice else ""
            out.print(
                f"- {about}{matter.message}\n  what to do: {matter.advice}{command}",
                markup=False,
                soft_wrap=True,
            )
    if not found.is_well:
        raise typer.Exit(FAILURES)


def spoken_verdict(found: ServiceVerdict) -> str:
    """The verdict as one English sentence."""
    clauses = [str(clause) for clause in found.clauses]
    if found.last_sent is not None:
        clauses.append(f"last message {in_utc(found.last_sent)}")
    if found.last_backup is not None:
        clauses.append(f"last backup {in_utc(found.last_backup)}")
    text = "; ".join(clauses)
    return f"All well: {text}" if found.is_well else f"{text[:1].upper()}{text[1:]}"


def _plain(found: ServiceVerdict) -> dict[str, object]:
    return {
        "well": found.is_well, "sentence": spoken_verdict(found), "sources": {str(k): n for k, n in found.counts.items()},
        "lost": found.lost, "last_message": found.last_sent, "last_backup": found.last_backup,
        "matters": [{"kind": str(m.kind), "about": m.about, "message": str(m.message), "advice": str(m.advice)} for m in found.matters],
    }  # fmt: skip


@changes_app.command("list")
def list_changes(limit: LimitOption = 50, config: ConfigOption = None, json: JsonOption = False) -> None:
    """What was changed in config.yaml by console and command, the latest first, without secrets."""
    settings, store = open_existing(config)
    with store.read() as connection:
        found = tuning.history(connection, limit, box_of(settings, store))
    rows = [
        {
            "id": c.id, "at": c.at, "who": c.actor, "entry": f"{c.section}.{c.name}",
            "what": "renamed" if c.is_renaming else "added" if c.before is None else "removed" if c.after is None else "changed",
        } | ({"before": c.before, "after": c.after} if json else {})
        for c in found
    ]  # fmt: skip
    summary = f"{counted(len(rows), 'change', 'changes')}, the latest first"
    print_rows("Changes", ("id", "at", "who", "entry", "what"), rows, as_json=json, summary=summary)


@changes_app.command("undo")
def undo_change(
    number: Annotated[int, typer.Argument(help="A change's id.")], config: ConfigOption = None
) -> None:
    """Take a change back: the entry is as it was before it."""
    live = live_at(config)
    _, store = open_existing(config)
    with store.write() as connection:
        undone = tuning.undo(connection, live, number, ACTOR, now(), box_of(live.settings, store))
        audit.record(connection, ACTOR, "configuration: undo", f"{undone.section}.{undone.name}", now())
    out.print(f"{undone.section}.{undone.name} is as it was before change {number}", markup=False)
