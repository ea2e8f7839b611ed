"""The processes as an operator starts them: scheduler, workers and web, each by its own command."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select, text

from crawler.store import Store
from crawler.store.jobs import Job, enqueue
from crawler.store.schema import alerts, articles, deliveries
from tests.alerts.web.web_client import serving
from tests.builders import settings
from tests.conftest import EVENING, run, start
from tests.many.workers import WorkerProcesses
from tests.newsroom.configuration import over_packaged
from tests.newsroom.web import Newsroom
from tests.postgres import Postgres
from tests.preloaded import Process
from tests.sessions import BY_SESSION, let_in


@contextmanager
def started(folder: Path, *arguments: str) -> Iterator[Process]:
    """One process of the program."""
    with (folder / f"{arguments[0]}-{arguments[-1]}.log").open("wb") as log:
        process = start(*arguments, cwd=folder, log=log, WATCH_SECRET="s" * 32)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                assert process.wait(20) == 0, log.name
            finally:
                process.kill()


def test_scheduler_and_workers_poll_judge_tell_and_end(database: str, tmp_path: Path) -> None:
    with Newsroom(EVENING) as room, WorkerProcesses(room, tmp_path, database) as machines:

        def told() -> bool:
            with machines.store.read() as connection:
                found = connection.scalar(select(func.count()).select_from(articles)) or 0
                alive = connection.scalar(text("SELECT count(*) FROM procrastinate_workers")) or 0
                sent = connection.scalar(select(func.count()).where(deliveries.c.status == "sent")) or 0
            return found >= 50 and alive >= 2 and sent > 0 and not machines.left()

        with (
            started(tmp_path, "run", "--role", "scheduler"),
            started(tmp_path, "worker", "--concurrency", "4"),
        ):
            machines.until(told, lambda: "\n".join(p.read_text()[-3000:] for p in tmp_path.glob("*.log")))
    store = Store(database)
    with store.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM procrastinate_workers")) == 0, (
            "workers say goodbye"
        )
        kinds = list(connection.scalars(select(alerts.c.kind)))
        states = set(connection.scalars(select(deliveries.c.status)))
    assert "new_base" in kinds and len(kinds) > 5
    assert states == {"sent"}


def configured(folder: Path, url: str, engine: str) -> None:
    """Write a configuration with one source, a store and an engine."""
    sections = {
        "storage": {"url": url}, "work": {"engine": engine}, "delivery": {"secret": "${WATCH_SECRET:-" + "s" * 32 + "}"},
        "sources": [{"name": "a", "url": "http://a.example/feed"}], "subscriptions": [],
    }  # fmt: skip
    (folder / "config.yaml").write_text(over_packaged(**sections), encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "engine", "said"),
    [
        (("worker", "--queues", "poll,sweep"), "procrastinate", "allowed: poll, pages, judge, deliver"),
        (("worker",), "embedded", "work.engine is embedded"),
        (("run", "--role", "scheduler"), "embedded", "work.engine is embedded"),
    ],
)
def test_what_cannot_be_is_said(arguments: tuple[str, ...], engine: str, said: str, tmp_path: Path) -> None:
    url = (
        "postgresql+psycopg://nobody@127.0.0.1:9/none" if engine == "procrastinate" else "sqlite:///watch.db"
    )
    configured(tmp_path, url, engine)
    done = run(*arguments, cwd=tmp_path)
    assert done.status == 2 and said in done.err


def test_the_engine_of_many_needs_postgresql(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(
        "storage: {url: 'sqlite:///a.db'}\nwork: {engine: procrastinate}\nsources: [{name: a, url: 'http://a.example/feed'}]\ntopics: {}\n"
    )
    done = run("check", cwd=tmp_path)
    assert done.status == 2 and "config.yaml:2: work.engine: procrastinate needs PostgreSQL" in done.err
    assert [p.name for p in tmp_path.iterdir()] == ["config.yaml"]


def test_pages_say_so_while_the_database_is_away_and_go_on_when_it_is_back(
    postgres: Postgres, tmp_path: Path
) -> None:
    own = settings()
    store = Store(postgres.new())
    store.upgrade()
    with serving(
        own.model_copy(update={"delivery": own.delivery.model_copy(update={"secret": SecretStr("s" * 32)})}),
        store,
    ) as browser:
        let_in(store)
        assert browser.get("/console/", **BY_SESSION).status == 200
        postgres.kill()
        try:
            found = {
                path: browser.get(path, **BY_SESSION)
                for path in ("/readyz", "/metrics", "/console/", "/api/v1/stories", "/healthz")
            }
        finally:
            postgres.start()
        assert {path: a.status for path, a in found.items()} == {
            "/readyz": 503, "/metrics": 503, "/console/": 503, "/api/v1/stories": 503, "/healthz": 200,
        }  # fmt: skip
        assert all(str(postgres.port) not in a.text for a in found.values()), (
            "where the database is, is nobody's business"
        )
        assert browser.get("/console/", **BY_SESSION).status == 200 == browser.get("/readyz").status


def test_units_that_failed_for_good_are_seen_done_again_or_dropped(database: str, tmp_path: Path) -> None:
    configured(tmp_path, database, "procrastinate")
    store = Store(database)
    store.upgrade()
    with store.write() as connection:
        enqueue(connection, [Job("judge", "judge", {"entries": [n]}) for n in range(3)])
        connection.execute(text("UPDATE procrastinate_jobs SET status = 'failed', attempts = 9 WHERE id < 3"))
    rows = run("units", "list", "--status", "failed", "--json", cwd=tmp_path).json
    assert [(r["unit"], r["status"], r["attempts"]) for r in rows] == [("judge", "failed", 9)] * 2
    assert "1 units are done again" in run("units", "retry", str(rows[0]["id"]), cwd=tmp_path).out
    assert "dropped" in run("units", "drop", str(rows[1]["id"]), cwd=tmp_path).out
    with store.read() as connection:
        assert list(connection.scalars(text("SELECT status::text FROM procrastinate_jobs"))) == [
            "todo",
            "todo",
        ]
    assert run("units", "retry", "77", cwd=tmp_path).status == 2
