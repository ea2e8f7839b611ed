"""What commands show of entries that wait, and of the account of all entries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import typer

from crawler.commands.context import FAILURES, out, print_json, print_table
from crawler.polling.health import spoken
from crawler.store.balance import Balance, total, unbalanced
from crawler.store.waiting import Count

NO_WAITS: dict[str, Any] = {"waiting": 0, "waiting_by_reason": {}, "waiting_oldest": None}
"""What stands for a source without pending entries, which `waits_by_source` leaves out."""


def waits_by_source(waits: Sequence[Count], moment: datetime) -> dict[str, dict[str, Any]]:
    """Of each source how many entries wait, by reason, and for how long the oldest (seconds)."""
    found: dict[str, dict[str, Any]] = {}
    for one in waits:
        own = found.setdefault(one.source, {"waiting": 0, "waiting_by_reason": {}, "waiting_oldest": 0.0})
        own["waiting"] += one.count
        own["waiting_by_reason"][one.reason.value] = one.count
        own["waiting_oldest"] = max(own["waiting_oldest"], (moment - one.oldest).total_seconds())
    return found


def plain_wait(wait: Count, moment: datetime) -> dict[str, Any]:
    """As JSON shows it."""
    return {
        "source": wait.source, "reason": wait.reason.value, "count": wait.count, "oldest": wait.oldest,
        "oldest_seconds": round((moment - wait.oldest).total_seconds()),
    }  # fmt: skip


def show_waits(waits: Sequence[Count], moment: datetime) -> None:
    """A table of what waits, by source and reason; nothing where nothing does."""
    if waits:
        rows = [
            (w.source, w.count, w.reason.spoken, spoken((moment - w.oldest).total_seconds())) for w in waits
        ]
        print_table(
            "Entries that wait (aseanwatch entries waiting)", ("source", "entries", "why", "oldest"), rows
        )
        out.print()


def show_balance(accounts: Sequence[Balance], *, every: bool, as_json: bool) -> None:
    """The equation of all entries, and of the sources where it does not add up; ``every`` shows all sources.

    Raises:
        typer.Exit: it does not add up.
    """
    whole = total(accounts)
    short = unbalanced(accounts)
    if as_json:
        equation = {"equation": whole.equation, "sources": [a.plain() for a in accounts]}
        print_json(whole.plain() | equation | {"holds": not short})
    else:
        for account in accounts if every else short:
            out.print(f"{account.name}: {account.equation}{_astray(account)}", markup=False, soft_wrap=True)
        out.print(f"{whole.equation}{_astray(whole)}", markup=False, soft_wrap=True)
    if short:
        raise typer.Exit(FAILURES)


def _astray(account: Balance) -> str:
    return f"; {account.astray} entries are nowhere, or in two places" if account.astray else ""
