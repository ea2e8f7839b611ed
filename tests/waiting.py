"""Waiting for what another thread or process does, for as long as it takes and no longer."""

from __future__ import annotations

import time
from collections.abc import Callable


def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so; a minute without it is a failure."""
    last = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < last, "it did not come to that"
        time.sleep(0.02)
