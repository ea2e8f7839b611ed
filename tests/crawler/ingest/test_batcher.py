"""The pile: whatever is handed in is taken, also what comes in the very moment in which nothing else is left."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import pytest

from crawler.ingest.batcher import ENOUGH_BYTES, MOST_AT_ONCE, Pile
from crawler.store import StoreError


def test_what_is_handed_in_again_at_once_is_taken() -> None:
    async def take(things: Sequence[int]) -> list[int]:
        return list(things)

    async def again(pile: Pile[int, int]) -> list[int]:
        return [await pile.hand_in(n) for n in range(5)]

    async def run() -> list[int]:
        return await asyncio.wait_for(again(Pile(take)), 5)

    assert asyncio.run(run()) == [0, 1, 2, 3, 4]


def test_things_are_taken_together_in_bounded_portions() -> None:
    portions: list[int] = []

    async def take(things: Sequence[int]) -> list[int]:
        portions.append(len(things))
        await asyncio.sleep(0)
        return [n * 2 for n in things]

    async def run() -> list[int]:
        pile = Pile(take)
        return await asyncio.gather(*(pile.hand_in(n, ENOUGH_BYTES // 100) for n in range(1000)))

    assert asyncio.run(run()) == [n * 2 for n in range(1000)]
    assert max(portions) <= min(MOST_AT_ONCE, 101)


def test_a_portion_that_fails_tells_its_own_and_the_others_go_on() -> None:
    async def take(things: Sequence[int]) -> list[int]:
        if 1 in things:
            raise ValueError("no")
        return list(things)

    async def run() -> int:
        pile = Pile(take)
        with pytest.raises(ValueError, match="no"):
            await pile.hand_in(1)
        return await pile.hand_in(2)

    assert asyncio.run(run()) == 2


def handed_in(fails: Callable[[Sequence[int]], Exception | None]) -> list[int | Exception]:
    """What becomes of five things that are taken together, as far as that does not fail."""

    async def take(things: Sequence[int]) -> list[int]:
        if (error := fails(things)) is not None:
            raise error
        return list(things)

    async def run() -> list[int | Exception]:
        pile = Pile(take)
        return await asyncio.gather(*(pile.hand_in(n) for n in range(5)), return_exceptions=True)  # type: ignore[return-value]

    return asyncio.run(run())


def test_what_is_wrong_with_one_is_nothing_to_the_others() -> None:
    no = ValueError("no")
    assert handed_in(lambda things: no if 1 in things else None) == [0, no, 2, 3, 4]


def test_what_fails_once_is_taken_again() -> None:
    errors = iter([ValueError("somebody else wrote it in this moment")])
    assert handed_in(lambda _: next(errors, None)) == [0, 1, 2, 3, 4]


def test_a_store_that_is_away_is_not_asked_once_more_for_each() -> None:
    seen: list[int] = []
    away = StoreError("away")

    def fails(things: Sequence[int]) -> Exception:
        seen.extend(things)
        return away

    assert handed_in(fails) == [away] * 5
    assert seen == [0, 1, 2, 3, 4]
