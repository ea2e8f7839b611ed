"""A process that counts bases as reports come writes the same register as one that reads all proofs each time."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from crawler.parsing.urls import url_key
from crawler.store import Store, base_corrections, bases
from crawler.store.article_writer import ArticleWriter, JudgedArticle
from tests.builders import NOON, article, later, new_store, shipped, shipped_judge

NAMES = ("China-Cambodia Solar Training Base", "China-Cambodia Rice Laboratory", "China-Laos Rice Laboratory")
ACTS = ("signed an agreement to build", "broke ground for", "opened", "trained 300 students at")


def judged(number: int) -> JudgedArticle:
    name, act = NAMES[number % 3], ACTS[number // 3 % 4]
    text = f"China and {name.split('-')[1].split()[0]} on Friday {act} the {name}, worth {number + 2} million dollars."
    moment = later(days=number * 5 % 90)
    one = article(
        f"{name}: report {number}",
        text,
        url=f"https://o{number}.example/{number}",
        first_seen=moment,
        published=moment,
    )
    return JudgedArticle(one, shipped_judge().classify(one), url_key(one.url))


def written(store: Store, numbers: Iterable[int]) -> Store:
    """A store with some of the reports."""
    with store.write() as connection:
        ArticleWriter(shipped().stories.window).write(connection, [judged(number) for number in numbers])
    return store


def register(folder: Path, *, forgets: bool) -> list[dict[str, Any]]:
    folder.mkdir()
    store, writer = new_store(folder), ArticleWriter(shipped().stories.window)
    for number in range(24):
        with writer.transaction(store) as connection:
            writer.write(connection, [judged(number)])
        if number == 15:
            # An operator corrects the register beside the running process.
            with store.write() as connection:
                one, other = (b["key"] for b in bases.find(connection)[:2])
                base_corrections.merge(connection, one, other, NOON)
        if forgets:
            writer.forget()
    with store.read() as connection:
        return bases.find(connection)


def test_counting_writes_what_reading_all_writes(tmp_path: Path) -> None:
    counted = register(tmp_path / "counted", forgets=False)
    assert counted == register(tmp_path / "read", forgets=True)
    assert len(counted[0]["evidence"]) > 5
