"""Many workers give the result of one process, byte for byte, even if some are killed: stories, register, alerts, digests."""

from __future__ import annotations

import random
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from alerts.digests.packing import pack_sent
from crawler.commands.context import open_store
from crawler.config import load
from crawler.store import Store, StoreError, overview, search
from crawler.store.copying import copy
from crawler.store.jobs import QUEUES
from tests.builders import keep, new_store
from tests.many.comparison import exported, received
from tests.many.workers import WorkerProcesses, in_one_process, written
from tests.newsroom import demo
from tests.newsroom.web import Newsroom
from tests.postgres import Postgres
from tests.preloaded import Process
from tests.reactor import in_reactor


@dataclass(frozen=True)
class Expected:
    """What one process with SQLite makes of the news web."""

    room: Newsroom
    store: Store
    exported: dict[str, list[str]]
    received: dict[str, Any]


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Expected]:
    folder = tmp_path_factory.mktemp("embedded")
    with Newsroom(demo.BEFORE) as room:
        settings = load(str(written(room, folder)))
        store = open_store(settings)
        in_reactor(in_one_process(settings, store, room))
        pack_sent(store, room.now + timedelta(days=1))  # as workers may at any moment
        yield Expected(room, store, exported(store), received(store, folder))
        store.close()


def check(expected: Expected, machines: WorkerProcesses) -> None:
    """Nothing is lost, nothing is there twice, and everything is as on one machine."""
    for what, lines in exported(machines.store).items():
        assert lines == expected.exported[what], what
    for what, lines in received(machines.store, machines.folder).items():
        assert lines == expected.received[what], what


class Upgrade:
    """While workers work, the schema goes on to a newer one that only adds; a worker of the new time comes, one of the old goes."""

    def __init__(self, machines: WorkerProcesses, old: Process) -> None:
        self.machines, self.old = machines, old
        self.looks = 0
        self.done = False

    def __call__(self) -> None:
        """Called between two looks whether the work is done."""
        self.looks += 1
        if self.looks == 60:
            with self.machines.store.write() as connection:
                connection.execute(text("ALTER TABLE articles ADD COLUMN mood TEXT"))
                connection.execute(text("CREATE TABLE moods (id BIGSERIAL PRIMARY KEY)"))
                connection.execute(text("UPDATE alembic_version SET version_num = '9001'"))
            self.machines.start(QUEUES)
        if self.looks > 60 and not self.done and self.machines.alive() == 4:
            assert self.machines.stop(self.old) == 0
            self.done = True


def test_workers_old_and_new_give_what_one_process_gives(
    expected: Expected, postgres: Postgres, tmp_path: Path
) -> None:
    with WorkerProcesses(expected.room, tmp_path, postgres.new()) as machines:
        old = machines.start(QUEUES)
        machines.start(("poll", "pages"))
        machines.start(("judge", "deliver"))
        machines.disturb = upgrade = Upgrade(machines, old)
        machines.three_days()
        check(expected, machines)
        assert upgrade.done
        assert all(machines.stop(process) == 0 for process in list(machines.processes))


class Trouble:
    """Kills a worker at every moment of the news web, and twice the database, while they work.

    The order is random and always the same. However slow the machine is, the work of a moment gets done between two kills.
    """

    def __init__(self, machines: WorkerProcesses, postgres: Postgres) -> None:
        self.machines, self.postgres = machines, postgres
        self.chance = random.Random(5)
        self.kills = self.outages = 0
        self.troubled = set[datetime]()
        self.left = 0
        """Looks until the next trouble."""

    def __call__(self) -> None:
        """Called between two looks whether the work is done."""
        if self.machines.room.now in self.troubled:
            return
        if self.left:
            self.left -= 1
            return
        self.troubled.add(self.machines.room.now)
        self.left = self.chance.randrange(10)
        self.machines.stop(self.chance.choice(self.machines.processes), signal.SIGKILL)
        self.machines.start(QUEUES)
        self.kills += 1
        # Counted by kills, not by moments: on a fast machine some moments are over before anybody looks.
        if self.kills in (2, 5):
            self.postgres.kill()
            self.outages += 1
            self.postgres.start()


@pytest.mark.long
def test_workers_and_the_database_may_be_killed_at_any_time(
    expected: Expected, postgres: Postgres, tmp_path: Path
) -> None:
    with WorkerProcesses(expected.room, tmp_path, postgres.new()) as machines:
        machines.start(QUEUES)
        machines.start(QUEUES)
        machines.disturb = trouble = Trouble(machines, postgres)
        machines.three_days()
        check(expected, machines)
        assert trouble.kills >= 5 and trouble.outages >= 2


def test_a_grown_store_is_copied_whole_and_goes_on(expected: Expected, database: str, tmp_path: Path) -> None:
    grown = expected.store
    other = Store(database)
    other.upgrade()
    rows = copy(grown, other)
    assert rows["articles"] == 124 and rows["digests"] > 0
    with other.read() as connection:
        names = [r["title"] for r in overview.find(connection)]
    with grown.read() as connection:
        assert names == [r["title"] for r in overview.find(connection)]
    search.refresh(other)
    with other.read() as connection:
        assert search.stories_with(connection, "Shenzhen") and search.stories_with(connection, "示范基地")
    number = keep(
        other, "China and Laos open a rail link", "China and Laos cooperate on a rail link."
    ).article
    assert number == max(range(1, 126))
    with pytest.raises(StoreError, match="not empty"):
        copy(grown, other)
    (tmp_path / "back").mkdir()
    back = new_store(tmp_path / "back")
    assert copy(other, back)["articles"] == 125
