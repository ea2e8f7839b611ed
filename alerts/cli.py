"""``aseanwatch``: where the program begins.

Nothing is loaded here but what is asked for: the version is known without the commands.
"""

from __future__ import annotations

import gc
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING

from crawler.runtime.starting import announce

if TYPE_CHECKING:
    import typer


def build() -> typer.Typer:
    """The program with all its commands."""
    # What is loaded stays until the end: a collection in the midst of it looks at a hundred thousand objects for nothing.
    gc.disable()
    try:
        from alerts.commands.program import build  # noqa: PLC0415 - takes most of a second

        return build()
    finally:
        gc.freeze()
        gc.enable()


def main() -> None:
    """Run the program."""
    if sys.argv[1:] == ["--version"]:
        print(f"aseanwatch {version('aseanwatch')}")
        return
    announce("aseanwatch", sys.argv[1:])
    program = build()
    from crawler.cli import run  # noqa: PLC0415 - loaded with the commands

    run(program)
