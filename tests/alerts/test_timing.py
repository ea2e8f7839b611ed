"""When a subscription is due, in its own zone, once for each moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.timing import is_due, latest_due
from crawler.config.settings import Subscription
from crawler.config.values import when


@pytest.mark.parametrize(
    ("text", "zone", "now", "due"),
    [
        ("daily 07:30", "Asia/Jakarta", "2025-11-30T00:29", "2025-11-29T00:30"),
        ("daily 07:30", "Asia/Jakarta", "2025-11-30T00:30", "2025-11-30T00:30"),
        ("hourly", "Asia/Yangon", "2025-11-30T05:59", "2025-11-30T05:00"),
        ("weekly mon 09:00", "Asia/Manila", "2025-11-30T12:00", "2025-11-24T01:00"),
        ("weekly sun 09:00", "Asia/Manila", "2025-11-30T12:00", "2025-11-30T01:00"),
        ("daily 02:30", "Europe/Berlin", "2025-03-30T03:00", "2025-03-30T01:30"),  # the hour that is skipped
        ("daily 02:30", "Europe/Berlin", "2025-10-26T00:40", "2025-10-26T00:30"),  # the hour that comes twice
    ],
)
def test_the_latest_moment(text: str, zone: str, now: str, due: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert latest_due(when(text), zone, moment) == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_instant_is_never_due_by_the_clock() -> None:
    assert latest_due(when("instant"), "UTC", datetime.now(UTC)) is None


DAILY = Subscription.model_validate({"name": "desk", "channel": "archive", "when": "daily 07:30"})
ZONES = ["Asia/Jakarta", "Asia/Kathmandu", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "Australia/Lord_Howe"]
moments = st.datetimes(datetime(2011, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


@given(st.sampled_from(["hourly", "daily 02:30", "daily 23:59", "weekly sun 02:15"]), st.sampled_from(ZONES), moments)
def test_the_latest_moment_is_past_and_recent(text: str, zone: str, now: datetime) -> None:
    due = latest_due(when(text), zone, now)
    assert due is not None
    longest = {"hourly": timedelta(hours=1), "daily": timedelta(hours=49), "weekly": timedelta(days=15)}[text.split(maxsplit=1)[0]]
    assert timedelta(0) <= now - due < longest


@given(st.sampled_from(ZONES[:4]), moments, st.integers(5, 240))
def test_a_daily_subscription_comes_once_for_each_local_day(zone: str, start: datetime, step: int) -> None:
    last, days = start, []
    for minutes in range(0, 4 * 24 * 60, step):
        due = is_due(DAILY, zone, last, start + timedelta(minutes=minutes))
        if due:
            last = due
            days.append(due.astimezone(ZoneInfo(zone)).date())
    assert len(days) == len(set(days))
    assert 3 <= len(days) <= 4
