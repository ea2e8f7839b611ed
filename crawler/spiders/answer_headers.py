"""What the headers of an answer say of the server's clock, and of how long the answer stays fresh."""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime

_LONGEST_FRESH = 86_400
"""Seconds; servers that state years mean files that never change, not feeds."""


def clock_skew(date_header: str | None, now: datetime) -> float | None:
    """Seconds by which a server's clock (its Date header) is ahead of ours."""
    try:
        return (parsedate_to_datetime(date_header) - now).total_seconds() if date_header else None
    except (ValueError, TypeError):
        return None


def freshness_seconds(cache_control: str | None) -> float:
    """Seconds for which an answer says that it is fresh (RFC 9111, 5.2.2.1); 0 where it does not."""
    for part in (cache_control or "").lower().split(","):
        name, _, value = part.strip().partition("=")
        if name == "max-age" and value.strip("\"' ").isdigit():
            # Some servers quote the number, though RFC 9111 (5.2.2.1) says that they should not.
            return float(min(int(value.strip("\"' ")), _LONGEST_FRESH))
    return 0.0
