"""For each misbehaviour of a server: what is stored, what is reported, what comes next; other sources keep their pace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select

from crawler.config.settings import Source
from crawler.polling.state import SourceState
from crawler.store import Store
from crawler.store.schema import entries, polls
from crawler.store.sources import load_gaps
from tests.builders import new_store, settings
from tests.faults.behaviours import MOST, SECONDS, Case, cases
from tests.faults.server import FaultServer
from tests.polling import Polling

NOW = datetime(2025, 11, 28, 12, tzinfo=UTC)
NAMES = list(cases(lambda: 0, size=0))


class Clock:
    """A clock that tests move."""

    now = NOW

    def __call__(self) -> datetime:
        return self.now


class FirstPoll(NamedTuple):
    """What the first poll of a source came to."""

    last: Any
    stored: list[Any]
    state: SourceState
    seconds: float


@dataclass
class Suite:
    """All behaviours after one poll of each."""

    cases: dict[str, Case]
    store: Store
    polling: Polling
    clock: Clock
    first: dict[str, FirstPoll] = field(default_factory=dict)
    """What the first poll came to: some tests poll their source again, in any order."""

    def note_first(self) -> None:
        for name in self.cases:
            self.first[name] = FirstPoll(
                self.last(name), self.stored(name), self.state(name), self.polling.seconds[name]
            )

    def last(self, name: str) -> Any:
        with self.store.read() as connection:
            return connection.execute(
                select(polls).where(polls.c.source == name).order_by(polls.c.id.desc())
            ).first()

    def stored(self, name: str) -> list[Any]:
        with self.store.read() as connection:
            return list(
                connection.execute(select(entries).where(entries.c.source == name).order_by(entries.c.id))
            )

    def state(self, name: str) -> SourceState:
        return self.polling.ingestor.states.of(self.source(name)).state

    def source(self, name: str) -> Source:
        return next(s for s in self.polling.settings.sources if s.name == name)


BUSY = {"429": "busy.localhost", "503": "down.localhost"}


def address_of(server: FaultServer, name: str) -> str:
    """Where a case is asked: a busy server is a site of its own, for its whole site is left alone."""
    return server.address(name).replace("127.0.0.1", BUSY.get(name.partition("-")[0], "127.0.0.1"))


def watching(server: FaultServer, given: dict[str, Case], **crawl: Any) -> Any:
    sources = tuple(
        Source.model_validate({"name": n, "url": address_of(server, n), "pages": "never"} | c.source)
        for n, c in given.items()
    )
    made = settings()
    limits = {
        "allow_private": ("127.0.0.1", "::1", *BUSY.values()),
        "timeout": timedelta(seconds=SECONDS),
        "max_size": MOST,
        "per_host": 64,
        "concurrency": 128,
    }
    return made.model_copy(update={"sources": sources, "crawl": made.crawl.model_copy(update=limits | crawl)})


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Suite]:
    with FaultServer({}) as server:
        given = cases(lambda: server.port)
        server.behaviours.update({name: case.does for name, case in given.items()})
        store, clock = new_store(tmp_path_factory.mktemp("faults")), Clock()
        polling = Polling(watching(server, given), store, clock)
        polling.poll()
        made = Suite(given, store, polling, clock)
        made.note_first()
        yield made


def test_there_are_enough_ways_to_do_it_wrong() -> None:
    assert len(NAMES) >= 60


@pytest.mark.parametrize("name", NAMES)
def test_a_source_hurts_only_itself(suite: Suite, name: str) -> None:
    case = suite.cases[name]
    last, stored, state, _ = suite.first[name]
    assert (last.outcome, len(stored)) == (case.outcome, case.stored), last.message
    if case.kind:
        assert last.kind == case.kind, last.message
    assert case.message in (last.message or "")
    if case.title is not None:
        assert stored[0].title == case.title
    assert state.due is not None and state.due > NOW
    assert (state.failing_since is not None) == (case.outcome == "failed")
    for row in stored:
        assert row.url.startswith(("http://", "https://"))
        assert row.published is None or row.published <= NOW + timedelta(days=1)
        assert not set(row.title) & set("\0\u202e")


def test_nothing_takes_longer_than_its_time(suite: Suite) -> None:
    # Two requests at most (the second after a broken one), and what was waited for a turn.
    assert max(poll.seconds for poll in suite.first.values()) < SECONDS * 8


def test_dates_of_the_buddhist_era_are_those_of_ours(suite: Suite) -> None:
    assert {row.published for row in suite.stored("buddhist-era")} == {datetime(2025, 11, 28, 4, tzinfo=UTC)}


def test_a_busy_server_is_left_alone_for_as_long_as_it_says(suite: Suite) -> None:
    assert suite.state("429").due >= NOW + timedelta(hours=2)
    assert suite.state("503").due >= NOW + timedelta(hours=20)


def test_nothing_of_the_machine_is_read_through_an_entity(suite: Suite) -> None:
    assert "root:" not in suite.stored("entity-outside")[0].title


def test_laughs_are_not_multiplied(suite: Suite) -> None:
    assert sum(len(row.title) for row in suite.stored("laughs")) < 10_000


def again(suite: Suite, name: str, **later: float) -> SourceState:
    suite.clock.now = NOW + timedelta(**later)
    try:
        suite.polling.poll([suite.source(name)])
    finally:
        suite.clock.now = NOW
    return suite.state(name)


def test_a_date_in_the_head_is_no_news(suite: Suite) -> None:
    assert again(suite, "another-date", hours=1).outcome == "unchanged"
    assert len(suite.stored("another-date")) == 3


def test_identities_that_change_make_no_new_articles(suite: Suite) -> None:
    again(suite, "another-guid", hours=1)
    with suite.store.read() as connection:
        from crawler.store.schema import articles

        urls = [
            u for u in connection.scalars(select(articles.c.url)) if u.startswith("https://outlet.example/")
        ]
    assert len(suite.stored("another-guid")) == 3
    assert len(urls) == len(set(urls))


def test_a_304_that_lasts_too_long_is_doubted_and_then_not_believed_any_more(suite: Suite) -> None:
    assert again(suite, "always-304", hours=1).outcome == "unchanged"
    assert suite.state("always-304").honours_conditional
    state = again(suite, "always-304", days=8)
    # Asked without conditions: the content is the same, so it told the truth
    assert state.checked_304 is not None
    assert state.honours_conditional


def test_a_304_that_lies_is_found_out_and_its_news_is_taken(suite: Suite) -> None:
    assert again(suite, "lying-304", hours=1).outcome == "unchanged"
    state = again(suite, "lying-304", days=8)
    assert (state.outcome, state.honours_conditional) == ("ok", False)
    assert len(suite.stored("lying-304")) > 3
    assert again(suite, "lying-304", days=8, hours=1).outcome == "ok"


def test_a_packed_file_packed_anew_is_no_lie(suite: Suite) -> None:
    assert again(suite, "honest-304", hours=1).outcome == "unchanged"
    state = again(suite, "honest-304", days=8)
    assert (state.outcome, state.honours_conditional, state.checked_304 is not None) == (
        "unchanged",
        True,
        True,
    )


def test_what_slipped_out_between_two_polls_is_estimated_and_looked_for(suite: Suite) -> None:
    again(suite, "turned-over", days=3)
    with suite.store.read() as connection:
        (gap,) = [g for g in load_gaps(connection, NOW - timedelta(days=9)) if g.source == "turned-over"]
    assert gap.lost > 1
    assert (gap.recovered, gap.via) == (6, suite.source("turned-archive").url)
    assert len(suite.stored("turned-over")) == 18


def test_gone_is_believed_the_second_time(suite: Suite) -> None:
    state = again(suite, "410", hours=1)
    assert state.due > NOW + timedelta(days=20)


def test_failures_wait_ever_longer(suite: Suite) -> None:
    waits = []
    for hour in range(1, 7):
        state = again(suite, "404", hours=hour)
        waits.append((state.due - (NOW + timedelta(hours=hour))).total_seconds())
    assert waits[-1] > 3 * waits[0]


def test_a_move_is_believed_after_a_day_and_three_polls(suite: Suite) -> None:
    assert again(suite, "redirect-for-good", hours=1).address is None
    assert again(suite, "redirect-for-good", hours=2).address is None
    assert again(suite, "redirect-for-good", hours=30).address == suite.source("well").url


def test_healthy_sources_keep_their_pace_beside_hostile_ones(tmp_path: Path) -> None:
    """Healthy sources are asked while a quarter of all do their worst; what that costs is measured in ``benchmarks/hostile.py``."""
    hostile = [
        "silent",
        "drip-body",
        "endless-body",
        "gzip-bomb",
        "reset-in-body",
        "redirect-loop",
        "laughs",
        "deep",
        "page",
        "429",
    ]
    with FaultServer({}) as server:
        given = cases(lambda: server.port)
        names = {f"{name}-{n}": given[name] for n in range(3) for name in hostile} | {
            f"well-{n}": given["well"] for n in range(90)
        }
        server.behaviours.update(
            {n: c.does for n, c in names.items()} | {"redirect-loop-2": given["redirect-loop-2"].does}
        )
        polling = Polling(watching(server, names, timeout=timedelta(seconds=6)), new_store(tmp_path), Clock())
        polling.poll()
        states = {s.name: polling.ingestor.states.of(s).state for s in polling.settings.sources}
    assert {states[f"well-{n}"].message for n in range(90)} == {None}
