"""A worker waits for a database that is away, however that shows, and still stops at once when asked to."""

from __future__ import annotations

import asyncio
import logging

import psycopg_pool
import pytest
from procrastinate import App
from sqlalchemy import text

from alerts.operations.live_config import Live
from alerts.service import worker
from crawler.store import Store
from tests.builders import settings
from tests.postgres import Postgres
from tests.reactor import in_reactor


async def until_told(records: list[logging.LogRecord], words: str) -> None:
    """Wait until a line of the log has some words."""
    async with asyncio.timeout(30):
        while not any(words in r.getMessage() for r in records):
            await asyncio.sleep(0.01)  # a look at the log


async def told_and_stopped(store: Store, caplog: pytest.LogCaptureFixture, words: str) -> None:
    one = worker.Worker(Live(None, settings()), store)
    running = asyncio.ensure_future(one.run())
    await until_told(caplog.records, words)
    one.stop()
    async with asyncio.timeout(10):
        await running


def test_a_database_that_is_not_there(caplog: pytest.LogCaptureFixture) -> None:
    in_reactor(
        told_and_stopped(
            Store("postgresql+psycopg://nobody:hidden@127.0.0.1:9/none"), caplog, "next try in 2 s"
        )
    )
    assert "hidden" not in caplog.text


def test_a_pool_of_connections_that_gives_up(
    postgres: Postgres, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(postgres.new())
    store.upgrade()
    plain = worker.app_of

    def app_of(given: Store) -> App:
        app = plain(given)

        async def no(pool: object = None) -> None:
            raise psycopg_pool.PoolTimeout("pool initialization incomplete")

        monkeypatch.setattr(app.connector, "open_async", no)
        return app

    monkeypatch.setattr(worker, "app_of", app_of)
    in_reactor(told_and_stopped(store, caplog, "pool initialization incomplete"))


def test_a_database_that_goes_and_comes_back_under_a_worker(
    postgres: Postgres, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "AWAY", (0.1, 1.5))
    store = Store(postgres.new())
    store.upgrade()
    caplog.set_level(logging.INFO, "aseanwatch")

    async def scenario() -> None:
        one = worker.Worker(Live(None, settings()), store)
        running = asyncio.ensure_future(one.run())
        await until_told(caplog.records, "working on")
        await asyncio.to_thread(postgres.kill)
        await until_told(caplog.records, "cannot be used")
        await asyncio.to_thread(postgres.start)
        caplog.clear()
        await until_told(caplog.records, "working on")
        one.stop()
        async with asyncio.timeout(10):
            await running

    in_reactor(scenario())
    with store.read() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
