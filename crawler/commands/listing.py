"""``articles``, ``stories``, ``bases``, ``sources`` and ``export``: what is stored."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from crawler.commands.context import (
    ConfigOption,
    JsonOption,
    LimitOption,
    SinceOption,
    err,
    moment_since,
    opened,
    out,
    print_json,
    print_table,
)  # fmt: skip
from crawler.config import load
from crawler.crawl import now
from crawler.exporting import article_rows, opml, rows_of, write_csv, write_jsonl
from crawler.model import AseanwatchError
from crawler.store import bases as base_store
from crawler.store import stories as story_store
from crawler.store.articles import Filter, find, topics_of
from crawler.store.entries import of_article
from crawler.store.sources import health

articles = typer.Typer(no_args_is_help=True, help="Articles that were stored.")
stories = typer.Typer(no_args_is_help=True, help="Stories: all reports of one event.")
bases = typer.Typer(no_args_is_help=True, help="The register of bases.")
sources = typer.Typer(no_args_is_help=True, help="The sources and how they fare.")


@articles.command("list")
def list_articles(
    topic: Annotated[str | None, typer.Option(help="Only this topic's.")] = None,
    lang: Annotated[str | None, typer.Option(help="Only this language's.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Also those that are not relevant.")] = False,
    since: SinceOption = None,
    limit: LimitOption = 50,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """The newest articles."""
    _, store = opened(config)
    wanted = Filter(moment_since(since, now()), topic, lang, None if every else True, limit=limit)
    with store.reading() as connection:
        rows = find(connection, wanted)
        topics = topics_of(connection, [r.id for r in rows])
        exported = article_rows(connection, rows) if json else []
    if json:
        print_json(exported)
        return
    shown = [(r.id, r.when, r.lang, r.source, r.title, [t["name"] for t in topics.get(r.id, ())]) for r in rows]
    print_table("Articles", ("id", "when", "lang", "source", "title", "topics"), shown)


@articles.command("show")
def show_article(
    number: Annotated[int, typer.Argument(help="The article's id.")],
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """One article: its words, where it was seen, and every verdict."""
    _, store = opened(config)
    with store.reading() as connection:
        rows = find(connection, Filter(ids=[number]))
        if not rows:
            raise AseanwatchError(f"no stored article has the id {number}")
        row = rows[0]
        seen = [{"source": e.source, "url": e.url, "seen": e.seen, "title": e.title} for _, e in of_article(connection, number)]
        topics = topics_of(connection, [number]).get(number, [])
    hidden = ("features", "words", "text_hash", "url_key", "fingerprints")
    values: dict[str, Any] = {k: v for k, v in row._mapping.items() if k not in hidden} | {
        "topics": topics,
        "seen_at": seen,
    }
    _show(values, as_json=json)


@stories.command("list")
def list_stories(since: SinceOption = None, limit: LimitOption = 50, config: ConfigOption = None, json: JsonOption = False) -> None:
    """The stories seen last."""
    _, store = opened(config)
    with store.reading() as connection:
        rows = story_store.find(connection, moment_since(since, now()), limit)
    if json:
        print_json(rows)
        return
    shown = [(r["id"], r["last_seen"], r["reports"], r["languages"], r["title"]) for r in rows]
    print_table("Stories", ("id", "last seen", "reports", "languages", "title"), shown)


@stories.command("show")
def show_story(
    number: Annotated[int, typer.Argument(help="The story's id.")],
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """One story: its reports in the order of publication, and what tied them together."""
    _, store = opened(config)
    with store.reading() as connection:
        rows = story_store.members(connection, [number]).get(number, [])
        registered = base_store.find(connection, [number])
    if not rows:
        raise AseanwatchError(f"no story has the id {number}")
    reports = [
        {"id": r.id, "when": r.when, "lang": r.lang, "source": r.source, "title": r.title, "url": r.url,
         "duplicate_of": r.duplicate_of, "why": r.duplicate_why or r.story_why}
        for r in rows
    ]  # fmt: skip
    if json:
        print_json({"id": number, "reports": reports, "bases": registered})
        return
    shown = [(r["id"], r["when"], r["lang"], r["source"], r["title"], _why(r)) for r in reports]
    print_table(f"Story {number}", ("id", "when", "lang", "source", "title", "why here"), shown)
    for base in registered:
        out.print(f"Base: {base['name']} ({base['status']}) in {', '.join(base['cities'])}", markup=False)


@stories.command("pin")
def pin_story(
    number: Annotated[int, typer.Argument(help="The story's id.")],
    note: Annotated[str, typer.Option(help="Why it must not be lost.")] = "",
    remove: Annotated[bool, typer.Option("--remove", help="Let it go again.")] = False,
    config: ConfigOption = None,
) -> None:
    """Pin a story, so that `topics backtest --fail-on-lost` fails for a change that would lose it."""
    _, store = opened(config)
    with store.writing() as connection:
        if remove:
            story_store.unpin(connection, number)
        else:
            story_store.pin(connection, number, now(), note)
    out.print(f"story {number} is {'no longer ' if remove else ''}pinned")


def _why(report: dict[str, Any]) -> str:
    if report["duplicate_of"]:
        return f"repeats {report['duplicate_of']}: {report['why']}"
    why = report["why"]
    return f"like {why['like']} ({why['score']}): {', '.join(why['shared'])}" if why else "began the story"


@bases.command("list")
def list_bases(config: ConfigOption = None, json: JsonOption = False) -> None:
    """The register."""
    _, store = opened(config)
    with store.reading() as connection:
        rows = base_store.find(connection)
    if json:
        print_json(rows)
        return
    shown = [(r["key"], r["first_seen"][:10], r["status"], r["name"], r["cities"], len(r["evidence"])) for r in rows]
    print_table("Register of bases", ("key", "first seen", "stage", "name", "cities", "reports"), shown)


@bases.command("show")
def show_base(
    key: Annotated[str, typer.Argument(help="The base's key.")],
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """One base: its names, places and proofs."""
    _, store = opened(config)
    with store.reading() as connection:
        found = next((r for r in base_store.find(connection) if r["key"] == key), None)
    if found is None:
        raise AseanwatchError(f"no base has the key {key}")
    _show(found, as_json=json)


def _show(values: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(values)
        return
    for name, value in values.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            out.print(f"{name}:")
            for item in value:
                out.print("  " + ", ".join(f"{k} {v}" for k, v in item.items()), markup=False)
        else:
            out.print(f"{name}: {value}", markup=False)


@sources.command("list")
def list_sources(config: ConfigOption = None, json: JsonOption = False) -> None:
    """The sources of the configuration."""
    settings, _ = opened(config)
    rows = [
        {
            "name": s.name,
            "kind": s.kind,
            "lang": s.lang,
            "country": s.country,
            "enabled": s.enabled,
            "url": s.url,
        }
        for s in settings.sources
    ]
    if json:
        print_json(rows)
    else:
        print_table("Sources", ("name", "kind", "lang", "country", "enabled", "url"), [list(r.values()) for r in rows])


@sources.command("health")
def source_health(config: ConfigOption = None, json: JsonOption = False) -> None:
    """How each source's latest poll went, and when it last gave something new."""
    _, store = opened(config)
    with store.reading() as connection:
        rows = health(connection)
    if json:
        print_json(rows)
        return
    columns = ("source", "outcome", "at", "message", "polls", "failed", "new_entries", "last_new")
    print_table("Sources", columns, [[r[c] for c in columns] for r in rows])


@sources.command("export")
def export_sources(
    output: Annotated[Path | None, typer.Option("--output", help="A file instead of standard output.")] = None,
    config: ConfigOption = None,
) -> None:
    """Write the feeds as OPML, for feed readers."""
    text = opml(load(config).sources)
    if output is None:
        sys.stdout.write(text)
    else:
        output.write_text(text, encoding="utf-8")
        err.print(f"{output} written", markup=False)


def export_command(
    what: Annotated[Literal["articles", "stories", "bases"], typer.Option("--what", help="What to write.")] = "articles",
    form: Annotated[Literal["jsonl", "csv"], typer.Option("--format", help="How to write it.")] = "jsonl",
    output: Annotated[Path | None, typer.Option("--output", help="A file instead of standard output.")] = None,
    config: ConfigOption = None,
) -> None:
    """Write everything stored, for other programs."""
    _, store = opened(config)
    with store.reading() as connection:
        rows = rows_of(connection, what)
    stream = output.open("w", encoding="utf-8", newline="") if output else sys.stdout
    try:
        if form == "csv":
            write_csv(rows, stream, what)
        else:
            write_jsonl(rows, stream)
    finally:
        if output:
            stream.close()
            err.print(f"{len(rows)} {what} written to {output}", markup=False)
