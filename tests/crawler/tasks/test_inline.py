"""What comes next in one process: begun once it is committed, and not twice at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from crawler.config.settings import Source
from crawler.ingest.articles import PageOrder
from crawler.ingest.follow_ups import ENTRIES_BATCH
from crawler.store import Store
from crawler.tasks.inline import InlineFollowUps
from tests.builders import NOON, entry, new_store, settings
from tests.ingesting import OneProcess, item, rss, take

SOURCE = Source.model_validate({"name": "outlet", "url": "https://outlet.example/feed", "pages": "always"})
ORDER = PageOrder("https://outlet.example/1", SOURCE, (1,), entry())


class Begun:
    """What was begun, and the follow-ups that begin it."""

    def __init__(self) -> None:
        self.fetched: list[PageOrder] = []
        self.judged: list[list[int]] = []
        self.go_on = asyncio.Event()
        self.told = 0
        self.follow_ups = InlineFollowUps(self.fetched.append, self.judge, self.tell)

    def tell(self) -> None:
        self.told += 1

    async def judge(self, entry_ids: Sequence[int]) -> None:
        self.judged.append(list(entry_ids))
        await self.go_on.wait()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def on_a_loop(scenario: Callable[[Begun], Awaitable[None]]) -> None:
    async def run() -> None:
        await scenario(Begun())

    asyncio.run(run())


async def turn() -> None:
    """What was asked for is begun."""
    for _ in range(3):
        await asyncio.sleep(0)


def test_what_is_asked_for_begins_once_it_is_committed_and_never_where_it_is_not(store: Store) -> None:
    async def scenario(begun: Begun) -> None:
        with pytest.raises(RuntimeError), store.write() as connection:
            begun.follow_ups.fetch_pages(connection, [ORDER])
            begun.follow_ups.judge(connection, [1])
            begun.follow_ups.select(connection)
            raise RuntimeError
        await turn()
        assert (begun.fetched, begun.judged, begun.told) == ([], [], 0)
        with store.write() as connection:
            begun.follow_ups.fetch_pages(connection, [ORDER])
            begun.follow_ups.judge(connection, [1])
            begun.follow_ups.select(connection)
            await turn()
            assert (begun.fetched, begun.judged, begun.told) == ([], [], 0)
        await turn()
        assert (begun.fetched, begun.judged, begun.told) == ([ORDER], [[1]], 1)
        begun.go_on.set()
        await begun.follow_ups.judging_ended()

    on_a_loop(scenario)


def test_a_page_that_is_being_fetched_is_not_fetched_beside_that(store: Store) -> None:
    async def scenario(begun: Begun) -> None:
        for _ in range(2):
            with store.write() as connection:
                begun.follow_ups.fetch_pages(connection, [ORDER])
            await turn()
        assert begun.fetched == [ORDER]
        begun.follow_ups.page_ended(ORDER)
        with store.write() as connection:
            begun.follow_ups.fetch_pages(connection, [ORDER])
        await turn()
        assert begun.fetched == [ORDER, ORDER]

    on_a_loop(scenario)


def test_what_is_under_way_is_not_left(store: Store) -> None:
    desk = OneProcess(settings().model_copy(update={"sources": (SOURCE,)}), store, lambda: NOON)
    one, two, three = take(
        desk, SOURCE, rss(*(item(f"News {n}", f"https://outlet.example/{n}") for n in range(3)))
    )[0]

    async def scenario(begun: Begun) -> None:
        with store.write() as connection:
            begun.follow_ups.fetch_pages(connection, [one])
            begun.follow_ups.judge(connection, two.entry_ids)
        await turn()
        with store.read() as connection:
            assert begun.follow_ups.entries_left(connection, NOON) == list(three.entry_ids)
        begun.go_on.set()
        await begun.follow_ups.judging_ended()
        begun.follow_ups.page_ended(one)
        with store.read() as connection:
            left = [*one.entry_ids, *two.entry_ids, *three.entry_ids]
            assert begun.follow_ups.entries_left(connection, NOON) == left

    on_a_loop(scenario)


def test_many_entries_are_judged_some_at_a_time(store: Store) -> None:
    async def scenario(begun: Begun) -> None:
        with store.write() as connection:
            begun.follow_ups.judge(connection, range(ENTRIES_BATCH + 1))
        await turn()
        assert [len(part) for part in begun.judged] == [ENTRIES_BATCH, 1]
        begun.go_on.set()
        await begun.follow_ups.judging_ended()

    on_a_loop(scenario)
