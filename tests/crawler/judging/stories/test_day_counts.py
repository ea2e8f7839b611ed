"""Stories are counted by name as they would be by day."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.judging.stories.day_counts import DayCounts

FIRST = date(2025, 11, 28)
_DAY = st.integers(0, 9).map(lambda n: FIRST + timedelta(days=n))
_NAMES = st.sets(st.sampled_from("abcde"))
_STEP = st.tuples(st.sampled_from(["add", "add", "take", "forget"]), _NAMES, _DAY)


@settings(max_examples=60)
@given(st.lists(_STEP, max_size=20), _DAY, st.integers(0, 7))
def test_counts_are_those_of_one_counter_for_each_day(
    steps: list[tuple[str, set[str], date]], day: date, back: int
) -> None:
    """Whatever is added, taken back and forgotten."""
    counts, of_days = DayCounts(), dict[date, Counter[str]]()
    for what, names, when in steps:
        kept = {when + timedelta(days=n) for n in range(-3, 4)}
        if what == "forget":
            counts.forget(kept)
            of_days = {d: c for d, c in of_days.items() if d in kept}
            continue
        getattr(counts, what)(names, when)
        own = of_days.setdefault(when, Counter())
        for name in names:
            own[name] = max(0, own[name] + (1 if what == "add" else -1))
    having = counts.of_days(day, back)
    before = [c for d, c in of_days.items() if day - timedelta(days=back) <= d < day]
    for name in "abcdef":
        assert having(name) == (sum(c[name] for c in before), of_days.get(day, Counter())[name])
