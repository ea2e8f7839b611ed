"""Who brings more is asked more often, within a budget, bounds, and what servers and feeds ask for."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawler.polling.failing import failed, is_given_up, is_gone
from crawler.polling.interval import PollingPace, effort, next_due, pace_for
from crawler.polling.pushing import SILENT_AFTER, is_pushed, missed, pushed
from crawler.polling.rhythm import Rhythm
from crawler.polling.state import SourceState

NOW = datetime(2025, 11, 28, 12, tzinfo=UTC)
EVERY, FASTEST, SLOWEST = timedelta(minutes=15), timedelta(minutes=5), timedelta(hours=12)


class Middle(random.Random):
    """Chance without chance: always the middle."""

    def uniform(self, a: float, b: float) -> float:
        return (a + b) / 2


def rhythm(per_day: float) -> Rhythm:
    hours = 24.0 * 28
    return Rhythm({h: per_day * 28 / 168 for h in range(168)}, hours, NOW)


def wait(state: SourceState, pace: float = 0.1, fixed: timedelta | None = None) -> timedelta:
    return next_due(state, PollingPace(pace, EVERY, FASTEST, SLOWEST), NOW, Middle(), fixed) - NOW


def seen(per_day: float, **more: object) -> SourceState:
    return replace(SourceState("s", outcome="ok", polled=NOW, answered=NOW, rhythm=rhythm(per_day)), **more)  # type: ignore[arg-type]


def test_four_times_the_news_is_asked_for_twice_as_often() -> None:
    assert wait(seen(10)) / wait(seen(40)) == pytest.approx(2, rel=0.1)


def test_bounds_hold() -> None:
    assert wait(seen(100_000)) == FASTEST
    assert wait(seen(0), pace=100) == SLOWEST


def test_the_budget_is_what_all_need_together() -> None:
    rhythms = [rhythm(r) for r in (1, 5, 20, 80, 300)]
    pace = pace_for(rhythms, EVERY, timedelta(minutes=1), SLOWEST, 0.5)
    assert sum(effort(r) / pace for r in rhythms) == pytest.approx(0.5 * 5 * 4, rel=0.02)


def test_a_feed_that_lists_little_is_asked_before_it_has_turned_over() -> None:
    assert wait(seen(240, listed=4), pace=5) < timedelta(minutes=15)


def test_while_a_hub_pushes_polls_only_look_whether_it_has_gone_silent() -> None:
    until = NOW + timedelta(days=5)
    usual, rare = wait(seen(48)), wait(seen(48, pushed_until=until))
    assert usual < FASTEST * 6 < rare
    # Five entries expected, so the more a source brings the sooner its silence is found.
    assert rare == pytest.approx(timedelta(hours=24) / 48 * SILENT_AFTER, rel=0.1)
    assert wait(seen(0.1, pushed_until=until)) == SLOWEST
    # Not beyond what it lists, nor beyond the lease, nor for longer than that.
    assert wait(seen(48, pushed_until=until, listed=5)) < rare
    assert wait(seen(0.1, pushed_until=NOW + timedelta(hours=2)), pace=0.01) <= timedelta(hours=2)
    assert wait(seen(48, pushed_until=NOW)) == usual
    # An operator's own interval stands above it.
    assert wait(seen(48, pushed_until=until), fixed=EVERY) == EVERY
    # Found out by what a poll finds that is too old for a hub that works.
    state = pushed(seen(48), until, NOW)
    for new, is_relied_on in (
        ((), True), ((NOW - timedelta(minutes=9),), True), ((NOW + timedelta(hours=1),), True),
        ((NOW - timedelta(minutes=11),), False), ((NOW, None), False),
    ):  # fmt: skip
        assert is_pushed(missed(state, new, NOW), NOW) is is_relied_on, new


def test_a_source_that_just_brought_news_is_asked_more_often() -> None:
    assert wait(seen(10, boosted_until=NOW + timedelta(hours=1))) < wait(seen(10)) * 0.6


@pytest.mark.parametrize(
    ("state", "least", "most"),
    [
        (seen(2000, hints={"ttl": 600.0}), timedelta(minutes=10), timedelta(minutes=10)),
        (seen(2000, hints={"ttl": 86_400.0}), EVERY, EVERY),  # a program's default, not a wish
        (seen(2000, hints={"period": 3600.0}), EVERY, EVERY),
        (seen(2000, fresh=1800.0), timedelta(minutes=30), timedelta(minutes=30)),
        (seen(2000, hints={"skip_hours": [12, 13]}), timedelta(hours=2), timedelta(hours=2)),
        (seen(2000, hints={"skip_days": [4]}), timedelta(hours=12), timedelta(hours=12)),
        (seen(2000, held_until=NOW + timedelta(hours=5)), timedelta(hours=5), timedelta(hours=5)),
    ],
)  # fmt: skip
def test_what_servers_and_feeds_ask_for_is_heard(
    state: SourceState, least: timedelta, most: timedelta
) -> None:
    assert least <= wait(state) <= most


def test_the_operator_s_own_interval_is_kept() -> None:
    assert wait(seen(2000), fixed=timedelta(hours=3)) == timedelta(hours=3)


def failing(kind: str, times: int, days: float) -> SourceState:
    state = replace(seen(10), interval=900.0)
    for n in range(times):
        state = failed(
            state, kind, "told", NOW - timedelta(days=days) + timedelta(days=days) * n / max(1, times - 1)
        )
    return state


def test_failures_wait_twice_as_long_each_time_but_the_first_is_soon() -> None:
    waits = [wait(failing("timeout", n, 0.1)) for n in range(1, 8)]
    assert waits[0] <= EVERY
    assert waits[6] / waits[5] == pytest.approx(2)
    assert wait(failing("timeout", 11, 0.1)) == SLOWEST


def test_what_somebody_must_mend_weighs_more() -> None:
    assert wait(failing("http 404", 3, 0.1)) > wait(failing("timeout", 3, 0.1))


def test_the_hopeless_are_tried_once_a_week() -> None:
    state = failing("dns", 14, 8)
    assert is_given_up(state, NOW)
    assert wait(state) == timedelta(days=7)


def test_gone_is_believed_the_second_time() -> None:
    assert not is_gone(failing("http 410", 1, 0.1))
    state = failing("http 410", 2, 0.1)
    assert is_gone(state)
    assert wait(state) == timedelta(days=30)
    assert not is_gone(failed(state, "timeout", "told", NOW))


def test_a_server_s_wish_outlasts_a_failure() -> None:
    assert wait(failed(seen(10), "busy", "told", NOW, held=7200.0)) == timedelta(hours=2)
