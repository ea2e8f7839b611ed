"""The crawler's commands; ``python -m crawler`` runs them, ``aseanwatch`` adds the alerts' to them."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Annotated, Any

import typer

from crawler.commands.program import REGISTRY
from crawler.commands.registry import Registry, program
from crawler.commands.streams import keep_printing
from crawler.commands.terminal import CONFIG_HELP, FAILURES, USAGE, err
from crawler.model import AseanwatchError
from crawler.runtime.command_log import set_up_for_command
from crawler.runtime.starting import take_back


@dataclass
class _Given:
    """What was given before the command.

    Attributes:
        config: the configuration.
    """

    config: str | None = None

    def fill(self, values: dict[str, Any]) -> None:
        """Let a command have what was given before it.

        Raises:
            typer.BadParameter: it was given another one after it.
        """
        if self.config is None or "config" not in values:
            return
        if values["config"] not in (None, self.config):
            raise typer.BadParameter(
                f"{self.config} before the command, and {values['config']} after it; give one of them",
                param_hint="--config",
            )
        values["config"] = self.config


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"aseanwatch {version('aseanwatch')}")
        raise typer.Exit


def new_program(text: str, registries: Sequence[Registry]) -> typer.Typer:
    """A program with the commands of some registries, and with options of its own, which stand before the command."""
    given = _Given()

    def options(
        config: Annotated[str | None, typer.Option("--config", help=CONFIG_HELP)] = None,
        debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks; may stand anywhere.")] = False,
        asked: Annotated[
            bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
        ] = False,
    ) -> None:
        given.config = config

    return program(text, options, registries, given.fill)


def run(app: Callable[[], None]) -> None:
    """Run a program. Problems that people can solve are printed as lines of their own, without a traceback.

    ``--debug`` anywhere among the arguments shows the traceback.
    """
    debug = "--debug" in sys.argv
    sys.argv = [a for a in sys.argv if a != "--debug"]
    keep_printing()
    set_up_for_command(debug=debug)
    try:
        status = _status(app)
        # Here, where a full disk can still be told; at
        # the interpreter's end it would be a traceback.
        sys.stdout.flush()
    except AseanwatchError as error:
        if debug:
            raise
        err.print(str(error), markup=False, soft_wrap=True)
        status = USAGE
    except OSError as error:  # a file that cannot be read or written, a full disk
        # Without a file it is hardly anything that the
        # person can solve: a defect, with its traceback.
        if debug or not (error.filename or error.errno in _FULL):
            raise
        err.print(
            f"{error.filename or 'standard output'}: {error.strerror or error}", markup=False, soft_wrap=True
        )
        if not error.filename:
            _drop_output()
        status = FAILURES if error.errno in _FULL else USAGE
    take_back()
    sys.exit(status)


_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG)


def _status(app: Callable[[], None]) -> Any:
    """Run a program that ends itself, and give the status that it ends with."""
    try:
        app()
    except SystemExit as ended:
        return ended.code
    return 0


def _drop_output() -> None:
    """What standard output could not take is not tried again when the interpreter ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)


def main() -> None:
    """``python -m crawler``."""
    run(new_program("Crawl news of China–ASEAN cooperation from a terminal.", [REGISTRY]))
