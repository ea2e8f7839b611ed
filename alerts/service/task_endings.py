"""Records the end of tasks in the queue, whatever happened to them or to the database meanwhile."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from datetime import UTC, datetime
from typing import Any

from procrastinate.connector import BaseAsyncConnector
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from psycopg.errors import RaiseException

from crawler.store import Store
from crawler.store.units import put_back

log = logging.getLogger("aseanwatch")


class TaskEndings(JobManager):
    """The queue's job manager, which leaves no task under way that nobody works on.

    The library records once how a task ended. If that fails, the task stays under way in the name
    of a living worker and holds its lock for ever: nobody would free it.

    Attributes:
        lost: whether the end of a task could not be written; the worker must begin anew, so that its tasks are freed.
    """

    def __init__(self, connector: BaseAsyncConnector, store: Store) -> None:
        super().__init__(connector)
        self.lost = False
        self._store = store

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:
        """A task has succeeded or failed for good."""
        await self._written(job, super().finish_job(job, status, delete_job))

    async def retry_job(self, job: Job, retry_at: datetime | None = None, *more: Any, **values: Any) -> None:
        """A task is to be done again; where its twin waits, that one does it."""
        try:
            await self._written(job, super().retry_job(job, retry_at, *more, **values))
        except UniqueViolation:
            await self._written(job, asyncio.to_thread(self._put_back, job, retry_at))

    def _put_back(self, job: Job, retry_at: datetime | None) -> None:
        assert job.id is not None
        wait = (retry_at - datetime.now(UTC)).total_seconds() if retry_at else 0.0
        with self._store.write(exclusive=False) as connection:
            outcome = put_back(connection, job.id, max(0.0, wait))
        log.info("task %d %s %s", job.id, job.task_name, outcome)

    async def _written(self, job: Job, writing: Awaitable[None]) -> None:
        try:
            await writing
        except UniqueViolation:
            raise
        except ConnectorException as error:
            # "Job was not found …": it was freed, or dropped by an operator
            if isinstance(error.__cause__, RaiseException):
                log.info("task %s %s was taken from this worker meanwhile", job.id, job.task_name)
                return
            self.lost = True
            raise
        except BaseException:
            self.lost = True
            raise
