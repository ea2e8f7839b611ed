"""What answers say: new entries, gaps between polls, silence, changes of volume, clocks; kept in the store as it is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.polling import delays, moving
from crawler.polling.coverage import coverage_of, grouped, problems_of
from crawler.polling.failing import failed
from crawler.polling.observing import Gap, Observation, observed, page_seen, should_verify_304
from crawler.polling.state import SourceState

START = datetime(2025, 11, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)


def answered(
    state: SourceState, now: datetime, new: Sequence[datetime] = (), listed: int = 20, known: int = 10
) -> tuple[SourceState, Gap | None]:
    oldest = min(new, default=None)
    return observed(state, Observation(listed, known, new, oldest, unchanged=not new), now)


def grown(days: int = 21, each: int = 2) -> SourceState:
    """A source that brought some entries each hour for so many days."""
    state = SourceState("s")
    for hour in range(1, days * 24 + 1):
        now = START + hour * HOUR
        state, _ = answered(state, now, [now - HOUR / 2] * each)
    return state


END = START + timedelta(days=21)


def test_counts_and_delays_are_taken_down_but_not_of_the_past_that_a_first_poll_shows() -> None:
    first, _ = answered(SourceState("s"), START, [START - timedelta(days=3)] * 20)
    assert (first.entries, first.days, first.delays) == (20, (0,), {})
    second, _ = answered(first, START + HOUR, [START + HOUR / 2] * 2)
    assert (second.entries, second.days) == (22, (2,))
    assert delays.quantile(second.delays, 0.5) == pytest.approx(1800, rel=0.3)


def test_polls_that_overlap_lose_nothing() -> None:
    _, gap = answered(grown(), END + 10 * HOUR, [END + 5 * HOUR] * 5, known=1)
    assert gap is None


def test_polls_that_do_not_overlap_lose_what_the_rhythm_expects() -> None:
    _, gap = answered(grown(), END + 20 * HOUR, [END + 15 * HOUR] * 20, known=0)
    assert gap is not None
    assert gap.lost == pytest.approx(2 * 15, rel=0.2)
    assert gap.until == END + 15 * HOUR


def test_a_source_that_goes_silent_is_told_by_its_own_rhythm() -> None:
    state = grown()
    for hour in range(1, 49):
        state, _ = answered(state, END + hour * HOUR)
    kinds = [p.kind for p in problems_of(state, END + 48 * HOUR)]
    assert "silent" in kinds
    assert not problems_of(grown(), END)


def test_volume_that_falls_is_told() -> None:
    state = grown(28)
    for hour in range(1, 24 * 5):
        now = START + timedelta(days=28) + hour * HOUR
        state, _ = answered(state, now, [now] if hour % 8 == 0 else ())
    assert "volume fell" in [p.kind for p in problems_of(state, START + timedelta(days=33))]


def test_volume_that_rises_is_told() -> None:
    state = grown(28, each=1)
    for hour in range(1, 24 * 4):
        now = START + timedelta(days=28) + hour * HOUR
        state, _ = answered(state, now, [now] * 9)
    assert "volume rose" in [p.kind for p in problems_of(state, START + timedelta(days=32))]


def test_failures_count_what_is_expected_meanwhile_as_lost() -> None:
    state = failed(grown(), "selector", "no element matches", END + HOUR)
    account = coverage_of(state, 0.0, END + 24 * HOUR, timedelta(days=7))
    assert account.lost == pytest.approx(48, rel=0.2)
    assert 0.8 < account.share < 0.95
    assert "mend select" in account.problems[0].advice


def test_a_304_after_a_failure_does_not_hide_it() -> None:
    state = failed(grown(), "timeout", "no answer", END + HOUR)
    state, _ = answered(state, END + 2 * HOUR)
    assert (state.outcome, state.failing_since, state.failed) == ("unchanged", None, 1)


def test_languages_without_any_source_that_speaks_are_told() -> None:
    alive = coverage_of(grown(), 0.0, END, timedelta(days=7))
    dead = replace(coverage_of(failed(grown(), "dns", "unknown", END), 0.0, END, timedelta(days=7)), name="d")
    rows = grouped([alive, dead], {"lo": ["d"], "en": ["s", "d"]}, END, "language")
    assert {r.name: [p.kind for p in r.problems] for r in rows} == {"en": [], "lo": ["language silent"]}


def test_pages_that_give_nothing_and_walls_are_told() -> None:
    state = grown()
    for _ in range(40):
        state = page_seen(state, readable=False, wall=False)
    assert "extraction" in [p.kind for p in problems_of(state, END)]
    for _ in range(40):
        state = page_seen(state, readable=False, wall=True)
    assert "wall" in [p.kind for p in problems_of(state, END)]


def test_a_wrong_clock_is_told() -> None:
    state = grown()
    for n in range(9):
        state, _ = observed(state, Observation(20, 20, unchanged=True, skew=-3600.0), END + n * HOUR)
    assert "clock" in [p.kind for p in problems_of(state, END + 9 * HOUR)]


def test_endless_304_is_doubted_once_a_day() -> None:
    state = grown()
    assert not should_verify_304(state, END + HOUR)
    assert should_verify_304(state, END + timedelta(days=3))
    assert not should_verify_304(
        replace(state, checked_304=END + timedelta(days=2.5)), END + timedelta(days=3)
    )


def test_a_move_needs_three_polls_over_a_day() -> None:
    state, target = grown(), "https://new.example/feed"
    for hour in (0, 1, 2, 23):
        state = moving.with_redirect(state, target, END + hour * HOUR)
        assert state.address is None
    assert moving.with_redirect(state, None, END + 30 * HOUR).moving is None
    moved = moving.with_redirect(state, target, END + 30 * HOUR)
    assert moved.address == target
    assert "moved" in [p.kind for p in problems_of(moved, END)]


@given(st.lists(st.floats(0, 600_000), min_size=1, max_size=60), st.floats(0.01, 1))
def test_quantiles_are_right_to_half(values: list[float], share: float) -> None:
    found = delays.quantile(delays.counted({}, values), share)
    exact = sorted(values)[max(0, -(-int(share * len(values) * 1000) // 1000) - 1)]
    assert found is not None
    assert found <= max(values) * 1.5 + 1
    if share == 1:
        assert found == pytest.approx(delays.middle(delays.bucket(exact)), abs=0.06)
    assert delays.middle(delays.bucket(min(values))) - 0.06 <= found


@given(st.integers(0, 400), st.booleans())
def test_a_state_survives_the_store(hours: int, trusted: bool) -> None:
    state = replace(grown(1), honours_conditional=trusted, hints={"ttl": 60.0, "skip_hours": [1]}, moving="x")
    state, _ = answered(state, START + timedelta(days=1, hours=hours), [START])
    again = SourceState.of(json.loads(json.dumps(state.plain())))
    assert again.plain() == state.plain()
    assert again.honours_conditional is trusted


def test_states_are_stored_under_the_names_that_older_versions_read() -> None:
    until = START + timedelta(hours=2)
    state = replace(grown(1), honours_conditional=False, boosted_until=until)
    stored = state.plain()
    assert (stored["trusted"], stored["hot_until"]) == (False, until.isoformat())
    again = SourceState.of(stored)
    assert (again.honours_conditional, again.boosted_until) == (False, until)
