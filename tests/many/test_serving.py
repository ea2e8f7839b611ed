"""One service at a time on a store: the second is refused and told who runs; a dead one blocks nobody."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crawler.store import Store
from crawler.store.serving import ServiceLock, StoreInUseError, service_lock
from tests.builders import keep, new_store
from tests.conftest import run, start
from tests.newsroom.configuration import over_packaged
from tests.postgres import Postgres
from tests.preloaded import Process


def configured(folder: Path, url: str, engine: str = "embedded") -> None:
    sections = {
        "storage": {"url": url}, "work": {"engine": engine}, "web": {"port": 0}, "subscriptions": [], "crawl": {"allow_private": ["127.0.0.1"]},
        "delivery": {"secret": f"${{WATCH_SECRET:-{'s' * 32}}}"}, "sources": [{"name": "a", "url": "http://127.0.0.1:9/feed"}],
    }  # fmt: skip
    (folder / "config.yaml").write_text(over_packaged(**sections), encoding="utf-8")


@contextmanager
def started(folder: Path, *arguments: str, until: str) -> Iterator[Process]:
    """A process of the program that has said something."""
    said = folder / f"{'-'.join(arguments)}.log"
    with said.open("w") as log:
        process = start(*arguments, cwd=folder, log=log)
    try:
        while until not in said.read_text():
            assert process.poll() is None, said.read_text()
            time.sleep(0.02)  # a look at what it says
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_second_service_on_a_file_is_told_who_runs_and_a_dead_one_holds_up_nobody(tmp_path: Path) -> None:
    configured(tmp_path, "sqlite:///watch.db")
    with started(tmp_path, "run", until="watching") as first:
        second = run("run", cwd=tmp_path)
        assert second.status == 2
        assert (
            f"in use by a service: aseanwatch run, process {first.pid} on " in second.err
            and "since 2" in second.err
        )
        assert (
            run("units", "list", cwd=tmp_path).status == 2
            and run("sources", "list", cwd=tmp_path).status == 0
        )
        assert run("db", "backup", "copy.db", cwd=tmp_path).status == 0
        restored = run("db", "restore", "copy.db", "--replace", cwd=tmp_path)
        assert restored.status == 2 and f"process {first.pid}" in restored.err
        first.send_signal(signal.SIGKILL)
        first.wait()
        with started(tmp_path, "run", until="watching") as third:
            assert f"process {third.pid}" in run("run", cwd=tmp_path).err
            third.send_signal(signal.SIGTERM)
            assert third.wait(20) == 0
    assert run("db", "restore", "copy.db", "--replace", cwd=tmp_path).status == 0


@pytest.mark.long
def test_on_postgresql_workers_are_many_and_a_service_alone_is_alone(database: str, tmp_path: Path) -> None:
    (tmp_path / "alone").mkdir()
    (tmp_path / "many").mkdir()
    configured(tmp_path / "alone", database)
    configured(tmp_path / "many", database, "procrastinate")
    with (
        started(tmp_path / "many", "worker", until="working on") as worker,
        started(tmp_path / "many", "run", "--role", "scheduler", until="working on"),
    ):
        refused = run("run", cwd=tmp_path / "alone")
        assert refused.status == 2 and f"aseanwatch worker, process {worker.pid} on " in refused.err
    with started(tmp_path / "alone", "run", until="watching") as service:
        refused = run("worker", cwd=tmp_path / "many")
        assert refused.status == 2 and f"aseanwatch run, process {service.pid} on " in refused.err
        assert run("run", cwd=tmp_path / "alone").status == 2
        service.kill()
        service.wait()
        with started(tmp_path / "many", "worker", until="working on"):
            pass


def test_a_lock_that_went_with_the_database_is_taken_again_or_is_somebody_else_s(postgres: Postgres) -> None:
    url = postgres.new()
    one, other = Store(url), Store(url)
    with service_lock(one, "run") as held:
        held.renew()
        postgres.kill()
        postgres.start()
        held.renew()
        with pytest.raises(StoreInUseError, match="aseanwatch run, process"):
            ServiceLock(other, "run")
        postgres.kill()
        postgres.start()
        with service_lock(other, "another"), pytest.raises(StoreInUseError, match="aseanwatch another"):
            held.renew()


def test_nothing_is_copied_into_a_store_that_is_served(database: str, tmp_path: Path) -> None:
    keep(new_store(tmp_path), "China and Laos open a rail link", "China and Laos cooperate on a rail link.")
    target = Store(database)
    with service_lock(target, "worker", exclusive=False):
        done = run("db", "copy", f"sqlite:///{tmp_path / 'store.db'}", database, cwd=tmp_path)
    assert done.status == 2 and "aseanwatch worker" in done.err
    assert run("db", "copy", f"sqlite:///{tmp_path / 'store.db'}", database, cwd=tmp_path).status == 0
