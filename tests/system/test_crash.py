"""A killed sender loses nothing, and sends at most the one message twice whose answer was on its way."""

from __future__ import annotations

import pytest

from benchmarks.crash import crash


@pytest.mark.long  # tests/many/test_killed_workers.py kills while something is sent as well
def test_killed_while_sending_nothing_is_lost() -> None:
    outcome = crash(runs=4, seed=11)
    assert outcome.lost == 0
    assert outcome.killed >= 1
    assert outcome.twice <= outcome.killed
