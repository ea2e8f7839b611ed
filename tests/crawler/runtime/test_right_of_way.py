"""Work waits while a page is made, for a bounded time, and is never held up for good."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from crawler.runtime import right_of_way
from crawler.runtime.right_of_way import FORGOTTEN, LOOK_AGAIN, RightOfWay


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


@contextmanager
def page_of_another(way: RightOfWay) -> Iterator[None]:
    """A page that another thread makes: whoever makes one does not wait for it."""
    with way.taken():
        way._own.makes_page = False
        yield


def test_a_page_does_not_wait_for_itself(time: _Time, waits: list[float]) -> None:
    way = RightOfWay(clock=time)
    with way.taken():
        way.give_way()
    assert waits == []


def test_work_waits_only_for_pages_and_half_of_its_time_at_most(time: _Time, waits: list[float]) -> None:
    way = RightOfWay(longest=0.05, clock=time)
    way.give_way()
    assert waits == []
    with page_of_another(way):
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
    with page_of_another(way):
        time.now += FORGOTTEN
        way.give_way()
        assert waits == []
        # Another one is waited for again.
        with page_of_another(way):
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
    with page_of_another(way):  # a page that does not end
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
        way._own.makes_page = False  # as another thread sees it
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


def test_a_process_that_was_forked_waits_for_the_pages_of_the_other(
    time: _Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        time.now += seconds

    monkeypatch.setattr(right_of_way, "sleep", sleep)
    here = RightOfWay(longest=0.05, clock=time)
    here.share()
    there = RightOfWay(longest=0.05, clock=time)
    there._board = here._board  # as a fork would have it: the memory is shared, the counts are not
    there.give_way()
    assert slept == []
    with here.taken():
        there.give_way()
        assert 0.05 <= sum(slept) + 1e-9 <= 0.05 + 2 * LOOK_AGAIN
        there.give_way()  # half of its time at most
        assert 0.05 <= sum(slept) + 1e-9 <= 0.05 + 2 * LOOK_AGAIN
        with here.waiting():
            time.now += 0.1
            there.give_way()
            assert 0.05 <= sum(slept) + 1e-9 <= 0.05 + 2 * LOOK_AGAIN
        time.now += FORGOTTEN
        there.give_way()  # a page that does not end
        assert 0.05 <= sum(slept) + 1e-9 <= 0.05 + 2 * LOOK_AGAIN
    there.give_way()
    assert 0.05 <= sum(slept) + 1e-9 <= 0.05 + 2 * LOOK_AGAIN


def test_what_is_forked_sees_the_pages_of_who_forked_it() -> None:
    way = RightOfWay()
    way.share()
    board = way._board
    assert board is not None
    with way.taken():
        pid = os.fork()
        if pid == 0:
            os._exit(board.pages)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 1
    assert board.pages == 0
