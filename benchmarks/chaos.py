"""Kills workers and the database while they process the whole newsroom: ``python -m benchmarks.chaos [--kills N]``.

Each run takes days of the news web through two workers that are also schedulers: rounds come every five seconds and enqueue twins of
the tasks under way. Meanwhile workers are killed at random, and on purpose in the middle of selecting, rendering and sending. The
database is killed now and then, and once it is away for a minute. The result is compared with that of one process with SQLite:
exports and digests byte for byte. At the end sources are removed from the configuration and put back while a worker runs, and must
be polled again. Prints what was lost, doubled, or different.
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import tempfile
import time
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from itertools import cycle
from pathlib import Path

from sqlalchemy import select

from crawler.commands.context import open_store
from crawler.config import load
from crawler.store.schema import source_states
from crawler.tasks.poll_planner import LEASE
from tests.many.comparison import exported, received
from tests.many.workers import MOMENTS, WorkerProcesses, in_one_process, written
from tests.newsroom import demo
from tests.newsroom.web import Newsroom
from tests.postgres import Postgres
from tests.reactor import in_reactor

AWAY = 60.0
POINTS = {
    "select": "alerts.selection.raise_alerts:_write", "render": "alerts.delivery.dispatch:set_last_due", "send": "alerts.channels.folder:FolderChannel.send",
}  # fmt: skip
"""Where workers are killed on purpose: in a transaction, before alerts or digests are written, before a receipt is written."""
SUMS = (
    "runs", "kills", *(f"killed in {unit}" for unit in POINTS), "database killed", "minutes without a database", "lost",
    "twice or other", "digests or mails that differ", "sources put back", "sources put back and not asked again",
)  # fmt: skip


class Trouble:
    """Kills a worker every few seconds, every second time in the middle of a task, and the database now and then or for a minute."""

    def __init__(self, machines: WorkerProcesses, server: Postgres, seed: int, *, minute: bool) -> None:
        self.machines, self.server, self.minute = machines, server, minute
        self.chance = random.Random(seed)
        self.next = time.monotonic() + 3
        self.points = cycle(POINTS)
        self.doomed: tuple[str, subprocess.Popen[bytes]] | None = None
        self.done: Counter[str] = Counter()

    def __call__(self) -> None:
        """Called between two checks whether the work is done."""
        if self.doomed is not None:
            self._kill_where_it_halts(*self.doomed)
        self._start_again()
        if time.monotonic() < self.next:
            return
        self.next = time.monotonic() + self.chance.uniform(0.5, 3.0)
        if self.minute:
            self._away(AWAY)
            self.minute = False
            self.done["minutes without a database"] += 1
        elif self.chance.random() < 0.05:
            self._away(0)
            self.done["database killed"] += 1
        elif self.doomed is None:
            unit = next(self.points)
            self.doomed = unit, self.machines.start(halt_in=POINTS[unit], polls=False)
        else:
            # Even on a slow machine some work is done between two kills.
            others = [
                p for p in self.machines.processes if p is not self.doomed[1] and self.machines.is_up(p)
            ]
            if others:
                self.machines.stop(self.chance.choice(others), signal.SIGKILL)
                self.machines.start(polls=False)
                self.done["kills"] += 1

    def _start_again(self) -> None:
        """Restart workers that ended because they were started while the database was away, as an init system does."""
        for process in [
            p
            for p in self.machines.processes
            if p.poll() is not None and (self.doomed is None or p is not self.doomed[1])
        ]:
            self.machines.processes.remove(process)
            self.machines.start(polls=False)

    def _kill_where_it_halts(self, unit: str, process: subprocess.Popen[bytes]) -> None:
        if process.poll() is None and not self.machines.has_halted():
            return
        self.machines.stop(process, signal.SIGKILL)
        self.doomed = None
        self.done += Counter({"kills": 1, f"killed in {unit}": 1})

    def _away(self, seconds: float) -> None:
        self.server.kill()
        time.sleep(seconds)
        self.server.start()


def differences(expected: dict[str, list[str]], found: dict[str, list[str]]) -> Counter[str]:
    """The number of missing lines, and of lines that should not be there."""
    counts: Counter[str] = Counter()
    for what, lines in expected.items():
        before, after = Counter(lines), Counter(found[what])
        counts["lost"] += sum((before - after).values())
        counts["twice or other"] += sum((after - before).values())
    return counts


def put_back(machines: WorkerProcesses) -> Counter[str]:
    """Remove a third of the sources and put them back while a worker polls; return how many were not polled again."""
    names = [s.name for s in machines.settings.sources]
    gone = names[::3]
    for process in list(machines.processes):
        machines.stop(process, signal.SIGKILL)
    moment = MOMENTS[-1] + timedelta(days=1)
    machines.at(moment)
    machines.start()

    def asked(wanted: list[str]) -> set[str]:
        with machines.store.read() as connection:
            states = connection.execute(select(source_states.c.source, source_states.c.state)).all()
        return {
            s.source
            for s in states
            if s.source in wanted and (s.state.get("polled") or "") >= machines.room.now.isoformat()
        }

    machines.until(lambda: asked(names) == set(names), machines.left)
    machines.watch([n for n in names if n not in gone])
    machines.until(lambda: f"{len(gone)} removed" in machines.logs(), machines.left)
    machines.at(moment + timedelta(days=2))  # all are due, those that are away among them
    machines.until(lambda: asked(names) >= set(names) - set(gone), machines.left)
    machines.watch(names)
    # A scheduler with the old configuration may have leased them at the last moment: move the clock until the lease ends.
    machines.at(machines.room.now + LEASE)
    with suppress(AssertionError):  # it is counted
        machines.until(lambda: asked(gone) == set(gone), machines.left)
    return Counter(
        {"sources put back": len(gone), "sources put back and not asked again": len(set(gone) - asked(gone))}
    )


def main() -> None:
    """Run everything and print the sum."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", type=int, default=200)
    options.add_argument(
        "--moments", type=int, default=len(MOMENTS), help="only so many of the moments of the three days"
    )
    given = options.parse_args()
    moments = MOMENTS[: given.moments]
    total: Counter[str] = Counter()
    with Postgres() as server, Newsroom(demo.BEFORE) as room, tempfile.TemporaryDirectory() as first:
        settings = load(str(written(room, Path(first))))
        store = open_store(settings)
        in_reactor(in_one_process(settings, store, room, moments))
        expected, letters = exported(store), received(store, Path(first))
        seed = 0
        while total["kills"] < given.kills or not total["minutes without a database"]:
            minute = not total["minutes without a database"]
            with (
                tempfile.TemporaryDirectory() as name,
                WorkerProcesses(room, Path(name), server.new()) as machines,
            ):
                machines.start(polls=False)
                machines.start(polls=False)
                machines.disturb = trouble = Trouble(machines, server, seed, minute=minute)
                machines.three_days(moments)
                total += differences(expected, exported(machines.store))
                own = received(machines.store, Path(name))
                total["digests or mails that differ"] += sum(letters[k] != own[k] for k in letters)
                total += trouble.done + Counter({"runs": 1})
                if not total["sources put back"]:
                    machines.disturb = None
                    total += put_back(machines)
            seed += 1
            print(f"run {seed}: {', '.join(f'{n} {what}' for what, n in sorted(total.items()))}", flush=True)
    for what in SUMS:
        print(f"{what}: {total[what]}")


if __name__ == "__main__":
    main()
