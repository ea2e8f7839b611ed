"""Runs the jobs of delivery in one process: each in the round that asks for it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from sqlalchemy import Connection

from alerts.delivery.result import DispatchResult
from alerts.service.tasks import DeliveryHandlers
from crawler.model import AseanwatchError
from crawler.store.database import after_commit
from crawler.store.jobs import Job

log = logging.getLogger("aseanwatch")


class InlineJobs:
    """Runs jobs, and the jobs that they enqueue, until none is left.

    As in a queue, only one job waits under a queueing lock. Jobs without a lock run one after
    another. Then those with different locks run side by side, so that a slow channel holds up no
    other.
    """

    def __init__(self) -> None:
        self._waiting: list[Job] = []
        self._mutex = threading.Lock()

    def enqueue(self, connection: Connection, jobs: Sequence[Job]) -> None:
        """Have jobs run once the transaction is committed."""
        # Not before: a job must find what its transaction
        # has written, and nothing runs after a rollback.
        after_commit(connection, partial(self._add, jobs))

    def run(self, job: Job, handlers: DeliveryHandlers) -> DispatchResult:
        """Run a job and all jobs that follow from it. A failure is logged, and holds up nothing else.

        Args:
            job: the first job.
            handlers: the handlers of the tasks.

        Returns:
            The counts of all jobs together.
        """
        run = partial(
            self._run, {"select": handlers.select, "render": handlers.render, "send": handlers.send}
        )
        done = DispatchResult()
        self._add([job])
        while jobs := self._take():
            if len(jobs) == 1:
                done += run(jobs[0])
                continue
            with ThreadPoolExecutor(len(jobs), thread_name_prefix="job") as threads:
                for result in threads.map(run, jobs):
                    done += result
        return done

    def _add(self, jobs: Sequence[Job]) -> None:
        with self._mutex:
            for job in jobs:
                if job.queueing_lock is None or all(
                    job.queueing_lock != other.queueing_lock for other in self._waiting
                ):
                    self._waiting.append(job)

    def _take(self) -> list[Job]:
        """The first job without a lock; if there is none, all others."""
        with self._mutex:
            # What selects and renders comes first, one by one:
            # it may add to what the channels have to send.
            unlocked = [job for job in self._waiting if job.lock is None][:1]
            taken = unlocked or list(self._waiting)
            self._waiting = [job for job in self._waiting if not any(job is one for one in taken)]
        return taken

    def _run(self, handlers: Mapping[str, Callable[..., DispatchResult]], job: Job) -> DispatchResult:
        try:
            return handlers[job.task](**job.kwargs)
        except AseanwatchError as error:  # a store that is away, say
            log.error("%s failed, and is tried again in the next round: %s", _about(job), error)
        except Exception:
            log.exception("%s failed, and is tried again in the next round", _about(job))
        return DispatchResult()


def _about(job: Job) -> str:
    values: list[Any] = list(job.kwargs.values())
    return f"{job.task} {values[0]}" if values and isinstance(values[0], str) else job.task
