"""Names that a shell may complete: of sources, topics and subscriptions of the configuration.

A shell waits for these, so the file is looked through for lines, not read as YAML (half a second for the shipped one). What is
written in a way that is not recognised, or is no configuration at all, is not offered; nothing is ever refused by this.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import typer

from crawler.runtime.packaged_config import CONFIG_VARIABLE, packaged

_TOP = re.compile(r"^(\w+):", re.MULTILINE)
_NAME = re.compile(
    r"""(?:^ *(?:- +)?|^ *- *\{.*?|, *)\bname: *("[^"\n]*"|'[^'\n]*'|[^\s,}#'"][^,}#\n]*)""", re.MULTILINE
)
_KEY = re.compile(r"""^ +(?P<key>[\w-]+|"[^"\n]+"|'[^'\n]+') *:""", re.MULTILINE)
Names = Callable[[typer.Context, list[str], str], list[str]]


def sources(context: typer.Context, args: list[str], incomplete: str) -> list[str]:
    """Names of sources that begin like this."""
    return _beginning(incomplete, _names("sources", context))


def topics(context: typer.Context, args: list[str], incomplete: str) -> list[str]:
    """Names of topics that begin like this."""
    return _beginning(incomplete, _keys("topics", context))


def subscriptions(context: typer.Context, args: list[str], incomplete: str) -> list[str]:
    """Names of subscriptions of the configuration that begin like this; readers' own are not offered."""
    return _beginning(incomplete, _names("subscriptions", context))


OF_OPTIONS: dict[str, Names] = {
    "source": sources,
    "topic": topics,
    "except_topic": topics,
    "subscription": subscriptions,
}
"""By the parameter's name, in all commands that have such an option."""
OF_ARGUMENTS: dict[str, Names] = {
    "sources name": sources,
    "sources wanted": sources,
    "subscriptions name": subscriptions,
}
"""By group and parameter."""


def completion_of(path: str, parameter: str, *, is_option: bool) -> Names | None:
    """What completes a parameter of a command, if anything does.

    Args:
        path: the command, such as ``sources pause``.
        parameter: its name in the program.
        is_option: whether it is an option, and not an argument.
    """
    group, _, command = path.partition(" ")
    if command == "add":
        group = ""  # here a name is a new one
    return OF_OPTIONS.get(parameter) if is_option else OF_ARGUMENTS.get(f"{group} {parameter}")


def _beginning(incomplete: str, names: Iterator[str]) -> list[str]:
    return sorted({name for name in names if name.startswith(incomplete)})


def _names(section: str, context: typer.Context) -> Iterator[str]:
    for text in _sections(section, context):
        for found in _NAME.finditer(text):
            yield found[1].strip().strip("\"'")


def _keys(section: str, context: typer.Context) -> Iterator[str]:
    for text in _sections(section, context):
        indents = [len(m[0]) - len(m[0].lstrip()) for m in _KEY.finditer(text)]
        least = min(indents, default=0)
        for found in _KEY.finditer(text):
            if len(found[0]) - len(found[0].lstrip()) == least:
                yield found["key"].strip("\"'")


def _sections(section: str, context: typer.Context) -> Iterator[str]:
    """The text of a section of the configuration, and of the one that it extends."""
    # Who hears of what is not taken from the packaged configuration.
    files = _files(context)[:1] if section == "subscriptions" else _files(context)
    for file in files:
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, ValueError):
            continue
        starts = [*_TOP.finditer(text), None]
        for found, after in pairwise(starts):
            if found is not None and found[1] == section:
                yield text[found.end() : after.start() if after else len(text)]
        if not re.search(r"^extends:", text, re.MULTILINE):
            return


def _files(context: typer.Context) -> Sequence[Path]:
    given = _given(context) or os.environ.get(CONFIG_VARIABLE) or "config.yaml"
    own = Path(given)
    return [own, packaged()] if own.is_file() else [packaged()]


def _given(context: typer.Context) -> str | None:
    """The configuration that the line names, after the command or before it."""
    one: typer.Context | None = context
    while one is not None:
        if value := one.params.get("config"):
            return str(value)
        one = one.parent  # type: ignore[assignment]
    return None
