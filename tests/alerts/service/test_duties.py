"""The table of periodic duties: one for one process and for many workers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from croniter import croniter

from alerts.service.duties import Duty, duties, perform
from alerts.service.planner import Planner
from crawler.store import StoreError
from tests.assisting import assisted
from tests.builders import NOON, new_store, settings
from tests.ingesting import Asked

STORED = ("polls", "rounds", "left over", "revisits", "hubs", "watch", "packing", "upkeep")
"""By these names a queue that is in use knows them."""


def table(folder: Path) -> tuple[Duty, ...]:
    planner = Planner(settings(), new_store(folder), lambda: NOON, Asked())
    return duties(planner, lambda: None, lambda: None)


def test_a_queue_that_is_in_use_knows_every_duty_by_its_name(tmp_path: Path) -> None:
    assert tuple(duty.name for duty in table(tmp_path)) == STORED


def test_assistants_are_asked_where_there_are_some(tmp_path: Path) -> None:
    planner = Planner(assisted(), new_store(tmp_path), lambda: NOON, Asked())
    names = tuple(duty.name for duty in duties(planner, lambda: None, lambda: None))
    assert [name for name in names if name not in STORED] == ["assist"] and set(STORED) < set(names)


def test_a_scheduler_does_every_duty_as_often_as_one_process(tmp_path: Path) -> None:
    start = datetime(2025, 11, 28, tzinfo=UTC)
    for duty in table(tmp_path):
        times = croniter(duty.cron, start)
        moments = [times.get_next(datetime) for _ in range(40)]
        assert {later - earlier for earlier, later in pairwise(moments)} == {duty.every}, duty.name
        assert (moments[0] - start) % duty.every == duty.offset


@pytest.mark.parametrize(
    ("every", "offset", "cron"),
    [
        (1, 0, "* * * * * *"), (5, 0, "* * * * * */5"), (60, 45, "* * * * * 45"), (600, 0, "*/10 * * * * 0"),
        (600, 300, "5-59/10 * * * * 0"), (86_400, 11_820, "17 3 * * * 0"),
    ],
)  # fmt: skip
def test_periods_as_cron_expressions(every: int, offset: int, cron: str) -> None:
    assert Duty("one", timedelta(seconds=every), lambda: None, timedelta(seconds=offset)).cron == cron


async def in_thread(call: Callable[[], object]) -> object:
    return await asyncio.to_thread(call)


@pytest.mark.parametrize("error", [StoreError("the disk is full"), KeyError("nobody thought of this")])
def test_a_duty_that_fails_is_logged_and_done_again(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []

    def fails() -> None:
        done.append("in a thread")
        raise error

    async def fails_too() -> None:
        done.append("on the loop")
        raise error

    runs: tuple[Callable[[], object | Awaitable[object]], ...] = (fails, fails_too)
    with caplog.at_level(logging.WARNING, "aseanwatch"):
        for run in runs:
            asyncio.run(perform(Duty("packing", timedelta(minutes=1), run), in_thread))
    assert done == ["in a thread", "on the loop"]
    assert sum("packing is done again later" in record.getMessage() for record in caplog.records) == 2
