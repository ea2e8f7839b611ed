"""With ten thousand sign-ups, what one reader does and what is shown costs no more than it must."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, insert

from alerts.delivery.dispatch import dispatch
from alerts.subscriptions import subscriptions
from crawler.model import AseanwatchError
from crawler.store import Store
from crawler.store.schema import subscriptions as table
from tests.builders import new_store, settings

NOW = datetime(2025, 11, 28, 12, tzinfo=UTC)
MANY = 10_000


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    made = new_store(tmp_path_factory.mktemp("many"))
    one = {"topics": ["demonstration_base"], "when": "instant"}
    rows = [
        {"name": f"r{n:05}", "since": NOW, "paused": False, "last_due": NOW, "confirmed": True,
         "added": {"name": f"r{n:05}", "to": [f"r{n:05}@example.org"], **one}}
        for n in range(MANY)
    ]  # fmt: skip
    with made.write() as connection:
        connection.execute(insert(table), rows)
    return made


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    """The statements of a block."""
    said: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        said.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(store.engine, "before_cursor_execute", note)


def test_one_of_them_is_found_without_looking_at_the_others(store: Store) -> None:
    with store.read() as connection, counted(store) as said:
        found = subscriptions.find_subscription(connection, settings(), "r09999")
    assert found.subscription.to == ("r09999@example.org",)
    assert [s for s in said if s.startswith("SELECT") and "WHERE subscriptions.name IN" not in s] == []
    with store.read() as connection, pytest.raises(AseanwatchError, match="no subscription r10000"):
        subscriptions.find_subscription(connection, settings(), "r10000")


def test_one_leaves_and_comes_back_without_looking_at_the_others(store: Store) -> None:
    with store.write() as connection, counted(store) as said:
        subscriptions.opt_out(connection, settings(), "r00007", "r00007@example.org", NOW)
    assert all("WHERE" in s for s in said if s.startswith("SELECT"))
    with store.write() as connection:
        assert not subscriptions.load_subscriptions(connection, settings(), only=["r00007"])
        subscriptions.opt_in(connection, "r00007", "r00007@example.org", NOW)
        assert subscriptions.load_subscriptions(connection, settings(), only=["r00007"])


def test_they_are_listed_in_pages_without_gap_or_repeat(store: Store) -> None:
    seen, after = list[str](), ""
    with store.read() as connection:
        while names := subscriptions.names_after(connection, settings(), after)[:997]:
            seen += [
                k.subscription.name
                for k in subscriptions.load_subscriptions(connection, settings(), only=names)
            ]
            after = names[-1]
    mine = [n for n in seen if n.startswith("r")]
    assert mine == sorted(set(mine))
    assert len(mine) == MANY


def test_a_round_without_news_asks_the_store_as_often_for_many_as_for_one(
    store: Store, tmp_path: Path
) -> None:
    few = new_store(tmp_path)
    counts = []
    for one in (few, store):
        with counted(one) as said:
            done = dispatch(one, settings(), NOW + timedelta(minutes=1))
        assert (done.alerts, done.digests, done.given_up) == (0, 0, 0)
        counts.append(len(said))
    assert counts[1] <= counts[0] + MANY / 100, counts
