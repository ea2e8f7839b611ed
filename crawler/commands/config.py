"""``config``: the whole configuration in force and where it comes from, what the own file changes, and its shortest form."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from crawler.commands.context import ConfigOption, JsonOption, err, out, print_json, print_written
from crawler.config.effective import ConfigChange, effective, without_keys
from crawler.config.listing import key_hint, key_of, listed, scalar, text_of
from crawler.config.loading import find_config
from crawler.model import AseanwatchError
from crawler.runtime.packaged_config import packaged

config_app = typer.Typer(
    no_args_is_help=True, help="The configuration in force: the own file and those that it extends."
)
SIGNS = {"added": "+", "removed": "-", "changed": "~"}


@config_app.command("show")
def show(
    key: Annotated[
        str | None, typer.Argument(help="Only this part, such as topics.health or sources.cna.")
    ] = None,
    origin: Annotated[bool, typer.Option("--origin", help="Say where each line comes from.")] = False,
    keys: Annotated[
        bool,
        typer.Option(
            "--with-keys", help="Also passwords and keys that are written out in addresses and headers."
        ),
    ] = False,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Print the whole configuration in force as YAML. What comes from the environment is shown as ${NAME}."""
    found = effective(config)
    path = key_of(found.values, key or "")
    if path is None:
        raise AseanwatchError(f"the configuration has no {key}{key_hint(found.values, str(key))}")
    values = found.values if keys else without_keys(found.values)
    if values != found.values:
        err.print("passwords and keys are left out; --with-keys shows them", markup=False)
    if json:
        held: Any = values
        for part in path:
            held = held[part]
        print_json({"value": held, "origin": _below(found.origins(), key)} if origin else held)
        return
    note = found.origin if origin else None
    # Not through the terminal's own printing, which would wrap and count each of a thousand lines.
    sys.stdout.write(text_of(listed(values, path, note), note))


def _below(origins: dict[str, str], key: str | None) -> dict[str, str]:
    return {k: v for k, v in origins.items() if key is None or k == key or k.startswith(f"{key}.")}


@config_app.command("diff")
def diff(config: ConfigOption = None, json: JsonOption = False) -> None:
    """Print what the own file adds to, removes from and changes in what it extends, else in the packaged configuration."""
    found = effective(config)
    changes = [
        c._replace(before=without_keys(c.before), after=without_keys(c.after)) for c in found.changes()
    ]
    if json:
        print_json([c._asdict() for c in changes])
        return
    for change in changes:
        out.print(_said(change), markup=False, soft_wrap=True)
    if not changes:
        out.print("nothing is changed", markup=False)


def _said(change: ConfigChange) -> str:
    where = f"  # {change.origin}" if change.origin else ""
    match change.what:
        case "changed":
            words = f": {_short(change.before)} → {_short(change.after)}"
        case "added":
            words = "" if isinstance(change.after, dict | list) else f": {_short(change.after)}"
        case _:
            words = "" if isinstance(change.before, dict | list) else f": {_short(change.before)}"
    return f"{SIGNS[change.what]} {change.key}{words}{where}"


def _short(value: Any) -> str:
    return scalar(value)


@config_app.command("shorten")
def shorten(
    write: Annotated[
        bool, typer.Option("--write", help="Put it in place of the file, which is kept beside it.")
    ] = False,
    take_new: Annotated[
        bool,
        typer.Option(
            "--take-new",
            help="Take over what the packaged configuration has and the file lacks, such as new words.",
        ),
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Print the shortest own file that gives the same configuration: `extends: packaged`, and what differs from it."""
    from crawler.config.shortening import shortened, written_short  # noqa: PLC0415 - only here

    path = find_config(config)
    if path == packaged():
        raise AseanwatchError(
            "the packaged configuration is in use; write a file of your own: aseanwatch init"
        )
    if not write:
        sys.stdout.write(shortened(path, take_new=take_new))
        return
    kept = written_short(path, take_new=take_new)
    if kept is None:
        err.print(f"{path} is as short as can be", markup=False)
    else:
        print_written(f"{path} written; what it was is kept as {kept}", Path(path), to=out)
