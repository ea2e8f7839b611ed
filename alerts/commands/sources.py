"""``sources pause``, ``set``, ``remove`` and ``ask``: changes of sources in config.yaml, with their history, as the console makes them."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from alerts.commands.audited import ACTOR
from alerts.operations.live_config import Live, live_at
from alerts.operations.source_actions import SourceActions, find_source
from crawler.commands.context import ConfigOption, open_or_create, out
from crawler.runtime.clock import now

SourceName = Annotated[str, typer.Argument(help="The source's name.")]
TAKEN_BACK = "aseanwatch changes undo {number} takes it back"


def _actions(config: str | None) -> SourceActions:
    live: Live = live_at(config)
    _, store = open_or_create(config)
    return SourceActions(live, store, ACTOR, now())


def _say(done: str, number: int | None) -> None:
    out.print(
        done if number is None else f"{done}; {TAKEN_BACK.format(number=number)}",
        markup=False,
        soft_wrap=True,
    )


def pause_source(
    name: SourceName,
    resume: Annotated[bool, typer.Option("--resume", help="Ask it again, at once.")] = False,
    config: ConfigOption = None,
) -> None:
    """Ask a source no more for a while, or resume it. What it brought stays."""
    number = _actions(config).set_paused(name, paused=not resume)
    word = "resumed" if resume else "paused"
    _say(f"{name} {word}" if number is not None else f"{name} was {word} already", number)


def set_source(
    name: SourceName,
    url: Annotated[str | None, typer.Option("--url", help="Where it is asked.")] = None,
    kind: Annotated[str | None, typer.Option("--kind", help="feed, sitemap, listing or search.")] = None,
    lang: Annotated[str | None, typer.Option("--lang", help="Of its news, such as id.")] = None,
    country: Annotated[str | None, typer.Option("--country", help="Where it is at home, such as ID.")] = None,
    folder: Annotated[str | None, typer.Option("--folder", help="Where it lies among the others.")] = None,
    every: Annotated[
        str | None,
        typer.Option("--every", help="A fixed interval, such as 15m, instead of one by its rhythm."),
    ] = None,
    timezone: Annotated[
        str | None, typer.Option("--timezone", help="Of its dates, such as Asia/Jakarta.")
    ] = None,
    pages: Annotated[str | None, typer.Option("--pages", help="always, matching or never.")] = None,
    query: Annotated[str | None, typer.Option("--query", help="What a search looks for.")] = None,
    config: ConfigOption = None,
) -> None:
    """Change a source in config.yaml; an empty value takes a key out. With another address it is asked at once."""
    given: dict[str, str | None] = {
        "url": url, "kind": kind, "lang": lang, "country": country, "folder": folder, "every": every,
        "timezone": timezone, "pages": pages, "query": query,
    }  # fmt: skip
    values: dict[str, Any] = {key: value or None for key, value in given.items() if value is not None}
    if not values:
        raise typer.BadParameter("nothing to change: name at least one option, such as --url ADDRESS")
    number = _actions(config).change(name, values)
    _say(f"{name} changed" if number is not None else f"{name} says that already", number)


def remove_source(name: SourceName, config: ConfigOption = None) -> None:
    """Take a source out of config.yaml. What it brought stays."""
    _say(f"{name} removed", _actions(config).remove(name))


def ask_source(name: SourceName, config: ConfigOption = None) -> None:
    """Have the running service ask a source now, whenever it is due. `sources probe` shows what it answers, and stores nothing."""
    actions = _actions(config)
    find_source(actions.live.settings, name)
    actions.ask(name)
    out.print(
        f"{name} is asked within seconds where the service runs; without one: aseanwatch crawl --source {name}",
        markup=False,
        soft_wrap=True,
    )
