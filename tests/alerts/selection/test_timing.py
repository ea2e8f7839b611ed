"""When a subscription is due, in its own zone, once for each moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.selection.timing import is_due, is_resting, latest_due
from crawler.config.settings import Subscription
from crawler.config.values import parse_when


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
    assert latest_due(parse_when(text), zone, moment) == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_instant_is_never_due_by_the_clock() -> None:
    assert latest_due(parse_when("instant"), "UTC", datetime.now(UTC)) is None


REGION = [
    "Asia/Bangkok", "Asia/Brunei", "Asia/Dili", "Asia/Ho_Chi_Minh", "Asia/Hong_Kong", "Asia/Jakarta", "Asia/Jayapura", "Asia/Kuala_Lumpur",
    "Asia/Macau", "Asia/Makassar", "Asia/Manila", "Asia/Phnom_Penh", "Asia/Pontianak", "Asia/Shanghai", "Asia/Singapore", "Asia/Urumqi",
    "Asia/Vientiane", "Asia/Yangon",
]  # fmt: skip
DAYLIGHT_SAVING = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]


def due(when_text: str, **more: object) -> Subscription:
    """A subscription that is due at some time."""
    return Subscription.model_validate({"name": "desk", "channel": "archive", "when": when_text, **more})


DAILY = Subscription.model_validate({"name": "desk", "channel": "archive", "when": "daily 07:30"})
ZONES = [
    "Asia/Jakarta",
    "Asia/Kathmandu",
    "Europe/Berlin",
    "America/St_Johns",
    "Pacific/Apia",
    "Australia/Lord_Howe",
]
moments = st.datetimes(datetime(2011, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


@given(
    st.sampled_from(["hourly", "daily 02:30", "daily 23:59", "weekly sun 02:15"]),
    st.sampled_from(ZONES),
    moments,
)
def test_the_latest_moment_is_past_and_recent(text: str, zone: str, now: datetime) -> None:
    due = latest_due(parse_when(text), zone, now)
    assert due is not None
    longest = {"hourly": timedelta(hours=1), "daily": timedelta(hours=49), "weekly": timedelta(days=15)}[
        text.split(maxsplit=1)[0]
    ]
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


def year(subscription: Subscription, zone: str, minutes: int) -> list[datetime]:
    """The moments for which a subscription is due in 2026, looked at every so many minutes."""
    start, end = datetime(2026, 1, 1, tzinfo=ZoneInfo(zone)), datetime(2027, 1, 1, tzinfo=ZoneInfo(zone))
    now, last, found = start.astimezone(UTC), start.astimezone(UTC) - timedelta(seconds=1), []
    while now < end.astimezone(UTC):
        moment = is_due(subscription, zone, last, now)
        if moment:
            last = moment
            found.append(moment)
        now += timedelta(minutes=minutes)
    return found


FEW = ("Asia/Jakarta", "Asia/Yangon", *DAYLIGHT_SAVING)
"""A zone of whole hours, one of half an hour, and those whose clocks change; the others of the region are as the first two."""
ALL = [*FEW, *(pytest.param(zone, marks=pytest.mark.long) for zone in REGION if zone not in FEW)]


@pytest.mark.parametrize("zone", ALL)
@pytest.mark.parametrize("hour", ["daily 07:30", "daily 02:30", "daily 01:15"])
def test_in_a_whole_year_every_day_once(zone: str, hour: str) -> None:
    found = [moment.astimezone(ZoneInfo(zone)) for moment in year(due(hour), zone, 30)]
    assert [moment.date() for moment in found] == [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    at = time.fromisoformat(hour.split()[1])
    changed = [moment.date() for moment in found if moment.time() != at]
    assert len(changed) <= 1  # only where the clock skips that hour


@pytest.mark.parametrize("zone", ["Asia/Jakarta", *DAYLIGHT_SAVING])
def test_in_a_whole_year_every_week_and_every_hour_once(zone: str) -> None:
    weeks = [moment.astimezone(ZoneInfo(zone)) for moment in year(due("weekly sun 02:30"), zone, 60)]
    assert len(weeks) == len({moment.date() for moment in weeks}) == 52
    assert {moment.weekday() for moment in weeks} == {6}
    hours = year(due("hourly"), zone, 60)
    assert len(hours) == len(set(hours)) == 365 * 24


def test_days_off_are_left_out() -> None:
    found = [
        m.astimezone(ZoneInfo("Asia/Brunei"))
        for m in year(due("daily 07:30", days_off=["fri", "sun"]), "Asia/Brunei", 60)
    ]
    assert {m.weekday() for m in found} == {0, 1, 2, 3, 5}
    assert len(found) == 365 - 52 - 52


@pytest.mark.parametrize(
    ("local", "resting"),
    [
        ("2025-11-28T21:59", False),
        ("2025-11-28T22:00", True),
        ("2025-11-29T06:59", True),
        ("2025-11-29T07:00", False),
    ],
)
def test_quiet_hours_reach_over_midnight(local: str, resting: bool) -> None:
    now = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo("Asia/Manila"))
    assert is_resting(due("instant", quiet="22:00-07:00"), "Asia/Manila", now) is resting
    assert is_resting(due("hourly", quiet="22:00-07:00"), "Asia/Manila", now) is resting
    assert not is_resting(due("daily 23:00", quiet="22:00-07:00"), "Asia/Manila", now)


def test_what_an_hour_brought_at_night_comes_once_in_the_morning() -> None:
    found = [
        m.astimezone(ZoneInfo("Asia/Manila")).hour
        for m in year(due("hourly", quiet="22:00-07:00"), "Asia/Manila", 60)[:30]
    ]
    assert found == [*range(7, 22), *range(7, 22)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"when": "weekly sat 08:00", "days_off": ["sat"]}, {"when": "instant", "days_off": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]},
        {"when": "instant", "quiet": "22:00"}, {"when": "instant", "quiet": "22:00-22:00"}, {"when": "instant", "quiet": "25:00-07:00"},
        {"when": "daily 07:30", "days_off": ["saturday"]},
    ],
)  # fmt: skip
def test_what_can_never_be_due_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"days_off|hours|weekday"):
        due(**{"when_text": str(wrong["when"])}, **{k: v for k, v in wrong.items() if k != "when"})
