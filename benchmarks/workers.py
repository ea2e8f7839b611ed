"""One process compared with several workers on the same feeds: ``python -m benchmarks.workers``.

Everything runs on this machine (server, database, workers), so that more workers than cores show their cost. Prints entries and
polls a second, the CPU time of workers and database for each task, and the queue's own cost.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import psutil
from procrastinate import App
from sqlalchemy import func, select, text

from alerts.service.worker import POLLING, app_of
from benchmarks import loopback
from benchmarks.measuring import addresses
from crawler.commands.context import open_store
from crawler.config import load
from crawler.config.settings import Settings
from crawler.crawl import Crawling
from crawler.net.reactor import running_reactor
from crawler.store import Store
from crawler.store.jobs import Job, enqueue
from crawler.store.schema import articles
from crawler.tasks.engine import Parts
from crawler.tasks.follow_ups import poll_jobs
from tests.newsroom.configuration import packaged, with_sections
from tests.postgres import Postgres


@dataclass(frozen=True)
class Lap:
    """A measured stretch: its duration, and the CPU time of workers and database."""

    seconds: float
    workers: float
    database: float


def configured(folder: Path, port: int, feeds: int, url: str, engine: str) -> Settings:
    """A configuration that polls the feeds, without pages."""
    sources = [{"name": f"feed-{n}", "url": address} for n, address in enumerate(addresses(port, feeds))]
    crawling = {"allow_private": ["127.0.0.1"], "pages": "never", "per_host": 64}
    sections: dict[str, Any] = {
        "sources": sources, "crawl": crawling, "storage": {"url": url}, "work": {"engine": engine}, "subscriptions": [],
        "delivery": {"secret": "${WATCH_SECRET}"},
    }  # fmt: skip
    path = folder / "config.yaml"
    path.write_text(with_sections(packaged(), **sections), encoding="utf-8")
    return load(path)


def processor(processes: list[psutil.Process]) -> float:
    """The CPU seconds that processes and their children have used so far."""
    total = 0.0
    for process in processes:
        for one in (process, *process.children(recursive=True)):
            try:
                times = one.cpu_times()
                total += (
                    times.user + times.system + times.children_user + times.children_system
                    if one is process
                    else times.user + times.system
                )
            except psutil.NoSuchProcess:
                pass
    return total


def left(store: Store) -> int:
    """The number of unfinished tasks."""
    with store.read() as connection:
        return connection.scalar(text("SELECT count(*) FROM procrastinate_jobs")) or 0


def lap(store: Store, settings: Settings, workers: list[psutil.Process], database: psutil.Process) -> Lap:
    """Poll all sources once, each as a site of its own, and wait until nothing is left."""
    before = processor(workers), processor([database])
    began = time.perf_counter()
    jobs = [replace(job, lock=f"site:{s.name}") for s in settings.sources for job in poll_jobs([s], 0.0)]
    with store.write(exclusive=False) as connection:
        enqueue(connection, jobs)
    while left(store):
        time.sleep(0.02)
    seconds = time.perf_counter() - began
    return Lap(seconds, processor(workers) - before[0], processor([database]) - before[1])


def with_workers(server: Postgres, port: int, feeds: int, number: int) -> tuple[Lap, Lap, int, float]:
    """The first poll and a poll without news by so many workers, the number of articles, and the megabytes of one worker."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = configured(folder, port, feeds, server.new(), "procrastinate")
        store = open_store(settings)
        command = [
            sys.executable,
            "-m",
            "alerts",
            "worker",
            "--concurrency",
            "8",
            "--config",
            str(folder / "config.yaml"),
        ]
        processes = [
            subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
            for _ in range(number)
        ]
        try:
            while _alive(store) < number:
                time.sleep(0.1)
            watched, database = [psutil.Process(p.pid) for p in processes], psutil.Process(server.pid())
            first, again = (lap(store, settings, watched, database) for _ in range(2))
            memory = max(p.memory_info().rss for p in watched) / 1e6
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(30)
        with store.read() as connection:
            count = connection.scalar(select(func.count()).select_from(articles)) or 0
        store.close()
    return first, again, count, memory


def _alive(store: Store) -> int:
    with store.read() as connection:
        return connection.scalar(text("SELECT count(*) FROM procrastinate_workers")) or 0


def embedded(url: str | None, port: int, feeds: int) -> tuple[float, float, float, float]:
    """The seconds of the first poll and of one without news in one process, with SQLite or the PostgreSQL at a URL.

    Also for how many seconds of the first poll it was the one writer, and by how many bytes the database grew.
    """

    async def run(settings: Settings, store: Store) -> tuple[float, float, float, float]:
        laps, written, before = [], _timed(store), _size(store)
        async with running_reactor(), Crawling(settings, store, parts=Parts(sources=1)) as crawling:
            for _ in range(2):
                began = time.perf_counter()
                for source in settings.sources:
                    crawling.poll(source)
                await crawling.asked_all()
                laps.append((time.perf_counter() - began, sum(written)))
        return laps[0][0], laps[1][0], laps[0][1], _size(store) - before

    with tempfile.TemporaryDirectory() as name:
        settings = configured(Path(name), port, feeds, url or f"sqlite:///{name}/store.db", "embedded")
        store = open_store(settings)
        try:
            return asyncio.run(run(settings, store))
        finally:
            store.close()


def _timed(store: Store) -> list[float]:
    """A list that gets the seconds of each transaction of the one writer."""
    seconds: list[float] = []
    plain = store.write

    @contextmanager
    def write(*, exclusive: bool = True) -> Iterator[Any]:
        with plain(exclusive=exclusive) as connection:
            began = time.perf_counter()
            yield connection
        if exclusive:
            seconds.append(time.perf_counter() - began)

    store.write = write  # type: ignore[method-assign]
    return seconds


def _size(store: Store) -> float:
    """The bytes of a PostgreSQL database; 0 for another."""
    if store.is_sqlite:
        return 0.0
    with store.read() as connection:
        return float(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)


def queue(server: Postgres, jobs: int) -> dict[str, float]:
    """The milliseconds that the queue takes for an empty task: to enqueue it, and to fetch and finish it."""
    store = Store(server.new())
    store.upgrade()
    began = time.perf_counter()
    for start in range(0, jobs, 50):
        with store.write(exclusive=False) as connection:
            enqueue(
                connection,
                [Job("nothing", "poll", {"n": n}, lock=f"site:{n}") for n in range(start, start + 50)],
            )
    enqueued = time.perf_counter() - began
    app: App = app_of(store)

    @app.task(name="nothing")
    async def nothing(n: int) -> None:
        pass

    async def work() -> float:
        async with app.open_async():
            began = time.perf_counter()
            await app.run_worker_async(
                queues=["poll"], wait=False, concurrency=8, delete_jobs="successful", install_signal_handlers=False,
                fetch_job_polling_interval=POLLING,
            )  # fmt: skip
            return time.perf_counter() - began

    done = asyncio.run(work())
    store.close()
    return {"enqueue": enqueued / jobs * 1000, "fetch_and_finish": done / jobs * 1000}


def main() -> None:
    """Run everything and print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--feeds", type=int, default=300)
    options.add_argument("--entries", type=int, default=30, help="in each feed")
    options.add_argument("--workers", type=int, nargs="*", default=[1, 2, 4])
    options.add_argument("--write", type=Path, help="a JSON file for the pictures")
    given = options.parse_args()
    os.environ.setdefault("WATCH_SECRET", "a secret of sixteen or more letters")
    entries = given.feeds * given.entries
    found: dict[str, Any] = {
        "feeds": given.feeds,
        "entries": given.entries,
        "cores": os.cpu_count(),
        "workers": {},
    }
    with loopback.apart("benchmarks.server", given.feeds, given.entries) as port, Postgres() as server:
        found["queue"] = queue(server, 2000)
        for name, url in (("SQLite", None), ("PostgreSQL", server.new())):
            # A reactor runs once in a process
            with ProcessPoolExecutor(1, get_context("spawn")) as alone:
                first, again, written, grown = alone.submit(embedded, url, port, given.feeds).result()
            found[f"embedded {name}"] = {
                "entries": entries / first, "polls": given.feeds / again, "writer_ms_entry": written / entries * 1000,
                "bytes_entry": grown / entries,
            }  # fmt: skip
            print(
                f"one process, {name:10}: {entries / first:7.0f} entries/s  {given.feeds / again:7.0f} polls/s; the one writer {written / entries * 1000:.2f} ms an entry"
            )
        one = None
        for number in given.workers:
            first_lap, again_lap, count, memory = with_workers(server, port, given.feeds, number)
            row = {
                "entries": entries / first_lap.seconds, "polls": given.feeds / again_lap.seconds, "articles": count, "memory": memory,
                "worker_ms_entry": first_lap.workers / entries * 1000, "database_ms_entry": first_lap.database / entries * 1000,
                "worker_ms_poll": again_lap.workers / given.feeds * 1000, "database_ms_poll": again_lap.database / given.feeds * 1000,
            }  # fmt: skip
            found["workers"][str(number)] = row
            one = one or row
            print(
                f"{number} workers: {row['entries']:7.0f} entries/s ({row['entries'] / one['entries']:.2f}x)  {row['polls']:6.0f} polls/s"
                f" ({row['polls'] / one['polls']:.2f}x); an entry {row['worker_ms_entry']:.2f} ms of workers, {row['database_ms_entry']:.2f} of the"
                f" database; a poll {row['worker_ms_poll']:.2f} and {row['database_ms_poll']:.2f} ms; {count} articles, {memory:.0f} MB a worker"
            )  # fmt: skip
    print(
        f"the queue: {found['queue']['enqueue']:.2f} ms to enqueue a unit, {found['queue']['fetch_and_finish']:.2f} ms to fetch and finish it"
    )
    if given.write:
        given.write.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
