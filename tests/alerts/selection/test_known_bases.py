"""A base that the register knows is told once, whatever language, name or order its reports come in; a later stage is news."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from alerts.selection.raise_alerts import raise_alerts
from alerts.subscriptions.subscriptions import register
from crawler.config.settings import Settings
from crawler.store import Store, bases
from crawler.store.schema import alerts
from tests.builders import NOON, keep, new_store, settings


class Told(NamedTuple):
    """A report: how many days after the first one it was published, its headline and its text."""

    days: int
    title: str
    text: str


ENGLISH = Told(
    0, "China-Cambodia Solar Training Base opens in Sihanoukville",
    "The China-Cambodia Solar Training Base was officially opened in Sihanoukville on Friday by the two countries.",
)  # fmt: skip
CHINESE = Told(
    40, "中柬光伏实训基地在西哈努克市揭牌",
    "中柬光伏实训基地在西哈努克市揭牌，两国官员出席，将培训太阳能技术人员。",
)  # fmt: skip
AGAIN = Told(
    300, "Solar Training Base of China and Cambodia launched",
    "China and Cambodia launched the China-Cambodia Solar Training Base in Sihanoukville, a broadcaster reported.",
)  # fmt: skip
SIGNED = Told(
    -90, "Agreement signed on China-Cambodia Solar Training Base",
    "China and Cambodia signed an agreement to build the China-Cambodia Solar Training Base in Sihanoukville.",
)  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def desk(store: Store) -> Settings:
    """Settings with one subscription to new bases, which takes news of any age."""
    one = {
        "name": "desk",
        "channel": "folder",
        "when": "instant",
        "fresh": "4000d",
        "topics": ["demonstration_base"],
    }
    made = settings(one, channels={"folder": {"type": "folder", "path": "mail"}})
    with store.write() as connection:
        register(connection, made, NOON)
    return made


def told(store: Store, made: Settings, reports: tuple[Told, ...]) -> list[tuple[str, str | None]]:
    """The alerts, as (kind, stage), when reports come in one after the other, a minute apart, whenever they were published."""
    for number, report in enumerate(reports, 1):
        seen = NOON + timedelta(days=400, minutes=number)
        keep(store, report.title, report.text, first_seen=seen, published=NOON + timedelta(days=report.days))
        raise_alerts(store, made, seen)
    with store.read() as connection:
        return [(r.kind, r.stage) for r in connection.execute(alerts.select().order_by(alerts.c.id))]


def entries(store: Store) -> list[dict[str, Any]]:
    with store.read() as connection:
        return bases.find(connection)


@pytest.mark.parametrize("reports", permutations([ENGLISH, CHINESE, AGAIN]))
def test_a_base_is_told_once_in_every_order_of_arrival(store: Store, reports: tuple[Told, ...]) -> None:
    assert [kind for kind, _ in told(store, desk(store), reports)] == ["new_base"]
    (base,) = entries(store)
    assert len(base["evidence"]) == 3


def test_a_later_stage_is_told_once(store: Store) -> None:
    found = told(store, desk(store), (SIGNED, ENGLISH, AGAIN, CHINESE))
    assert [kind for kind, _ in found] == ["new_base", "update"]
    assert found[1][1] == "launched"


@pytest.mark.parametrize("reports", permutations([ENGLISH, SIGNED, AGAIN]))
def test_an_earlier_stage_that_is_learned_later_is_no_news(store: Store, reports: tuple[Told, ...]) -> None:
    found = told(store, desk(store), reports)
    # Only a report that comes before all launched ones can begin the base and leave its opening to be told.
    expected = ["new_base", "update"] if reports[0] is SIGNED else ["new_base"]
    assert [kind for kind, _ in found] == expected
    assert len(entries(store)) == 1
