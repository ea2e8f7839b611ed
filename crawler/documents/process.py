"""A process that parses what strangers send, within limits that hold whatever the document is.

The parsers are libraries, some in C, and each has input on which it takes time by the square of its
length or worse. A thread in such a loop cannot be ended; a process can.
"""

from __future__ import annotations

import gc
import os
import pickle
import resource
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any, ParamSpec, TypeVar

from crawler.config.source_kinds import SOURCE_KINDS
from crawler.model import AseanwatchError
from crawler.runtime.command_log import debug_of_command, set_up_as
from crawler.runtime.error_words import in_words
from crawler.runtime.helpers import Helper
from crawler.runtime.memory import GC_THRESHOLDS, comes, resident_bytes, use_one_arena
from crawler.runtime.processes import name_process

P = ParamSpec("P")
R = TypeVar("R")
LISTS = ("crawler.documents.kinds", "crawler.parsing.listings", "feedparser")
"""What reads documents that list entries; a crawl loads some of it when it meets the first document of that kind."""
PARSERS = (*LISTS, "crawler.parsing.pages")
"""What reads all documents. Pages take as long to load as all else, so a process that meets none does not load what reads them."""
START_TIMEOUT = 60.0
"""Seconds until a new process is ready: it loads the parsers, perhaps on a busy machine."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may take.

    Attributes:
        seconds: of computing.
        page_seconds: of computing, for the page of an article.
        wall: seconds by the clock, for a machine that has other things to do.
        memory: bytes of the process's whole address space.
        idle: seconds after which a process that has nothing to read ends.
        large: bytes of resident memory that a process has grown to after which it is replaced.
    """

    seconds: float = 5.0
    page_seconds: float = 2.0
    wall: float = 15.0
    memory: int = 1 << 30
    idle: float = 120.0
    large: int = 512 << 20

    def seconds_for(self, kind: str) -> float:
        """Seconds that a document may be computed on, by what it is read as: the kind of its source, or "page"."""
        return min(self.seconds, self.page_seconds) if kind == "page" else self.seconds


LIMITS = Limits()


class UnreadableError(AseanwatchError):
    """A document that takes more than it may. ``kind`` is a short stable word for the record."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind

    def __reduce__(self) -> tuple[type[UnreadableError], tuple[str, str]]:
        """So that it passes from one process to another."""
        return UnreadableError, (self.kind, str(self))


class ReaderProcess:
    """One process: started when it is first needed, killed when a document takes too much, and started again.

    One thread may use it at a time; only `terminate` may be called from another one.
    """

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._process: Helper | None = None
        self._parsers: tuple[str, ...] = LISTS
        self._lock = threading.Lock()
        self._is_closed = False

    def call(self, kind: str, call: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call a function in the process; gives what it gives and raises what it raises.

        A process that ends for another reason than a limit is replaced once.

        Args:
            kind: what the document is read as, which decides how long that may take.
            call: a function of a module, perhaps with some arguments bound.
            args: what it is given.
            kwargs: what it is given by name.

        Raises:
            UnreadableError: it takes more than the limits, or ends the process.
        """
        for _ in range(2):
            try:
                value = self._ask(kind, call, args, kwargs)
            except (EOFError, OSError):
                self._raise_if_too_slow(self._stop(), kind)
                continue  # somebody killed it, or it was idle and ended at this moment
            if isinstance(value, Exception):
                raise value
            found: R = value.value
            return found
        raise UnreadableError("error", "the process that reads it ended")

    def _ask(self, kind: str, call: Callable[..., Any], args: Any, kwargs: Any) -> Exception | _Returned:
        connection = self._connected(parsers_of(kind))
        connection.send((self._limits.seconds_for(kind), call, args, kwargs))
        if not connection.poll(self._limits.wall):
            self._stop()
            raise self._slow(kind)
        answer: Exception | _Returned = connection.recv()
        return answer

    def _connected(self, parsers: tuple[str, ...]) -> Connection[Any, Any]:
        """Make sure that a process runs that has some parsers loaded, and return our end of its connection."""
        with self._lock:
            if self._is_closed:
                raise UnreadableError("error", "nothing is read any more")
            if self._process is not None and self._process.is_alive() and set(parsers) <= set(self._parsers):
                return self._process.connection
        self._stop()
        # Never fewer than before: it would be replaced whenever pages and feeds come in turn.
        self._parsers = max(self._parsers, parsers, key=len)
        process = Helper("reading", serve, (self._limits, debug_of_command(), self._parsers), self._parsers)
        with self._lock:
            self._process = process
            if self._is_closed:  # meanwhile
                process.kill()
        if not process.connection.poll(START_TIMEOUT):
            raise EOFError
        process.connection.recv()
        return process.connection

    def _stop(self) -> int | None:
        """Make sure that no process runs; gives the exit code of the last one, None where there was none."""
        with self._lock:
            process, self._process = self._process, None
        return None if process is None else process.end()

    def _raise_if_too_slow(self, code: int | None, kind: str) -> None:
        if code == -signal.SIGPROF:
            raise self._slow(kind)

    def _slow(self, kind: str) -> UnreadableError:
        return UnreadableError(
            "too slow", f"reading it takes longer than {self._limits.seconds_for(kind):g} s"
        )

    def terminate(self) -> None:
        """Kill the process for good, also while it works; whoever waits for it gets an error."""
        self._is_closed = True
        with self._lock:
            if self._process is not None:
                self._process.kill()


@dataclass(frozen=True, slots=True)
class _Returned:
    """What a call gave; apart from an exception, which a function may also return."""

    value: Any


def parsers_of(kind: str) -> tuple[str, ...]:
    """What reads a document, by what it is read as."""
    return LISTS if kind in SOURCE_KINDS else PARSERS


def serve(
    connection: Connection[Any, Any], limits: Limits, debug: bool | None, parsers: Sequence[str]
) -> None:
    """Run in the process: answer calls until there are no more, or until it was idle for too long."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a stop from the keyboard reaches all; the parent ends us
    signal.signal(signal.SIGPROF, signal.SIG_DFL)  # the kernel's default ends us in the middle of C code too
    name_process("reading")
    with _without(_NEEDLESS):
        for name in parsers:  # before the limits count
            import_module(name)
    set_up_as(debug)
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
    use_one_arena()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, resource.RLIM_INFINITY))
    with suppress(EOFError, OSError):
        connection.send(os.getpid())
        while comes(connection, limits.idle):
            seconds, call, args, kwargs = connection.recv()
            signal.setitimer(signal.ITIMER_PROF, seconds)
            _send(connection, _result_of(call, args, kwargs, limits))
            signal.setitimer(signal.ITIMER_PROF, 0)
            gc.collect()  # the tree of a page is one cycle, and would stay for as many pages as the thresholds are high
            if resident_bytes() > limits.large:
                return


_NEEDLESS = ("py3langid", "pycurl")
"""What trafilatura loads where it is installed, for things that it is not asked for: with numpy 7 MB."""


@contextmanager
def _without(names: Sequence[str]) -> Iterator[None]:
    """In this block, packages that are not loaded yet cannot be imported, as if they were not installed."""
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None stands for what cannot be imported
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


def _result_of(call: Callable[..., Any], args: Any, kwargs: Any, limits: Limits) -> Exception | _Returned:
    try:
        return _Returned(call(*args, **kwargs))
    except MemoryError:
        return UnreadableError("too large", f"reading it takes more than {limits.memory >> 20} MB of memory")
    except RecursionError:
        return UnreadableError("too deep", "it is nested too deeply to be read")
    except Exception as error:
        return error


def _send(connection: Connection[Any, Any], answer: Exception | _Returned) -> None:
    try:
        written = pickle.dumps(answer)
        if isinstance(answer, Exception):
            pickle.loads(written)  # an exception can be written that cannot be read again
    except MemoryError:
        written = pickle.dumps(UnreadableError("too large", "what was read of it does not fit into memory"))
    except Exception:
        message = (
            in_words(answer) if isinstance(answer, Exception) else "what was read of it cannot be handed on"
        )
        written = pickle.dumps(UnreadableError("error", message[:500]))
    connection.send_bytes(written)
