"""The audit of all configured sources: what they brought, what is wrong, and which packaged sources could take a place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from crawler.config.settings import Settings
from crawler.polling.audit import SourceAct, SourceAudit, SourceYield, audit_all
from crawler.runtime.redaction import without_credentials
from crawler.sources.catalogue import replacements
from crawler.store.source_yields import source_yields
from crawler.store.sources import load_states


def audit(
    connection: Connection,
    settings: Settings,
    since: datetime,
    now: datetime,
    found: Sequence[SourceYield] | None = None,
) -> list[SourceAudit]:
    """The audits of the configured sources, the best source first.

    Args:
        connection: to the store.
        settings: the configuration.
        since: from when on it counts what they brought.
        now: the present moment.
        found: what they brought, in their order, where that was counted before.
    """
    names = [s.name for s in settings.sources]
    if found is None:
        found = source_yields(connection, names, since)
    states = load_states(connection, names)
    paused = [s.name for s in settings.sources if not s.enabled]
    by_name = {s.name: s for s in settings.sources}
    audits = []
    for one in audit_all(found, states, now, paused):
        if one.act is SourceAct.REPLACE:
            others = replacements(by_name[one.name], settings.sources)
            one = replace(one, replacements=tuple(s.name for s in others))  # noqa: PLW2901 - the same, completed
        audits.append(one)
    return audits


def plain_audit(rank: int, one: SourceAudit) -> dict[str, Any]:
    """An audit as values that JSON can hold; addresses without passwords."""
    found = one.found
    return {
        "rank": rank, "source": one.name, "verdict": one.verdict.value, "why": str(one.why) if one.why else None,
        "since": one.since, "act": one.act.value, "target": without_credentials(one.target) if one.target else None,
        "replacements": list(one.replacements),
        "entries": found.entries, "articles": found.articles, "relevant": found.relevant, "stories": found.stories,
        "firsts": found.firsts, "shared": found.shared, "lag": found.lag, "topics": list(found.topics), "alerts": found.alerts,
        "duplicated": round(found.duplicated, 3), "requests": found.requests,
        "cost": None if found.cost is None else round(found.cost, 1),
    }  # fmt: skip


def advice_on(one: SourceAudit) -> str:
    """What to do about a source, with the command; empty where nothing is to be done."""
    name = one.name
    if one.act is SourceAct.MOVE:
        return f"move to {without_credentials(one.target or '')}: aseanwatch sources audit --write"
    if one.act is SourceAct.REMOVE:
        return f"remove: aseanwatch sources remove {name}"
    if one.act is SourceAct.SLOW_DOWN:
        return f"slow down: aseanwatch sources set {name} --every {one.target}"
    if one.act is SourceAct.REPLACE:
        if one.replacements:
            return f"replace: aseanwatch sources add {' '.join(one.replacements)}"
        return "look for its new address: aseanwatch sources discover"
    return "wait" if one.act is SourceAct.WAIT else ""
