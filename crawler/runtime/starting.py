"""What comes before a command is loaded: it has its standard streams, and says at once that it began.

Loading the program takes most of a second, in which a person would see nothing.
"""

from __future__ import annotations

import gc
import os
import resource
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

FILES = 128
"""Files and sockets that a program has open at once: outputs, the store, event loops, what is asked and who is answered."""
_ERASE = b"\r\x1b[K"
_shown = False


def open_missing_streams() -> None:
    """Open on nothing whichever of standard input, output and error is closed.

    A program may be started without them (``>&-``, some supervisors). The next file that it opens, a socket or the store, would have
    their number, and get whatever a library prints.
    """
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        try:
            os.fstat(number)
        except OSError:
            # It is given the lowest number that is free, which is this one.
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115 - stays open


def require_files() -> None:
    """See to it that so many files can be open at once; the program ends with a line that says so where they cannot.

    Whatever needs the one that is too many would fail: a module, a socket, the store.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= FILES:
        return
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, hard))
    except (OSError, ValueError):
        print(
            f"a process may open no more than {soft} files here (ulimit -n); allow {FILES} at least",
            file=sys.stderr,
        )
        sys.exit(2)


def announce(program: str, arguments: Sequence[str]) -> None:
    """Show on a terminal that a command is on its way, until something else is printed (`take_back`).

    Args:
        program: its name.
        arguments: what it was called with; nothing is shown for the help that comes without any.
    """
    global _shown  # noqa: PLW0603 - one terminal, and one line on it
    if arguments and _is_seen():
        os.write(2, f"{program} {_command(arguments)} …".encode(errors="replace"))
        _shown = True


def _command(arguments: Sequence[str]) -> str:
    """The command among arguments: the first that is no option and no option's value."""
    rest = iter(arguments)
    for one in rest:
        if one == "--config":
            next(rest, None)
        elif not one.startswith("-"):
            return one
    return arguments[0]


def take_back() -> None:
    """Erase that line, if it still stands there."""
    global _shown  # noqa: PLW0603 - as above
    if _shown:
        _shown = False
        os.write(2, _ERASE)


@contextmanager
def uncollected() -> Iterator[None]:
    """Collect no garbage while modules are loaded: they stay until the end, and a collection looks at all of them for nothing."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _is_seen() -> bool:
    """Whether a person sees standard error, on a terminal that can erase a line."""
    # Shells ask programs for completions by such a variable, and then show what they want.
    is_completing = any(name.endswith("_COMPLETE") for name in os.environ)
    return not is_completing and os.environ.get("TERM", "dumb") != "dumb" and sys.stderr.isatty()
