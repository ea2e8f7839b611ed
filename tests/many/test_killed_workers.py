"""Wherever a worker dies, others continue its tasks; its tasks block nothing, and operators can intervene."""

from __future__ import annotations

import signal
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from alerts.service.tasks import render_jobs, send_job
from alerts.service.worker import PLANNING
from alerts.subscriptions.subscriptions import register
from crawler.store import Store
from crawler.store.jobs import QUEUES, Job, enqueue
from crawler.store.schema import alerts, articles, deliveries
from crawler.store.units import (
    MAX_TRIES,
    Requeued,
    StillUnderWayError,
    drop,
    free_stalled,
    listed,
    put_back,
    retry,
)
from crawler.tasks.follow_ups import SELECT, poll_jobs
from tests.conftest import EVENING
from tests.many.workers import WorkerProcesses
from tests.newsroom.web import Newsroom

POINTS = {
    "select": "alerts.selection.raise_alerts:_write", "render": "alerts.delivery.dispatch:set_last_due", "send": "alerts.channels.folder:FolderChannel.send",
    "poll": "crawler.spiders.poller:Poller.poll", "pages": "crawler.tasks.handlers:CrawlHandlers._fetch", "judge": "crawler.ingest.ingestor:Ingestor.commit_pending", "rounds": "alerts.service.planner:QueuePlanner.rounds",
}  # fmt: skip
"""For each unit a function in the midst of its work: in a transaction, before a yes is noted, while a server is asked."""


def told(machines: WorkerProcesses) -> bool:
    with machines.store.read() as connection:
        sent = connection.scalar(select(func.count()).where(deliveries.c.status == "sent")) or 0
        waiting = connection.scalar(select(func.count()).where(deliveries.c.status == "pending")) or 0
        found = connection.scalar(select(func.count()).select_from(articles)) or 0
    return found > 100 and sent > 0 and waiting == 0 and not machines.left()


def twins(machines: WorkerProcesses, unit: str) -> list[Job]:
    """What a scheduler enqueues while the unit is under way."""
    return {
        "select": [SELECT], "send": [send_job("folder")],
        "render": render_jobs([s.name for s in machines.settings.subscriptions if s.when.kind == "instant"]),
        "poll": poll_jobs(machines.settings.sources, 0.0),
    }.get(unit, [])  # fmt: skip


@pytest.mark.parametrize(
    "unit",
    [unit if unit == "send" else pytest.param(unit, marks=pytest.mark.long) for unit in POINTS],
)
def test_a_worker_may_die_in_the_midst_of_any_unit(unit: str, database: str, tmp_path: Path) -> None:
    with Newsroom(EVENING) as room, WorkerProcesses(room, tmp_path, database) as machines:
        machines.at(EVENING)
        machines.do(partial(register, settings=machines.settings, now=EVENING))
        doomed = machines.start(halt_in=POINTS[unit])
        machines.until(machines.has_halted, machines.left)
        machines.enqueue(*twins(machines, unit))
        machines.stop(doomed, signal.SIGKILL)
        machines.start()
        machines.until(lambda: told(machines), machines.left)
        with machines.store.read() as connection:
            assert not [row for row in listed(connection) if row["worker"] == "gone"]
            kinds = list(connection.scalars(select(alerts.c.kind)))
        assert "new_base" in kinds and len(kinds) > 5


def test_a_unit_that_fails_while_its_twin_waits_does_not_stay_under_way(
    database: str, tmp_path: Path
) -> None:
    with Newsroom(EVENING) as room, WorkerProcesses(room, tmp_path, database) as machines:
        machines.at(EVENING)
        machines.do(partial(register, settings=machines.settings, now=EVENING))
        # Selecting fails as long as there is a trigger that does not know how to divide.
        machines.do(lambda c: c.execute(text("INSERT INTO marks (name, value) VALUES ('alerts raised', 0)")))
        machines.do(
            lambda c: c.execute(
                text(
                    "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                    " INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock) VALUES ('deliver', 'select', 'select', 'select')"
                    " ON CONFLICT DO NOTHING; RAISE division_by_zero; END $$"
                )
            )
        )
        machines.do(
            lambda c: c.execute(
                text("CREATE TRIGGER broken BEFORE INSERT ON alerts EXECUTE FUNCTION broken()")
            )
        )
        machines.start()
        tried = text("SELECT coalesce(max(attempts), 0) FROM procrastinate_jobs WHERE task_name = 'select'")

        def tries() -> int:
            with machines.store.read() as connection:
                return connection.scalar(tried) or 0

        machines.until(lambda: tries() >= 3, machines.left)
        machines.do(lambda c: c.execute(text("DROP TRIGGER broken ON alerts")))
        machines.until(lambda: told(machines), machines.left)


@pytest.mark.long  # what becomes of such units is in the table below
def test_a_unit_whose_end_cannot_be_written_is_done_by_somebody(database: str, tmp_path: Path) -> None:
    with Newsroom(EVENING) as room, WorkerProcesses(room, tmp_path, database) as machines:
        machines.at(EVENING)
        machines.do(lambda c: c.execute(text("CREATE TABLE ends (n int)")))
        machines.do(
            lambda c: c.execute(
                text(
                    "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                    " IF nextval('ends_n') = 1 THEN RAISE division_by_zero; END IF; RETURN OLD; END $$"
                )
            )
        )
        machines.do(lambda c: c.execute(text("CREATE SEQUENCE ends_n")))
        machines.do(
            lambda c: c.execute(
                text(
                    "CREATE TRIGGER broken BEFORE DELETE ON procrastinate_jobs FOR EACH ROW WHEN (OLD.task_name = 'select')"
                    " EXECUTE FUNCTION broken()"
                )
            )
        )
        machines.start((*QUEUES, PLANNING))
        machines.until(lambda: "begins anew" in machines.logs(), machines.left)
        machines.until(lambda: told(machines), machines.left)


@pytest.fixture
def store(database: str) -> Store:
    made = Store(database)
    made.upgrade()
    return made


def under_way(store: Store, *jobs: Job, attempts: int = 0, alive: bool = False) -> list[int]:
    """Units that a worker took, who is gone or alive."""
    with store.write() as connection:
        enqueue(connection, jobs)
        worker = connection.scalar(text("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id"))
        if not alive:
            connection.execute(
                text("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
            )
        taken = text(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = :w, attempts = :a WHERE status = 'todo' RETURNING id"
        )
        return sorted(connection.scalars(taken, {"w": worker, "a": attempts}))


def rows(store: Store) -> list[tuple[int, str, int, str | None]]:
    with store.read() as connection:
        found = text("SELECT id, status::text, attempts, queueing_lock FROM procrastinate_jobs ORDER BY id")
        return [tuple(r) for r in connection.execute(found)]


POLL, OTHER_POLL = (
    Job("poll", "poll", {"sources": ["a", *more], "pace": 0.0}, lock="site:x", queueing_lock="poll:a")
    for more in ((), ("b",))
)


@pytest.mark.parametrize(
    ("left", "twin", "attempts", "fate", "after"),
    [
        (SELECT, None, 0, Requeued.WAITS, [("todo", 1, "select")]),
        (SELECT, SELECT, 0, Requeued.SUPERSEDED, [("todo", 1, "select")]),
        (SELECT, SELECT, 4, Requeued.SUPERSEDED, [("todo", 5, "select")]),
        (SELECT, None, MAX_TRIES - 1, Requeued.FAILED, [("failed", MAX_TRIES, "select")]),
        (SELECT, SELECT, MAX_TRIES - 1, Requeued.FAILED, [("failed", MAX_TRIES, "select"), ("todo", 0, "select")]),
        (POLL, POLL, 0, Requeued.SUPERSEDED, [("todo", 1, "poll:a")]),
        (POLL, OTHER_POLL, 0, Requeued.WAITS, [("todo", 1, None), ("todo", 0, "poll:a")]),
        (Job("judge", "judge", {"entries": [1]}), Job("judge", "judge", {"entries": [1]}), 0, Requeued.WAITS, [("todo", 1, None), ("todo", 0, None)]),
    ],
)  # fmt: skip
def test_what_becomes_of_a_unit_whose_worker_is_gone(
    left: Job,
    twin: Job | None,
    attempts: int,
    fate: Requeued,
    after: list[tuple[str, int, str | None]],
    store: Store,
) -> None:
    under_way(store, left, attempts=attempts)
    with store.write() as connection:
        enqueue(connection, [twin] if twin else [])
        assert [one.outcome for one in free_stalled(connection)] == [fate]
        assert free_stalled(connection) == []
    assert [row[1:] for row in rows(store)] == after


def test_a_unit_of_a_living_worker_is_taken_from_it_by_force_only(store: Store) -> None:
    (number,) = under_way(store, SELECT, alive=True)
    with store.write() as connection:
        assert free_stalled(connection) == []
        with pytest.raises(StillUnderWayError):
            retry(connection, number)
        with pytest.raises(StillUnderWayError):
            drop(connection, number)
        assert retry(connection, None) == {}
        assert retry(connection, number, force=True) == {number: Requeued.WAITS}
        assert put_back(connection, number) is Requeued.GONE, "it waits already"
        assert drop(connection, number) == 1


def test_operators_free_what_is_left_undone_or_failed_also_where_a_twin_waits(store: Store) -> None:
    (number,) = under_way(store, SELECT)
    with store.write() as connection:
        enqueue(connection, [SELECT])
        assert [(r["status"], r["worker"]) for r in listed(connection)] == [("todo", ""), ("doing", "gone")]
        assert retry(connection, number) == {number: Requeued.SUPERSEDED}
        connection.execute(text("UPDATE procrastinate_jobs SET status = 'failed'"))
        enqueue(connection, [SELECT])
        assert list(retry(connection, None).values()) == [Requeued.SUPERSEDED]
    (number,) = under_way(store)
    with store.write() as connection:
        assert drop(connection, number) == 1
    assert rows(store) == []
