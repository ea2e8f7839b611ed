"""Workers and database killed at random, and a database away for a minute, over the whole newsroom: ``python -m benchmarks.chaos``.

Each run takes three days of the news web through two workers while somebody kills them, and is held against what one process
with SQLite makes of the same news: exports and digests byte for byte. Prints what was lost, what was there twice, what differed.
"""

from __future__ import annotations

import argparse
import random
import signal
import tempfile
import time
from collections import Counter
from pathlib import Path

from crawler.commands.context import open_store
from crawler.config import load
from crawler.store.jobs import QUEUES
from tests.many.machines import Machines, in_one_process, written
from tests.many.sameness import exported, told
from tests.newsroom import demo
from tests.newsroom.web import Newsroom
from tests.postgres import Postgres
from tests.reactor import in_reactor

AWAY = 60.0


class Trouble:
    """Kills a worker every second or two, and the database now and then; or takes the database away for a minute, once."""

    def __init__(self, machines: Machines, server: Postgres, seed: int, *, minute: bool) -> None:
        self.machines, self.server, self.minute = machines, server, minute
        self.chance = random.Random(seed)
        self.next, self.freed = time.monotonic() + 3, 0.0
        self.kills = self.outages = 0

    def __call__(self) -> None:
        """Called between two looks whether the work is done."""
        now = time.monotonic()
        if now - self.freed > 2:
            self.machines.free_stalled()
            self.freed = now
        if now < self.next:
            return
        if self.minute:
            if not self.outages:
                self.outages += 1
                self.server.kill()
                time.sleep(AWAY)
                self.server.start()
            return
        self.next = now + self.chance.uniform(0.5, 3.0)
        if self.chance.random() < 0.1:
            self.server.kill()
            self.server.start()
            self.outages += 1
            return
        self.machines.stop(self.chance.choice(self.machines.processes), signal.SIGKILL)
        self.machines.start(QUEUES)
        self.kills += 1


def differences(expected: dict[str, list[str]], found: dict[str, list[str]]) -> Counter[str]:
    """How many lines are lost, and how many are there that should not be."""
    counts: Counter[str] = Counter()
    for what, lines in expected.items():
        before, after = Counter(lines), Counter(found[what])
        counts["lost"] += sum((before - after).values())
        counts["twice or other"] += sum((after - before).values())
    return counts


def main() -> None:
    """Run everything and print the sum."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", type=int, default=200)
    given = options.parse_args()
    total: Counter[str] = Counter()
    with Postgres() as server, Newsroom(demo.BEFORE) as room, tempfile.TemporaryDirectory() as first:
        settings = load(str(written(room, Path(first))))
        store = open_store(settings)
        in_reactor(in_one_process(settings, store, room))
        expected, letters = exported(store), told(store, Path(first))
        seed = 0
        while total["kills"] < given.kills or not total["minutes without a database"]:
            minute = not total["minutes without a database"]
            with tempfile.TemporaryDirectory() as name, Machines(room, Path(name), server.new()) as machines:
                machines.start(QUEUES)
                machines.start(QUEUES)
                machines.disturb = trouble = Trouble(machines, server, seed, minute=minute)
                machines.three_days()
                total += differences(expected, exported(machines.store))
                own = told(machines.store, Path(name))
                total["digests or mails that differ"] += sum(letters[k] != own[k] for k in letters)
            seed += 1
            total += Counter(
                {"runs": 1, "kills": trouble.kills, "database killed": trouble.outages, "minutes without a database": int(minute)}
            )
            print(f"run {seed}: {', '.join(f'{n} {what}' for what, n in sorted(total.items()))}", flush=True)
    for what in (
        "runs",
        "kills",
        "database killed",
        "minutes without a database",
        "lost",
        "twice or other",
        "digests or mails that differ",
    ):
        print(f"{what}: {total[what]}")


if __name__ == "__main__":
    main()
