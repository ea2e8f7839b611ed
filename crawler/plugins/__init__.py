"""What other packages add, found by entry points: kinds of source, judges, channels, assistants. docs/how-to/extend.md shows each."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, ParamSpec, TypeVar

from crawler.model import AseanwatchError
from crawler.plugins import old_names

P = ParamSpec("P")
T = TypeVar("T")
SOURCES, JUDGES, CHANNELS = "aseanwatch.sources", "aseanwatch.judges", "aseanwatch.channels"
ASSISTANTS = "aseanwatch.assistants"


@cache
def installed(group: str) -> dict[str, EntryPoint]:
    """What is installed of a group, by name. From here on packages may import by old names (`old_names`)."""
    # Before anything is loaded: a package imports as soon as its entry point is.
    old_names.install()
    return {point.name: point for point in entry_points(group=group)}


@cache
def loaded(group: str, name: str) -> Any:
    """What a name of a group leads to.

    Raises:
        AseanwatchError: nothing of that name is installed, or it cannot be loaded.
    """
    point = installed(group).get(name)
    if point is None:
        raise AseanwatchError(
            f"nothing called {name} is installed for {group}; there: {', '.join(sorted(installed(group))) or 'nothing'}"
        )
    try:
        return point.load()
    except Exception as error:
        raise AseanwatchError(
            f"{name} of {group} ({point.value}) cannot be loaded: {str(error) or 'it fails while it is imported'}"
        ) from error


def contained(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call what another package brought. Whatever it raises becomes an `Exception`, except a stop from the keyboard.

    Otherwise a ``sys.exit()`` in it would end the service. What only some libraries raise (a
    timeout of gevent, a cancellation) would end the task that waits for it, and nobody would
    notice.
    """
    try:
        return call(*args, **kwargs)
    # What callers catch already, and what the person at the keyboard wants.
    except (Exception, KeyboardInterrupt):
        raise
    except BaseException as error:
        what = (
            "it tried to end the program"
            if isinstance(error, SystemExit)
            else ": ".join(filter(None, ["it broke off", str(error)]))
        )
        raise RuntimeError(what) from error
