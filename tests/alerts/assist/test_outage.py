"""Whatever an assistant does, alerts are raised and told when they would be without it."""

from __future__ import annotations

import pytest

from benchmarks.assist_outage import Day, day
from tests.builders import some_of

HOURS, NEWS = 0.1, 10


@pytest.fixture(scope="module")
def off() -> Day:
    return day("off", HOURS, NEWS)


@pytest.mark.parametrize("mode", some_of(["away", "slow (60 s)", "silent", "on"], 4))
def test_no_alert_is_delayed(off: Day, mode: str) -> None:
    found = day(mode, HOURS, NEWS)
    assert found.requests and off.alerts and off.sent, "the test needs something to compare"
    assert (found.alerts, found.sent, found.held_up) == (off.alerts, off.sent, 0)
