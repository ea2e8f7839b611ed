"""What a process keeps of subscriptions is what the store has, whoever changed it, and whatever became of the change."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import Connection, insert, select, text

from alerts.selection.subscription_index import SubscriptionIndex, index_of
from alerts.selection.views import ReportView, StoryView
from alerts.subscriptions import subscriptions
from alerts.subscriptions.kept_rows import forget_changes
from alerts.subscriptions.subscriptions import SubscriptionRecord, load_subscriptions
from crawler.config.settings import Settings
from crawler.model import AseanwatchError
from crawler.store.schema import subscriptions as table
from crawler.store.upkeep import backup
from tests.builders import NOON, later, new_store, settings

NAMES = ("asia", "Desk", "desk", "desk-2", "Zebra", "tin")
"""Some that databases and Python sort in other ways."""
names = st.sampled_from(NAMES)
topics = st.sampled_from(("finance", "demonstration_base"))
countries = st.sampled_from(((), ("VN",), ("TH", "VN")))


def own(*given: str) -> Settings:
    return settings(
        *({"name": name, "to": [f"{n}@example.org"], "countries": ["LA"]} for n, name in enumerate(given))
    )


def fresh(connection: Connection, made: Settings) -> list[SubscriptionRecord]:
    """The subscriptions as somebody reads them who keeps nothing."""
    mine = {s.name: s for s in made.subscriptions}
    found = []
    for row in sorted(connection.execute(select(table)).all(), key=lambda row: row.name):
        one = mine.get(row.name) or subscriptions.parse_row(row)
        if one is not None:
            last, added = row.last_due or row.since, row.name not in mine
            found.append(SubscriptionRecord(one, row.since, row.paused, last, added, row.confirmed))
    return found


class KeptSubscriptions(RuleBasedStateMachine):
    """One process keeps what it reads, while it and others change, undo, fail, restore and forget."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp())
        self.store = new_store(self.folder)
        self.other = new_store(self.folder)
        self.own = own()
        self.clock = 0
        self.copies: list[Path] = []

    def teardown(self) -> None:
        for store in (self.store, self.other):
            store.close()
        shutil.rmtree(self.folder)

    def now(self) -> Any:
        self.clock += 1
        return later(minutes=self.clock)

    def change(self, connection: Connection, name: str, topic: str, wanted: tuple[str, ...]) -> None:
        values = {
            "name": name,
            "to": [f"{name.encode().hex()}@example.org"],
            "topics": [topic],
            "countries": wanted,
        }
        try:
            subscriptions.add(connection, self.own, values, self.now(), confirmed=topic == "finance")
        except AseanwatchError:
            try:
                subscriptions.change(connection, self.own, name, values)
            except AseanwatchError:  # it stands in the configuration, or is unconfirmed
                subscriptions.confirm(connection, name, self.now())

    @rule(name=names, topic=topics, wanted=countries, elsewhere=st.booleans())
    def add_or_change(self, name: str, topic: str, wanted: tuple[str, ...], elsewhere: bool) -> None:
        with (self.other if elsewhere else self.store).write() as connection:
            self.change(connection, name, topic, wanted)
            self.agree(connection)

    @rule(name=names, topic=topics, outer=st.booleans())
    def fail(self, name: str, topic: str, outer: bool) -> None:
        """A change that the process itself has read, and that is rolled back, as a whole or in part."""
        try:
            with self.store.write() as connection:
                part = connection.begin_nested()
                self.change(connection, name, topic, ("MM",))
                self.agree(connection)
                part.rollback()
                self.agree(connection)
                if outer:
                    self.change(connection, name, topic, ("KH",))
                    self.agree(connection)
                    raise AseanwatchError("rolled back")
        except AseanwatchError:
            pass

    @rule(some=st.lists(names, max_size=3), elsewhere=st.booleans())
    def deliver(self, some: list[str], elsewhere: bool) -> None:
        with (self.other if elsewhere else self.store).write() as connection:
            subscriptions.set_last_due(connection, dict.fromkeys(some, self.now()))

    @rule(name=names, paused=st.booleans())
    def pause(self, name: str, paused: bool) -> None:
        try:
            with self.other.write() as connection:
                subscriptions.set_paused(connection, name, paused=paused)
        except AseanwatchError:
            pass

    @rule(name=names)
    def remove(self, name: str) -> None:
        try:
            with self.other.write() as connection:
                subscriptions.remove(connection, self.own, name)
        except AseanwatchError:
            pass

    @rule(name=names, to=names)
    def by_hand(self, name: str, to: str) -> None:
        """By a program that knows nothing of us."""
        with closing(sqlite3.connect(str(self.store.url.database))) as raw, raw:
            raw.execute(
                "UPDATE OR IGNORE subscriptions SET name = ?, since = '2025-11-01 00:00:00.000000' WHERE name = ?",
                (to, name),
            )

    @rule(some=st.sets(names))
    def configure(self, some: set[str]) -> None:
        self.own = own(*sorted(some))
        with self.store.write() as connection:
            subscriptions.register(connection, self.own, self.now())

    @rule(many=st.integers(1, 1200))
    def change_often(self, many: int) -> None:
        with self.other.write() as connection:
            connection.execute(text("UPDATE subscriptions SET paused = NOT paused WHERE name = 'desk'"))
            rows = [
                {"name": f"r{n}", "since": NOON, "last_due": NOON, "paused": False, "confirmed": False}
                for n in range(many)
            ]
            connection.execute(insert(table), rows)
            connection.execute(
                text(
                    "DELETE FROM subscriptions WHERE name IN (SELECT name FROM subscriptions WHERE name LIKE 'r%')"
                )
            )

    @rule()
    def forget(self) -> None:
        with self.other.write() as connection:
            forget_changes(connection)

    @rule()
    def back_up(self) -> None:
        self.copies.append(self.folder / f"copy-{len(self.copies)}")
        backup(self.store, self.copies[-1])

    @rule(pick=st.integers(0, 9))
    def restore(self, pick: int) -> None:
        """As `crawler.store.restoring` does it, beneath processes that run."""
        if self.copies:
            self.store.close()
            file = self.copies[pick % len(self.copies)]
            with (
                closing(sqlite3.connect(file)) as copy,
                closing(sqlite3.connect(str(self.store.url.database))) as raw,
            ):
                copy.backup(raw)

    @invariant()
    def kept_is_what_is_there(self) -> None:
        with self.store.read() as connection:
            everyone = self.agree(connection)
            assert load_subscriptions(connection, self.own) is everyone, "nothing is made twice"
        index = SubscriptionIndex([k.subscription for k in everyone])
        for country in ("VN", "LA"):
            seen = ReportView(
                1,
                "outlet",
                "en",
                frozenset({country}),
                {"demonstration_base": 1.0},
                NOON,
                False,
                timedelta(0),
            )
            story = StoryView(1, (seen,))
            assert index_of(everyone).candidates(story) == index.candidates(story)

    def agree(self, connection: Connection) -> Any:
        expected = fresh(connection, self.own)
        assert list(load_subscriptions(connection, self.own, include_unconfirmed=True)) == expected
        confirmed = load_subscriptions(connection, self.own)
        assert list(confirmed) == [k for k in expected if k.confirmed]
        assert list(load_subscriptions(connection, self.own, only=NAMES)) == list(confirmed)
        return confirmed


TestKeptSubscriptions = KeptSubscriptions.TestCase
TestKeptSubscriptions.settings = hypothesis_settings(max_examples=12, stateful_step_count=20, deadline=None)
