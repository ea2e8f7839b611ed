"""When a subscription is due. Pure: the clock is a parameter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from crawler.config.settings import Subscription
from crawler.config.values import When


def is_resting(subscription: Subscription, zone: str, now: datetime) -> bool:
    """Whether nothing may come now: on a day off, or, for what has no hour of its own, in the quiet hours."""
    local = now.astimezone(ZoneInfo(zone))
    if local.weekday() in subscription.days_off:
        return True
    return (
        subscription.when.at is None
        and subscription.quiet is not None
        and subscription.quiet.contains(local.time())
    )


def latest_due(when: When, zone: str, now: datetime, days_off: tuple[int, ...] = ()) -> datetime | None:
    """The latest moment, not after ``now``, at which a subscription was due; None for an instant one.

    Args:
        when: the subscription's rhythm.
        zone: the IANA name of the zone that its hour is in. An hour that daylight saving skips is taken when it
            would have been by the time before; one that comes twice counts the first time (PEP 495, fold 0).
        now: the present moment, aware.
        days_off: weekdays (0 is Monday) on which it is not due.
    """
    if when.kind == "instant":
        return None
    if when.kind == "hourly":
        # Hours of UTC: daylight saving neither skips nor repeats one.
        return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    local = now.astimezone(ZoneInfo(zone))
    for back in range(15):  # a week, and the days that a change of the zone's clock can add
        # Whole days of the calendar: 24 hours back is
        # another day's hour where the clock was changed.
        day = local.date() - timedelta(days=back)
        if day.weekday() in days_off or (when.weekday is not None and day.weekday() != when.weekday):
            continue
        assert when.at is not None  # daily and weekly always have an hour
        # Compared in UTC: Python compares moments of one
        # zone by their wall clock and ignores the fold.
        due = datetime.combine(day, when.at, ZoneInfo(zone)).astimezone(UTC)
        if due <= now:
            return due
    return None


def next_due(subscription: Subscription, zone: str, now: datetime) -> datetime | None:
    """The next moment at which a subscription is due, if nothing changes; None for an instant one, which is due with the news."""
    when = subscription.when
    if when.kind == "instant":
        return None
    if when.kind == "hourly":
        full = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        hours = (full + timedelta(hours=ahead) for ahead in range(1, 8 * 24))
        return next((hour for hour in hours if not is_resting(subscription, zone, hour)), None)
    today = now.astimezone(ZoneInfo(zone)).date()
    for day in (today + timedelta(days=ahead) for ahead in range(15)):
        if day.weekday() in subscription.days_off or when.weekday not in (None, day.weekday()):
            continue
        assert when.at is not None  # as in `latest_due`
        due = datetime.combine(day, when.at, ZoneInfo(zone)).astimezone(UTC)
        if due > now:
            return due
    return None


def is_due(subscription: Subscription, zone: str, last: datetime, now: datetime) -> datetime | None:
    """The moment that a subscription last handled at ``last`` is due for at ``now``; None when it is not due.

    Several missed moments are made up for by one: the latest. An instant subscription is due whenever it does not rest.
    """
    if is_resting(subscription, zone, now):
        return None
    if subscription.when.kind == "instant":
        return now
    due = latest_due(subscription.when, zone, now, subscription.days_off)
    return due if due is not None and due > last else None


STEP = timedelta(minutes=15)


def was_due(subscription: Subscription, zone: str, since: datetime, until: datetime) -> bool:
    """Whether something that was known at a moment was told by a later one, if the service ran throughout.

    Args:
        subscription: who is told.
        zone: the time zone of its hours.
        since: when it was known.
        until: the later moment.
    """
    if until <= since:
        return False
    if subscription.when.kind in ("instant", "hourly"):
        # Quiet hours and days off put both off; they begin and end on a quarter of an hour or near one.
        steps = min(int((until - since) / STEP), 4 * 24 * 15)
        moments = [*(since + n * STEP for n in range(steps + 1)), until]
        if subscription.when.kind == "hourly":
            moments = [
                hour
                for m in moments
                if since < (hour := m.astimezone(UTC).replace(minute=0, second=0, microsecond=0)) <= until
            ]
        return any(not is_resting(subscription, zone, moment) for moment in moments)
    due = latest_due(subscription.when, zone, until, subscription.days_off)
    return due is not None and due > since
