"""``aseanwatch``: where the program begins.

Nothing is loaded here but what is asked for: the version is known without the commands, and commands without their modules.
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import TYPE_CHECKING

try:
    from crawler.runtime.starting import announce, open_missing_streams, require_files, uncollected
except ModuleNotFoundError as error:
    from alerts.neighbour import explain_missing

    explain_missing(error)

if TYPE_CHECKING:
    import typer


def build() -> typer.Typer:
    """The program with all its commands."""
    from alerts.commands.program import build  # noqa: PLC0415 - not for the version

    return build()


def main() -> None:
    """Run the program."""
    open_missing_streams()
    if sys.argv[1:] == ["--version"]:
        print(f"aseanwatch {version('aseanwatch')}")
        return
    require_files()
    announce("aseanwatch", sys.argv[1:])
    with uncollected():
        program = build()
        from crawler.cli import run  # noqa: PLC0415 - loaded with the commands
    run(program)
