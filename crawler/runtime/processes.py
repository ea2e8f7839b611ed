"""How processes of our own are begun, so that each loads no more than it needs."""

from __future__ import annotations

import sys
import threading
from contextlib import suppress
from pathlib import Path

WAITS_FOR_SIGNALS = "signals"
"""The name of the thread that waits for signals (`crawler.runtime.stopping`)."""


def name_process(name: str) -> None:
    """Call this process something in lists of processes (``ps -o comm``), where the system does so: 15 letters at most."""
    with suppress(OSError):
        Path("/proc/self/comm").write_text(name, encoding="ascii")


def may_fork() -> bool:
    """Whether a process may be begun as a copy of this one: on Linux, and while no other thread may hold a lock.

    A copy has all modules loaded and shares their memory, which spares it a second of computing.
    """
    others = (t for t in threading.enumerate() if t is not threading.current_thread())
    return sys.platform == "linux" and all(t.name == WAITS_FOR_SIGNALS for t in others)
