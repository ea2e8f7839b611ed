"""What a page notes beside its answer is written behind it, and who looks next finds it."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from alerts.web.late_writes import LateWrites
from crawler.store import Store
from crawler.store.cursors import get_cursor, set_cursor
from tests.console.conftest import served
from tests.console.test_story_lists import get, ids
from tests.waiting import until


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(f"sqlite:///{tmp_path / 'aseanwatch.db'}")
    made.upgrade()
    return made


def value(store: Store, name: str) -> int:
    with store.read() as connection:
        return get_cursor(connection, name)


def test_who_notes_does_not_wait_for_the_writer_and_who_settles_does(store: Store) -> None:
    late, settled = LateWrites(store), list[bool]()
    assert late.settle()
    with store.write() as connection:
        set_cursor(connection, "crawl", 1)
        for number in (1, 2):  # of two with the same key the first
            late.note(("read", "ana", 7), "a mark", lambda c, number=number: set_cursor(c, "read", number))
        late.note(("session", 1), "a session", lambda c: set_cursor(c, "session", 3))
        assert late.settle("read", "ben")
        assert not late.settle("read", "ana", longest=0)
        waiting = threading.Thread(target=lambda: settled.append(late.settle("read", "ana")))
        waiting.start()
        assert value(store, "read") == 0
        assert settled == []
    waiting.join(20)
    assert settled == [True]
    assert value(store, "read") == 1
    assert late.settle()
    assert value(store, "session") == 3
    # The thread has ended; the next one begins.
    late.note(("session", 1), "a session", lambda c: set_cursor(c, "session", 4))
    assert late.settle()
    assert value(store, "session") == 4


def test_what_cannot_be_written_is_told_and_holds_up_nothing_else(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(connection: Connection) -> None:
        connection.execute(
            text("INSERT INTO story_marks (person, story_id, kind, at) VALUES (NULL, 1, 'read', NULL)")
        )

    late = LateWrites(store)
    with store.write() as connection:
        set_cursor(connection, "crawl", 1)
        late.note(("first",), "the first", lambda c: set_cursor(c, "first", 1))
        until(lambda: bool(late._under_way))  # it waits for its turn; the others come after it, together
        late.note(("broken",), "the broken one", broken)
        late.note(("last",), "the last", lambda c: set_cursor(c, "last", 1))
    assert late.settle()
    assert value(store, "first") == value(store, "last") == 1
    assert "the broken one" in caplog.text
    assert "the last" not in caplog.text


def test_a_story_is_shown_while_another_writes_and_is_read_for_who_looks_next(
    three_days: Path, tmp_path: Path
) -> None:
    with served(three_days, tmp_path) as console:
        unread = ids(get(console, "/console/?unread=1")[2])
        story, shown = unread[-1], list[str]()
        with console.store.write() as connection:
            set_cursor(connection, "crawl", 1)
            status, _, page = get(console, f"/console/stories/{story}")
            assert status == 200
            assert "<h1>" in page
            # Who opens another one waits neither.
            assert get(console, f"/console/stories/{unread[0]}")[0] == 200
            looking = threading.Thread(target=lambda: shown.append(get(console, "/console/?unread=1")[2]))
            looking.start()
        looking.join(30)
        assert set(ids(shown[0])) == set(unread) - {story, unread[0]}


def test_the_end_waits_for_what_was_noted(three_days: Path, tmp_path: Path) -> None:
    with served(three_days, tmp_path) as console:
        story = ids(get(console, "/console/?unread=1")[2])[0]
        get(console, f"/console/stories/{story}")
    with console.store.read() as connection:
        kinds = text("SELECT kind FROM story_marks WHERE story_id = :story")
        assert connection.scalars(kinds, {"story": int(story)}).all() == ["read"]
