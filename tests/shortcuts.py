"""What tests do without: loading parsers anew for each crawl, and the cost of passwords, which is high on purpose.

Programs that tests start as ``python -m alerts``, and not through `tests.preloaded`, take no shortcut.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from multiprocessing import forkserver, get_context, resource_tracker
from multiprocessing.connection import Connection, Pipe
from multiprocessing.process import BaseProcess
from types import ModuleType
from typing import Any

from argon2 import PasswordHasher

from alerts.identity import password_hashes
from crawler.documents.process import PARSERS
from crawler.runtime import helpers

CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
"""Hashes of the same kind as the program's."""


def take() -> None:
    """Take these shortcuts in this process, and in all that are forked from it.

    Processes that read documents are forked from one that has the parsers loaded (``forkserver``, no longer ``spawn``); it is
    started with the first of them. Loading the parsers takes nearly a second.
    """
    forkserver.set_forkserver_preload(list(PARSERS))
    helpers.begin_anew = _forked
    password_hashes._hasher = _cheap  # type: ignore[assignment]


class _Process:
    def __init__(self, process: BaseProcess) -> None:
        self._process = process

    def is_alive(self) -> bool:
        return self._process.is_alive()

    def kill(self) -> None:
        self._process.kill()

    def end(self, patience: float) -> int | None:
        self._process.join(patience)
        self._process.kill()
        self._process.join()
        return self._process.exitcode


def _forked(
    target: Callable[..., None], arguments: Sequence[Any]
) -> tuple[Connection[Any, Any], helpers.Process]:
    ours, theirs = Pipe()
    process = get_context("forkserver").Process(target=target, args=(theirs, *arguments), daemon=True)
    with _beginning:
        # Else the process would import whatever is called __main__ here, which is the whole program.
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            process.start()
        finally:
            sys.modules["__main__"] = main
            theirs.close()
    return ours, _Process(process)


_beginning = threading.Lock()
"""Two threads at once would put the empty module back."""


def _cheap() -> PasswordHasher:
    return CHEAP


def share_parsers() -> None:
    """Start the process with the parsers now, also for all processes that are forked from this one."""
    resource_tracker.ensure_running()
    forkserver.ensure_running()
    server: Any = forkserver._forkserver  # type: ignore[attr-defined]
    server.ensure_running = lambda: (
        None
    )  # a forked process cannot wait for its parent's child to see whether it runs
