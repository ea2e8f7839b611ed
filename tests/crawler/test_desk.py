"""The pile: whatever is handed in is taken, also what comes in the very moment in which nothing else is left."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from crawler.desk import ENOUGH_BYTES, MOST_AT_ONCE, Pile


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
