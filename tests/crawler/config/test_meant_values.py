"""What a value was meant to be that is written otherwise than config.yaml has it."""

from __future__ import annotations

import pytest

from crawler.config.meant_values import hours_meant, moment_meant, zone_meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("daily 07：30", "daily 07:30"), ("7：45", "daily 07:45"), ("１８：４５", "daily 18:45"), ("7点45分", "daily 07:45"), ("每天8点", "daily 08:00"),
        ("7時5分", "daily 07:05"), ("daily 7.30am", "daily 07:30"), ("07:30pm", "daily 19:30"), ("monday 7:30", "weekly mon 07:30"), ("22h15", "daily 22:15"),
    ],
)  # fmt: skip
def test_minutes_are_kept_however_a_time_is_written(written: str, meant: str) -> None:
    assert moment_meant(written) == meant


def test_hours_keep_their_minutes_too() -> None:
    assert hours_meant("22：30-07：45") == "22:30-07:45"


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ("Asia/Hanoi", "Asia/Bangkok"),
        ("hanoi", "Asia/Bangkok"),
        ("Asia/Saigon", "Asia/Ho_Chi_Minh"),
        ("Asia/Jakata", "Asia/Jakarta"),
    ],
)
def test_a_city_that_has_no_zone_of_its_name_gets_that_of_its_country(written: str, zone: str) -> None:
    assert zone_meant(written) == zone
