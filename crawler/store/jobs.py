"""Jobs in the queue of many workers: procrastinate's, in the store's own PostgreSQL.

They are enqueued in the transaction that writes what they are about, so that queue and store never disagree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.exc import OperationalError

from crawler.store.cursors import get_cursor, set_cursor

if TYPE_CHECKING:
    from procrastinate.manager import JobManager

_BY_LOCK = """CREATE INDEX IF NOT EXISTS aseanwatch_jobs_lock ON procrastinate_jobs (lock, priority, id)
WHERE status = ANY (ARRAY['todo'::procrastinate_job_status, 'doing'::procrastinate_job_status])"""
"""Most jobs have a lock of their own. Without this index each fetch scans all jobs that wait (10 to 30 ms at 2,000)."""
QUEUES = ("poll", "pages", "judge", "deliver")
MARK = "queue schema"


@dataclass(frozen=True, slots=True)
class Job:
    """A task to enqueue, in the words of procrastinate.

    Attributes:
        task: its name.
        queue: one of `QUEUES`.
        kwargs: what it is about, as JSON can hold it.
        lock: no two jobs with this lock run at the same time, on whatever machine; they keep their order.
        queueing_lock: while one with this lock waits, no other is enqueued.
        priority: higher ones first.
    """

    task: str
    queue: str
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    lock: str | None = None
    queueing_lock: str | None = None
    priority: int = 0


def enqueue(connection: Connection, jobs: Sequence[Job]) -> int:
    """Enqueue jobs in the caller's transaction. Returns how many were enqueued: some may be waiting already.

    Args:
        connection: a PostgreSQL connection that writes.
        jobs: the jobs.
    """
    wanted = {job.queueing_lock: job for job in jobs if job.queueing_lock}
    # One look spares most jobs a savepoint and a refused insert of their own.
    waiting = _waiting(connection, list(wanted)) if wanted else set()
    new = [job for job in jobs if job.queueing_lock is None]
    once = [job for name, job in wanted.items() if name not in waiting]
    _defer(connection, new)
    return len(new) + sum(_defer_once(connection, job) for job in once)


def _waiting(connection: Connection, names: Sequence[str]) -> set[str]:
    found = text(
        "SELECT queueing_lock FROM procrastinate_jobs WHERE status = 'todo' AND queueing_lock IN :names"
    )
    return set(connection.scalars(found.bindparams(bindparam("names", expanding=True)), {"names": names}))


def _defer_once(connection: Connection, job: Job) -> bool:
    """Enqueue a job, although another process may be enqueuing the same one at this moment."""
    from procrastinate.exceptions import AlreadyEnqueued  # noqa: PLC0415 - an extra

    try:
        # A refused insert would abort the whole transaction
        # in PostgreSQL; the savepoint takes only itself back.
        with connection.begin_nested():
            _defer(connection, [job])
    except AlreadyEnqueued:
        return False
    return True


def _defer(connection: Connection, jobs: Sequence[Job]) -> None:
    from procrastinate.exceptions import ConnectorException  # noqa: PLC0415 - an extra
    from procrastinate.jobs import Job as Deferred  # noqa: PLC0415 - an extra
    from psycopg import OperationalError as Away  # noqa: PLC0415 - an extra

    deferred = [
        Deferred(
            queue=j.queue,
            task_name=j.task,
            task_kwargs=dict(j.kwargs),
            lock=j.lock,
            queueing_lock=j.queueing_lock,
            priority=j.priority,
        )
        for j in jobs
    ]
    if not deferred:
        return
    try:
        # Over our own connection, so that the jobs are
        # committed with what they are about, or not at all.
        _manager().batch_defer_jobs(deferred, connection=connection.connection.driver_connection)
    except ConnectorException as error:
        if isinstance(error.__cause__, Away):  # as the store's own statements say it
            raise OperationalError("enqueue", {}, error.__cause__) from error
        raise


def _manager() -> JobManager:
    from procrastinate import SyncPsycopgConnector  # noqa: PLC0415 - an extra
    from procrastinate.manager import JobManager as Manager  # noqa: PLC0415 - an extra

    return Manager(SyncPsycopgConnector())  # never opened: it works over the connection that it is given


def counts(connection: Connection) -> list[tuple[str, str, int, float]]:
    """The jobs in the queue: queue, status, how many, and the age in seconds of the one that waits longest.

    The age is that of the job's first event; jobs that succeeded are not kept.
    """
    statement = text(
        "SELECT j.queue_name, j.status::text, count(*), coalesce(extract(epoch FROM now() - min(e.at)), 0)"
        " FROM procrastinate_jobs j LEFT JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'"
        " GROUP BY 1, 2 ORDER BY 1, 2"
    )
    return [(r[0], r[1], r[2], float(r[3])) for r in connection.execute(statement)]


_ENTRIES = """SELECT DISTINCT found.id::bigint FROM procrastinate_jobs j,
 LATERAL (SELECT jsonb_path_query(j.args, 'lax $.entries[*]') UNION ALL SELECT jsonb_path_query(j.args, 'lax $.pages[*].entries[*]')) found(id)
 WHERE j.status IN ('todo', 'doing') AND j.queue_name IN ('pages', 'judge')"""


def entries_enqueued(connection: Connection) -> set[int]:
    """The entries that waiting and running jobs are about."""
    return set(connection.scalars(text(_ENTRIES)))


def prepare(connection: Connection) -> None:
    """Bring the queue's own tables to the version of the library: all of its migrations since the last that was applied."""
    steps = sorted(
        f.name for f in files("procrastinate").joinpath("sql/migrations").iterdir() if f.name.endswith(".sql")
    )
    newest = _number(steps[-1])
    # The library applies no migrations itself; it leaves that to whoever uses it.
    if not connection.scalar(text("SELECT to_regclass('procrastinate_jobs')")):
        _execute(connection, files("procrastinate").joinpath("sql/schema.sql").read_text("utf-8"))
    else:
        done = get_cursor(connection, MARK)
        for step in steps:
            if _number(step) > done:
                _execute(
                    connection, files("procrastinate").joinpath("sql/migrations", step).read_text("utf-8")
                )
    _execute(connection, _BY_LOCK)
    # Never lowered: an older program may start beside a newer one during an upgrade.
    if newest > get_cursor(connection, MARK):
        set_cursor(connection, MARK, newest)


def is_prepared(connection: Connection) -> bool:
    """Whether the queue's tables are those of the library, or newer."""
    steps = [
        f.name for f in files("procrastinate").joinpath("sql/migrations").iterdir() if f.name.endswith(".sql")
    ]
    return get_cursor(connection, MARK) >= _number(max(steps))


def _number(step: str) -> int:
    """The place of a migration such as ``03.04.00_50_post_….sql``, as a number."""
    version, place = step.split("_")[:2]
    return int("".join(f"{int(p):02}" for p in version.split(".")) + place)


def _execute(connection: Connection, script: str) -> None:
    # Past SQLAlchemy, which always passes parameters: psycopg
    # would take the scripts' % signs for their places.
    driver: Any = connection.connection.driver_connection
    driver.execute(script)


def forget_failed(connection: Connection, before: datetime) -> int:
    """Delete jobs that failed for good before a moment. Returns how many."""
    statement = text(
        "DELETE FROM procrastinate_jobs j WHERE status IN ('failed', 'aborted', 'cancelled')"
        " AND NOT EXISTS (SELECT 1 FROM procrastinate_events e WHERE e.job_id = j.id AND e.at >= :before)"
    )
    return connection.execute(statement, {"before": before}).rowcount
