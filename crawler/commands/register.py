"""``bases``: the register of bases, its history, and an operator's corrections."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from crawler.analysis.export import geojson, rows_of, write_csv, write_jsonl
from crawler.commands.context import (
    FAILURES,
    ConfigOption,
    JsonOption,
    OutputOption,
    err,
    open_existing,
    out,
    print_json,
    print_table,
    print_values,
    written_to,
)
from crawler.model import AseanwatchError
from crawler.runtime.clock import now
from crawler.store import Store, base_corrections
from crawler.store import bases as base_store

bases = typer.Typer(no_args_is_help=True, help="The register of bases.")
KeyArgument = Annotated[str, typer.Argument(help="The base's key.")]


@bases.command("list")
def list_bases(
    stage: Annotated[str | None, typer.Option(help="Only bases at this stage.")] = None,
    country: Annotated[str | None, typer.Option(help="Only bases in this country (ISO code).")] = None,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """The register, the oldest first: by the day of the event, or of its first report where nobody says the day."""
    _, store = open_existing(config)
    with store.read() as connection:
        found = base_store.in_order(base_store.find(connection))
    rows = [
        r
        for r in found
        if (not stage or r["status"] == stage) and (not country or country.upper() in r["countries"])
    ]
    if json:
        print_json(rows)
        return
    shown = [
        (
            r["key"],
            r["date"] or f"reported {r['first_reported'][:10]}",
            r["status"],
            r["name"],
            r["cities"],
            len(r["evidence"]),
        )
        for r in rows
    ]
    print_table("Register of bases", ("key", "date", "stage", "name", "cities", "reports"), shown)


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
    facts = found.pop("facts")
    print_values(found, as_json=False)
    for name, values in facts.items():
        for value in values:
            articles = ", ".join(map(str, value["articles"]))
            out.print(f"  {name}: {value['value']} (articles {articles})", markup=False)


@bases.command("timeline")
def base_timeline(key: KeyArgument, config: ConfigOption = None, json: JsonOption = False) -> None:
    """The stages of a base's life: when each was reached, who told it first, and the sentence that proves it."""
    _, store = open_existing(config)
    found = _one(store, key)
    if json:
        print_json(found["timeline"])
        return
    columns = ("stage", "date", "told", "story", "article", "reports", "sentence")
    rows = [[_moment(s[c]) if c == "told" else s[c] for c in columns] for s in found["timeline"]]
    print_table(found["name"], columns, rows)


def _moment(text: str | None) -> datetime | None:
    """A moment of a timeline, whose table then names its zone."""
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


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
        raise AseanwatchError("web archives need: pip install 'aseanwatch[archive]'") from None

    settings, store = open_existing(config)
    whole, gone = archive(
        store, settings, keys or (), output, lambda url, what: err.print(f"{what}: {url}", markup=False)
    )
    out.print(f"{output}: {whole} pages, {gone} only as they were stored", markup=False)
    if gone:
        raise typer.Exit(FAILURES)


@bases.command("export")
def export_bases(
    form: Annotated[
        Literal["jsonl", "csv", "geojson"], typer.Option("--format", help="How to write it.")
    ] = "jsonl",
    output: OutputOption = None,
    config: ConfigOption = None,
) -> None:
    """Write the register: JSON Lines, CSV, or GeoJSON (RFC 7946) with the cities as points."""
    _, store = open_existing(config)
    with store.read() as connection:
        rows = rows_of(connection, "bases")
    with written_to(output, f"{len(rows)} bases") as stream:
        if form == "geojson":
            stream.write(geojson(rows) + "\n")
        elif form == "csv":
            write_csv(rows, stream, "bases")
        else:
            write_jsonl(rows, stream)
