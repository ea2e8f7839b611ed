"""With many workers as with one process, failed entries stay pending with their reason, and every entry is accounted for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from sqlalchemy import text

from alerts.service.planner import QueuePlanner
from crawler.ingest.judge_transport import JudgeRequest, JudgeResult
from crawler.ingest.judges import InlineJudge
from crawler.store import Store, waiting
from crawler.store.balance import load_balances, total
from crawler.store.jobs import enqueue
from crawler.store.waiting import FIRST_WAIT, PendingFilter, Reason
from crawler.tasks.follow_ups import LEFT_AFTER, judge_entries_jobs, judge_pages_jobs
from crawler.tasks.handlers import CrawlHandlers
from tests.builders import NOON, shipped_judge
from tests.conftest import EVENING
from tests.crawler.store.round_trip import news, stored_and_read_back
from tests.ingesting import OneProcess, item, rss, take
from tests.many.workers import WorkerProcesses
from tests.newsroom.web import Newsroom
from tests.reactor import in_reactor


@pytest.fixture(scope="module")
def store(postgres: Any) -> Store:
    made = Store(postgres.new())
    made.upgrade()
    return made


@given(title=news, text=news)
@settings(max_examples=40)
def test_any_news_is_read_back_as_it_was_judged(store: Store, title: str, text: str) -> None:
    stored_and_read_back(store, title, text)


def test_identities_and_addresses_that_no_index_holds_are_stored(database: str) -> None:
    from tests.builders import settings as given_settings
    from tests.crawler.ingest.test_waiting import SOURCE

    store = Store(database)
    store.upgrade()
    ingestor = OneProcess(given_settings().model_copy(update={"sources": (SOURCE,)}), store, lambda: NOON)
    long = "".join(f"{n * 7919 % 99991:x}" for n in range(380))
    words = "The mayor opened a new swimming pool for children near the river on Saturday morning."
    one, other = (
        item(f"New pool {n}", f"https://outlet.example/{long}{n}", guid=f"{long * 2}{n}", summary=words * n)
        for n in (1, 2)
    )
    take(ingestor, SOURCE, rss(one, other))
    take(ingestor, SOURCE, rss(one, other, item("New pool 3", "https://outlet.example/3", summary=words)))
    whole = total(load_balances(store))
    assert (whole.seen, whole.holds, whole.waiting) == (3, True, {})
    store.close()


class Moody:
    """A judge that fails for some headlines, as one of another package may."""

    def __init__(self, judges: InlineJudge, word: str) -> None:
        self._judges, self.word = judges, word

    async def judge(self, requests: Sequence[JudgeRequest]) -> list[JudgeResult]:
        found = await self._judges.judge(requests)
        return [
            JudgeResult(None, "the judge ports failed") if self.word and self.word in q.article.title else v
            for q, v in zip(requests, found, strict=True)
        ]

    def close(self, *, at_once: bool = False) -> None:
        self._judges.close()


def test_what_a_unit_cannot_judge_waits_and_is_enqueued_again_when_it_is_due(
    database: str, tmp_path: Path
) -> None:
    with Newsroom(EVENING) as room, WorkerProcesses(room, tmp_path, database) as machines:
        machines.at(EVENING)
        in_reactor(moody(machines))


async def moody(machines: WorkerProcesses) -> None:
    moment = [EVENING]
    async with CrawlHandlers(
        machines.settings, machines.store, ("poll", "judge"), lambda: moment[0]
    ) as crawl:
        await crawl.poll([s.name for s in machines.settings.sources], 0.0)
        judge = Moody(InlineJudge(shipped_judge(), crawl._engine.writer), "China")
        crawl._engine._judges = judge
        for values in _enqueued(machines, "judge"):
            await crawl.judge(**values)
        with machines.store.read() as connection:
            failed = waiting.listed(connection, PendingFilter(reasons=[Reason.JUDGING]))
            others = waiting.listed(connection, PendingFilter(reasons=[Reason.PAGE]))
        assert failed
        assert {w["message"] for w in failed} == {"the judge ports failed"}
        assert {w["next_try"] for w in failed} == {EVENING + FIRST_WAIT}
        assert all(b.holds for b in load_balances(machines.store))
        planner = QueuePlanner(machines.settings, machines.store, lambda: moment[0])
        moment[0] = EVENING + LEFT_AFTER + timedelta(minutes=1)
        _enqueued(machines, "pages")
        one, other, *rest = sorted({w["id"] for w in (*failed, *others)})
        with machines.store.write(exclusive=False) as connection:
            enqueue(
                connection,
                [*judge_entries_jobs([one]), *judge_pages_jobs([{"entries": [other], "revisit": None}])],
            )
        planner.take_up_pending()
        left = {i for values in _enqueued(machines, "judge") for i in values.get("entries", ())}
        assert left == {one, *rest}, (
            "a queue that never empties holds up nobody else's entries, and nothing is done twice"
        )
        planner.take_up_pending()
        again = {i for values in _enqueued(machines, "judge") for i in values["entries"]}
        assert again == {w["id"] for w in (*failed, *others)}
        await crawl.judge(entries=[w["id"] for w in failed])
        planner.take_up_pending()
        assert {w["id"] for w in failed}.isdisjoint(
            i for values in _enqueued(machines, "judge") for i in values["entries"]
        ), "not before its time"
        judge.word = ""
        await crawl.judge(entries=[w["id"] for w in failed])
    with machines.store.read() as connection:
        assert waiting.listed(connection, PendingFilter(reasons=[Reason.JUDGING])) == []
    assert all(b.holds for b in load_balances(machines.store))


def _enqueued(machines: WorkerProcesses, unit: str) -> list[dict[str, Any]]:
    """What waits in the queue of one kind; all of it is taken out."""
    with machines.store.write(exclusive=False) as connection:
        rows = list(connection.execute(text("DELETE FROM procrastinate_jobs RETURNING id, task_name, args")))
    return [values for _, name, values in sorted(rows, key=lambda r: r[0]) if name == unit]
