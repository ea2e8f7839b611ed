"""A round runs soon after news was stored; a burst of news is one round, and none is held up for ever."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

import pytest

from alerts.service.rounds import Rounds
from crawler.store import StoreError


class Seen:
    """Rounds that were run; each takes until it is let go."""

    def __init__(self) -> None:
        self.begun = self.ended = self.beside = 0
        self.go = asyncio.Event()
        self.go.set()
        self.changed = asyncio.Condition()

    async def run(self) -> None:
        assert self.begun == self.ended, "two rounds ran side by side"
        self.begun += 1
        await self._tell()
        await self.go.wait()
        self.ended += 1
        await self._tell()

    async def _tell(self) -> None:
        async with self.changed:
            self.changed.notify_all()

    async def wait_for(self, begun: int, ended: int) -> None:
        async with asyncio.timeout(10), self.changed:
            await self.changed.wait_for(lambda: self.begun >= begun and self.ended >= ended)


def played(scene: Callable[[Seen], Awaitable[None]]) -> None:
    asyncio.run(_with_seen(scene))


async def _with_seen(scene: Callable[[Seen], Awaitable[None]]) -> None:
    await scene(Seen())


def test_a_burst_is_one_round() -> None:
    async def scene(seen: Seen) -> None:
        rounds = Rounds(seen.run, quiet=0.01, longest=10)
        for _ in range(50):
            rounds.wake()
            await asyncio.sleep(0)
        await seen.wait_for(1, 1)
        rounds.wake()
        await seen.wait_for(2, 2)
        assert (seen.begun, seen.ended) == (2, 2)

    played(scene)


def test_news_that_never_ends_holds_up_no_round() -> None:
    async def scene(seen: Seen) -> None:
        rounds = Rounds(seen.run, quiet=3600, longest=0.01)

        async def flood() -> None:
            while not seen.ended:
                rounds.wake()
                await asyncio.sleep(0)

        await asyncio.wait_for(flood(), 10)
        assert seen.ended == 1

    played(scene)


def test_news_during_a_round_gets_one_more_and_not_beside_it() -> None:
    async def scene(seen: Seen) -> None:
        rounds = Rounds(seen.run, quiet=0, longest=0)
        seen.go.clear()
        rounds.wake()
        await seen.wait_for(1, 0)
        for _ in range(20):
            rounds.wake()
            await asyncio.sleep(0)
        periodic = asyncio.ensure_future(rounds.run())
        seen.go.set()
        await periodic
        await seen.wait_for(2, 2)
        assert seen.begun <= 3, "one for the news and the periodic one are enough"

    played(scene)


def test_after_the_end_no_round_begins() -> None:
    async def scene(seen: Seen) -> None:
        rounds = Rounds(seen.run, quiet=0, longest=0)
        seen.go.clear()
        rounds.wake()
        await seen.wait_for(1, 0)
        rounds.wake()
        periodic = asyncio.ensure_future(rounds.run())
        rounds.close()
        seen.go.set()
        await periodic
        assert seen.begun == seen.ended == 1

    played(scene)


@pytest.mark.parametrize("error", [StoreError("the disk is full"), ZeroDivisionError("nobody thought of it")])
def test_a_round_that_fails_is_logged_and_the_next_one_runs(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene(seen: Seen) -> None:
        async def run() -> None:
            await seen.run()
            if seen.ended == 1:
                raise error

        rounds = Rounds(run, quiet=0, longest=0)
        rounds.wake()
        await seen.wait_for(1, 1)
        rounds.wake()
        await seen.wait_for(2, 2)

    with caplog.at_level(logging.WARNING):
        played(scene)
    assert [str(error) in (r.getMessage() + str(r.exc_info)) for r in caplog.records] == [True]
