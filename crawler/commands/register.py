"""``bases``: the register of bases, its history, and an operator's corrections."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC
from pathlib import Path
from typing import Annotated, Any

import typer

from crawler.analysis.export import rows_of
from crawler.analysis.register_files import RegisterForm, register_text
from crawler.commands.context import (
    FAILURES,
    ConfigOption,
    JsonOption,
    OutputOption,
    counted,
    err,
    open_existing,
    out,
    print_json,
    print_table,
    print_values,
    print_written,
    written_to,
)
from crawler.model import AseanwatchError
from crawler.runtime.clock import now
from crawler.runtime.extras import how_to_add
from crawler.store import Store, base_corrections
from crawler.store import bases as base_store
from crawler.store.base_listing import Change, Teller, changes_by_month, listed, tellers_of

bases = typer.Typer(no_args_is_help=True, help="The register of bases.")
KeyArgument = Annotated[str, typer.Argument(help="The base's key.")]


@bases.command("list")
def list_bases(
    stage: Annotated[str | None, typer.Option(help="Only bases at this stage.")] = None,
    country: Annotated[str | None, typer.Option(help="Only bases in this country (ISO code).")] = None,
    kind: Annotated[str | None, typer.Option(help="Only bases of this kind, such as park.")] = None,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """The register, what happened last at the end: by the day of the latest stage, or of its report where nobody says the day."""
    _, store = open_existing(config)
    with store.read() as connection:
        found = base_store.in_order(base_store.find(connection))
    rows = [
        r
        for r in found
        if (not stage or r["status"] == stage)
        and (not country or country.upper() in r["countries"])
        and (not kind or r["kind"] == kind)
    ]
    if json:
        print_json(rows)
        return
    shown = [
        (r["key"], r["name"], r["stage"], _day_of(r["timeline"][-1]), r["cities"], len(r["evidence"]))
        for r in rows
    ]
    summary = counted(len(rows), "base", "bases")
    if len(rows) < len(found):
        summary = f"{len(rows)} of {counted(len(found), 'base', 'bases')}"
    columns = ("key", "base", "stage", "day", "places", "reports")
    print_table("Register of bases", columns, shown, summary=summary)


def _day_of(step: Mapping[str, Any]) -> str:
    """The day of a stage: of the act, else of its first report; never the one on which it was stored."""
    if step["date"]:
        return str(step["date"])
    return f"reported {step['reported'][:10]}" if step["reported"] else "not known"


@bases.command("changes")
def base_changes(
    month: Annotated[str | None, typer.Option(help="The month, such as 2025-11 (default: this one).")] = None,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """What changed in the register in a month: new bases, and stages that bases reached."""
    wanted = month or f"{now():%Y-%m}"
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", wanted):
        raise typer.BadParameter(f"{wanted!r} is no month such as 2025-11", param_hint="--month")
    _, store = open_existing(config)
    with store.read() as connection:
        by_month = changes_by_month(listed(connection), UTC)
        changes = by_month.get(wanted, [])
        tellers = tellers_of(connection, (c.step.tellings[0].article for c in changes))
    rows = [_changed(change, tellers) for change in changes]
    if json:
        print_json(rows)
        return
    new = sum(c.step.is_first for c in changes)
    summary = f"{counted(new, 'new base', 'new bases')}, {counted(len(rows) - new, 'base', 'bases')} at another stage"
    if not rows and by_month:
        summary += f"; the latest change was in {max(by_month)}"
    columns = ("key", "base", "change", "stage", "day", "places", "outlet")
    print_table(
        f"What changed in {wanted}",
        columns,
        [
            (*(r[c] for c in columns[:4]), r["day"] or _reported(r), *(r[c] for c in columns[5:]))
            for r in rows
        ],
        summary=summary,
    )


def _changed(change: Change, tellers: Mapping[int, Teller]) -> dict[str, Any]:
    """A change of the register as plain values."""
    base, step = change
    proof = step.tellings[0]
    return {
        "key": base.key,
        "base": base.name_for(["en"]).text,
        "change": "new" if step.is_first else "reached",
        "stage": step.stage,
        "day": step.day.isoformat() if step.day else None,
        "reported": step.reported.isoformat() if step.reported else None,
        "places": base.cities,
        "sentence": proof.sentence,
        "outlet": tellers[proof.article].outlet,
        "url": tellers[proof.article].url,
    }


def _reported(row: Mapping[str, Any]) -> str:
    return f"reported {row['reported'][:10]}"


def _one(store: Store, key: str) -> dict[str, Any]:
    with store.read() as connection:
        base_id = base_store.id_of(connection, key)
        (found,) = base_store.find(connection, keys=[base_store.key_of(connection, base_id)])
        return found | {"corrections": base_store.changes_of(connection, base_id)}


@bases.command("show")
def show_base(key: KeyArgument, config: ConfigOption = None, json: JsonOption = False) -> None:
    """One base: its names, places, what was told of it by whom (the majority first), and what operators corrected."""
    _, store = open_existing(config)
    found = _one(store, key)
    if json:
        print_json(found)
        return
    facts, timeline = found.pop("facts"), found.pop("timeline")
    # The same as stage, for older readers of the JSON.
    print_values({k: v for k, v in found.items() if k != "status"}, as_json=False)
    out.print("what reports say:")
    for name, values in facts.items():
        for value in values:
            articles = ", ".join(map(str, value["articles"]))
            out.print(f"  {name}: {value['value']} (articles {articles})", markup=False, soft_wrap=True)
    _print_timeline("stages", timeline)


def _print_timeline(title: str, timeline: Sequence[Mapping[str, Any]]) -> None:
    columns = ("stage", "day", "outlet", "story", "reports", "sentence")
    rows = [(s["stage"], _day_of(s), s["outlet"], s["story"], s["reports"], s["sentence"]) for s in timeline]
    print_table(title, columns, rows, summary=counted(len(rows), "stage", "stages"))


@bases.command("timeline")
def base_timeline(key: KeyArgument, config: ConfigOption = None, json: JsonOption = False) -> None:
    """The stages of a base's life: when each was reached, who told it first, and the sentence that proves it."""
    _, store = open_existing(config)
    found = _one(store, key)
    if json:
        print_json(found["timeline"])
        return
    _print_timeline(found["name"], found["timeline"])


@bases.command("rename")
def rename_base(
    key: KeyArgument,
    name: Annotated[str, typer.Argument(help="Its name.")],
    lang: Annotated[str, typer.Option(help="The language of the name.")] = "en",
    config: ConfigOption = None,
) -> None:
    """Give a base its name in one language; later reports and re-judging leave it so."""
    _, store = open_existing(config)
    with store.write() as connection:
        base_corrections.rename(connection, key, name, lang, now())
    out.print(f"{key} is named {name} ({lang})", markup=False)


@bases.command("merge")
def merge_bases(
    key: KeyArgument,
    other: Annotated[str, typer.Argument(help="The key of the entry that is the same base.")],
    config: ConfigOption = None,
) -> None:
    """Two entries are one base; the key of the other leads to it from now on."""
    _, store = open_existing(config)
    with store.write() as connection:
        kept = base_corrections.merge(connection, key, other, now())
    out.print(f"{other} is part of {kept} now", markup=False)


@bases.command("split")
def split_base(
    key: KeyArgument,
    article: Annotated[list[int], typer.Argument(help="The articles that speak of another base.")],
    config: ConfigOption = None,
) -> None:
    """Articles speak of another base than the rest: they become an entry of their own."""
    _, store = open_existing(config)
    with store.write() as connection:
        new = base_corrections.split(connection, key, article, now())
    out.print(f"{new} was made of {len(set(article))} reports of {key}", markup=False)


@bases.command("archive")
def archive_bases(
    output: Annotated[
        Path, typer.Option("--output", help="The web archive to write: FILE.warc or FILE.warc.gz.")
    ],
    keys: Annotated[list[str] | None, typer.Argument(help="Bases by their keys; without: all.")] = None,
    config: ConfigOption = None,
) -> None:
    """Archive the pages that prove bases, with what was stored of them (WARC). Status 1 where pages do not answer any more."""
    try:
        from crawler.analysis.warc import archive  # noqa: PLC0415 - an extra, and the network
    except ModuleNotFoundError:
        raise AseanwatchError(f"web archives need: {how_to_add('archive')}") from None

    settings, store = open_existing(config)
    whole, gone = archive(
        store, settings, keys or (), output, lambda url, what: err.print(f"{what}: {url}", markup=False)
    )
    print_written(f"{output}: {whole} pages, {gone} only as they were stored", output, to=out)
    if gone:
        raise typer.Exit(FAILURES)


@bases.command("export")
def export_bases(
    form: Annotated[RegisterForm, typer.Option("--format", help="How to write it.")] = "jsonl",
    output: OutputOption = None,
    config: ConfigOption = None,
) -> None:
    """Write the register: JSON Lines, CSV, GeoJSON (RFC 7946) with the cities as points, or iCalendar (RFC 5545)."""
    _, store = open_existing(config)
    with store.read() as connection:
        rows = rows_of(connection, "bases")
    text = register_text(rows, form)
    with written_to(output, f"{len(rows)} bases") as stream:
        stream.write(text)
