"""Work waits while a page is made, for a bounded time, and is never held up for good."""

from __future__ import annotations

import gc
import threading

import pytest

from crawler.runtime.right_of_way import FORGOTTEN, RightOfWay


class _Time:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> _Time:
    return _Time()


@pytest.fixture
def waits(time: _Time, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What was waited; waiting takes that long, and no real time."""
    found: list[float] = []

    def wait(_: threading.Event, seconds: float) -> bool:
        found.append(seconds)
        time.now += seconds
        return False

    monkeypatch.setattr(threading.Event, "wait", wait)
    return found


def test_work_waits_only_for_pages_and_half_of_its_time_at_most(time: _Time, waits: list[float]) -> None:
    way = RightOfWay(longest=0.05, clock=time)
    way.give_way()
    assert waits == []
    with way.taken():
        worked = 0.0
        for _ in range(90):
            way.give_way()
            time.now += 0.01
            worked += 0.01
            assert sum(waits) <= worked + 0.05
    assert len(waits) > 5
    way.give_way()
    assert sum(waits) == pytest.approx(0.05 * len(waits))


def test_a_page_that_does_not_end_is_forgotten(time: _Time, waits: list[float]) -> None:
    way = RightOfWay(clock=time)
    with way.taken():
        time.now += FORGOTTEN
        way.give_way()
        assert waits == []
        # Another one is waited for again.
        with way.taken():
            way.give_way()
    assert len(waits) == 1


def test_work_goes_on_as_soon_as_the_last_page_is_made() -> None:
    way = RightOfWay(longest=60.0, forgotten=60.0)
    waiting, gone_on = threading.Event(), threading.Event()

    def work() -> None:
        waiting.set()
        way.give_way()
        gone_on.set()

    with pytest.raises(ZeroDivisionError), way.taken():
        with way.taken():
            threading.Thread(target=work, daemon=True).start()
            assert waiting.wait(20)
        assert not gone_on.is_set()
        raise ZeroDivisionError  # a page that fails is over, too
    assert gone_on.wait(20)


def test_the_collector_waits_for_pages_but_not_for_ever(time: _Time) -> None:
    way = RightOfWay(clock=time)
    with way.taken():
        assert not gc.isenabled()
        with way.taken():
            assert not gc.isenabled()
    assert gc.isenabled()
    with way.taken():  # pages that overlap without end
        time.now += FORGOTTEN
        with way.taken():
            assert gc.isenabled()
        assert gc.isenabled()
    with way.taken():  # a page that does not end
        time.now += FORGOTTEN
        way.give_way()
        assert gc.isenabled()


def test_a_collector_that_somebody_else_stopped_stays_so() -> None:
    gc.disable()
    try:
        with RightOfWay().taken():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_page_that_waits_for_work_holds_none_up(time: _Time, waits: list[float]) -> None:
    way = RightOfWay(clock=time)
    with way.taken():
        with way.waiting():
            way.give_way()
            assert waits == []
            assert gc.isenabled()
        way.give_way()
        assert waits
    with way.waiting():  # whoever makes no page
        way.give_way()
    assert gc.isenabled()


def test_somebody_reads_for_a_while_after_a_page(time: _Time) -> None:
    way = RightOfWay(clock=time)
    assert not way.is_lately(1000.0)
    with way.taken():
        time.now += 60
        assert way.is_lately(20.0)
    time.now += 1
    assert not way.is_lately(20.0)
    with way.taken():
        pass
    time.now += 19
    assert way.is_lately(20.0)
