"""The crawler's commands; ``python -m crawler`` runs them, ``aseanwatch`` adds the alerts' to them."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from typing import Any

import typer

from crawler.commands import judging, listing, register, rejudging, setup, sources, stories
from crawler.commands.context import FAILURES, USAGE, err
from crawler.commands.crawl import Hooks, crawl_command
from crawler.commands.streams import keep_printing
from crawler.commands.topics import topics
from crawler.model import AseanwatchError
from crawler.runtime.starting import take_back


def add_commands(app: typer.Typer, hooks: Hooks) -> None:
    """Add the crawler's commands to a program; ``hooks`` says what it does around a crawl."""
    app.command("init")(setup.init_command)
    app.command("check")(setup.check_command)
    app.command("crawl")(crawl_command(hooks))
    app.add_typer(listing.articles, name="articles")
    app.add_typer(stories.stories, name="stories")
    app.add_typer(register.bases, name="bases")
    app.add_typer(register.bases, name="register", hidden=True)  # as the console calls it
    app.add_typer(sources.sources, name="sources")
    app.command("coverage")(sources.coverage_command)
    app.command("export")(listing.export_command)
    app.add_typer(topics, name="topics")
    app.command("classify")(judging.classify_command)
    app.command("evaluate")(judging.evaluate_command)
    app.command("rejudge")(rejudging.rejudge_command)
    app.add_typer(setup.db, name="db")
    app.command("schema")(setup.schema_command)


def new_app(text: str) -> typer.Typer:
    """An empty program with the house's manners; ``--install-completion`` teaches the shell its commands."""
    return typer.Typer(help=text, no_args_is_help=True, pretty_exceptions_enable=False)


def run(app: Callable[[], None]) -> None:
    """Run a program. Problems that people can solve are printed as lines of their own, without a traceback.

    ``--debug`` anywhere among the arguments shows the traceback.
    """
    debug = "--debug" in sys.argv
    sys.argv = [a for a in sys.argv if a != "--debug"]
    keep_printing()
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
    app = new_app("Crawl news of China–ASEAN cooperation from a terminal. --debug shows tracebacks.")
    add_commands(app, Hooks())
    run(app)
