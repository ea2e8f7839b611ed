"""The file that tells reading processes what to do: it goes with the import that wrote it, however that ends."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX = "aseanwatch-import-"
_YOUNG = 60.0
"""Seconds in which a folder may not be locked yet."""
_ours: set[str] = set()


@contextmanager
def plan_file(content: bytes) -> Iterator[str]:
    """A file with a plan, which others cannot read; it is removed at the end. Those of killed imports are removed too.

    Args:
        content: the plan.

    Yields:
        The path.
    """
    _remove_left()
    folder = tempfile.mkdtemp(prefix=_PREFIX)
    _ours.add(folder)
    # The lock ends with the process, also with one that is killed.
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        path = Path(folder) / "plan"
        try:
            path.write_bytes(content)
        except OSError as error:
            error.filename = str(path)  # a full disk is told without one
            raise
        yield str(path)
    finally:
        remove_plans()
        os.close(lock)


def remove_plans() -> None:
    """Remove what this process wrote; for an end that runs past everything else."""
    while _ours:
        shutil.rmtree(_ours.pop(), ignore_errors=True)


def _remove_left() -> None:
    """Remove the folders of imports that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            found = folder.lstat()
            if found.st_uid != os.getuid() or time.time() - found.st_mtime < _YOUNG:
                continue
            lock = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(lock)
