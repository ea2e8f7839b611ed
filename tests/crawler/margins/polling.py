"""Sources near the thresholds of polling: how long is waited, what is believed, which problems are told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random

from crawler.polling import coverage, delays, failing, moving, observing, rhythm
from crawler.polling.interval import PollingPace, boosted_until, next_due
from crawler.polling.observing import Observation
from crawler.polling.rhythm import Rhythm
from crawler.polling.state import SourceState
from tests.crawler.margins.case import Case

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
"""A Wednesday."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PACE = PollingPace(1.0, timedelta(minutes=15), timedelta(minutes=5), 12 * HOUR)
SLOW = PollingPace(1.0, 24 * HOUR, timedelta(minutes=5), 2000 * HOUR)


class _Middle(Random):
    """Chance that always falls in the middle of a range."""

    def uniform(self, a: float, b: float) -> float:
        return (a + b) / 2


class _Longest(Random):
    """Chance that always falls at the upper end of a range."""

    def uniform(self, a: float, b: float) -> float:
        return b


def steady(a_day: float, **more: object) -> SourceState:
    """A source that has brought so many entries a day for four weeks, at all hours alike."""
    known = Rhythm({hour: a_day * 28 / 168 for hour in range(168)}, 28 * 24.0, NOW)
    values = {
        "since": NOW - 28 * DAY,
        "polled": NOW,
        "answered": NOW,
        "outcome": "ok",
        "rhythm": known,
        "longest_gap": 3600.0,
    }
    return SourceState("outlet", **values | more)  # type: ignore[arg-type]


def hours_until_due(state: SourceState, pace: PollingPace = PACE, chance: Random | None = None) -> float:
    return (next_due(state, pace, NOW, chance or _Middle()) - NOW) / HOUR


def between(low: float, high: float, value: Callable[[], float]) -> bool:
    return low <= value() <= high


def failed(kind: str, times: int, *, over: timedelta = timedelta(0)) -> SourceState:
    """A source that has failed so many times in a row, over so long a time."""
    state = steady(4, interval=600.0)
    for number in range(times):
        at = NOW - over + over * number / max(1, times - 1)
        state = failing.failed(state, kind, "it failed", at)
    return state


def moved(*hours: float) -> bool:
    """Whether a move is believed after polls at those hours say so."""
    state = steady(4)
    for hour in hours:
        state = moving.with_redirect(state, "https://new.example/feed", NOW + hour * HOUR)
    return state.address is not None


def silent(hours: float, *, a_day: float, longest_hours: float) -> bool:
    state = steady(a_day, longest_gap=longest_hours * 3600)
    return rhythm.too_quiet(state.rhythm, NOW - hours * HOUR, NOW, state.gap)


def problems(state: SourceState) -> list[str]:
    return [p.kind for p in coverage.problems_of(state, NOW)]


def counted(days: Sequence[int]) -> SourceState:
    """A source with so many new entries on each of the days before today."""
    state = steady(
        sum(days) / len(days), days=(*days, 0), day=NOW.toordinal(), since=NOW - len(days) * DAY - HOUR
    )
    return replace(state, new_at=NOW)


def skew_after(before: float, latest: float) -> float:
    state, _ = observing.observed(steady(4, skew=before), Observation(unchanged=True, skew=latest), NOW)
    return state.skew or 0.0


def gap_after(longest_hours: float) -> float:
    state = steady(4, longest_gap=longest_hours * 3600, new_at=NOW - HOUR)
    state, _ = observing.observed(state, Observation(listed=5, known=4, new=[NOW]), NOW)
    return state.longest_gap / 3600


def lost(answered_hours_ago: float) -> float:
    """How many entries are missed by estimate where none that was listed then is listed now."""
    at = NOW - answered_hours_ago * HOUR
    state = steady(24, listed=5, answered=at, newest=at - 90 * HOUR)
    _, gap = observing.observed(state, Observation(listed=2, new=[NOW, NOW], oldest=NOW), NOW)
    return gap.lost if gap else 0.0


def page_share(pages: Sequence[bool]) -> float:
    state = steady(4)
    for readable in pages:
        state = observing.page_seen(state, readable=readable, wall=False)
    return state.pages or 0.0


def watched_304(changed_days_ago: float, checked_hours_ago: float | None = None) -> bool:
    """Whether a rare source that answers 304 is to be verified."""
    checked = None if checked_hours_ago is None else NOW - checked_hours_ago * HOUR
    state = steady(
        0.01, changed_at=NOW - changed_days_ago * DAY, checked_304=checked, longest_gap=400 * 86_400.0
    )
    return observing.should_verify_304(state, NOW)


def rate_a_day(entries: int, hours: float, *, then: timedelta = timedelta(0)) -> float:
    """Entries a day that are expected of a source that brought some in its first hours, and then none for a time."""
    first = NOW - then
    known = rhythm.learned(Rhythm(at=first - hours * HOUR), [first] * entries, first)
    return rhythm.faded(known, NOW).rate * 24


def listed_at_first(days_ago: Sequence[float]) -> float:
    return rhythm.learned(Rhythm(), [NOW - d * DAY for d in days_ago], NOW).entries


def shape_at(hours_later: int, entries: int = 24, *, day: int = 0) -> float:
    """How much more than on average comes so many hours and days behind the hour at which all entries came."""
    known = Rhythm({60: float(entries)}, 168.0, NOW)
    return known.profile.shape[(60 + hours_later + 24 * day) % 168]


def delay_counts(*delays_in_days: float) -> float:
    return sum(delays.counted({}, [d * 86_400 for d in delays_in_days]).values())


def faded_delays(entries: int) -> float:
    return delays.counted({5: 100.0}, [1.0] * entries).get(5, 0.0)


def _spread(state: SourceState) -> float:
    return hours_until_due(state, chance=_Longest()) / hours_until_due(state)


WEEK_DAY = (20,) * 21
CASES = [
    Case("a boost lasts about two hours", partial(between, 1.5, 2.5, lambda: (boosted_until(NOW) - NOW) / HOUR), True),
    Case(
        "a boosted source is asked twice as often",
        partial(between, 1.8, 2.2, lambda: hours_until_due(steady(6)) / hours_until_due(steady(6, boosted_until=NOW + HOUR))),
        True,
    ),
    Case(
        "a feed that lists few entries is asked before half of them are new",
        partial(between, 0.85, 1.15, lambda: hours_until_due(steady(48, listed=5), replace(SLOW, pace=50.0, every=HOUR))),
        True,
    ),
    Case(
        "an answer that says it is fresh is believed for some times the usual interval",
        partial(between, 0.8, 1.2, lambda: hours_until_due(steady(500, fresh=86_400.0))),
        True,
    ),
    Case("polls are spread by a tenth", partial(between, 1.08, 1.12, lambda: _spread(steady(6))), True),
    Case("polls of failing sources are spread by a fifth", partial(between, 1.15, 1.25, lambda: _spread(failed("dns", 4))), True),
    *(
        Case(
            f"a source that fails three times by {kind} has failed {3 * weight:g} times as far as waiting goes",
            partial(between, 3 * weight * 0.8, 3 * weight * 1.2, lambda kind=kind: failed(kind, 3).weight),
            True,
        )
        for kind, weight in {
            "timeout": 1.0, "dns": 1.0, "refused": 1.0, "unreachable": 1.0, "broken": 1.0, "tls": 1.5, "certificate expired": 1.5, "certificate name": 1.5, "certificate issuer": 1.5,
            "certificate self-signed": 1.5, "certificate pin": 1.5, "encoding": 1.5, "busy": 0.5,
            "http 500": 1.0, "http 502": 1.0, "http 504": 1.0, "http 401": 2.0, "http 403": 2.0, "http 404": 2.0, "http 410": 3.0,
            "not a feed": 2.0, "not a sitemap": 2.0, "empty": 1.0, "selector": 2.0, "too large": 2.0, "too slow": 2.0, "too deep": 2.0,
            "redirects": 2.0, "guard": 4.0, "address": 4.0, "something new": 1.0,
        }.items()
    ),
    Case("two failures do not lengthen the wait", partial(between, 0.1, 0.3, lambda: hours_until_due(failed("dns", 2))), True),
    Case("a third failure doubles it", partial(between, 0.3, 0.4, lambda: hours_until_due(failed("dns", 3))), True),
    Case("so does a fourth", partial(between, 0.6, 0.8, lambda: hours_until_due(failed("dns", 4))), True),
    Case("ten failures in eight days do not give a source up", lambda: failing.is_given_up(failed("dns", 10, over=8 * DAY), NOW), False),
    Case("fourteen do", lambda: failing.is_given_up(failed("dns", 14, over=8 * DAY), NOW), True),
    Case("fourteen in five days do not", lambda: failing.is_given_up(failed("dns", 14, over=5 * DAY), NOW), False),
    Case("a source that is given up is tried weekly", partial(between, 160, 176, lambda: hours_until_due(failed("dns", 14, over=8 * DAY))), True),
    Case("one answer 410 may be a mistake", lambda: failing.is_gone(failed("http 410", 1)), False),
    Case("two are none", lambda: failing.is_gone(failed("http 410", 2)), True),
    Case("a source that is gone is tried monthly", partial(between, 600, 840, lambda: hours_until_due(failed("http 410", 2))), True),
    Case("a move that two polls a day apart tell is not believed", lambda: moved(0, 30), False),
    Case("one that three polls tell over more than a day is", lambda: moved(0, 12, 25), True),
    Case("one that many polls tell within a day is not", lambda: moved(0, 4, 8, 12, 16, 20), False),
    Case("one slow answer moves the clock's skew by a third", partial(between, 270, 330, lambda: skew_after(0.0, 1000.0)), True),
    Case("the longest silence fades slowly", partial(between, 98, 99.3, lambda: gap_after(100)), True),
    Case("one page says little of all pages", partial(between, 0.94, 0.96, lambda: page_share([False])), True),
    Case("entries are missed for a day before the last answer at most", partial(between, 27, 33, lambda: lost(6)), True),
    Case("a source that has not changed for eight days is verified", lambda: watched_304(8), True),
    Case("one that has not changed for five days is not", lambda: watched_304(5), False),
    Case("one that was verified 20 hours ago is not again", lambda: watched_304(8, 20), False),
    Case("one that was verified 30 hours ago is", lambda: watched_304(8, 30), True),
    Case("what was seen four weeks ago counts half", partial(between, 1.1, 1.3, lambda: rate_a_day(100, 672, then=28 * DAY)), True),
    Case("a first poll tells of twelve days, not of sixteen", lambda: listed_at_first([1, 12, 16, 20]), 2.0),
    Case("an unknown source is believed to bring two entries a day", partial(between, 1.6, 2.4, lambda: rate_a_day(0, 0)), True),
    Case("a day without entries halves that", partial(between, 0.6, 0.75, lambda: rate_a_day(0, 24)), True),
    Case("half a week's entries say when its news comes", partial(between, 23.5, 25.5, lambda: shape_at(0)), True),
    Case("the hour of the other days is expected too", partial(between, 3, 3.7, lambda: shape_at(0, day=1)), True),
    Case("the next hour is expected too", partial(between, 11, 13, lambda: shape_at(1)), True),
    Case("a silence in which eleven entries were expected is too long", lambda: silent(11 * 24, a_day=1.05, longest_hours=2), True),
    Case("one in which eight were is not", lambda: silent(8 * 24, a_day=1.0, longest_hours=2), False),
    Case("nor one that is hardly longer than one before", lambda: silent(180, a_day=4, longest_hours=100), False),
    Case("one of more than twice that is", lambda: silent(230, a_day=4, longest_hours=100), True),
    Case("an entry that comes six days late is counted", lambda: delay_counts(6), 1.0),
    Case("one that comes nine days late is not", lambda: delay_counts(9), 0.0),
    Case("five hundred entries halve what was counted before", partial(between, 45, 55, lambda: faded_delays(500)), True),
    Case("a clock that is eight minutes off is let be", lambda: problems(steady(4, skew=480.0, new_at=NOW)), []),
    Case("one that is thirteen minutes off is told", lambda: problems(steady(4, skew=-780.0, new_at=NOW)), ["clock"]),
    Case("three pages in five that can be read are enough", lambda: problems(steady(4, pages=0.6, new_at=NOW)), []),
    Case("two in five are few", lambda: problems(steady(4, pages=0.4, new_at=NOW)), ["extraction"]),
    Case("a quarter of pages behind a wall is let be", lambda: problems(steady(4, walls=0.25, new_at=NOW)), []),
    Case("two in five are many", lambda: problems(steady(4, walls=0.4, new_at=NOW)), ["wall"]),
    Case("three days with a third of the volume are told", lambda: problems(counted((*WEEK_DAY, 7, 7, 7))), ["volume fell"]),
    Case("with half of it they are not", lambda: problems(counted((*WEEK_DAY, 9, 9, 9))), []),
    Case("two slow days are not", lambda: problems(counted((*WEEK_DAY, 20, 3, 3))), []),
    Case("what was usual is what came in three weeks", lambda: problems(counted((*(40,) * 11, *(20,) * 10, 9, 9, 8))), ["volume fell"]),
    Case("and not what came before them", lambda: problems(counted((*(40,) * 11, *WEEK_DAY, 9, 9, 8))), []),
    Case("a small source that falls is not told of: chance does that", lambda: problems(counted((*(3,) * 21, 1, 0, 0))), []),
    Case("six entries where twenty-one were usual may be chance", lambda: problems(counted((*(7,) * 21, 2, 2, 2))), []),
    Case("four where eighteen were usual are none", lambda: problems(counted((*(6,) * 21, 2, 1, 1))), ["volume fell"]),
    Case("three days with four times the volume are told", lambda: problems(counted((*WEEK_DAY, 80, 80, 80))), ["volume rose"]),
    Case("with twice and a half they are not", lambda: problems(counted((*WEEK_DAY, 50, 50, 50))), []),
    Case("a small source that has a busy day is not told of", lambda: problems(counted((*(2,) * 21, 9, 9, 9))), []),
    Case("one with forty entries in three days is", lambda: problems(counted((*(3,) * 21, 14, 13, 13))), ["volume rose"]),
    Case("a source of ten days' standing is told of", lambda: problems(counted((*(20,) * 8, 5, 5, 5))), ["volume fell"]),
    Case("one of a week is not", lambda: problems(counted((*(20,) * 5, 5, 5, 5))), []),
]  # fmt: skip
