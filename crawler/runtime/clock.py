"""The clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def now() -> datetime:
    """The present moment, aware."""
    return datetime.now(UTC)


def running_from(moment: datetime) -> Callable[[], datetime]:
    """A clock that starts at another moment and goes on from there, to show a store as of that time."""
    began = time.monotonic()
    return lambda: moment + timedelta(seconds=time.monotonic() - began)
