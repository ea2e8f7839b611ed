"""Limits the file descriptors (open files and sockets) of the web pages, so that the crawl and the store always have enough."""

from __future__ import annotations

import logging
import resource

log = logging.getLogger("aseanwatch")
MOST_WANTED = 65_536
"""Nothing needs more. Some child processes close every descriptor that they could have, which takes long if that is a lot."""
OWN = 64
"""Descriptors of the process itself: outputs, logs, event loops, selectors, the packaged data."""
OF_STORE = 48
"""Fifteen connections (SQLAlchemy's pool) with three files each in SQLite: the database, its write-ahead log and its index."""
FEWEST = 16
"""Connections that the pages have in any case, for the console and health checks."""


def raise_limit() -> int:
    """Raise the limit of this process as far as its administrator allows; returns the limit that holds now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_WANTED if hard == resource.RLIM_INFINITY else min(hard, MOST_WANTED)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        except (OSError, ValueError) as error:  # a sandbox may forbid it
            log.info("the limit of open files stays at %d: %s", soft, error)
            return soft
        return wanted
    return MOST_WANTED if soft == resource.RLIM_INFINITY else soft


def fitting(wanted: int, limit: int, crawl: int) -> int:
    """How many connections the pages may have.

    Args:
        wanted: the connections that they would have without a limit.
        limit: the descriptors of the process (`raise_limit`).
        crawl: the requests that the crawl makes at once. Each may have a second descriptor open, to look up a name.
    """
    left = limit - OWN - OF_STORE - 2 * crawl
    found = max(FEWEST, min(wanted, left))
    if found < wanted:
        log.warning(
            "web: at most %d connections at once instead of %d, as this process may open no more than %d files (ulimit -n)",
            found, wanted, limit,
        )  # fmt: skip
    return found
