"""``init``, ``check``, ``schema`` and ``db``: before anything runs, and the store's upkeep."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from dataclasses import asdict
from importlib.resources import files
from json import dumps as json_of
from pathlib import Path
from typing import Annotated

import typer

from crawler.analysis.examples import count_examples
from crawler.commands.context import (
    FAILURES,
    USAGE,
    ConfigOption,
    JsonOption,
    VerboseOption,
    counted,
    err,
    existing_store,
    open_store,
    out,
    print_json,
    print_rows,
    print_written,
    upgrade_store,
    working,
)
from crawler.commands.topics import broken_lines
from crawler.commands.troubles import without_alike
from crawler.config import load
from crawler.config.layers import packaged_values
from crawler.config.loading import ConfigError, load_with_lines, why_this_config
from crawler.config.schema import config_schema
from crawler.config.settings import Settings
from crawler.config.warning import warnings_of
from crawler.judging.territories import UnknownTerritoryError
from crawler.runtime.clock import now
from crawler.runtime.packaged_config import packaged
from crawler.store import Store, StoreError
from crawler.store.dangling import DanglingName, dangling_names
from crawler.store.serving import service_lock
from crawler.store.site_backoffs import copy_site_backoffs
from crawler.store.sources import load_states
from crawler.store.upkeep import prune, vacuum

SCHEMA_FILE = "config.schema.json"
"""What the schema is called that lies beside a config.yaml."""
db = typer.Typer(no_args_is_help=True, help="The store: its schema, its size, its safety.")


def init_command(
    folder: Annotated[Path, typer.Argument(help="Where to write config.yaml.")] = Path(),
    parties: Annotated[
        str | None,
        typer.Option(
            "--for",
            metavar="OURS:THEIRS",
            help="For other parties than China and ASEAN: india-africa, JP,KR:ASEAN, EU:MERCOSUR; codes or English names.",
        ),
    ] = None,
    full: Annotated[
        bool,
        typer.Option(
            "--full", help="Write the whole packaged configuration instead of what you change of it."
        ),
    ] = False,
) -> None:
    """Write a commented config.yaml to start from, which extends the packaged configuration, and its schema for editors."""
    target = folder / "config.yaml"
    if target.exists():
        err.print(f"{target} exists already and is left as it is", markup=False)
        raise typer.Exit(USAGE)
    text = _beginning(parties, full=full)
    folder.mkdir(parents=True, exist_ok=True)
    target.write_text(text.replace("docs/config.schema.json", SCHEMA_FILE), encoding="utf-8")
    schema = json_of(config_schema(), ensure_ascii=False) + "\n"
    (folder / SCHEMA_FILE).write_text(schema, encoding="utf-8")
    print_written(f"{target} written. Next: aseanwatch check --config {target}", target, to=out)


def _beginning(parties: str | None, *, full: bool) -> str:
    """The text to begin with: for other parties what is written from data, else the short form or the whole."""
    if parties is None:
        return packaged().read_text(encoding="utf-8") if full else short_config()
    if full:
        raise typer.BadParameter("what --for writes extends the packaged configuration: leave --full out")
    from crawler.config.parties_config import config_text, described, doubt, parties_named  # noqa: PLC0415 - only here

    try:
        between = parties_named(parties)
    except UnknownTerritoryError as error:
        err.print(f"--for: {error}", markup=False, soft_wrap=True)
        raise typer.Exit(USAGE) from None
    out.print(described(between), markup=False, soft_wrap=True)
    if doubtful := doubt(parties):
        err.print(f"warning: {doubtful}", markup=False, soft_wrap=True)
    return config_text(between, packaged_values())


def short_config() -> str:
    """The file that a new desk begins with."""
    return files("crawler").joinpath("data", "short_config.yaml").read_text(encoding="utf-8")


def check_command(
    config: ConfigOption = None,
    network: Annotated[bool, typer.Option("--network", help="Also ask each source once.")] = False,
    verbose: VerboseOption = False,
    json: JsonOption = False,
) -> None:
    """Say everything that is wrong with config.yaml; with --network also which sources do not answer."""
    try:
        loaded = load_with_lines(config)
    except ConfigError as error:
        if not json:
            raise
        problems = [asdict(p) | {"severity": "error"} for p in error.problems]
        print_json({"config": error.path, "problems": problems})
        raise typer.Exit(USAGE) from None
    settings = loaded.settings
    if network:
        raise typer.Exit(_probe(settings, as_json=json, verbose=verbose))
    counts = {
        "sources": len(settings.sources), "languages": len({s.lang for s in settings.sources if s.lang}), "terms": len(settings.terms),
        "topics": len(settings.topics), "examples": count_examples(settings), "subscriptions": len(settings.subscriptions),
    }  # fmt: skip
    found = warnings_of(loaded)
    warnings = [loaded.in_one_line(problem, "warning: ") for problem in found]
    broken = broken_lines(loaded)
    stored = _stored(settings)
    if json:
        plain = [asdict(d) | {"message": d.message} for d in stored]
        print_json(
            {
                "config": loaded.path,
                "config_because": why_this_config(config),
                **counts,
                "warnings": warnings,
                "problems": [asdict(p) | {"severity": "warning"} for p in found],
                "broken_examples": broken,
                "stored": plain,
            }
        )
        raise typer.Exit(FAILURES if broken else 0)
    for line in (*warnings, *(f"warning: {d.message}" for d in stored), *broken):
        err.print(line, markup=False, soft_wrap=True)
    if broken:
        raise typer.Exit(FAILURES)
    said = counted(len(warnings) + len(stored), "warning", "warnings") if warnings or stored else ""
    held = ", ".join(counted(counts[many], one, shown) for many, one, shown in _COUNTED)
    out.print(
        f"{loaded.path} has no errors{f' and {said}' if said else ''}: {held}", markup=False, soft_wrap=True
    )
    out.print(f"{loaded.path} is used because {why_this_config(config)}", markup=False, soft_wrap=True)


_COUNTED = (
    ("sources", "source", "sources"),
    ("languages", "language", "languages"),
    ("terms", "term set", "term sets"),
    ("topics", "topic", "topics"),
    ("examples", "example", "examples"),
    ("subscriptions", "subscription", "subscriptions"),
)


def _stored(settings: Settings) -> list[DanglingName]:
    """What the store names and the configuration does not have; nothing where there is no store yet, and none is made."""
    try:
        store = Store(settings.storage.url)
        file = store.url.database
        if store.is_sqlite and not (file and Path(file).exists()):
            return []
        if not store.is_ready():
            return []  # made by an older program: the next command that opens it brings it up to date
        with store.read() as connection:
            return dangling_names(connection, settings)
    except StoreError as error:
        err.print(
            f"warning: {error}; what it holds was not compared with the configuration",
            markup=False,
            soft_wrap=True,
        )
        return []


def _probe(settings: Settings, *, as_json: bool, verbose: bool) -> int:
    """Ask each source once, into a store that is thrown away."""
    from crawler.crawl import crawl  # noqa: PLC0415 - half a second that only commands that crawl need
    from crawler.net.reactor import running_reactor  # noqa: PLC0415 - as above

    logging.getLogger("scrapy").setLevel(logging.CRITICAL)
    sources = [s.model_copy(update={"pages": "never"}) for s in settings.sources if s.enabled]

    async def run(store: Store) -> None:
        async with running_reactor():
            await crawl(settings, store, None, sources)

    with working("Asking each source once …"), tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/probe.db")
        store.upgrade()
        # Backoffs go both ways: a probe must not ask sites that
        # want to be left alone, and keeps what it is told.
        own = Store(settings.storage.url)
        has_own = own.exists() and own.is_ready()
        if has_own:
            copy_site_backoffs(own, store, now())
        asyncio.run(run(store))
        if has_own:
            copy_site_backoffs(store, own, now())
        with store.read() as connection:
            states = load_states(connection)
        store.close()
    rows = [
        {
            "source": s.name,
            "outcome": (p.outcome or "resting") if p else "failed",
            "entries": p.listed if p else 0,
            "kind": (p.kind if p.outcome else "resting") if p else None,
            "message": (p.message if p.outcome else f"its site rests until {p.due:%Y-%m-%d %H:%M} UTC")
            if p
            else "no answer",
        }
        for s in sources
        for p in [states.get(s.name)]
    ]
    if as_json:
        print_json(rows)
    else:
        shown = without_alike(rows, settings.crawl, verbose=verbose)
        answered = sum(r["outcome"] in ("ok", "unchanged") for r in rows)
        print_rows(
            "Sources",
            ("source", "outcome", "entries", "message"),
            shown.rows,
            as_json=False,
            summary=f"{answered} of {counted(len(rows), 'source', 'sources')} answered",
        )
        for line in shown.lines:
            out.print(line, markup=False, soft_wrap=True)
    return FAILURES if any(r["outcome"] in ("failed", "resting") for r in rows) else 0


def schema_command(
    lists: Annotated[
        bool, typer.Option("--sources", help="That of lists of sources instead (sources validate).")
    ] = False,
) -> None:
    """Print the JSON Schema of config.yaml, for editors."""
    if lists:
        from crawler.sources.catalogue import SourceList  # noqa: PLC0415 - only here

        print_json(SourceList.model_json_schema(by_alias=True))
        return
    print_json(config_schema())


@db.command("upgrade")
def upgrade(
    backup: Annotated[
        Path | None,
        typer.Option("--backup", help="Folder of the copy that is made before; default: storage.backups."),
    ] = None,
    no_backup: Annotated[
        bool, typer.Option("--no-backup", help="Make no copy before; only where there is one already.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Bring the store's schema to the newest version, and say from which. A store that holds anything is copied before."""
    settings = load(config)
    store = Store(settings.storage.url)
    before = store.version() if store.exists() else None
    if before is None:
        store = open_store(settings)
    else:
        folder = str(backup) if backup is not None else settings.storage.backups
        upgrade_store(store, folder, without_copy=no_backup)
    after = store.version()
    if before is None:
        said = f"was made with schema {after}"
    elif before == after:
        said = f"is up to date: schema {after}"
    else:
        said = f"went from schema {before} to {after}"
    out.print(f"{store.name} {said}", markup=False)


@db.command("prune")
def prune_command(config: ConfigOption = None) -> None:
    """Delete what is older than storage.keep and was part of no story with a base."""
    settings = load(config)
    configured = [s.name for s in settings.sources]
    gone = prune(existing_store(settings), now() - settings.storage.keep, now(), configured)
    out.print(
        f"{gone['articles']} articles, {gone['entries']} entries and {gone['polls']} polls deleted,"
        f" the texts of {gone['digests']} digests let go"
    )


@db.command("shrink")
def shrink_command(config: ConfigOption = None) -> None:
    """Give back to the disk what was deleted from an SQLite store or is kept packed. Writers wait meanwhile."""
    before, after = vacuum(existing_store(load(config)))
    out.print(f"{before / 1e6:,.1f} MB before, {after / 1e6:,.1f} MB now")


@db.command("copy")
def copy_command(
    source: Annotated[str, typer.Argument(help="URL of the store to copy, such as sqlite:///aseanwatch.db.")],
    target: Annotated[
        str | None, typer.Argument(help="URL of an empty store; without: storage.url of the configuration.")
    ] = None,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Copy a store into another one, such as SQLite into PostgreSQL, and compare both. The source may be in use."""
    from crawler.store.copying import copy  # noqa: PLC0415 - only here

    one = Store(source)
    other = Store(target or load(config).storage.url)
    if not one.exists():
        raise StoreError(f"there is no store {one.name} to copy")
    upgrade_store(one, None)
    other.upgrade()
    with service_lock(other, "db copy"):
        found = copy(
            one, other, lambda table, rows: None if json else err.print(f"{table}: {rows}", markup=False)
        )
    if json:
        print_json(found)
    else:
        out.print(
            f"{sum(found.values())} rows of {len(found)} tables are the same in {other.name}", markup=False
        )
