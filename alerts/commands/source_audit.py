"""``sources audit``: what each source is worth, and what to do about it; safe acts at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from alerts.commands.audited import ACTOR
from alerts.operations.live_config import live_at
from alerts.operations.source_actions import SourceActions
from crawler.commands.context import (
    FAILURES,
    ConfigOption,
    JsonOption,
    counted,
    err,
    moment_since,
    open_existing,
    out,
    print_json,
    print_table,
)
from crawler.config import load
from crawler.config.settings import Settings
from crawler.polling.audit import SourceAct, SourceAudit
from crawler.polling.health import spoken
from crawler.runtime.clock import now
from crawler.runtime.redaction import without_credentials
from crawler.store import Store


def audit_sources(
    since: Annotated[str, typer.Option("--since", help="Over how long, such as 30d.")] = "30d",
    form: Annotated[
        bool,
        typer.Option(
            "--form", help="Instead: feeds that are there twice, countries and languages with few sources."
        ),
    ] = False,
    write: Annotated[
        bool, typer.Option("--write", help="Put new addresses of sources that moved into config.yaml.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --write: do not ask before.")] = False,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Rank the sources by what they brought, and say which are dead, moved, silent, duplicated, noisy or late, and what to do."""
    if form:
        _form(load(config), as_json=json)
        return
    from crawler.sources.audit import advice_on, audit, plain_audit  # noqa: PLC0415 - what reads the packaged lists

    settings, store = open_existing(config)
    moment = now()
    begin = moment_since(since, moment)
    assert begin is not None
    with store.read() as connection:
        audits = audit(connection, settings, begin, moment)
    if json:
        print_json([plain_audit(n, one) for n, one in enumerate(audits, 1)])
    else:
        columns = (
            "rank", "source", "first", "relevant", "articles", "alerts", "topics", "late by", "twice", "requests", "verdict", "since",
            "why", "what to do",
        )  # fmt: skip
        rows = [
            (
                n, a.name, a.found.firsts, a.found.relevant, a.found.articles, a.found.alerts, len(a.found.topics),
                spoken(a.found.lag or 0.0), f"{a.found.duplicated:.0%}" if a.found.entries else "", a.found.requests,
                a.verdict, a.since, a.why, advice_on(a),
            )
            for n, a in enumerate(audits, 1)
        ]  # fmt: skip
        to_do = sum(a.act not in (SourceAct.KEEP, SourceAct.WAIT) for a in audits)
        print_table(
            "Sources by what they brought",
            columns,
            rows,
            summary=f"{counted(len(rows), 'source', 'sources')}, {to_do} to do something about",
        )
    if write:
        _move(audits, store, config, ask=not yes)


def _move(audits: Sequence[SourceAudit], store: Store, config: str | None, *, ask: bool) -> None:
    """Write the addresses to which sources moved for good, each as a change that can be taken back."""
    moved = [(a.name, a.target) for a in audits if a.act is SourceAct.MOVE and a.target]
    if not moved:
        err.print("no source has moved: nothing to write")
        return
    if ask and not typer.confirm(
        f"Write {counted(len(moved), 'address', 'addresses')} into config.yaml?", err=True
    ):
        raise typer.Exit(FAILURES)
    actions = SourceActions(live_at(config), store, ACTOR, now())
    for name, address in moved:
        number = actions.change(name, {"url": address})
        err.print(
            f"{name} moved; aseanwatch changes undo {number} takes it back", markup=False, soft_wrap=True
        )


def _form(settings: Settings, *, as_json: bool) -> None:
    from crawler.sources.catalogue import listed_by_key, listed_of  # noqa: PLC0415 - as above
    from crawler.sources.form import same_feeds, shortages  # noqa: PLC0415 - as above

    packaged = listed_by_key()
    rows = []
    for source in settings.sources:
        listed = listed_of(source, packaged)
        evidence = listed.evidence if listed else None
        rows.append(
            {
                "source": source.name,
                "kind": source.kind,
                "lang": source.lang,
                "country": source.country,
                "known": evidence.kind if evidence else "not in the packaged lists",
                "on": evidence.on.isoformat() if evidence and evidence.on else None,
                "by": evidence.by if evidence else None,
                "probed": listed.probed.isoformat() if listed and listed.probed else None,
            }
        )
    twice = same_feeds(settings.sources)
    few = shortages(settings.sources)
    if as_json:
        print_json(
            {
                "sources": rows,
                "twice": [
                    {"sources": list(s.names), "address": without_credentials(s.address)} for s in twice
                ],
                "few": [s._asdict() for s in few],
            }
        )
    else:
        shown = [tuple((r | {"probed": r["probed"] or "never"}).values()) for r in rows]
        columns = ("source", "kind", "lang", "country", "known", "on", "by", "probed by us")
        print_table("How each source is known", columns, shown)
        for same in twice:
            out.print(
                f"{', '.join(same.names)}: the same feed ({without_credentials(same.address)}); remove all but one",
                markup=False,
            )
        for short in few:
            out.print(
                f"{short.name}: {counted(short.found, 'source', 'sources')}, and {short.least} are wanted"
            )
        if not twice and not few:
            out.print(
                f"{counted(len(rows), 'source', 'sources')}: none twice, each country and language has enough"
            )
    if twice:
        raise typer.Exit(FAILURES)
