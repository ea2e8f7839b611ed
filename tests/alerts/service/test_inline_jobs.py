"""The rounds of one process: jobs lead to jobs until none is left, and one that fails holds up no other."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import text

from alerts.delivery.result import DispatchResult
from alerts.selection.raise_alerts import raise_alerts
from alerts.service.inline_jobs import InlineJobs
from alerts.service.tasks import DeliveryHandlers, render_jobs, send_job
from crawler.config.settings import Settings
from crawler.store import Store
from crawler.store.jobs import Job
from crawler.tasks.follow_ups import SELECT
from tests.alerts.delivery_steps import begin, mailing, statuses, talks
from tests.builders import later, new_store, settings

OTHER = "China and Laos open a rail link"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def to_a_folder(folder: Path) -> Settings:
    (folder / "digests").mkdir()
    channels = {"folder": {"type": "folder", "path": str(folder / "digests")}}
    return settings(
        {"name": "desk", "to": ["desk@example.org"], "channel": "folder", "when": "instant"},
        channels=channels,
    )


def a_round(store: Store, own: Settings, at: datetime) -> DispatchResult:
    jobs = InlineJobs()
    handlers = DeliveryHandlers(own, store, lambda: at, jobs.enqueue)
    done = jobs.run(SELECT, handlers)
    handlers.close()
    return done


def test_a_round_selects_renders_and_sends_and_the_next_has_nothing_to_do(
    store: Store, tmp_path: Path
) -> None:
    own = to_a_folder(tmp_path)
    begin(store, own)
    talks(store, minutes=1)
    assert a_round(store, own, later(minutes=2)) == DispatchResult(alerts=1, digests=1, sent=1)
    assert a_round(store, own, later(minutes=3)) == DispatchResult()
    assert statuses(store) == ["sent"]


def test_where_selecting_fails_what_was_raised_before_is_told(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    own = to_a_folder(tmp_path)
    begin(store, own)
    talks(store, minutes=1)
    raise_alerts(store, own, later(minutes=1))
    talks(store, OTHER, minutes=2)
    with store.write() as connection:
        connection.execute(
            text("CREATE TRIGGER no BEFORE INSERT ON alerts BEGIN SELECT RAISE(ABORT, 'not now'); END")
        )
    with caplog.at_level(logging.ERROR, "aseanwatch"):
        assert a_round(store, own, later(minutes=3)) == DispatchResult(digests=1, sent=1)
    assert "select failed, and is tried again in the next round" in caplog.text
    with store.write() as connection:
        connection.execute(text("DROP TRIGGER no"))
    assert a_round(store, own, later(minutes=4)) == DispatchResult(alerts=1, digests=1, sent=1)


def test_the_line_of_a_round_counts_what_waits_behind_a_channel_that_is_down(store: Store) -> None:
    down = mailing(9)
    begin(store, down)
    talks(store, minutes=1)
    done = a_round(store, down, later(minutes=2))
    assert str(done) == "1 alerts, 1 digests, 0 sent, 1 put off, 1 held, 0 given up"


class Recorded:
    """Handlers that write down what they do; ``select`` asks for what is given."""

    def __init__(self, store: Store, jobs: InlineJobs, asked: list[Job]) -> None:
        self.store, self.jobs, self.asked, self.done = store, jobs, asked, list[str]()
        self.together = threading.Barrier(2, timeout=10)

    def select(self) -> DispatchResult:
        with self.store.write() as connection:
            self.jobs.enqueue(connection, self.asked)
        return DispatchResult()

    def render(self, subscriptions: list[str]) -> DispatchResult:
        self.done.append(f"render {subscriptions[0]}")
        with self.store.write() as connection:
            self.jobs.enqueue(connection, [send_job("one")])
        return DispatchResult(digests=1)

    def send(self, channel: str) -> DispatchResult:
        self.together.wait()
        self.done.append(f"send {channel}")
        return DispatchResult(sent=1)


def recorded(
    store: Store, *asked: Job, change: Callable[[Recorded], None] = lambda _: None
) -> tuple[Recorded, DispatchResult]:
    jobs = InlineJobs()
    handlers = Recorded(store, jobs, list(asked))
    change(handlers)
    return handlers, jobs.run(SELECT, cast("Any", handlers))


def test_channels_send_side_by_side_each_once_and_after_what_is_rendered(store: Store) -> None:
    asked = [*render_jobs(["a"]), send_job("one"), send_job("two"), send_job("one")]
    handlers, done = recorded(store, *asked)
    assert done == DispatchResult(digests=1, sent=2)
    assert handlers.done[0] == "render a"
    assert sorted(handlers.done[1:]) == ["send one", "send two"]


def test_a_job_that_fails_holds_up_no_other(store: Store) -> None:
    def fails(subscriptions: list[str]) -> DispatchResult:
        raise KeyError("nobody thought of this")

    def change(handlers: Recorded) -> None:
        handlers.render = fails  # type: ignore[method-assign]

    handlers, done = recorded(store, *render_jobs(["a"]), send_job("one"), send_job("two"), change=change)
    assert done == DispatchResult(sent=2)
    assert sorted(handlers.done) == ["send one", "send two"]
