"""Writes docs/aseanwatch.1, the manual page, from the commands (`make docs`). The wheel installs it into share/man/man1."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import typer

from alerts.cli import build

PAGE = Path(__file__).parents[1] / "docs" / "aseanwatch.1"
DATE = "2026-11-27"
"""Of the release; a page made again from the same commands is the same page."""
STATUSES = (
    ("0", "Done."),
    ("1", "Finished with failures: some sources or deliveries failed."),
    ("2", "An error of usage or in the configuration."),
)
ENVIRONMENT = (
    ("ASEANWATCH_CONFIG", "The configuration, where no \\-\\-config names one."),
    ("COLUMNS", "The width of tables; else that of the terminal, and 160 in a pipe."),
    ("NO_COLOR", "Whatever it holds, nothing is coloured."),
)
FILES = (
    (
        "config.yaml",
        "The configuration, in the current folder; without one the packaged configuration is used.",
    ),
    ("aseanwatch.db", "The store, beside the configuration, unless storage.url names another."),
)


def page() -> str:
    """The page in the language of man(7)."""
    program = typer.main.get_command(build())
    title = f'.TH ASEANWATCH 1 "{DATE}" "aseanwatch {version("aseanwatch")}" "User Commands"'
    lines = ['.\\" Made from the commands by `make docs`; changes here are lost.', title]
    lines += [".SH NAME", "aseanwatch \\- news monitoring of China\\(enASEAN cooperation"]
    lines += [
        ".SH SYNOPSIS",
        ".B aseanwatch",
        "[\\fB\\-\\-config\\fR \\fIFILE\\fR]",
        "\\fICOMMAND\\fR",
        "[\\fIOPTION\\fR ...]",
    ]
    lines += [".SH DESCRIPTION", _text(program.help or ""), _text(
        "aseanwatch polls news feeds, news sitemaps, list pages and searches in ten languages, groups all reports of one event "
        "into one story, and tells each reader once of the stories that match a topic."
    )]  # fmt: skip
    lines += [".SH OPTIONS", "These stand before the command.", *_options(program.params)]
    lines += [".SH COMMANDS", *_commands((), program)]
    lines += [".SH EXIT STATUS", *_terms(STATUSES)]
    lines += [".SH ENVIRONMENT", *_terms(ENVIRONMENT)]
    lines += [".SH FILES", *_terms(FILES)]
    lines += [
        ".SH EXAMPLES",
        "Crawl the shipped sources once:",
        *_example("aseanwatch crawl \\-\\-output new.csv"),
    ]
    lines += [".PP", "Set up a folder of your own, check it, and run the service:"]
    lines += _example("aseanwatch init watch", "cd watch", "aseanwatch check", "aseanwatch run")
    return "\n".join(lines) + "\n"


def _commands(above: tuple[str, ...], command: Any) -> Iterator[str]:
    for name, inner in sorted(getattr(command, "commands", {}).items()):
        path = (*above, name)
        if inner.hidden:
            continue
        if getattr(inner, "commands", None):
            yield from _commands(path, inner)
            continue
        yield f'.SS "{_plain(" ".join(path))}"'
        yield ".B " + _plain(" ".join(("aseanwatch", *path)))
        yield from (_usage(p) for p in inner.params if p.name != "help")
        yield ".PP"
        yield _text(inner.help or "")
        yield from _options(inner.params)
        if inner.epilog:
            yield ".PP"
            yield "For example:"
            yield from _example(*(_plain(line.strip()) for line in inner.epilog.splitlines()[1:]))


def _usage(param: Any) -> str:
    more = " ..." if param.multiple or param.nargs == -1 else ""
    if param.param_type_name == "option":
        inner = f"\\fB{_plain(param.opts[0])}\\fR{_value(param)}{more}"
    else:
        inner = f"\\fI{_plain((param.name or '').upper())}\\fR{more}"
    return inner if param.required else f"[{inner}]"


def _value(param: Any) -> str:
    if param.is_flag:
        return ""
    kind = param.type_descriptor.annotation
    choices = get_args(kind) if get_origin(kind) is Literal else ()
    return f" \\fI{_plain('|'.join(choices) if choices else (param.metavar or param.name).upper())}\\fR"


def _options(params: list[Any]) -> Iterator[str]:
    for param in params:
        if param.name == "help" or getattr(param, "hidden", False):
            continue
        yield ".TP"
        if param.param_type_name == "option":
            names = ", ".join(f"\\fB{_plain(name)}\\fR" for name in param.opts)
            yield names + _value(param)
        else:
            yield f"\\fI{_plain((param.name or '').upper())}\\fR"
        yield _text(getattr(param, "help", None) or "\\&")


def _terms(rows: tuple[tuple[str, str], ...]) -> Iterator[str]:
    for term, text in rows:
        yield from (".TP", f".B {term}", text)


def _example(*lines: str) -> Iterator[str]:
    yield from (".PP", ".RS 4", ".nf", *lines, ".fi", ".RE")


def _text(text: str) -> str:
    """Words as the page has them: one sentence a line, as man(7) asks for; a line never begins with a control character."""
    words = _plain(" ".join(text.split()))
    lines = re.sub(r"([.:;!?]) (?=[A-Z])", r"\1\n", words).split("\n")
    return "\n".join(f"\\&{line}" if line.startswith((".", "'")) else line for line in lines)


def _plain(text: str) -> str:
    """Text without what the language would take for its own, and dashes and quotes in signs that every terminal has."""
    text = text.replace("\\&", "\0").replace("\\", "\\e").replace("\0", "\\&").replace("-", "\\-")
    for char, written in (
        ("–", "\\(en"),
        ("—", "\\(em"),
        ("…", "..."),
        ("“", "\\(lq"),
        ("”", "\\(rq"),
        ("’", "\\(cq"),
        ("'", "\\(aq"),
    ):
        text = text.replace(char, written)
    return text


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
