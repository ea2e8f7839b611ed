"""No entry is ever lost: whatever fails, at every moment what was seen is articles, copies, what waits, what was dropped or pruned.

A newsroom of four sources, seen through polls that bring hostile entries, pages that fail, judges and stores that fail for
some articles, a disk that fills, a process that dies, operators who drop and retry, and days that pass.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import event

from crawler.config.settings import Source
from crawler.ingest.articles import PageOrder
from crawler.ingest.judge_transport import JudgeRequest, JudgeResult
from crawler.ingest.judging_process import judge_all
from crawler.ingest.messages import PageResult
from crawler.model import Document
from crawler.parsing.urls import url_key
from crawler.store import StoreError, waiting
from crawler.store.articles import Filter, find
from crawler.store.balance import load_balances, total
from crawler.store.upkeep import prune
from crawler.store.waiting import PendingFilter, Reason
from tests import builders
from tests.builders import NOON, shipped_judge
from tests.ingesting import OneProcess, answered, resume

SOURCES = tuple(
    Source.model_validate({"name": f"outlet-{n}", "url": f"https://outlet{n}.example/feed", "pages": pages})
    for n, pages in enumerate(["never", "matching", "always", "matching"])
)
HEADLINES = (
    "China and Laos open a demonstration base in Vientiane", "The mayor opened a swimming pool", "中国与老挝在万象共建示范基地", "",
    "\u1010\u101b\u102f\u1010\u1039\u1000 \u1019\u103c\u1014\u1039\u1019\u102c", "Half a character \ud83d here", "NUL \0 in it", "\u202eturned round\u202c",
    "\U0001f600" * 40, "x" * 3000, "เปิดฐานสาธิตจีน-อาเซียน", "a https://[ b http://TITLE: subtitle",
)  # fmt: skip
TEXTS = (
    "", "This article is for subscribers only.", "China and ASEAN signed an agreement to cooperate on a joint laboratory. " * 4,
    "w" * 5000, "Talks \0 and \udcff halves, " * 6,
)  # fmt: skip
CAME = ("page", "nothing", "elsewhere")
"""What comes of an order: a page, a problem, or a page at another address."""

RUNS = int(os.environ.get("CONSERVATION", "8"))
"""How many newsrooms each of the two tests simulates."""

MET = Counter[str]()
"""What all the runs met: a simulation in which nothing goes wrong would prove nothing."""


class Newsroom(RuleBasedStateMachine):
    """One store over simulated days; a process that may die at any step."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = builders.new_store(Path(self.folder.name))
        self.clock, self.chance = NOON, Random(7)
        self.listed: dict[str, list[dict[str, Any]]] = {s.name: [] for s in SOURCES}
        self.taken: set[tuple[str, str]] = set()
        self.orders: list[PageOrder] = []
        self.put_aside = False
        self.pages: int | None = None
        self.moody = self.poison = False
        event.listen(self.store.engine, "begin", self._limit)
        self.begin_process()

    def teardown(self) -> None:
        """In the end all faults are over: everything that waits becomes an article."""
        self.pages, self.moody, self.poison = None, False, False
        self.clock += timedelta(days=1)
        self.begin_process()
        self._settle([PageResult(o, problem="gone") for o in self.orders])
        assert total(load_balances(self.store)).waiting == {}
        self.nothing_is_lost()
        self.store.close()
        self.folder.cleanup()

    def _limit(self, connection: Any) -> None:
        """A disk of so many pages: SQLite itself refuses to grow."""
        connection.exec_driver_sql(f"PRAGMA max_page_count={self.pages or 2**30}")

    def begin_process(self) -> None:
        """A new process: nothing is known but what the store says."""
        given = builders.settings().model_copy(update={"sources": SOURCES})
        self.ingestor = OneProcess(given, self.store, lambda: self.clock)
        self.orders, self.put_aside = [], False
        self._resume(None)

    def _resume(self, due: datetime | None) -> None:
        try:
            self.orders += resume(self.ingestor, due, self.orders, self._results)
        except StoreError:
            return
        self.put_aside = False

    def _results(self, requests: Sequence[JudgeRequest]) -> list[JudgeResult]:
        """A judge that fails now and then, or gives what no store takes."""
        found = []
        for result in judge_all(shipped_judge(), requests):
            if self.moody and self.chance.random() < 0.4:
                found.append(JudgeResult(None, "the judge ports failed: ZeroDivisionError: division by zero"))
            elif self.poison and result.reading and self.chance.random() < 0.4:
                odd: Any = self.chance.choice([object(), "half \ud800", 10**30])
                found.append(JudgeResult(replace(result.reading, credit=odd)))
            else:
                found.append(result)
        return found

    def _settle(self, settled: Sequence[PageResult]) -> None:
        requests = self.ingestor.page_requests(settled)
        results = self._results(requests)
        try:
            self.ingestor.commit_pages(settled, requests, results)
        except StoreError:
            MET["pages that a full disk did not take"] += 1
            self.put_aside = True

    @rule(
        source=st.sampled_from(SOURCES),
        headlines=st.lists(st.sampled_from(HEADLINES), max_size=5),
        words=st.sampled_from(TEXTS),
        came=st.sampled_from(CAME),
        pages=st.integers(0, 2),
    )
    def publish_and_poll(
        self, source: Source, headlines: Sequence[str], words: str, came: str, pages: int
    ) -> None:
        """A source lists some more, and is polled; while it is judged, pages come that were ordered before."""
        own = self.listed[source.name]
        for headline in headlines:
            number = len(own)
            shared = self.chance.random() < 0.2  # the same address in several sources
            site = "shared.example" if shared else f"{source.name}.example"
            own.append(
                {
                    "id": f"{number}",
                    "url": f"https://{site}/{number}",
                    "title": headline,
                    "content_text": f"{words} {number}",
                }
            )
        body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": own[-20:]}).encode()
        self._poll(source, body, came, pages)

    @rule(
        source=st.sampled_from(SOURCES),
        body=st.sampled_from([b"", b"<html>", b'{"items": 7}', b"\x1f\x8bnot gzip", b"<rss><channel>"]),
    )
    def poll_nonsense(self, source: Source, body: bytes) -> None:
        """A source answers with something else."""
        self._poll(source, body)

    def _poll(self, source: Source, body: bytes, came: str = "page", pages: int = 0) -> None:
        batch = self.ingestor.prepare([answered(source, body, self.clock)])
        results = self._results([r.request for r in batch.requests])
        self._pages(came, pages)
        try:
            self.ingestor.commit(batch, results)
        except StoreError:
            MET["answers that a full disk did not take"] += 1
            self.put_aside = True
            return
        self.orders += self.ingestor.asked.taken_orders()
        self.taken |= {(p.poll.source.name, e.guid) for p in batch.polls for e in p.new}

    @precondition(lambda self: self.orders)
    @rule(came=st.sampled_from(CAME), count=st.integers(1, 4))
    def pages_come(self, came: str, count: int) -> None:
        """Pages come, or do not."""
        self._pages(came, count)

    def _pages(self, came: str, count: int) -> None:
        done, self.orders = self.orders[:count], self.orders[count:]
        settled = []
        for order in done:
            if came == "nothing":
                settled.append(PageResult(order, problem="the server answers 404 Not Found"))
            else:
                url = order.url if came == "page" else "https://shared.example/1"
                text = "China and Malaysia opened a joint base in Kuantan. " * 5 + order.url
                settled.append(
                    PageResult(order, Document(url, order.entry.title or "A page", text), answered=True)
                )
        self._settle(settled)

    @rule(moody=st.booleans(), poison=st.booleans())
    def judges_change(self, moody: bool, poison: bool) -> None:
        """Judges of other packages begin to fail, or are mended."""
        self.moody, self.poison = moody, poison

    @rule(full=st.booleans())
    def disk(self, full: bool) -> None:
        """The disk fills up, or somebody makes room."""
        with self.store.read() as connection:
            self.pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one() if full else None

    @rule()
    def die(self) -> None:
        """The process is killed, and another one begins."""
        self.begin_process()

    @rule(hours=st.sampled_from([0.1, 1.0, 30.0, 400.0]))
    def time_passes(self, hours: float) -> None:
        """What waits is tried again when its time has come."""
        self.clock += timedelta(hours=hours)
        self._resume(self.clock)

    @rule(days=st.sampled_from([1, 10, 30]))
    def upkeep(self, days: int) -> None:
        """What is too old is deleted."""
        try:
            prune(self.store, self.clock - timedelta(days=days), self.clock)
        except StoreError:
            return
        with self.store.read() as connection:
            kept = {
                (e.source, e.guid) for r in find(connection, Filter()) for _, e in _entries(connection, r.id)
            }
        assert kept <= self.taken

    @rule(reason=st.sampled_from(Reason), retry=st.booleans())
    def operator(self, reason: Reason, retry: bool) -> None:
        """An operator drops what waits for a reason, or has it tried again."""
        try:
            with self.store.write() as connection:
                if retry:
                    waiting.retry(connection, PendingFilter(reasons=[reason]), self.clock)
                else:
                    waiting.drop(
                        connection, PendingFilter(reasons=[reason]), "operator", "not wanted", self.clock
                    )
        except StoreError:
            return

    @invariant()
    def nothing_is_lost(self) -> None:
        """The equation, source by source; and what was seen is what polls brought that could be stored."""
        accounts = load_balances(self.store)
        for one in accounts:
            assert one.holds, one.equation
            MET.update({reason.value: 1 for reason in one.waiting})
            MET.update(
                {name: 1 for name in ("articles", "copies", "dropped", "pruned") if getattr(one, name)}
            )
        seen = {one.name: one.seen for one in accounts}
        brought = {s.name: sum(name == s.name for name, _ in self.taken) for s in SOURCES}
        assert {name: seen.get(name, 0) >= count for name, count in brought.items()} == dict.fromkeys(
            brought, True
        )
        with self.store.read() as connection:
            for row in waiting.listed(connection, PendingFilter()):
                assert row["since"] <= self.clock
                assert not Reason(row["reason"]).failed or (row["message"] and row["next_try"])

    @invariant()
    def somebody_sees_to_what_waits(self) -> None:
        """What waits without having failed is what an order is under way for, unless a full disk put it aside until its next try."""
        if self.put_aside:
            return
        seen_to = {url_key(o.url) for o in self.orders}
        with self.store.read() as connection:
            rows = [r for r in waiting.listed(connection, PendingFilter()) if not Reason(r["reason"]).failed]
        assert {url_key(r["url"]) for r in rows} <= seen_to
        if rows:
            MET["orders that entries wait for"] += 1


def _entries(connection: Any, article: int) -> Any:
    from crawler.store.entries import of_article

    return of_article(connection, article)


@pytest.mark.filterwarnings("ignore")
class TestConservation(Newsroom.TestCase):  # type: ignore[misc]
    """The machine as a test."""

    settings = settings(
        max_examples=RUNS, stateful_step_count=30, deadline=None,
        suppress_health_check=list(HealthCheck), derandomize="CONSERVATION" not in os.environ,
    )  # fmt: skip


def _step(room: Newsroom, dice: Random) -> None:
    """One step by plain chance, which meets everything sooner than a search for failures does."""
    came, yes = dice.choice(CAME), dice.random() < 0.3
    steps: list[Callable[[], object]] = [
        lambda: room.publish_and_poll(
            dice.choice(SOURCES),
            dice.choices(HEADLINES, k=dice.randint(0, 5)),
            dice.choice(TEXTS),
            came,
            dice.randint(0, 2),
        ),
        lambda: room.pages_come(came, dice.randint(1, 4)),
        lambda: room.judges_change(yes, dice.random() < 0.3),
        lambda: room.disk(yes),
        room.die,
        lambda: room.time_passes(dice.choice([0.1, 1.0, 30.0, 400.0])),
        lambda: room.upkeep(dice.choice([1, 10, 30])),
        lambda: room.operator(dice.choice(list(Reason)), yes),
    ]
    dice.choices(steps, [6, 4, 1, 1, 1, 1, 1, 1])[0]()


@pytest.mark.long
def test_the_simulation_meets_all_that_it_was_made_for() -> None:
    for seed in range(RUNS):
        dice, room = Random(seed), Newsroom()
        for _ in range(50):
            _step(room, dice)
            room.nothing_is_lost()
            room.somebody_sees_to_what_waits()
        room.teardown()
    wanted = {r.value for r in Reason} - {Reason.QUEUED} | {"articles", "copies", "dropped", "pruned"}
    wanted |= {"answers that a full disk did not take", "orders that entries wait for"}
    assert wanted <= set(MET)
