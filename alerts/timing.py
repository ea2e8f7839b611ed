"""When a subscription is due. Pure: the clock is a parameter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from crawler.config.values import When


def latest_due(when: When, zone: str, now: datetime) -> datetime | None:
    """The latest moment, not after ``now``, at which a subscription was due; None for an instant one.

    Args:
        when: the subscription's rhythm.
        zone: the IANA name of the zone that its hour is in. An hour that daylight saving skips is taken when it
            would have been by the time before; one that comes twice counts the first time (PEP 495, fold 0).
        now: the present moment, aware.
    """
    if when.kind == "instant":
        return None
    if when.kind == "hourly":
        return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    local = now.astimezone(ZoneInfo(zone))
    days = range(8) if when.weekday is not None else range(2)
    for back in days:
        day = local.date() - timedelta(days=back)
        if when.weekday is not None and day.weekday() != when.weekday:
            continue
        assert when.at is not None  # daily and weekly always have an hour
        due = datetime.combine(day, when.at, ZoneInfo(zone)).astimezone(UTC)
        if due <= now:
            return due
    return latest_due(when, zone, now - timedelta(days=1))


def is_due(when: When, zone: str, last: datetime, now: datetime) -> datetime | None:
    """The moment that a subscription last handled at ``last`` is due for at ``now``; None when it is not due.

    Several missed moments are made up for by one: the latest.
    """
    due = latest_due(when, zone, now)
    return due if due is not None and due > last else None
