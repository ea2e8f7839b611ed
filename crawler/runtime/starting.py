"""Says at once that a command began: loading the program takes most of a second, in which a person would see nothing."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

_ERASE = b"\r\x1b[K"
_shown = False


def announce(program: str, arguments: Sequence[str]) -> None:
    """Show on a terminal that a command is on its way, until something else is printed (`take_back`).

    Args:
        program: its name.
        arguments: what it was called with; nothing is shown for the help that comes without any.
    """
    global _shown  # noqa: PLW0603 - one terminal, and one line on it
    if arguments and _is_seen():
        os.write(2, f"{program} {arguments[0]} …".encode(errors="replace"))
        _shown = True


def take_back() -> None:
    """Erase that line, if it still stands there."""
    global _shown  # noqa: PLW0603 - as above
    if _shown:
        _shown = False
        os.write(2, _ERASE)


def _is_seen() -> bool:
    """Whether a person sees standard error, on a terminal that can erase a line."""
    # Shells ask programs for completions by such a variable, and then show what they want.
    is_completing = any(name.endswith("_COMPLETE") for name in os.environ)
    return not is_completing and os.environ.get("TERM", "dumb") != "dumb" and sys.stderr.isatty()
