"""``sources`` and ``coverage``: where news comes from, how that fares, what is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from crawler.commands.accounts import NO_WAITS, plain_wait, show_balance, show_waits, waits_by_source
from crawler.commands.context import (
    FAILURES,
    ConfigOption,
    JsonOption,
    OutputOption,
    VerboseOption,
    counted,
    err,
    in_utc,
    open_existing,
    out,
    print_json,
    print_rows,
    print_table,
    written_to,
)
from crawler.commands.probing import with_fetcher
from crawler.commands.source_lists import add_listed, is_list, new_of_list, validate_lists
from crawler.commands.troubles import without_alike
from crawler.config import load
from crawler.config.adding import add_sources, line_of
from crawler.config.loading import find_config
from crawler.config.settings import Settings, Source
from crawler.config.values import parse_duration
from crawler.model import AseanwatchError
from crawler.parsing.urls import host_of, is_web_url
from crawler.polling.coverage import Coverage, problems_of
from crawler.polling.delays import quantile, together
from crawler.polling.health import health_of, spoken
from crawler.polling.standing import standing_of
from crawler.polling.state import SourceState
from crawler.runtime.clock import now
from crawler.runtime.redaction import without_credentials
from crawler.sources.coverage import ledger
from crawler.sources.opml import name_for, new_sources, read_opml, write_opml
from crawler.store import waiting, websub
from crawler.store.balance import load_balances, recount
from crawler.store.sources import load_states
from crawler.store.websub import HubSubscription

sources = typer.Typer(no_args_is_help=True, help="The sources and how they fare.")
sources.command("validate")(validate_lists)
sources.command("add")(add_listed)


@sources.command("list")
def list_sources(config: ConfigOption = None, json: JsonOption = False) -> None:
    """The sources of the configuration."""
    settings = load(config)
    rows = [
        {
            "name": s.name,
            "kind": s.kind,
            "lang": s.lang,
            "country": s.country,
            "folder": s.folder,
            "enabled": s.enabled,
            "state": "watched" if s.enabled else "paused",
            "url": without_credentials(s.url),
        }
        for s in settings.sources
    ]
    off = sum(not s.enabled for s in settings.sources)
    summary = counted(len(rows), "source", "sources") + (f", {off} of them paused" if off else "")
    columns = ("name", "kind", "lang", "country", "state", "url")
    print_rows("Sources", columns, rows, as_json=json, summary=summary)


def _hub_of(found: HubSubscription | None) -> dict[str, object]:
    """How the subscription at a source's hub stands; nothing where there is none."""
    if found is None:
        return {"hub": None, "hub_problem": None, "hub_until": None}
    return {"hub": found.status, "hub_problem": found.problem, "hub_until": found.lease_until}


@sources.command("health")
def source_health(
    verbose: VerboseOption = False, config: ConfigOption = None, json: JsonOption = False
) -> None:
    """How each source's latest poll went, when it is asked next, and how long after publication its news is stored."""
    settings, store = open_existing(config)
    with store.read() as connection:
        states = load_states(connection)
        waits = waits_by_source(waiting.counts(connection), now())
        hubs = websub.latest_by_source(connection)
    moment = now()
    rows = [
        health_of(state := states.get(s.name) or SourceState(s.name), s.enabled)
        | {"state": str(standing_of(state, problems_of(state, moment), moment, enabled=s.enabled))}
        | waits.get(s.name, NO_WAITS)
        | _hub_of(hubs.get(s.name))
        for s in settings.sources
    ]
    if json:
        print_json(rows)
        return
    for row in rows:
        if row["held_until"] and row["held_until"] > moment:
            row["message"] = f"rests until {row['held_until']:%Y-%m-%d %H:%M} UTC, as its site asked"
        elif row["hub_problem"] and not row["message"]:
            row["message"] = f"hub: {row['hub_problem']}"
    columns = (
        "source",
        "state",
        "outcome",
        "at",
        "next",
        "every",
        "delay",
        "new_entries",
        "last_new",
        "waiting",
        *(["hub"] if hubs else []),
        "message",
    )
    # Paused ones keep their latest outcome, which nobody mends.
    summed = without_alike([r for r in rows if r["enabled"]], settings.crawl, verbose=verbose)
    left_out = {r["source"] for r in rows if r["enabled"]} - {r["source"] for r in summed.rows}
    print_rows("Sources", columns, [r for r in rows if r["source"] not in left_out], as_json=False)
    for line in summed.lines:
        out.print(line, markup=False, soft_wrap=True)
    delays = together(s.delays for s in states.values())
    if delays:
        middle = quantile(delays, 0.5)
        most = quantile(delays, 0.95)
        out.print(
            f"from publication to the store, over all: median {spoken(middle or 0)}, 95 of 100 within {spoken(most or 0)}"
        )
    failing = sum(row["outcome"] == "failed" and row["enabled"] for row in rows)
    paused = sum(not row["enabled"] for row in rows)
    of_all = counted(len(rows), "source", "sources")
    out.print(
        (f"{failing} of {of_all} failed" if failing else f"{of_all}, none failed")
        + " at the last poll"
        + (f", {paused} paused" if paused else "")
    )


@sources.command("probe")
def probe_sources(
    wanted: Annotated[list[str], typer.Argument(help="Names of sources, or addresses.")],
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Look at sources closely: what they answer, whether they keep to conditions, what they hold."""
    from crawler.sources.probe import probe  # noqa: PLC0415 - readers of pages, which most commands do without

    settings = load(config)
    chosen = [_chosen(settings, name) for name in wanted]
    rows = with_fetcher(
        settings, lambda fetcher, readers: _all(probe(fetcher, readers, s, now()) for s in chosen)
    )
    if json:
        print_json(rows)
    else:
        for row in rows:
            for name, value in row.items():
                if value not in (None, [], ""):
                    out.print(f"{name}: {value}", markup=False, soft_wrap=True)
            out.print()
    if any(row["problem"] for row in rows):
        raise typer.Exit(FAILURES)


def _chosen(settings: Settings, name: str) -> Source:
    found = next((s for s in settings.sources if s.name == name), None)
    if found is None and not is_web_url(name):
        raise typer.BadParameter(f"{name!r} is neither the name of a source nor an http or https address")
    return found or Source.model_construct(name=host_of(name), url=name, kind="any")


async def _all(calls: Any) -> list[Any]:
    return list(await asyncio.gather(*calls))


@sources.command("discover")
def discover_sources(
    url: Annotated[str, typer.Argument(help="Any address of a site.")],
    add: Annotated[bool, typer.Option("--add", help="Write the best one into config.yaml.")] = False,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Find the feeds and news sitemaps of a site, the best first, with samples of what they hold."""
    from crawler.sources.discovery import discover  # noqa: PLC0415 - as above

    settings = load(config)
    if not is_web_url(url):
        raise typer.BadParameter(f"{url!r} is no http or https address")
    found = with_fetcher(settings, lambda fetcher, readers: discover(fetcher, readers, url, now()))
    taken = {s.name for s in settings.sources}
    lines = [
        {
            "name": name_for(c.title, c.url, taken),
            "url": c.url,
            "kind": c.kind,
            "lang": (c.lang or "").lower()[:2] or None,
        }
        for c in found
    ]
    if json:
        print_json(
            [c.plain() | {"config": line_of(line).strip()} for c, line in zip(found, lines, strict=True)]
        )
    else:
        shown = [
            (f"{c.score:.1f}", c.kind, c.entries, c.newest, c.how, c.url, " | ".join(c.samples))
            for c in found
        ]
        print_table(
            f"Sources of {url}", ("score", "kind", "entries", "newest", "found how", "url", "title"), shown
        )
        if found:
            out.print("as config.yaml has it:", line_of(lines[0]).strip(), markup=False, soft_wrap=True)
    if not found:
        err.print(
            f"no feed and no sitemap was found from {url}; a list page may do: kind: listing",
            markup=False,
            soft_wrap=True,
        )
        raise typer.Exit(FAILURES)
    if add:
        path = find_config(config)
        add_sources(path, lines[:1])
        err.print(f"{lines[0]['name']} added to {path}", markup=False)


@sources.command("import")
def import_sources(
    file: Annotated[Path, typer.Argument(help="An OPML file, or a list of sources (YAML).")],
    write: Annotated[
        bool, typer.Option("--write", help="Write them into config.yaml instead of showing them.")
    ] = False,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Take over the feeds of an OPML file, with their folders, or of a list of sources; those that are there already are left out.

    Status 1 where feeds of the file cannot be read.
    """
    settings = load(config)
    try:
        data = file.read_bytes()
    except OSError as error:
        raise AseanwatchError(f"{file}: {error.strerror}") from None
    is_whole = True
    if is_list(data, file):
        new, count = new_of_list(data, str(file), settings)
    else:
        read = read_opml(data, str(file))
        for note in read.notes:
            err.print(f"{file}: {note}", markup=False, soft_wrap=True)
        new, count, is_whole = new_sources(read.feeds, settings.sources), len(read.feeds), read.is_whole
    if json:
        print_json(new)
    elif not write:
        out.print("".join(map(line_of, new)).rstrip(), markup=False, soft_wrap=True)
    if write and new:
        add_sources(find_config(config), new)
    summary = f"{len(new)} of {count} feeds are new" + (
        f", added to {find_config(config)}" if write and new else ""
    )
    err.print(summary, markup=False)
    if not is_whole:
        raise typer.Exit(FAILURES)


@sources.command("export")
def export_sources(
    output: OutputOption = None,
    keys: Annotated[
        bool, typer.Option("--with-keys", help="Also the passwords and keys that addresses hold.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Write the feeds as OPML, for feed readers, in folders by their folder or country; without passwords and keys."""
    listed = load(config).sources
    text = write_opml(listed, with_keys=keys)
    if not keys and (hidden := sum(without_credentials(s.address) != s.address for s in listed)):
        err.print(
            f"{hidden} addresses are written without their passwords and keys; --with-keys writes them too",
            markup=False,
        )
    with written_to(output, "OPML") as stream:
        stream.write(text)


def coverage_command(
    since: Annotated[str, typer.Option("--since", help="Over how long, up to 35d.")] = "7d",
    least: Annotated[
        float, typer.Option("--least", min=0, max=1, help="Exit 1 where a smaller share was seen.")
    ] = 0.95,
    every: Annotated[
        bool, typer.Option("--all", help="Also sources of which nothing is lost and nothing is wrong.")
    ] = False,
    balanced: Annotated[
        bool,
        typer.Option(
            "--balance",
            help="Instead: what became of every entry, as one equation; exit 1 where it does not add up.",
        ),
    ] = False,
    recounted: Annotated[
        bool,
        typer.Option(
            "--recount",
            help="With --balance: count what an older program added beside this one while upgrading.",
        ),
    ] = False,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """What was to be expected, seen and lost, by source, language and country, since when, and what to do."""
    settings, store = open_existing(config)
    if recounted and not balanced:
        raise typer.BadParameter("goes with --balance", param_hint="--recount")
    if balanced:
        if recounted:
            err.print(f"{recount(store)} entries counted that were not", markup=False)
        show_balance(load_balances(store), every=every, as_json=json)
        return
    try:
        span = min(parse_duration(since), timedelta(days=35))
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--since") from None
    moment = now()
    with store.read() as connection:
        found = ledger(connection, settings, moment, span)
        waits = waiting.counts(connection)
    accounts = found.sources
    languages = found.languages
    countries = found.countries
    total = found.total
    short = [
        a.name
        for a in (total, *languages, *countries)
        if a.share < least or any("silent" in p.kind for p in a.problems)
    ]
    if json:
        print_json(
            {
                "since": moment - span, "share": total.share, "least": least, "short": short,
                "sources": list(map(_plain, accounts)), "languages": list(map(_plain, languages)),
                "countries": list(map(_plain, countries)), "waiting": [plain_wait(w, moment) for w in waits],
                "gaps": [{k: getattr(g, k) for k in ("source", "since", "until", "lost", "recovered", "via")} for g in found.gaps],
            }
        )  # fmt: skip
    else:
        _show("Sources", [a for a in accounts if every or a.problems or a.lost], moment)
        _show("Languages", languages, moment)
        _show("Countries", countries, moment)
        show_waits(waits, moment)
        never = sum(a.name not in found.states for a in accounts)
        if never:
            out.print(f"{never} sources were not asked yet")
        out.print(
            f"seen {total.seen}, lost {total.lost:g} by estimate: {total.share:.1%} of what there was since {in_utc(moment - span)}"
        )
    if short:
        raise typer.Exit(FAILURES)


def _plain(account: Coverage) -> dict[str, Any]:
    return {
        "name": account.name, "expected": account.expected, "seen": account.seen, "lost": account.lost, "share": account.share,
        "sources": account.sources, "last_new": account.last_new,
        "problems": [{"kind": p.kind, "message": p.message, "since": p.since, "advice": p.advice} for p in account.problems],
    }  # fmt: skip


def _show(title: str, accounts: Sequence[Coverage], moment: datetime) -> None:
    rows: list[tuple[Any, ...]] = []
    for a in accounts:
        first, *others = a.problems or (None,)
        problem = (first.kind, first.since, first.message, first.advice) if first else ("", None, "", "")
        rows.append((a.name, a.expected, a.seen, a.lost, f"{a.share:.1%}", *problem))
        rows += [("", "", "", "", "", p.kind, p.since, p.message, p.advice) for p in others if p]
    if rows:
        print_table(
            title,
            ("name", "expected", "seen", "lost", "share", "problem", "since", "message", "what to do"),
            rows,
        )
        out.print()
