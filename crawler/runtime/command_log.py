"""The log of a command: a line for each warning, as its other complaints stand there. Long-running programs have `logs`."""

from __future__ import annotations

import logging
import sys

from crawler.runtime.redaction import without_credentials
from crawler.runtime.visible_text import indented, on_one_line


def set_up_for_command(*, debug: bool) -> None:
    """Log warnings and worse to standard error as a command's other complaints stand there: a line each.

    Without a handler it would hang on libraries that add and remove theirs whether a line is seen.

    Args:
        debug: show tracebacks, too.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(logging.WARNING)
    handler.setFormatter(_Lines(debug=debug))
    logging.getLogger().handlers[:] = [handler]


def debug_of_command() -> bool | None:
    """Whether the command that logs here shows tracebacks; None in a long-running program, whose log always has them."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler.formatter, _Lines):
            return handler.formatter.debug
    return None


def set_up_as(debug: bool | None) -> None:
    """In a process that a command started: log as the command does, by what `debug_of_command` said there."""
    if debug is not None:
        set_up_for_command(debug=debug)


def where_more_is() -> str:
    """Where more is said of an error that nobody foresaw."""
    said = {None: "the log says more", True: "the traceback says more", False: "--debug shows more"}
    return said[debug_of_command()]


class _Lines(logging.Formatter):
    """The message alone, or with its traceback."""

    def __init__(self, *, debug: bool) -> None:
        super().__init__()
        self.debug = debug

    def format(self, record: logging.LogRecord) -> str:
        line = on_one_line(without_credentials(record.getMessage()))
        if self.debug and record.exc_info:
            line += "\n" + indented(without_credentials(self.formatException(record.exc_info)))
        return line
