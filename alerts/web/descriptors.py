"""Descriptors (open files and sockets): how many the web pages may use, so that the crawl and the store always have theirs."""

from __future__ import annotations

import logging
import resource

log = logging.getLogger("aseanwatch")
MOST_WANTED = 65_536
"""Nothing here needs more, and some programs that are started go through all that they might have."""
OWN = 64
"""The process itself: outputs, logs, event loops, selectors, the packaged data."""
OF_STORE = 48
"""Fifteen connections (SQLAlchemy's pool), of which each has three files open with SQLite: the store, its log, its index."""
FEWEST = 16
"""Connections that the pages have in any case: console and health checks."""


def raise_limit() -> int:
    """Let this process open as many files and sockets as its administrator allows; gives the limit that counts now."""
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
        wanted: as many as they would have.
        limit: descriptors of the process (`raise_limit`).
        crawl: requests of the crawl at once; each may keep a second connection open, and looks a name up.
    """
    left = limit - OWN - OF_STORE - 2 * crawl
    found = max(FEWEST, min(wanted, left))
    if found < wanted:
        log.warning(
            "web: at most %d connections at once instead of %d, as this process may open no more than %d files (ulimit -n)",
            found, wanted, limit,
        )  # fmt: skip
    return found
