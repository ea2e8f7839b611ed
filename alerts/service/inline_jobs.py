"""The jobs of delivery where one process does them: each is run in the round that asks for it."""

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
    """Runs jobs, and those that they ask for, until none is left.

    As in a queue, a job waits once under its queueing lock. Jobs without a lock run one after another; then those with
    different locks run side by side, so that a slow channel holds up no other.
    """

    def __init__(self) -> None:
        self._waiting: list[Job] = []
        self._mutex = threading.Lock()

    def enqueue(self, connection: Connection, jobs: Sequence[Job]) -> None:
        """Have jobs run once the transaction is committed."""
        after_commit(connection, partial(self._add, jobs))

    def run(self, job: Job, handlers: DeliveryHandlers) -> DispatchResult:
        """Run a job and all that comes of it; what fails is logged, and holds up nothing else.

        Args:
            job: the first job.
            handlers: do the tasks.

        Returns:
            What was done in all.
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
        """The first job without a lock; where none is left, all others."""
        with self._mutex:
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
