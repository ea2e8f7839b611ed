"""How old a report was when a source first listed it. Pure: the clock is what was noted at the time, not the present.

So a decision is the same whenever it is made: news that waited for its page, for a judge or for the mail server stays news,
and an archive is old however it came.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

UNKNOWN = timedelta.max
"""Of what may be old and does not say."""


def age_when_listed(published: datetime | None, listed: datetime, *, seed: bool) -> timedelta:
    """The age of a report; what comes from the future is as new as can be.

    Args:
        published: when it was published, as far as that is known.
        listed: when a source first listed it.
        seed: it may be old, whatever it says (`crawler.parsing.dating`).
    """
    if seed:
        return UNKNOWN
    if published is None:
        return timedelta(0)
    # A date without a time of day is read as midnight; it may have been written at any time of that day.
    latest = published + timedelta(days=1) if published.timetz().replace(tzinfo=None) == time() else published
    return max(timedelta(0), listed - latest)
