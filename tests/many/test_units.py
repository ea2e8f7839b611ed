"""A task may run twice, late, or about something deleted, with the same result for readers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select, text

from alerts.delivery.dispatch import due_now
from alerts.service.planner import QueuePlanner
from alerts.service.tasks import DeliveryHandlers
from alerts.subscriptions.subscriptions import register
from crawler.config.settings import Source
from crawler.ingest.ingestor import Ingestor
from crawler.ingest.messages import Batch
from crawler.store import Store, StoreError, websub
from crawler.store.jobs import QUEUES, enqueue
from crawler.store.schema import (
    alerts,
    articles,
    deliveries,
    digests,
    entries,
    pending,
    polls,
    source_states,
    stories,
)
from crawler.store.sources import load_states
from crawler.tasks.follow_ups import SELECT, poll_jobs
from crawler.tasks.handlers import CrawlHandlers
from crawler.tasks.poll_planner import LEASE
from tests.conftest import EVENING
from tests.ingesting import item, rss
from tests.many.workers import WorkerProcesses
from tests.newsroom.web import Newsroom
from tests.reactor import in_reactor

COUNTED = (entries, articles, stories, alerts, digests, deliveries, pending)


def counts(machines: WorkerProcesses) -> dict[str, int]:
    with machines.store.read() as connection:
        return {t.name: connection.scalar(select(func.count()).select_from(t)) or 0 for t in COUNTED}


def taken(machines: WorkerProcesses) -> list[tuple[str, dict[str, Any]]]:
    """What waits in the queue, taken out of it."""
    with machines.store.write(exclusive=False) as connection:
        found = list(connection.execute(text("DELETE FROM procrastinate_jobs RETURNING id, task_name, args")))
    return [(name, values) for _, name, values in sorted(found)]


async def every_unit(machines: WorkerProcesses, times: int) -> None:
    """Do what waits, each unit so many times, until nothing is left."""
    async with CrawlHandlers(machines.settings, machines.store, QUEUES, lambda: EVENING) as station:
        delivering = DeliveryHandlers(machines.settings, machines.store, lambda: EVENING, enqueue)
        units: dict[str, Callable[..., Any]] = {
            "poll": station.poll, "pages": station.pages, "judge": station.judge,
            "select": delivering.select, "render": delivering.render, "send": delivering.send,
        }  # fmt: skip
        while waiting := taken(machines):
            for name, values in waiting:
                for _ in range(times):
                    done = units[name](**values)
                    if asyncio.iscoroutine(done):
                        await done
        delivering.close()


def test_a_unit_that_runs_twice_late_or_about_what_is_gone_changes_nothing(
    database: str, tmp_path: Path
) -> None:
    with Newsroom(EVENING) as room, WorkerProcesses(room, tmp_path, database) as machines:
        machines.at(EVENING)
        in_reactor(scenario(machines))


async def scenario(machines: WorkerProcesses) -> None:
    with machines.store.write() as connection:
        register(connection, machines.settings, EVENING)
    planner = QueuePlanner(machines.settings, machines.store, lambda: EVENING)
    assert planner.polls() == len(machines.settings.sources)
    assert planner.polls() == 0, "they are leased"
    waiting = taken(machines)
    assert [name for name, _ in waiting] == ["poll"], "one address, one unit"
    machines.poll()
    await every_unit(machines, 2)
    found = counts(machines)
    assert (
        found["articles"] == 124
        and found["pending"] == 0
        and found["alerts"] > 5
        and found["deliveries"] == found["digests"] > 0
    )
    assert not due_now(machines.store, machines.settings, EVENING)

    # The same again: late, twice, and about sources and entries that are not there.
    async with CrawlHandlers(machines.settings, machines.store, QUEUES, lambda: EVENING) as station:
        await station.poll(sources=["nobody-knows", machines.settings.sources[0].name], pace=0.0)
        await station.judge(entries=[1, 2, 999_999])
        await station.pages(entries=[3, 999_999], revisits=[999_999])
        await station.judge(
            pages=[
                {
                    "entries": [4],
                    "revisit": None,
                    "document": None,
                    "problem": "gone",
                    "answered": False,
                    "wall": False,
                }
            ]
        )
    await every_unit(machines, 1)
    assert counts(machines) == found

    # What a hub pushed is taken in by the task that polls its source, once, and the source is not asked for it.
    pushed = rss(item("China and Laos open a rail link", "https://pushed.example/1"))
    name = next(s.name for s in machines.settings.sources if s.kind == "feed")
    with machines.store.write(exclusive=False) as connection:
        websub.add_push(connection, name, EVENING, EVENING + LEASE, "application/rss+xml", pushed)
    assert (planner.polls(), planner.polls()) == (1, 0)
    await every_unit(machines, 1)
    with machines.store.read() as connection:
        latest = connection.execute(select(polls).order_by(polls.c.id.desc())).first()
        assert latest is not None
        assert (latest.source, latest.message, latest.new_entries) == (name, "pushed by its hub", 1)
        assert not websub.pushes_of(connection, name, EVENING)
        due = load_states(connection, [name])[name]
    assert due.pushed_until == EVENING + LEASE
    assert counts(machines)["entries"] == found["entries"] + 1

    # A lease that ends without a poll: due again. A source that the configuration has no more is left as it is.
    with machines.store.write() as connection:
        connection.execute(source_states.update().values(due=EVENING + LEASE))
    late = QueuePlanner(machines.settings, machines.store, lambda: EVENING + LEASE)
    assert late.polls() == len(machines.settings.sources)
    fewer = machines.settings.model_copy(update={"sources": machines.settings.sources[:3]})
    with machines.store.write() as connection:
        connection.execute(source_states.update().values(due=EVENING))
    assert QueuePlanner(fewer, machines.store, lambda: EVENING).polls() == 3
    assert QueuePlanner(fewer, machines.store, lambda: EVENING).polls() == 0
    assert (
        QueuePlanner(machines.settings, machines.store, lambda: EVENING).polls()
        == len(machines.settings.sources) - 3
    ), "back again"

    # One that an earlier version put off for a year while it was away is asked like the others.
    with machines.store.write() as connection:
        connection.execute(source_states.update().values(due=EVENING + timedelta(days=365)))
    again = QueuePlanner(machines.settings, machines.store, lambda: EVENING)
    again.begin()
    assert again.polls() == len(machines.settings.sources)

    # A machine whose configuration does not have a source (yet) leaves it to another, soon.
    async with CrawlHandlers(fewer, machines.store, ("poll",), lambda: EVENING) as station:
        await station.poll(sources=[s.name for s in machines.settings.sources[3:]], pace=0.0)
    soon = QueuePlanner(machines.settings, machines.store, lambda: EVENING + timedelta(seconds=20))
    assert soon.polls() == len(machines.settings.sources) - 3

    # Entries whose units failed for good are taken up again, once nothing else is under way.
    taken(machines)
    with machines.store.write() as connection:
        some = list(connection.scalars(select(entries.c.id).limit(3)))
        connection.execute(
            text("DELETE FROM article_entries WHERE entry_id IN (SELECT id FROM entries ORDER BY id LIMIT 3)")
        )
        connection.execute(delete(pending))
        connection.execute(pending.insert(), [{"entry_id": i, "since": EVENING, "tries": 0} for i in some])
    QueuePlanner(machines.settings, machines.store, lambda: EVENING + LEASE * 2).take_up_pending()
    assert [name for name, _ in taken(machines)] == ["judge"]
    machines.enqueue()


def test_sources_of_one_site_are_one_unit_and_never_asked_side_by_side() -> None:
    sources = [
        Source(name=f"s{n}", url=f"https://{'a' if n % 2 else 'b'}{n}.outlet{n % 3}.co.id/feed")
        for n in range(9)
    ]
    jobs = poll_jobs(sources, 0.5)
    assert sorted(j.lock or "" for j in jobs) == [
        "site:outlet0.co.id",
        "site:outlet1.co.id",
        "site:outlet2.co.id",
    ]
    assert sorted(name for j in jobs for name in j.kwargs["sources"]) == sorted(s.name for s in sources)


def test_the_same_sources_asked_by_two_machines_at_once_give_everything_once(
    database: str, tmp_path: Path
) -> None:
    with Newsroom(EVENING) as room, WorkerProcesses(room, tmp_path, database) as machines:
        machines.at(EVENING)
        in_reactor(side_by_side(machines))


async def side_by_side(machines: WorkerProcesses) -> None:
    names = [s.name for s in machines.settings.sources]
    async with AsyncExitStack() as stack:
        stations = [
            await stack.enter_async_context(
                CrawlHandlers(machines.settings, machines.store, ("poll",), lambda: EVENING)
            )
            for _ in range(4)
        ]
        await asyncio.gather(*(station.poll(names, 0.0) for station in stations))
    with machines.store.read() as connection:
        outcomes = [state["outcome"] for state in connection.scalars(select(source_states.c.state))]
        waiting = {
            i
            for values in connection.scalars(text("SELECT args FROM procrastinate_jobs"))
            for i in values["entries"]
        }
        assert set(outcomes) == {"ok"} and len(outcomes) == len(names)
        assert (
            waiting
            == set(connection.scalars(select(pending.c.entry_id)))
            == set(connection.scalars(select(entries.c.id)))
        )
        assert len(waiting) == 138, "as one machine gets by asking them once"


def test_what_cannot_be_judged_is_set_apart_from_the_others(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Newsroom(EVENING) as room, WorkerProcesses(room, tmp_path, database) as machines:
        machines.at(EVENING)
        plain = Ingestor.prepare_pending

        def prepare_pending(self: Ingestor, entry_ids: Sequence[int]) -> Batch:
            if 7 in entry_ids:
                raise ValueError("nobody thought of this")
            return plain(self, entry_ids)

        monkeypatch.setattr(Ingestor, "prepare_pending", prepare_pending)
        in_reactor(one_that_fails(machines))


async def one_that_fails(machines: WorkerProcesses) -> None:
    async with CrawlHandlers(
        machines.settings, machines.store, ("poll", "judge"), lambda: EVENING
    ) as station:
        await station.poll([s.name for s in machines.settings.sources], 0.0)
        while waiting := [values for name, values in taken(machines) if name == "judge"]:
            for values in waiting:
                await station.judge(**values)
    with machines.store.read() as connection:
        judged = connection.scalar(select(func.count()).select_from(articles)) or 0
        failed = select(pending.c.entry_id, pending.c.message).where(pending.c.reason == "judging-failed")
        assert judged > 0 and connection.execute(failed).all() == [
            (7, "an error that was not expected (nobody thought of this); the log says more")
        ]


def test_a_connection_that_breaks_while_units_are_enqueued_is_the_store_s_failure(database: str) -> None:
    store = Store(database)
    store.upgrade()
    with pytest.raises(StoreError), store.write(exclusive=False) as connection:
        mine = connection.scalar(select(func.pg_backend_pid()))
        with store.write(exclusive=False) as other:
            other.execute(select(func.pg_terminate_backend(mine)))
        enqueue(connection, [SELECT])
    with store.write(exclusive=False) as connection:
        assert enqueue(connection, [SELECT]) == 1
    store.close()
