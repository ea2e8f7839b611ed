"""What a process keeps of subscriptions in PostgreSQL is what is there, also where changes come at the same time."""

from __future__ import annotations

import random
import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, func, insert, select, update

from alerts.subscriptions.subscriptions import load_subscriptions
from crawler.store import Store
from crawler.store.copying import copy
from crawler.store.schema import subscription_changes as changes
from crawler.store.schema import subscriptions as table
from tests.builders import NOON, later, new_store, settings

NAMES = ["asia", "Desk", "desk", "desk-2", "Zebra", "tin"]


def opened(url: str) -> Store:
    store = Store(url)
    store.upgrade()
    return store


def row(name: str, minute: int) -> dict[str, object]:
    added = {"name": name, "to": [f"{name.lower()}@example.org"]}
    return {"name": name, "since": NOON, "last_due": later(minutes=minute), "added": added}


def agree(store: Store) -> None:
    """What a process keeps is what another one reads that keeps nothing."""
    with store.read() as connection:
        kept = load_subscriptions(connection, settings())
    other = Store(store.url.render_as_string(hide_password=False))
    with other.read() as connection:
        assert load_subscriptions(connection, settings()) == kept
    other.close()


def change(connection: Connection, chance: random.Random, minute: int) -> None:
    name = chance.choice(NAMES)
    if chance.random() < 0.3 or connection.scalar(select(table.c.name).where(table.c.name == name)) is None:
        connection.execute(delete(table).where(table.c.name == name))
        connection.execute(insert(table), [row(name, minute)])
    elif chance.random() < 0.2:
        connection.execute(delete(table).where(table.c.name == name))
    else:
        connection.execute(update(table).where(table.c.name == name).values(last_due=later(minutes=minute)))


def test_what_is_kept_is_what_is_there(database: str) -> None:
    chance = random.Random(3)
    stores = [opened(database), Store(database)]
    for minute in range(25):
        try:
            with chance.choice(stores).write(exclusive=chance.random() < 0.5) as connection:
                for _ in range(chance.randint(1, 3)):
                    change(connection, chance, minute)
                load_subscriptions(connection, settings())
                if chance.random() < 0.3:
                    raise ValueError
        except ValueError:
            pass
        agree(stores[0])


def test_a_change_that_is_committed_late_is_not_missed(database: str) -> None:
    store, other = opened(database), Store(database)
    with store.write() as connection:
        connection.execute(insert(table), [row("desk", 0), row("asia", 0)])
    agree(store)

    def later_one() -> None:
        with other.write(exclusive=False) as connection:
            connection.execute(update(table).where(table.c.name == "asia").values(paused=True))

    second = threading.Thread(target=later_one)
    with store.write(exclusive=False) as connection:
        connection.execute(update(table).where(table.c.name == "desk").values(paused=True))
        second.start()  # it gets the higher number, and waits
        agree(other)
    second.join()
    agree(store)
    with store.read() as connection:
        assert [k.paused for k in load_subscriptions(connection, settings())] == [True, True]


@pytest.mark.parametrize("many", [3000])
def test_changes_are_kept_in_bounds(database: str, tmp_path: Path, many: int) -> None:
    grown = new_store(tmp_path)
    with grown.write() as connection:
        connection.execute(insert(table), [row(f"r{n}", n) for n in range(many)])
    store = opened(database)
    # What each database notes of itself is not copied.
    copy(grown, store)
    for one in (grown, store):
        with one.write() as connection:
            connection.execute(update(table).values(last_due=NOON))
        with one.read() as connection:
            assert connection.scalar(select(func.count()).select_from(changes)) == 1000
            assert len(load_subscriptions(connection, settings())) == many
