"""What was told to outlive its terminal does."""

from __future__ import annotations

import signal
from unittest.mock import Mock

from crawler.runtime.stopping import stop_on_signals


def test_a_closed_terminal_asks_for_the_end_unless_that_is_ignored() -> None:
    stop, before = Mock(), signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stop_on_signals(stop):
            signal.raise_signal(signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
    assert not stop.called
