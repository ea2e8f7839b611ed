"""Processes that work for this one, each at the other end of a connection.

They are forked where the program began a process for that (`crawler.runtime.fork_server`), and begun as programs of their own elsewhere.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe
from typing import Any, NoReturn, ParamSpec, Protocol, TypeVar

from crawler.runtime import fork_server

log = logging.getLogger("aseanwatch")
P = ParamSpec("P")
R = TypeVar("R")


class Process(Protocol):
    """A process as far as it matters here, however it was begun."""

    def is_alive(self) -> bool:
        """Whether it still runs."""
        ...

    def kill(self) -> None:
        """Kill it; nothing happens if it has ended."""
        ...

    def end(self, patience: float) -> int | None:
        """Wait so many seconds for its end, then kill it; gives its exit code (minus the signal that ended it) if it is known."""
        ...


class _Begun:
    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        self._process.kill()

    def end(self, patience: float) -> int | None:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(patience)
        self._process.kill()
        return self._process.wait()


class Helper:
    """A process that calls a function with a connection to this one, and ends with it.

    It ends by itself when the connection is closed, also by the end of this process, however that comes.

    Args:
        name: what it is for, in one word.
        target: a function of a module. It is given the process's end of a connection, and ``arguments``.
        arguments: what can be sent to another process.
        modules: what it needs loaded; loaded once where it is forked.

    Raises:
        OSError: it cannot be begun.

    Attributes:
        connection: our end.
    """

    def __init__(
        self, name: str, target: Callable[..., None], arguments: Sequence[Any], modules: Sequence[str] = ()
    ) -> None:
        self.connection, self._process = _forked(target, arguments, modules) or begin_anew(target, arguments)

    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self._process.is_alive()

    def kill(self) -> None:
        """Kill it, from any thread; nothing happens if it has ended."""
        self._process.kill()

    def end(self, patience: float = 0.2) -> int | None:
        """Close the connection, wait so many seconds, then kill it; gives its exit code, None where nobody knows it."""
        self.connection.close()
        return self._process.end(patience)


def _forked(
    target: Callable[..., None], arguments: Sequence[Any], modules: Sequence[str]
) -> tuple[Connection[Any, Any], Process] | None:
    """Our end of a connection, and the process at the other one; None where none can be forked."""
    server = fork_server.server()
    if server is None:
        return None
    ours, theirs = Pipe()
    try:
        process = server.fork(theirs, modules)
    except (OSError, ValueError) as error:
        # Not used again: what was begun too late to be told of is at its other end.
        ours.close()
        log.warning("a process cannot be forked, and is begun anew: %s", error)
        return None
    finally:
        theirs.close()
    with suppress(OSError):  # it has ended again; whoever uses it will see that
        ours.send((target, tuple(arguments)))
    return ours, process


def _begun_anew(
    target: Callable[..., None], arguments: Sequence[Any]
) -> tuple[Connection[Any, Any], Process]:
    # Not by `multiprocessing`, which begins another process beside the first one, and leaves it there, to look after things
    # that nobody here shares; it has 7 MB.
    ours, theirs = Pipe()
    try:
        process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, str(theirs.fileno()), *sys.path],
            stdin=subprocess.DEVNULL, pass_fds=(theirs.fileno(),),
        )  # fmt: skip
    except BaseException:
        ours.close()
        raise
    finally:
        theirs.close()
    with suppress(OSError):  # it has ended again; whoever uses it will see that
        ours.send((target, tuple(arguments)))
    return ours, _Begun(process)


_PROGRAM = (
    "import sys; sys.path[:] = sys.argv[2:]; from crawler.runtime.helpers import obey; obey(int(sys.argv[1]))"
)


def obey(descriptor: int) -> NoReturn:
    """In a process that was begun anew: do what comes through a connection, the number of whose open file is given."""
    fork_server.work(Connection(descriptor))


begin_anew = _begun_anew
"""How a process is begun where none can be forked."""


def call_apart(call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a function in a process of its own where one can be forked, else here; what it loads does not stay then.

    Args:
        call: a function of a module. What it is given, gives and raises can be sent to another process.
        args: what it is given.
        kwargs: what it is given by name.

    Raises:
        OSError: the process was killed.
    """
    if fork_server.server() is None:
        return call(*args, **kwargs)
    helper = Helper("calling", _call, (call, args, kwargs))
    try:
        is_raised, answer = helper.connection.recv()
    except EOFError:
        raise OSError(f"the process that was to do {call.__name__} ended") from None
    finally:
        helper.end()
    if is_raised:
        raise answer
    found: R = answer
    return found


def _call(connection: Connection[Any, Any], call: Callable[..., Any], args: Any, kwargs: Any) -> None:
    try:
        answer = False, call(*args, **kwargs)
    except Exception as error:
        answer = True, error
    connection.send(answer)
