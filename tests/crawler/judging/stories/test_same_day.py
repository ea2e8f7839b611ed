"""Different events of one day that are told in the same words, and one event that outlets place differently."""

from __future__ import annotations

from functools import cache

import pytest

from tests.builders import shipped_judge
from tests.crawler.judging.stories import same_day
from tests.crawler.judging.stories.same_day import Told, grouped, measured, shuffled

PLACED_DIFFERENTLY = ("2026-03-16", "2026-04-24")
"""Days on which several outlets tell of each event, with different places."""


@cache
def told() -> tuple[Told, ...]:
    return tuple(same_day.told(shipped_judge()))


def test_the_reports_are_in_all_ten_languages_and_most_are_relevant() -> None:
    assert {r["lang"] for r in same_day.rows()} == {
        "en",
        "zh",
        "id",
        "ms",
        "vi",
        "th",
        "lo",
        "km",
        "my",
        "tl",
    }
    assert len(told()) >= 0.95 * len(same_day.rows())


@pytest.mark.parametrize("seed", range(3))
def test_events_of_one_day_that_share_act_and_kind_are_kept_apart_in_any_order(seed: int) -> None:
    reports = shuffled(told(), seed)
    found = measured(reports, grouped(reports))
    assert found.right >= 0.98 * found.together, found
    assert found.right >= 0.72 * found.of_one, found


@pytest.mark.parametrize(
    "event", sorted({r["story"] for r in same_day.rows() if r["published"] in PLACED_DIFFERENTLY})
)
def test_one_event_that_outlets_place_differently_is_one_story(event: str) -> None:
    reports = [t for t in told() if t.event == event]
    assert len(reports) >= 3
    assert len(set(grouped(reports).values())) == 1
