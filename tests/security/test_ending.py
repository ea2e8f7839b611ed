"""Even if the store is locked, a stop ends the process within ten seconds, at once the second time, and loses nothing."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from tests.conftest import run, start
from tests.many.conftest import database, postgres  # noqa: F401 - fixtures
from tests.many.workers import written
from tests.newsroom.configuration import watching
from tests.newsroom.news import outlets
from tests.newsroom.web import Newsroom
from tests.preloaded import Process
from tests.waiting import until

FEEDS = {f"/{name}/feed" for name in outlets()}
PROMISED = 10.0
"""Seconds (docs/contract.md)."""


@contextmanager
def begun(folder: Path, *command: str) -> Iterator[Process]:
    """A program of ours, writing what it says into ``log``; killed if a test leaves it behind."""
    with (folder / "log").open("ab") as log:
        process = start(*command, cwd=folder, log=log)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def said(folder: Path) -> str:
    return (folder / "log").read_text(encoding="utf-8")


def stored(folder: Path) -> int:
    return len(run("articles", "list", "--json", "--limit", "500", cwd=folder).json)


@contextmanager
def held(file: Path) -> Iterator[None]:
    """A store that another process does not let go of."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.rollback()


@contextmanager
def held_tables(url: str) -> Iterator[None]:
    """The same of tables in PostgreSQL: nobody else may so much as read them."""
    with psycopg.connect(
        make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    ) as connection:
        tables = connection.execute(
            "SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables WHERE schemaname = 'public' AND tablename != 'alembic_version'"
        ).fetchone()
        assert tables is not None
        connection.execute(f"LOCK TABLE {tables[0]} IN ACCESS EXCLUSIVE MODE")  # type: ignore[arg-type]
        yield
        connection.rollback()


@pytest.fixture
def folder(room: Newsroom, tmp_path: Path) -> Path:
    """A folder whose configuration watches the news web, with an empty store."""
    watching(room, tmp_path, schedule={"every": "2s"}, subscriptions=[], web={"host": "127.0.0.1", "port": 0})
    assert run("db", "upgrade", cwd=tmp_path).status == 0
    return tmp_path


def test_the_service_ends_in_time_although_the_store_is_locked_and_finds_all_again(
    room: Newsroom, folder: Path
) -> None:
    with held(folder / "aseanwatch.db"), begun(folder, "run") as process:
        until(lambda: "web pages at" in said(folder))
        process.send_signal(signal.SIGTERM)
        assert process.wait(PROMISED) == 0
    assert "does not end" in said(folder) and "found again" in said(folder)
    assert run("crawl", cwd=folder).status == 0
    assert stored(folder) > 0


def test_a_second_signal_ends_the_service_at_once(folder: Path) -> None:
    with held(folder / "aseanwatch.db"), begun(folder, "run") as process:
        until(lambda: "web pages at" in said(folder))
        process.send_signal(signal.SIGHUP)  # its terminal was closed
        process.send_signal(signal.SIGINT)
        until(lambda: process.poll() is not None)
        assert process.returncode == 0
    assert "at once" in said(folder)


@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.long)])
def test_a_crawl_that_waits_for_the_store_says_that_it_was_stopped(
    room: Newsroom, folder: Path, number: int
) -> None:
    room.held.add(sorted(FEEDS)[0])
    with begun(folder, "crawl") as process:
        until(lambda: len(room.requests) > 3)
        with held(folder / "aseanwatch.db"):
            process.send_signal(number)
            assert process.wait(PROMISED) == 1
    assert said(folder).splitlines()[-1].startswith("stopped: what was stored is kept")
    room.held.clear()
    assert run("crawl", cwd=folder).status == 0
    assert stored(folder) > 0


def test_the_web_pages_alone_end_with_status_0_while_a_reader_waits_for_the_store(folder: Path) -> None:
    with held(folder / "aseanwatch.db"), begun(folder, "web") as process:
        until(lambda: "web pages at" in said(folder))
        process.send_signal(signal.SIGTERM)
        assert process.wait(PROMISED) == 0


def test_who_reads_that_the_pages_are_there_may_end_them_at_once(folder: Path) -> None:
    served = f"""
import signal
from pathlib import Path
from alerts.operations.live_config import Live
from alerts.web.serving import Pages
from crawler.config import load
from crawler.store import Store
settings = load(Path({str(folder / "config.yaml")!r}))
pages = Pages(Live(None, settings), Store(settings.storage.url))
pages.serve(lambda: signal.raise_signal(signal.SIGTERM))
"""
    done = subprocess.run([sys.executable, "-c", served], cwd=folder, timeout=60, check=False)
    assert done.returncode == 0


@pytest.mark.long
@pytest.mark.parametrize("command", ["run", "worker"])
def test_workers_end_in_time_although_tables_are_locked(
    room: Newsroom,
    tmp_path: Path,
    database: str,
    command: str,
) -> None:
    work = {"engine": "procrastinate"} if command == "worker" else {}
    written(
        room,
        tmp_path,
        storage={"url": database},
        work=work,
        subscriptions=[],
        web={"host": "127.0.0.1", "port": 0},
    )
    assert run("db", "upgrade", cwd=tmp_path).status == 0
    ready = "working on" if command == "worker" else "watching"
    with begun(tmp_path, command) as process:
        until(lambda: ready in said(tmp_path))
        with held_tables(database):
            process.send_signal(signal.SIGTERM)
            assert process.wait(PROMISED) == 0
    assert "stopped" in said(tmp_path) or "does not end" in said(tmp_path)
