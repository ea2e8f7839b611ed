"""What is known of archives in the store."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from crawler.store import imports
from crawler.store.imports import Staged
from tests.builders import NOON, article, later, new_store


def test_an_archive_goes_on_where_it_was_read_to(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    with store.write() as connection:
        begun = imports.begin(connection, "k", "a.warc.gz", NOON)
        assert (begun.position, begun.is_done) == (0, False)
        imports.stage(connection, begun.number, [Staged(article("One"), 7)])
        imports.advance(connection, begun.number, 7, {"read": 3}, NOON)
    with store.write() as connection:
        again = imports.begin(connection, "k", "moved/a.warc.gz", later(hours=1))
        assert (again.number, again.position, again.counts["read"]) == (begun.number, 7, 3)
        imports.advance(connection, again.number, 9, {"read": 4}, NOON, is_done=True)
        assert imports.begin(connection, "k", "a.warc.gz", NOON).is_done
        imports.forget(connection, ["k"])
        assert imports.count_staged(connection) == 0
        assert imports.begin(connection, "k", "a.warc.gz", NOON).position == 0


def test_what_waits_comes_in_the_order_of_dates_as_it_was(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    made = [
        article(
            f"No {n}", "text", published=NOON - timedelta(days=n), links=("a/b",), listed=NOON, author="X"
        )
        for n in (1, 3, 2)
    ]
    with store.write() as connection:
        number = imports.begin(connection, "k", "f", NOON).number
        imports.stage(connection, number, [Staged(a, n) for n, a in enumerate(made)])
        found = imports.staged(connection, 10)
        assert [one.article for one in found] == [made[1], made[2], made[0]]
        assert [one.place for one in found] == [1, 2, 0]
        imports.take(connection, found[:2], {}, NOON)
        assert [one.article for one in imports.staged(connection, 10)] == [made[0]]
