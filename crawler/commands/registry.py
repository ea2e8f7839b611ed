"""A program's commands: which module has each, and the program that is made of them without loading any of these modules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any

import typer

from crawler.commands.signatures import Function, UnknownSignatureError, attribute, described, kept, stand_in
from crawler.runtime.starting import uncollected

Table = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Registry:
    """The commands of a package.

    Attributes:
        folder: where its modules of commands are, and their signatures.
        table: by command or group, such as ``init``, ``stories`` or ``topics backtest``, what it is: ``module:name``. A command
            is a function, a group a `typer.Typer`. In the order in which help shows them.
        aliases: second names of groups, which help does not show.
        examples: by command, such as ``stories list``, what follows the program's name in examples of its help.
    """

    folder: Path
    table: Table
    aliases: Mapping[str, str] = field(default_factory=dict)
    examples: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def signatures(self) -> Mapping[str, Any]:
        """The commands with their signatures, the groups with their help; kept ones, where they are fresh."""
        return found if (found := kept(self.folder)) is not None else dict(self.read())

    def read(self) -> Iterator[tuple[str, Any]]:
        """The same from the modules themselves, which are loaded."""
        for path, name in self.table.items():
            found = attribute(name)
            if not isinstance(found, typer.Typer):
                yield path, _signature(found) | {"is": name}
                continue
            yield path, {"help": found.info.help, "group": True}
            for command in found.registered_commands:
                assert command.callback is not None
                yield f"{path} {command.name}", _signature(command.callback) | {"is": name}


def _signature(function: Function) -> dict[str, Any]:
    """What a command is called with; nothing where that cannot be kept, and the command is always loaded."""
    try:
        return described(function)
    except UnknownSignatureError:
        return {}


def program(
    text: str, options: Function, registries: Sequence[Registry], checked: Callable[[dict[str, Any]], None]
) -> typer.Typer:
    """A program with its commands.

    Args:
        text: what its help begins with.
        options: the function of its own options.
        registries: whose commands it has. A later one adds commands to the groups of an earlier one, or has its own in place.
        checked: is told what a command is called with before that is loaded, and may change it.
    """
    app = new_group(text)
    app.callback(help=text)(options)
    groups: dict[str, typer.Typer] = {}
    signatures = {p: d for registry in registries for p, d in registry.signatures().items()}
    examples = {p: lines for registry in registries for p, lines in registry.examples.items()}
    for path, description in _in_order(signatures, registries):
        above, _, name = path.rpartition(" ")
        if description.get("group"):
            groups[path] = new_group(description["help"])
            app.add_typer(groups[path], name=path)
            continue
        load = _loader(description["is"], name)
        known = "parameters" in description
        function = _checking(stand_in(path, description, load) if known else load(), checked)
        lines = [f"  aseanwatch {line}" for line in examples.get(path, ())]
        epilog = "\n".join(["Examples:", *lines]) if lines else None
        (groups[above] if above else app).command(name, epilog=epilog)(function)
    for registry in registries:
        for alias, path in registry.aliases.items():
            app.add_typer(groups[path], name=alias, hidden=True)
    return app


def _in_order(
    signatures: Mapping[str, Any], registries: Sequence[Registry]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Commands in the order of the tables; those of a group in the order of its module."""
    done = set[str]()
    for head in (path for registry in registries for path in registry.table):
        for path in (head, *(p for p in signatures if p.startswith(f"{head} "))):
            if path not in done:
                done.add(path)
                yield path, signatures[path]


def new_group(text: str) -> typer.Typer:
    """An empty program or group with the house's manners."""
    return typer.Typer(
        help=text,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )


def _loader(name: str, command: str) -> Callable[[], Function]:
    def load() -> Function:
        with uncollected():
            found = attribute(name)
        if not isinstance(found, typer.Typer):
            return found  # type: ignore[no-any-return]
        return next(c.callback for c in found.registered_commands if c.name == command and c.callback)

    return load


def _checking(function: Function, checked: Callable[[dict[str, Any]], None]) -> Function:
    @wraps(function)
    def call(**given: Any) -> Any:
        checked(given)
        return function(**given)

    return call
