"""Rhythms are learned from entries alone, forgotten slowly, and expect what they have seen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.polling.rhythm import WEEK, Rhythm, expected, faded, hour_of_week, learned, too_quiet, until
from crawler.polling.weights import weights

MONDAY = datetime(2025, 11, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)


def watched(days: int, hours: range = range(8, 18), each: int = 2) -> Rhythm:
    """A rhythm of so many days with entries in some hours of each."""
    rhythm = Rhythm(at=MONDAY)
    for hour in range(days * 24):
        now = MONDAY + (hour + 1) * HOUR
        rhythm = learned(rhythm, [now - HOUR / 2] * (each if hour % 24 in hours else 0), now)
    return rhythm


def test_a_rate_is_learned_and_where_in_the_day_it_lies() -> None:
    rhythm = watched(21)
    assert rhythm.rate * 24 == pytest.approx(20, rel=0.05)
    hourly = rhythm.hourly()
    assert hourly[hour_of_week(MONDAY + 12 * HOUR)] > 5 * hourly[hour_of_week(MONDAY + 2 * HOUR)]
    assert sum(hourly) / 168 == pytest.approx(rhythm.rate, rel=0.02)


@given(st.dictionaries(st.integers(0, WEEK - 1), st.floats(0.01, 50)))
def test_an_hour_takes_from_its_day_and_its_neighbours(bins: dict[int, float]) -> None:
    weigh = weights().rhythm
    day, neighbour = weigh.day_share, weigh.neighbour_share
    counts = [bins.get(hour, 0.0) for hour in range(WEEK)]
    mixed = [counts[h] * (1 - day) + sum(counts[h % 24 :: 24]) / 7 * day for h in range(WEEK)]
    for h in (0, 1, 23, 24, 100, WEEK - 2, WEEK - 1):
        around = mixed[h - 1] * neighbour + mixed[h] * (1 - 2 * neighbour) + mixed[(h + 1) % WEEK] * neighbour
        share = (around * WEEK + weigh.evenness) / (sum(counts) + weigh.evenness)
        assert Rhythm(bins).profile.shape[h] == pytest.approx(share, rel=1e-6)


def test_a_first_poll_shows_the_past() -> None:
    now = MONDAY + timedelta(days=2)
    rhythm = learned(Rhythm(), [now - 2 * HOUR * n for n in range(1, 21)], now)
    assert rhythm.rate == pytest.approx(0.5, rel=0.3)


def test_what_was_is_forgotten() -> None:
    rhythm = watched(21)
    later = rhythm
    for day in range(1, 57):
        later = faded(later, MONDAY + timedelta(days=21 + day))
    assert later.rate < rhythm.rate / 2


@given(st.integers(0, 20_000), st.integers(0, 20_000), st.integers(0, 20_000))
def test_what_is_expected_adds_up(a: int, b: int, c: int) -> None:
    rhythm = watched(7)
    one, two, three = sorted((a, b, c))
    moments = [MONDAY + timedelta(minutes=m) for m in (one, two, three)]
    whole = expected(rhythm, moments[0], moments[2])
    assert whole == pytest.approx(
        expected(rhythm, moments[0], moments[1]) + expected(rhythm, moments[1], moments[2]), abs=1e-6
    )
    assert whole >= 0


@given(st.floats(0.01, 50), st.integers(0, 10_000))
def test_the_time_until_an_amount_brings_that_amount(amount: float, minute: int) -> None:
    rhythm = watched(7)
    start = MONDAY + timedelta(minutes=minute)
    wait = until(rhythm.hourly(), start, amount, timedelta(days=30))
    assert expected(rhythm, start, start + wait) == pytest.approx(amount, rel=0.01, abs=0.01)


def test_quiet_is_what_the_rhythm_does_not_explain() -> None:
    rhythm = watched(21)
    end = MONDAY + timedelta(days=21)
    assert not too_quiet(rhythm, end, end + 10 * HOUR, 14 * HOUR)
    assert too_quiet(rhythm, end, end + timedelta(days=3), 14 * HOUR)
    assert not too_quiet(rhythm, end, end + timedelta(days=3), timedelta(days=2))
