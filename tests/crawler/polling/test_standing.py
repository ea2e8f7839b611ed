"""How a source stands, in one word, and lengths of time as people say them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from crawler.model import Length
from crawler.polling.coverage import problems_of
from crawler.polling.moving import at_home, digest_of, has_other_home
from crawler.polling.standing import SourceStanding, standing_of
from crawler.polling.state import SourceState
from tests.builders import NOON

FINE = SourceState(
    "outlet", since=NOON, polled=NOON, outcome="ok", answered=NOON, due=NOON + timedelta(minutes=15)
)
FAILS = replace(FINE, outcome="failed", kind="http 404", failing_since=NOON, failures=3)
LATE = replace(FINE, due=NOON - timedelta(minutes=6))


@pytest.mark.parametrize(
    ("state", "enabled", "expected"),
    [
        (FINE, True, SourceStanding.ON_TIME),
        (FAILS, True, SourceStanding.FAILING),
        (LATE, True, SourceStanding.LATE),
        (replace(FINE, due=NOON - timedelta(minutes=4)), True, SourceStanding.ON_TIME),
        # Its site asked to be left alone.
        (replace(LATE, held_until=NOON + timedelta(hours=1)), True, SourceStanding.ON_TIME),
        (SourceState("outlet"), True, SourceStanding.NEW),
        (FAILS, False, SourceStanding.PAUSED),
        (SourceState("outlet"), False, SourceStanding.PAUSED),
    ],
)
def test_a_source_stands_as_its_state_says(
    state: SourceState, enabled: bool, expected: SourceStanding
) -> None:
    assert standing_of(state, problems_of(state, NOON), NOON, enabled=enabled) is expected


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 seconds"), (45, "45 seconds"), (60, "1 minute"), (819, "14 minutes"), (900, "15 minutes"), (3600, "1 hour"),
        (5400, "90 minutes"), (7300, "2 hours"), (86_400, "1 day"), (100_000, "28 hours"), (90 * 86_400, "3 months"), (519_924 * 60, "12 months"),
        (3 * 31_556_952, "3 years"),
    ],
)  # fmt: skip
def test_lengths_are_said_in_one_unit(seconds: float, said: str) -> None:
    assert str(Length(seconds)) == said


@pytest.mark.parametrize(("skew", "said"), [(7_900_000.0, "3 months ahead"), (-7300.0, "2 hours behind")])
def test_a_wrong_clock_is_told_by_how_much_and_in_which_direction(skew: float, said: str) -> None:
    (problem,) = problems_of(replace(FINE, skew=skew), NOON)
    assert said in problem.message
    assert problem.advice.startswith("nothing")


def test_what_was_learned_of_a_former_address_is_forgotten_with_it() -> None:
    old, new = "https://old.example/feed", "https://new.example/feed"
    known = replace(FAILS, home=digest_of(old), address="https://moved.example/", entries=40)
    assert at_home(known, old) == known
    assert has_other_home(known, new)
    fresh = at_home(known, new)
    assert (fresh.address, fresh.failing_since, fresh.failures) == (None, None, 0)
    assert (fresh.home, fresh.entries) == (digest_of(new), 40)
    # Of a state that an earlier version stored, nobody knows which address it is of.
    assert at_home(replace(known, home=None), new).address == "https://moved.example/"
