"""The terminal: what is printed where, and how a program ends."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from typing import Any, TextIO

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from crawler.runtime.visible_text import visible

CONFIG_HELP = "The configuration (default: $ASEANWATCH_CONFIG, then ./config.yaml, then the packaged one)."
FAILURES, USAGE = 1, 2
"""Exit statuses: finished with failures; usage or configuration error. 0 is done."""

WIDE = 160
"""Columns of a table that goes into a pipe or a file; a terminal says its own width, as does COLUMNS."""


class _Terminal(Console):
    """Shows words of outlets and of servers as words: none of them can move the cursor or colour anything."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """What is printed, piece by piece."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=visible(segment.text))


def _console(stream: TextIO) -> Console:
    # In a pipe rich would assume 80 columns and cut titles.
    own = stream.isatty() or "COLUMNS" in os.environ
    return _Terminal(file=stream, highlight=False, emoji=False, width=None if own else WIDE)


out, err = _console(sys.stdout), _console(sys.stderr)


def plain(value: Any) -> Any:
    """A value that JSON can hold: moments and days as ISO 8601."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=plain, indent=2) + "\n")
