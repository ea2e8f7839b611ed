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


class _Lines(logging.Formatter):
    """The message alone, or with its traceback."""

    def __init__(self, *, debug: bool) -> None:
        super().__init__()
        self._debug = debug

    def format(self, record: logging.LogRecord) -> str:
        line = on_one_line(without_credentials(record.getMessage()))
        if self._debug and record.exc_info:
            line += "\n" + indented(without_credentials(self.formatException(record.exc_info)))
        return line
