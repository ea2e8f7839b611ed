"""Of a text that many print, leaving copies out that were looked at before changes nothing of what is told."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import event, select

from alerts.selection import many_copies
from alerts.selection.raise_alerts import raise_alerts
from alerts.subscriptions.subscriptions import register
from crawler.config.settings import Settings
from crawler.parsing.urls import url_key
from crawler.store import Store
from crawler.store.article_writer import ArticleWriter, JudgedArticle
from crawler.store.schema import alerts
from tests.builders import NOON, article, later, new_store, settings, shipped, shipped_judge

TEXTS = (
    ("China and Laos open a rice laboratory in Vientiane", "China and Laos opened a joint rice laboratory in Vientiane on Friday, and will train 300 farmers there."),
    ("China, Laos sign a rice agreement in Vientiane", "China and Laos signed an agreement on rice worth 40 million yuan in Vientiane on Friday, said Khamla Sysoulath."),
    ("Correction: rice laboratory of China and Laos", "Correction: China and Laos opened a joint rice laboratory in Vientiane on Friday, and will train 300 farmers there."),
    ("中国与老挝在万象共建水稻实验室", "中国与老挝周五在万象共建水稻联合实验室，将在那里培训三百名农民，双方签署了合作协议。"),
)  # fmt: skip
FILTERS: tuple[dict[str, Any], ...] = (
    {}, {"sources": ["o3"]}, {"sources": ["o8", "o11"]}, {"languages": ["zh"]}, {"countries": ["LA"]}, {"countries": ["TH"]},
    {"topics": ["demonstration_base"]}, {"topics": ["demonstration_base"], "sources": ["o5"]}, {"topics": ["agriculture_food"]}, {"least_score": 0.8},
)  # fmt: skip


def desks() -> Settings:
    return settings(
        *({"name": f"desk{n}", "to": [f"desk{n}@example.org"], **more} for n, more in enumerate(FILTERS))
    )


def printed(number: int, chance: Random) -> JudgedArticle:
    title, text = TEXTS[min(chance.choice((0, 0, 0, 0, 1, 2, 3)), number)]
    source = f"o{number % 13}"
    published = NOON + timedelta(minutes=chance.randrange(-60, 600)) if chance.random() < 0.9 else None
    one = article(
        title,
        text,
        url=f"https://{source}.example/{number}",
        source=source,
        published=published,
        first_seen=later(minutes=number),
    )
    return JudgedArticle(one, shipped_judge().classify(one), url_key(one.url))


def rounds(folder: Path, seed: int) -> set[tuple[object, ...]]:
    """The alerts of some rounds, in each of which some more print a text, and some are edited or taken out of a story."""
    folder.mkdir()
    store, writer, chance, made = (
        new_store(folder),
        ArticleWriter(shipped().stories.window),
        Random(seed),
        desks(),
    )
    with store.write() as connection:
        register(connection, made, NOON - timedelta(days=1))
    number = 0
    for turn in range(12):
        batch = [printed(number + n, chance) for n in range(chance.randint(1, 9))]
        number += len(batch)
        with writer.transaction(store) as connection:
            writer.write(connection, batch)
        if chance.random() < 0.3:
            edited = chance.randrange(1, number)
            with writer.transaction(store) as connection:
                changed = article(
                    TEXTS[0][0],
                    f"{TEXTS[0][1]} It cost {seed + 20} million yuan.",
                    first_seen=later(minutes=number),
                )
                writer.revise(
                    connection, edited, changed, shipped_judge().classify(changed), later(minutes=number)
                )
        raise_alerts(store, made, later(hours=12, minutes=turn))
    columns = (alerts.c.subscription, alerts.c.about, alerts.c.story_id, alerts.c.article_id, alerts.c.at)
    with store.read() as connection:
        return {tuple(row) for row in connection.execute(select(*columns))}


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(n, marks=pytest.mark.long) for n in range(2, 9))])
def test_leaving_copies_out_changes_nothing_of_what_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    whole = rounds(tmp_path / "whole", seed)
    monkeypatch.setattr(many_copies, "MANY", 3)
    monkeypatch.setattr(many_copies, "FIRST", 1)
    monkeypatch.setattr("alerts.selection.raise_alerts.OVERLAP", 0)
    assert rounds(tmp_path / "without", seed) == whole
    assert len({subscription for subscription, *_ in whole}) > 5


def test_the_work_for_a_copy_does_not_grow_with_those_before_it(tmp_path: Path) -> None:
    store, writer, made = new_store(tmp_path), ArticleWriter(shipped().stories.window), desks()
    title, text = TEXTS[0]
    copies = []
    for n in range(301):
        one = article(
            title,
            text,
            url=f"https://o{n}.example/",
            source=f"o{n}",
            published=later(seconds=n),
            first_seen=later(seconds=n),
        )
        copies.append(JudgedArticle(one, shipped_judge().classify(one), url_key(one.url)))
    with store.write() as connection:
        register(connection, made, NOON - timedelta(days=1))
    for some in (copies[:-1], copies[-1:]):
        with writer.transaction(store) as connection:
            writer.write(connection, some)
        read = _looked_at(store, made)
    assert 200 <= read <= 200 + many_copies.FIRST + 6, "those that are looked at again, and the first ones"


def _looked_at(store: Store, made: Settings) -> int:
    """How many articles a round reads."""
    seen: list[int] = []

    def note(_: object, __: object, statement: str, parameters: tuple[object, ...], *___: object) -> None:
        if statement.startswith("SELECT articles.story_id, articles.id, articles.source"):
            seen.append(len(parameters))

    event.listen(store.engine, "before_cursor_execute", note)
    raise_alerts(store, made, later(hours=1))
    event.remove(store.engine, "before_cursor_execute", note)
    return sum(seen)
