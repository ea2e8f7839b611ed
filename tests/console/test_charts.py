"""The time axis of charts: round hours and days of the zone, few of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from alerts.web.console.charts import MOST_TICKS, ChartDot, ticks, timeline

START = datetime(2025, 11, 28, 13, 40, tzinfo=UTC)


def said(when: datetime, is_day: bool) -> str:
    return f"{when:%d %b}" if is_day else f"{when:%H:%M}"


def test_days_begin_in_the_zone_of_the_reader() -> None:
    found = ticks(START, START + timedelta(hours=40), ZoneInfo("Asia/Jakarta"), said)
    assert [t.label for t in found] == ["29 Nov", "12:00", "30 Nov", "12:00"]


@pytest.mark.parametrize("minutes", [0, 1, 59, 61, 300, 1_441, 10_000, 100_000, 1_000_000])
def test_an_axis_has_few_marks_however_long_it_is(minutes: int) -> None:
    found = ticks(START, START + timedelta(minutes=minutes), ZoneInfo("Asia/Bangkok"), said)
    assert 1 <= len(found) <= MOST_TICKS + 1


def test_days_of_23_hours_are_days() -> None:
    found = ticks(
        datetime(2025, 3, 28, tzinfo=UTC), datetime(2025, 4, 1, tzinfo=UTC), ZoneInfo("Europe/Berlin"), said
    )
    assert [t.label for t in found] == ["29 Mar", "30 Mar", "31 Mar", "01 Apr"]


def test_names_and_titles_are_escaped() -> None:
    rows = [("<b>", [ChartDot(START, "#report-1", "<i>")])]
    drawn = timeline(rows, '"', ticks(START, START, ZoneInfo("UTC"), said))
    assert "<b>" not in drawn and "<i>" not in drawn and "#report-1" in drawn
