"""The batcher: whatever is submitted is taken, also what comes in the very moment in which nothing else is left."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence

import pytest

from crawler.ingest import batcher as batcher_module
from crawler.ingest.batcher import FULL_BATCH_BYTES, MAX_BATCH, Batcher, WriterEndedError, WriterThread
from crawler.store import StoreError


def test_what_is_submitted_again_at_once_is_taken() -> None:
    async def take(things: Sequence[int]) -> list[int]:
        return list(things)

    async def again(batcher: Batcher[int, int]) -> list[int]:
        return [await batcher.submit(n) for n in range(5)]

    async def run() -> list[int]:
        return await asyncio.wait_for(again(Batcher(take)), 5)

    assert asyncio.run(run()) == [0, 1, 2, 3, 4]


def test_things_are_taken_together_in_bounded_batches() -> None:
    batches: list[int] = []

    async def take(things: Sequence[int]) -> list[int]:
        batches.append(len(things))
        await asyncio.sleep(0)
        return [n * 2 for n in things]

    async def run() -> list[int]:
        batcher = Batcher(take)
        return await asyncio.gather(*(batcher.submit(n, FULL_BATCH_BYTES // 100) for n in range(1000)))

    assert asyncio.run(run()) == [n * 2 for n in range(1000)]
    assert max(batches) <= min(MAX_BATCH, 101)


@pytest.mark.parametrize(("is_reading", "most"), [(True, 13), (False, 100)])
def test_while_somebody_reads_transactions_are_short(
    is_reading: bool, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches: list[int] = []

    async def take(things: Sequence[int]) -> Sequence[int]:
        batches.append(len(things))
        await asyncio.sleep(0)
        return things

    async def run() -> None:
        batcher = Batcher(take)
        await asyncio.gather(*(batcher.submit(n, FULL_BATCH_BYTES // 100) for n in range(1000)))

    monkeypatch.setattr(batcher_module, "is_somebody_reading", lambda seconds: is_reading)
    asyncio.run(run())
    assert max(batches) == most


def test_a_batch_that_fails_tells_its_own_and_the_others_go_on() -> None:
    async def take(things: Sequence[int]) -> list[int]:
        if 1 in things:
            raise ValueError("no")
        return list(things)

    async def run() -> int:
        batcher = Batcher(take)
        with pytest.raises(ValueError, match="no"):
            await batcher.submit(1)
        return await batcher.submit(2)

    assert asyncio.run(run()) == 2


def submitted(fails: Callable[[Sequence[int]], Exception | None]) -> list[int | Exception]:
    """What becomes of five things that are taken together, as far as that does not fail."""

    async def take(things: Sequence[int]) -> list[int]:
        if (error := fails(things)) is not None:
            raise error
        return list(things)

    async def run() -> list[int | Exception]:
        batcher = Batcher(take)
        return await asyncio.gather(*(batcher.submit(n) for n in range(5)), return_exceptions=True)  # type: ignore[return-value]

    return asyncio.run(run())


def test_what_is_wrong_with_one_is_nothing_to_the_others() -> None:
    no = ValueError("no")
    assert submitted(lambda things: no if 1 in things else None) == [0, no, 2, 3, 4]


def test_what_fails_once_is_taken_again() -> None:
    errors = iter([ValueError("somebody else wrote it in this moment")])
    assert submitted(lambda _: next(errors, None)) == [0, 1, 2, 3, 4]


def test_a_store_that_is_away_is_not_asked_once_more_for_each() -> None:
    seen: list[int] = []
    away = StoreError("away")

    def fails(things: Sequence[int]) -> Exception:
        seen.extend(things)
        return away

    assert submitted(fails) == [away] * 5
    assert seen == [0, 1, 2, 3, 4]


def test_a_writer_that_has_ended_is_asked_once_and_nothing_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    writer = WriterThread()
    writer.close()
    asked: list[int] = []

    async def take(things: Sequence[int]) -> Sequence[int]:
        asked.extend(things)
        return await writer.run(list, things)

    async def run() -> list[int | BaseException]:
        batcher = Batcher(take)
        return await asyncio.gather(*(batcher.submit(n) for n in range(5)), return_exceptions=True)

    assert [type(found) for found in asyncio.run(run())] == [WriterEndedError] * 5
    assert asked == [0, 1, 2, 3, 4]
    assert not caplog.records


def test_the_writer_runs_first_what_others_wait_for() -> None:
    """Calls of each kind stay in their order, whatever the calls before them came to."""
    done: list[str] = []
    begun, goes_on = threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        assert goes_on.wait(10)

    def fail() -> None:
        done.append("failed")
        raise ValueError("no")

    async def run() -> list[object]:
        writer = WriterThread()
        held = asyncio.create_task(writer.run(hold))
        await asyncio.to_thread(begun.wait)
        usual = [asyncio.create_task(writer.run(done.append, name)) for name in ("write", "write more")]
        failing = asyncio.create_task(writer.run_first(fail))
        cancelled = asyncio.create_task(writer.run_first(done.append, "never"))
        first = asyncio.create_task(writer.run_first(done.append, "prepare"))
        await asyncio.sleep(0)  # until each has handed on its call
        cancelled.cancel()
        await asyncio.sleep(0)
        goes_on.set()
        found = await asyncio.gather(held, *usual, failing, cancelled, first, return_exceptions=True)
        writer.close()
        with pytest.raises(RuntimeError):
            await writer.run(done.append, "too late")
        return list(found)

    found = asyncio.run(run())
    assert done == ["failed", "prepare", "write", "write more"]
    assert [type(one).__name__ for one in found if one] == ["ValueError", "CancelledError"]
