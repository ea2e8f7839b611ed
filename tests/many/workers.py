"""Several worker processes over one database, and the news web that they poll."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from alerts.delivery.dispatch import dispatch
from alerts.service.worker import PLANNING
from alerts.subscriptions.subscriptions import register
from crawler.commands.context import open_store
from crawler.config import load
from crawler.config.settings import Settings, Source
from crawler.crawl import crawl
from crawler.judging.judge import Judge
from crawler.store import Store, StoreError
from crawler.store.jobs import QUEUES, Job, enqueue
from crawler.tasks.follow_ups import SELECT, poll_jobs
from tests.conftest import start
from tests.many.worker_process import halted
from tests.newsroom import demo
from tests.newsroom.configuration import watching
from tests.newsroom.web import Newsroom
from tests.preloaded import Process

SECRET = "a secret of sixteen or more letters"
_HOLD = """WITH living AS (INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() + interval '1 day') RETURNING id)
INSERT INTO procrastinate_jobs (queue_name, task_name, lock, status, worker_id) SELECT 'held', 'held', 'select', 'doing', id FROM living"""
LONGEST = 180.0
"""Seconds after which a test stops waiting and fails."""


STEP = demo.STEP * 4
MOMENTS = [demo.BEFORE] + [demo.START + STEP * i for i in range((demo.END - demo.START) // STEP + 1)]
HOURS = range(6)


def written(room: Newsroom, folder: Path, **more: Any) -> Path:
    """Write a configuration that polls the news web for the demo's subscriptions, and return its path."""
    os.environ["WATCH_SECRET"] = SECRET
    channels = {"folder": {"type": "folder", "path": str(folder)}}
    delivery = {"from": "ASEAN Watch <watch@example.org>", "secret": "${WATCH_SECRET}", "channels": channels}
    return watching(room, folder, **{"delivery": delivery, "subscriptions": demo.SUBSCRIPTIONS, **more})


def waves(settings: Settings) -> list[list[Source]]:
    """Search feeds after the others, so that an article that both list belongs to the outlet, whichever poll is faster."""
    found = [[s for s in settings.sources if (s.kind == "search") is late] for late in (False, True)]
    return [wave for wave in found if wave]


async def in_one_process(
    settings: Settings, store: Store, room: Newsroom, moments: Sequence[datetime] = MOMENTS
) -> None:
    """Crawl three days of the news web and send its alerts with the embedded engine; inside a running reactor."""
    judge = Judge(settings.rules())
    for moment in moments:
        room.now = moment
        if moment == demo.START:
            with store.write() as connection:
                register(connection, settings, moment)
        for sources in waves(settings):
            await crawl(settings, store, judge, sources, clock=lambda: room.now)
        for hours in HOURS:
            dispatch(store, settings, moment + timedelta(hours=hours))


class WorkerProcesses:
    """A context manager that starts worker processes and gives them tasks.

    Args:
        room: the news web.
        folder: holds configuration, clock, logs and digests.
        url: the database.
        more: other sections of the configuration.
    """

    def __init__(self, room: Newsroom, folder: Path, url: str, **more: Any) -> None:
        self.room, self.folder = room, folder
        self._more = {"storage": {"url": url}, "work": {"engine": "procrastinate"}, **more}
        self.config = written(room, folder, **self._more)
        self.settings = load(str(self.config))
        self.store = open_store(self.settings)
        self._clock = folder / "clock"
        self.at(demo.BEFORE)
        self.processes: list[Process] = []
        self._logs: dict[int, Path] = {}
        self.started = 0
        self.disturb: Callable[[], None] | None = None

    def __enter__(self) -> WorkerProcesses:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            process.kill()
            process.wait()
        self.store.close()

    def watch(self, sources: Sequence[str]) -> None:
        """Change the configuration to these sources."""
        kept = [s for s in self.room.sources() if s["name"] in sources]
        (self.folder / "next").mkdir(exist_ok=True)
        made = written(self.room, self.folder / "next", **{**self._more, "sources": kept})
        text = made.read_text().replace(str(self.folder / "next"), str(self.folder))
        made.write_text(text)
        made.replace(self.config)

    def at(self, moment: datetime) -> None:
        """Set the clock of the news web and of all processes."""
        self.room.now = moment
        written = self._clock.with_suffix(".new")
        written.write_text(moment.isoformat())
        written.replace(self._clock)

    def start(
        self,
        queues: Sequence[str] = (*QUEUES, PLANNING),
        concurrency: int = 8,
        halt_in: str = "",
        *,
        polls: bool = True,
    ) -> Process:
        """Start a worker process; one that halts in a function, where it is named (see `tests.many.worker_process`)."""
        more = {"HALT_IN": halt_in, "LEAVE_POLLS": "" if polls else "1"}
        if halt_in:
            halted(self._clock).unlink(missing_ok=True)
        path = self.folder / f"worker-{self.started}.log"
        self.started += 1
        arguments = (self.config, self._clock, ",".join(queues), str(concurrency))
        with path.open("wb") as log:
            process = start(*arguments, cwd=self.folder, log=log, module="tests.many.worker_process", **more)
        self.processes.append(process)
        self._logs[process.pid] = path
        return process

    def is_up(self, process: Process) -> bool:
        """Whether a process has begun to work."""
        return b"working on" in self._logs[process.pid].read_bytes()

    def stop(self, process: Process, how: signal.Signals = signal.SIGTERM) -> int:
        """End a worker process; gives its status."""
        process.send_signal(how)
        self.processes.remove(process)
        return process.wait(30)

    def has_halted(self) -> bool:
        """Whether a process has halted."""
        return halted(self._clock).exists()

    def enqueue(self, *jobs: Job) -> None:
        """Enqueue tasks."""
        self.do(lambda connection: enqueue(connection, jobs))

    def do(self, call: Callable[[Connection], Any]) -> None:
        """Write to the store as soon as it answers."""

        def done() -> bool:
            with self.store.write(exclusive=False) as connection:
                call(connection)
            return True

        self.until(done)

    def poll(self, sources: Sequence[Source] | None = None) -> None:
        """Enqueue the polls of all sources, each as a site of its own, because the news web has one address for all."""
        wanted = self.settings.sources if sources is None else sources
        self.enqueue(*(replace(job, lock=f"site:{s.name}") for s in wanted for job in poll_jobs([s], 0.0)))

    def left(self) -> list[tuple[str, str, int]]:
        """The tasks left to do: name, status, count."""
        statement = text(
            "SELECT task_name, status::text, count(*) FROM procrastinate_jobs j WHERE queue_name NOT IN ('held', :plan)"
            " AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs h WHERE h.queue_name = 'held' AND h.lock = j.lock) GROUP BY 1, 2"
        )
        with self.store.read() as connection:
            return [tuple(r) for r in connection.execute(statement, {"plan": PLANNING})]

    def waiting(self) -> set[int]:
        """The ids of the tasks that wait or are under way."""
        with self.store.read() as connection:
            return set(connection.scalars(text("SELECT id FROM procrastinate_jobs")))

    def until_done(self) -> None:
        """Wait until no task is left."""
        self.until(lambda: not self.left(), self.left)

    def until(self, done: Any, state: Any = lambda: "") -> None:
        """Wait until ``done`` returns true.

        Raises:
            AssertionError: it takes too long; the message has the logs.
        """
        end = time.monotonic() + LONGEST
        while not self._is(done):
            if self.disturb is not None:
                self.disturb()
            assert time.monotonic() < end, f"still not: {state()}\n{self.logs()[-8000:]}"
            time.sleep(0.02)  # polls the store; it is no guess at how long things take

    def _is(self, done: Callable[[], bool]) -> bool:
        try:
            return done()
        except (StoreError, IntegrityError):  # the database is away, or a worker is selecting just now
            return False

    def logs(self) -> str:
        """The logs of all processes."""
        return "\n".join(f"{p.name}:\n{p.read_text()}" for p in sorted(self.folder.glob("worker-*.log")))

    def three_days(self, moments: Sequence[datetime] = MOMENTS) -> None:
        """Do what `in_one_process` does, with the workers."""
        for moment in moments:
            # Before the clock moves, else a round of the scheduler would select before the news is in
            with self.selecting_blocked():
                self.at(moment)
                if moment == demo.START:
                    self.do(partial(register, settings=self.settings, now=moment))
                for sources in waves(self.settings):
                    self.poll(sources)
                    self.until_done()
            for hours in HOURS:
                self.at_hour(moment, hours)
                self.enqueue(SELECT)
                self.until_done()

    @contextmanager
    def selecting_blocked(self) -> Iterator[None]:
        """Block selecting, so that the alerts of a moment do not depend on which worker is faster."""
        self.do(lambda connection: connection.execute(text(_HOLD)))
        yield
        self.do(
            lambda connection: connection.execute(
                text("DELETE FROM procrastinate_jobs WHERE task_name = 'held'")
            )
        )

    def alive(self) -> int:
        """The number of living workers."""
        statement = text(
            "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat < now() + interval '1 hour'"
        )
        with self.store.read() as connection:
            return connection.scalar(statement) or 0

    def at_hour(self, moment: datetime, hours: int) -> None:
        """Set the clock of the processes some hours later; the news web stays at its moment."""
        now = self.room.now
        self.at(moment + timedelta(hours=hours))
        self.room.now = now
