"""Tasks that are in the queue already: seen, put back, dropped, and freed where their worker is gone.

Two rules of the queue meet here. A task under way holds its lock, and a task that waits keeps others with its queueing lock
out. So a task whose worker died holds up its like until somebody frees it, and it cannot simply wait again where its twin,
enqueued meanwhile, does: the queue refuses two that wait under one queueing lock.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

MAX_TRIES = 8
"""Tries after which a task is left for an operator."""
SILENT_AFTER = 30.0
"""Seconds after the last sign of life of a worker from which its tasks are somebody else's."""

_GONE = """NOT EXISTS (SELECT 1 FROM procrastinate_workers w WHERE w.id = j.worker_id
 AND w.last_heartbeat >= now() - make_interval(secs => :silent))"""
_STALLED = f"SELECT j.id, j.task_name, j.attempts FROM procrastinate_jobs j WHERE j.status = 'doing' AND {_GONE} ORDER BY j.id"
# procrastinate tells a periodic task for which second it was made
# (argument `timestamp`); two that differ in that alone do the same.
_TWIN = """SELECT t.id, (t.args - 'timestamp') = (j.args - 'timestamp') AS is_same FROM procrastinate_jobs t, procrastinate_jobs j
 WHERE j.id = :id AND t.id <> j.id AND t.status = 'todo' AND t.queueing_lock = j.queueing_lock AND t.task_name = j.task_name
 FOR UPDATE"""
_AGAIN = """UPDATE procrastinate_jobs SET status = 'todo', attempts = attempts + 1, abort_requested = false, worker_id = NULL,
 scheduled_at = now() + make_interval(secs => :wait), queueing_lock = CASE WHEN :alone THEN NULL ELSE queueing_lock END
 WHERE id = :id AND status IN ('doing', 'failed')"""
_INHERIT = """UPDATE procrastinate_jobs t SET attempts = greatest(t.attempts, j.attempts + 1) FROM procrastinate_jobs j
 WHERE t.id = :twin AND j.id = :id"""
_FINISH = "DELETE FROM procrastinate_jobs WHERE id = :id AND status IN ('doing', 'failed')"
_FAIL = "UPDATE procrastinate_jobs SET status = 'failed', attempts = attempts + 1, abort_requested = false WHERE id = :id AND status = 'doing'"


class Requeued(StrEnum):
    """What became of a task that was to be done again."""

    WAITS = "waits again"
    SUPERSEDED = "is done by its twin that waits"
    FAILED = "failed for good"
    GONE = "is not there any more"


@dataclass(frozen=True, slots=True)
class FreedTask:
    """A task that a worker left undone, and what became of it."""

    number: int
    task: str
    outcome: Requeued


def put_back(connection: Connection, number: int, wait: float = 0.0) -> Requeued:
    """Put a running or failed task back into the queue, to be taken in so many seconds.

    If its twin waits (the same task with the same arguments), the twin stands for both and inherits the number of tries. A
    task with the same queueing lock but other arguments stands only for itself.

    Args:
        connection: a PostgreSQL connection that writes.
        number: the task.
        wait: seconds until it may be taken.
    """
    for _ in range(3):  # a twin may be enqueued in the very moment between the look and the change
        # FOR UPDATE: no worker takes the twin until its number of tries has been raised.
        twin = connection.execute(text(_TWIN), {"id": number}).first()
        if twin is not None and twin.is_same:
            connection.execute(text(_INHERIT), {"id": number, "twin": twin.id})
            return (
                Requeued.SUPERSEDED
                if connection.execute(text(_FINISH), {"id": number}).rowcount
                else Requeued.GONE
            )
        try:
            with connection.begin_nested():
                # A twin about something else keeps its queueing lock.
                # This task waits without one, so that both are done.
                values = {"id": number, "wait": wait, "alone": twin is not None}
                return Requeued.WAITS if connection.execute(text(_AGAIN), values).rowcount else Requeued.GONE
        except IntegrityError:  # a twin came after all: it is looked for again
            continue
    # Twins come faster than we look: the task waits without
    # its queueing lock. Doing it twice does no harm.
    values = {"id": number, "wait": wait, "alone": True}
    return Requeued.WAITS if connection.execute(text(_AGAIN), values).rowcount else Requeued.GONE


def free_stalled(
    connection: Connection, silent: float = SILENT_AFTER, most_tries: int = MAX_TRIES
) -> list[FreedTask]:
    """Free the tasks of workers that gave no sign of life. Tasks that another process is freeing are left to it.

    A task that was left undone too often may be what kills its workers, so it counts as failed for good.

    Args:
        connection: a PostgreSQL connection that writes.
        silent: seconds without a sign of life after which a worker is gone.
        most_tries: tries after which a task is left for an operator.
    """
    # Every worker looks, so two may at once: each frees what the other one has not locked.
    found = connection.execute(text(f"{_STALLED} FOR UPDATE OF j SKIP LOCKED"), {"silent": silent}).all()
    return [FreedTask(row.id, row.task_name, _free(connection, row, most_tries)) for row in found]


def _free(connection: Connection, row: Any, most_tries: int) -> Requeued:
    # The queue counts an attempt when it ends. The one that its
    # worker died in is not counted yet, and may be what killed it.
    if row.attempts + 1 < most_tries:
        return put_back(connection, row.id)
    connection.execute(text(_FAIL), {"id": row.id})
    return Requeued.FAILED


def stalled(connection: Connection, silent: float = SILENT_AFTER) -> int:
    """How many tasks are under way by name only: their worker is gone."""
    return len(connection.execute(text(_STALLED), {"silent": silent}).all())


def listed(connection: Connection, status: str | None = None, limit: int = 50) -> list[dict[str, Any]]:
    """The tasks in the queue, the latest first: what they are, how often they were tried, since when they wait or are under way.

    ``worker`` is ``alive`` or ``gone`` for those that are under way.
    """
    statement = text(
        "SELECT j.id, j.queue_name AS queue, j.task_name AS unit, j.status::text AS status, j.attempts, j.lock AS alone,"
        f" left(j.args::text, 200) AS about, CASE WHEN j.status <> 'doing' THEN '' WHEN {_GONE} THEN 'gone' ELSE 'alive' END AS worker,"
        " max(e.at) AS at FROM procrastinate_jobs j LEFT JOIN procrastinate_events e ON e.job_id = j.id"
        " WHERE (:status = '' OR j.status::text = :status) GROUP BY j.id ORDER BY j.id DESC LIMIT :limit"
    )
    values = {"status": status or "", "limit": limit, "silent": SILENT_AFTER}
    return [dict(r._mapping) for r in connection.execute(statement, values)]


def under_way_longest(connection: Connection) -> list[tuple[int, str, float]]:
    """The tasks that living workers are running: number, name, for how many seconds; the longest first."""
    statement = text(
        "SELECT j.id, j.task_name, extract(epoch FROM now() - max(e.at)) AS seconds FROM procrastinate_jobs j"
        f" JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'started' WHERE j.status = 'doing' AND NOT {_GONE}"
        " GROUP BY j.id ORDER BY 3 DESC"
    )
    return [
        (r.id, r.task_name, float(r.seconds)) for r in connection.execute(statement, {"silent": SILENT_AFTER})
    ]


class StillUnderWayError(Exception):
    """A living worker is at the task."""


def retry(connection: Connection, number: int | None, *, force: bool = False) -> dict[int, Requeued]:
    """Run tasks again that failed for good or whose worker is gone: one or all. Returns what became of each.

    Args:
        connection: a PostgreSQL connection that writes.
        number: the task; None for all.
        force: also one that a living worker is at; what that worker makes of it does no harm.

    Raises:
        StillUnderWayError: a living worker is at the task, and it was not forced.
    """
    _refuse_under_way(connection, number, force=force)
    which = f"j.id = :number AND (j.status = 'failed' OR j.status = 'doing' AND (:force OR {_GONE}))"
    if number is None:
        which = f"j.status = 'failed' OR j.status = 'doing' AND {_GONE}"
    values = {"number": number, "force": force, "silent": SILENT_AFTER}
    wanted = connection.scalars(
        text(f"SELECT j.id FROM procrastinate_jobs j WHERE {which} ORDER BY j.id FOR UPDATE"), values
    )
    return {one: put_back(connection, one) for one in list(wanted)}


def drop(connection: Connection, number: int, *, force: bool = False) -> int:
    """Remove a task that waits or failed, or whose worker is gone. Returns how many there were.

    Raises:
        StillUnderWayError: a living worker is at it, and it was not forced.
    """
    _refuse_under_way(connection, number, force=force)
    return connection.execute(text("DELETE FROM procrastinate_jobs WHERE id = :id"), {"id": number}).rowcount


def _refuse_under_way(connection: Connection, number: int | None, *, force: bool) -> None:
    statement = f"SELECT 1 FROM procrastinate_jobs j WHERE j.id = :id AND j.status = 'doing' AND NOT {_GONE} FOR UPDATE"
    if number is None or force:
        return
    # FOR UPDATE: a worker that is about to take or to end the task waits until this is decided.
    if connection.scalar(text(statement), {"id": number, "silent": SILENT_AFTER}):
        raise StillUnderWayError
