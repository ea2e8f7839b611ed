"""Writers of one process come one after another, in the order in which they ask."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from crawler.model import AseanwatchError
from crawler.store import Store, write_queue
from crawler.store.write_queue import WriteQueue
from tests.waiting import until


class _Asking:
    """Threads that ask for a turn one after another, each when the one before waits."""

    def __init__(self, queue: WriteQueue) -> None:
        self.queue, self.order = queue, list[int]()
        self.threads: list[threading.Thread] = []

    def ask(self, number: int) -> None:
        def have() -> None:
            with self.queue.admitted():
                self.order.append(number)

        before = len(self.queue._waiting)
        self.threads.append(threading.Thread(target=have))
        self.threads[-1].start()
        until(lambda: len(self.queue._waiting) > before or not self.threads[-1].is_alive())

    def end(self) -> None:
        for thread in self.threads:
            thread.join(10)


def test_who_asks_first_comes_first_and_nobody_comes_in_between() -> None:
    queue = WriteQueue(60)
    asking = _Asking(queue)
    with queue.admitted():
        for number in range(5):
            asking.ask(number)
    with queue.admitted():
        assert asking.order == [0, 1, 2, 3, 4]
    asking.end()


def test_who_waits_for_long_goes_on_and_the_turn_is_not_lost() -> None:
    queue = WriteQueue(0)
    with queue.admitted():
        asking = _Asking(queue)
        asking.ask(1)
        asking.end()
        assert asking.order == [1]
        assert not queue._waiting
    assert queue._holder is None


@pytest.mark.parametrize("has_come", [False, True])
def test_an_interrupt_leaves_no_turn_behind(has_come: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    queue = WriteQueue(60)

    @contextmanager
    def interrupted() -> Iterator[None]:
        if has_come:
            queue._pass_on()  # whoever had the turn ends in this very moment
        raise KeyboardInterrupt
        yield

    queue._holder = -1
    monkeypatch.setattr(write_queue, "page_waits", interrupted)
    with pytest.raises(KeyboardInterrupt), queue.admitted():
        pass
    assert not queue._waiting
    assert queue._holder == (None if has_come else -1)


def test_an_error_passes_the_turn_on() -> None:
    queue = WriteQueue(60)
    with pytest.raises(ZeroDivisionError), queue.admitted():
        raise ZeroDivisionError
    assert queue._holder is None


def test_a_thread_does_not_wait_for_itself() -> None:
    queue = WriteQueue(60)
    with queue.admitted(), queue.admitted():
        pass
    assert queue._holder is None


def test_who_opens_a_file_again_waits_in_the_same_queue(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path, target_is_directory=True)
    one, again, other = (Store(f"sqlite:///{tmp_path / name}") for name in ("a.db", "link/a.db", "b.db"))
    had = []

    def ask() -> None:
        with again.turn():
            had.append("again")

    with one.turn():
        thread = threading.Thread(target=ask)
        thread.start()
        until(lambda: bool(one._queue._waiting))
        with other.turn(), Store("sqlite://").turn():
            assert not had
    thread.join(20)
    assert had == ["again"]


def test_many_threads_never_write_at_once(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'a.db'}")
    with store.write() as connection:
        connection.execute(text("CREATE TABLE counted (n INTEGER)"))
        connection.execute(text("INSERT INTO counted VALUES (0)"))
    failed: list[AseanwatchError] = []

    def count() -> None:
        try:
            for _ in range(20):
                with store.write() as connection:
                    now = connection.scalar(text("SELECT n FROM counted"))
                    connection.execute(text("UPDATE counted SET n = :n"), {"n": now + 1})
        except AseanwatchError as error:
            failed.append(error)

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with store.read() as connection:
        assert connection.scalar(text("SELECT n FROM counted")) == 160
    assert not failed
    store.close()
