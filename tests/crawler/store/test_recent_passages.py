"""Passages are found and removed wherever they stand: beside the index, half way into it, or in it."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from alembic import command
from alembic.config import Config
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from crawler.store import originals, recent_passages
from crawler.store.cursors import get_cursor, set_cursor
from crawler.store.empty_store import MIGRATIONS
from crawler.store.recent_passages import Holders
from crawler.store.schema import fingerprints
from crawler.store.schema import recent_passages as table
from tests.builders import keep, new_store

ARTICLES = 12
PASSAGES = st.frozensets(st.sampled_from([0, 1, 5, 65_536, 65_541, 2**31, 2**32 - 1, 77, 78, 79]), min_size=1)
STEPS = st.lists(
    st.one_of(
        # An article may have come long before: one that was a copy until somebody said that it is none.
        st.tuples(st.just("add"), st.sampled_from([0, 0, 0, 5]), PASSAGES),
        st.tuples(st.just("remove"), st.integers(0, ARTICLES), PASSAGES),
        st.tuples(st.just("move"), st.integers(0, ARTICLES)),
    ),
    min_size=3,
    max_size=ARTICLES,
)


@given(
    st.lists(
        st.tuples(st.sampled_from([0, 7, 2**31, 2**32 - 1]), st.sampled_from([1, 2, 3, 2**31, 2**32 - 1]))
    )
)
def test_holders_of_a_passage_come_in_order_and_once(pairs: list[tuple[int, int]]) -> None:
    expected: dict[int, set[int]] = defaultdict(set)
    for passage, article in pairs:
        expected[passage].add(article)
    half = len(pairs) // 2
    parts = [
        Holders(*(np.array([pair[n] for pair in some], dtype=np.int64) for n in (0, 1)))
        for some in (pairs[:half], pairs[half:])
    ]
    found = parts[0].and_of(parts[1]).by_passage()
    assert found == {passage: sorted(articles) for passage, articles in expected.items()}


@pytest.mark.parametrize("together", [1, 3, 1000])
def test_passages_are_held_by_whom_they_were_added_for(
    monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    monkeypatch.setattr(recent_passages, "TOGETHER", together)
    with TemporaryDirectory() as folder:
        store = new_store(Path(folder))
        numbers = [keep(store, f"A town widens road {n}", "").article for n in range(ARTICLES)]

        @settings(max_examples=25)
        @given(STEPS)
        def hold(steps: list[tuple]) -> None:  # type: ignore[type-arg]
            held: dict[int, set[int]] = {}
            free = list(numbers)
            with store.write() as connection:
                for one in (fingerprints, table):
                    connection.execute(delete(one))
                set_cursor(connection, recent_passages.LAST, 0)
                for what, *given in steps:
                    if what == "add":
                        number = free.pop(given[0] % len(free))
                        held[number] = set(given[1])
                        recent_passages.add(connection, {number: given[1]})
                    elif held and free:
                        article = sorted(held)[given[0] % len(held)]
                        if what == "remove":
                            gone = held[article] & given[1]
                            held[article] -= gone
                            here = fingerprints.c.article_id == article
                            connection.execute(
                                delete(fingerprints).where(here & fingerprints.c.hash.in_(gone))
                            )
                            recent_passages.remove(connection, [(h, article) for h in gone])
                        else:
                            to = free.pop(0)
                            held[to] = held.pop(article)
                            moved = fingerprints.update().where(fingerprints.c.article_id == article)
                            connection.execute(moved.values(article_id=to))
                            recent_passages.move(connection, article, to)
                    expected: dict[int, list[int]] = defaultdict(list)
                    for article, passages in sorted(held.items()):
                        for passage in passages:
                            expected[passage].append(article)
                        assert recent_passages.of_article(connection, article) == passages
                    assert originals.holders_of(connection, {h for h in expected} | {4, 2**30}) == expected
                recent_passages.enter_all(connection)
                assert connection.scalar(select(func.count()).select_from(table)) == 0
                entered = {tuple(row) for row in connection.execute(select(fingerprints))}
                assert entered == {(h, a) for a, passages in held.items() for h in passages}

        hold()


def test_passages_enter_the_index_little_by_little(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(recent_passages, "TOGETHER", 20)
    store = new_store(tmp_path)
    numbers = [keep(store, f"A town widens road {n}", "").article for n in range(100)]
    beside = []
    for n, number in enumerate(numbers):
        with store.write() as connection:
            before = connection.scalar(select(func.count()).select_from(fingerprints)) or 0
            recent_passages.add(connection, {number: range(100 * n, 100 * n + 100)})
            after = connection.scalar(select(func.count()).select_from(fingerprints)) or 0
            beside.append(connection.scalar(select(func.count()).select_from(table)) or 0)
        assert after - before <= 126
    assert max(beside) < 2 * 20
    assert beside[-1] < 100


def test_a_schema_of_before_has_them_in_the_index(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    number = keep(store, "A town widens road 1", "").article
    with store.write() as connection:
        recent_passages.add(connection, {number: {1, 2**32 - 1}})
        set_cursor(connection, recent_passages.LAST, number)
        set_cursor(connection, recent_passages.NEXT, 2)
        connection.execute(fingerprints.insert().values(hash=1, article_id=number))
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.downgrade(config, "0035")
        assert set(connection.execute(select(fingerprints)).all()) == {(1, number), (2**32 - 1, number)}
        command.upgrade(config, "head")
        assert recent_passages.of_article(connection, number) == {1, 2**32 - 1}
        assert get_cursor(connection, recent_passages.LAST) == 0
    store.close()
