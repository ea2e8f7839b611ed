"""What tests do without: loading parsers anew for each crawl, and the cost of passwords, which is high on purpose.

Programs that tests start as ``python -m alerts``, and not through `tests.preloaded`, take no shortcut.
"""

from __future__ import annotations

from multiprocessing import forkserver, get_context, resource_tracker
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
    helpers.get_context = _forking  # type: ignore[attr-defined]
    password_hashes._hasher = _cheap  # type: ignore[assignment]


def _forking(_method: str) -> Any:
    return get_context("forkserver")


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
