"""How the interpreter and the allocator are tuned to a crawl's use of memory."""

from __future__ import annotations

import ctypes
import gc
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import product
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

GC_THRESHOLDS = (50_000, 20, 50)
"""Thresholds of the garbage collector. Articles make many objects and hardly any cycles: most collections free nothing."""
QUIET = 1.0
"""Seconds without work after which a process gives back memory that is free."""
LITTLE = 1 << 30
"""Bytes of memory with less than which no process is kept for speed."""
_GROUPS = Path("/sys/fs/cgroup")
"""Where the system shows control groups."""
_M_ARENA_MAX = -8
"""glibc's ``mallopt``: how many arenas there may be."""


def use_one_arena() -> None:
    """Let all threads share one arena of glibc's allocator, because each arena keeps the memory that is freed in it.

    Only one thread at a time runs Python anyway. Measured: 20 MB less at 1,000 sources, at the same
    speed.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").mallopt(_M_ARENA_MAX, 1)


def resident_bytes() -> int:
    """Bytes of memory that this process has in use now; where the system does not say, the most that it ever had.

    The latter is no measure for a new process: it begins with what the one that started it had.
    """
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def memory_of_machine() -> int:
    """Bytes of memory that there are for this process and its children: the machine's, or what its control group may have, if that is less."""
    limits = [os.sysconf("SC_PHYS_PAGES") * resource.getpagesize()]
    # A container often sees the root of its own groups, whatever the table says; then the root has the limit.
    folders = {_GROUPS, *_groups_of(_own_groups())}
    for folder, name in product(sorted(folders), ("memory.max", "memory.high", "memory.limit_in_bytes")):
        with suppress(OSError, ValueError):  # without a limit it says "max"
            limits.append(int((folder / name).read_text(encoding="ascii")))
    return min(limits)


def _own_groups() -> str:
    with suppress(OSError):
        return Path("/proc/self/cgroup").read_text(encoding="utf-8")
    return ""


def _groups_of(table: str) -> Iterator[Path]:
    """The folders of a process's control groups and of those that they are in.

    Args:
        table: lines of ``/proc/self/cgroup``, such as "0::/system.slice/aseanwatch.service".
    """
    for line in table.splitlines():
        _, controllers, path = [*line.split(":", 2), "", ""][:3]
        if path and controllers in ("", "memory"):
            own = _GROUPS / controllers / path.lstrip("/")
            yield from (one for one in (own, *own.parents) if one.is_relative_to(_GROUPS))


def release_memory(*, all_of_it: bool = True) -> None:
    """Free what can be freed, and exempt the rest from later collections: scanning it takes 0.1 s each time.

    Args:
        all_of_it: scan once more what was exempted before. A replaced configuration leaves judges behind, and nothing else would
            free their cycles, or the memory that the allocator keeps for them. But the scan writes into all that is loaded,
            and what this process shared with those that were forked before is then in memory twice.
    """
    # Order matters: unfreeze what earlier calls exempted,
    # look through all of it, then exempt what is left.
    if all_of_it:
        gc.unfreeze()
    gc.collect()
    gc.freeze()
    give_back()


def give_back() -> None:
    """Give memory that is free back to the system, which glibc else keeps: some milliseconds."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)


def comes(connection: Connection[Any, Any], seconds: float | None = None) -> bool:
    """Wait for something to come through a connection, and give back memory when nothing comes for a moment.

    Args:
        connection: the connection.
        seconds: how long to wait at most; None for any time.
    """
    if connection.poll(QUIET):
        return True
    give_back()
    return connection.poll(seconds and max(0.0, seconds - QUIET))


@contextmanager
def rare_collections() -> Iterator[None]:
    """Look for cycles rarely in this block."""
    before = gc.get_threshold()
    gc.set_threshold(*GC_THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
