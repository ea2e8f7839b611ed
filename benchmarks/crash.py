"""Kills the sender at random moments and counts what is lost and what comes twice: ``python -m benchmarks.crash --runs 200``.

Each run begins with 1,000 pending deliveries to 50 recipients. ``aseanwatch alerts dispatch`` is killed (SIGKILL) when a random
number of them has arrived, after a random part of a message's time. It is then started again until it ends by itself. The mail
server records each message before it accepts it, so that a repeat is seen even if its answer was lost.
"""

from __future__ import annotations

import argparse
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml
from sqlalchemy import select

from alerts.selection.raise_alerts import raise_alerts
from alerts.subscriptions.subscriptions import register
from crawler.config import load
from crawler.config.settings import Settings
from crawler.store import Store
from crawler.store.schema import deliveries
from tests.builders import keep

SUBSCRIPTIONS, RECIPIENTS = 20, 50
LINE = 76
"""Bytes of the server's record of a message."""
PAUSE = 0.003
"""The kill comes within so many seconds after the last awaited arrival: about a message's time."""


@dataclass
class Outcome:
    """The results of some runs."""

    runs: int = 0
    deliveries: int = 0
    arrived: int = 0
    lost: int = 0
    twice: int = 0
    killed: int = 0

    def __str__(self) -> str:
        rate = 10_000 * self.twice / max(1, self.deliveries)
        return (
            f"{self.runs} runs, {self.killed} killed, {self.deliveries} deliveries: {self.lost} lost,"
            f" {self.twice} twice ({rate:.2f} in 10,000)"
        )


class Sink:
    """The mail server, in a separate process."""

    def __init__(self, folder: Path) -> None:
        self.record = folder / "arrived"
        command = [sys.executable, "-m", "benchmarks.smtp_sink", str(self.record)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    @property
    def process_id(self) -> int:
        """Of the server."""
        return self._process.pid

    def arrived(self) -> list[str]:
        """The ids of the messages that arrived, in order."""
        return [identity for identity, _ in self.times()]

    def times(self) -> list[tuple[str, float]]:
        """The ids with the time of each, in seconds since 1970."""
        lines = (line.split() for line in self.record.read_text().splitlines())
        return [(identity, float(moment)) for identity, _, moment in lines]

    def size(self) -> int:
        """The size of the records in bytes. A cheap check, so that it does not slow down the sender."""
        return self.record.stat().st_size

    def forget(self) -> None:
        """Delete all records."""
        with self.record.open("r+b") as stream:
            stream.truncate(0)

    def end(self) -> None:
        """End the server."""
        self._process.kill()
        self._process.wait()


@contextmanager
def sink(folder: Path) -> Iterator[Sink]:
    """Run a mail server for the block."""
    made = Sink(folder)
    try:
        yield made
    finally:
        made.end()


def prepare(folder: Path, port: int) -> None:
    """Make a store with an alert for each subscription, and its configuration."""
    addresses = [f"reader{n}@example.org" for n in range(RECIPIENTS)]
    subscriptions = [{"name": f"desk-{n}", "to": addresses, "when": "instant"} for n in range(SUBSCRIPTIONS)]
    delivery = {
        "from": "Watch <watch@example.org>",
        "public_url": "https://watch.example.org",
        "smtp": {"host": "127.0.0.1", "port": port},
    }
    shipped = load().model_dump(mode="json", by_alias=True)
    wanted = {key: shipped[key] for key in ("terms", "relevance", "topics")}
    wanted |= {
        "storage": {"url": f"sqlite:///{folder / 'store.db'}"},
        "sources": [],
        "subscriptions": subscriptions,
        "delivery": delivery,
    }
    (folder / "config.yaml").write_text(yaml.safe_dump(wanted, allow_unicode=True))
    settings: Settings = load(folder / "config.yaml")
    store = Store(settings.storage.url)
    store.upgrade()
    now = datetime.now(UTC)
    with store.write() as connection:
        register(connection, settings, now - timedelta(hours=1))
    keep(
        store,
        "China and Vietnam widen trade cooperation",
        "China and Vietnam agreed to widen trade cooperation.",
        first_seen=now,
    )
    assert raise_alerts(store, settings, now) == SUBSCRIPTIONS
    store.close()


def renew(folder: Path, server: Sink) -> list[str]:
    """Restore everything as prepared, and return the command that sends it."""
    for name in ("store.db-wal", "store.db-shm"):
        (folder / name).unlink(missing_ok=True)
    shutil.copy(folder / "prepared.db", folder / "store.db")
    server.forget()
    return [sys.executable, "-m", "alerts", "alerts", "dispatch", "--config", str(folder / "config.yaml")]


def life(folder: Path, server: Sink) -> float:
    """The seconds that the command runs if it is not killed."""
    command = renew(folder, server)
    begun = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begun


def one_run(folder: Path, server: Sink, chance: random.Random, outcome: Outcome, lives: float | None) -> None:
    """Kill once, start again until all is sent, and compare the arrivals with the stored deliveries.

    Killed while it sends, or, where ``lives`` is given, at any moment of its life.
    """
    command = renew(folder, server)
    wanted = chance.randrange(SUBSCRIPTIONS * RECIPIENTS)
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    if lives is None:
        while process.poll() is None and server.size() < wanted * LINE:
            time.sleep(0.001)
        time.sleep(chance.random() * PAUSE)
    else:
        time.sleep(chance.random() * lives)
    if process.poll() is None:
        process.send_signal(signal.SIGKILL)
        outcome.killed += 1
    process.wait()
    for _ in range(5):
        if subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode == 0:
            break
    store = Store(f"sqlite:///{folder / 'store.db'}")
    with store.read() as connection:
        written = set(connection.scalars(select(deliveries.c.message_id)))
    store.close()
    arrived = Counter(server.arrived())
    outcome.runs += 1
    outcome.deliveries += len(written)
    outcome.arrived += sum(arrived.values())
    outcome.lost += len(written - arrived.keys()) + (SUBSCRIPTIONS * RECIPIENTS - len(written))
    outcome.twice += sum(n - 1 for n in arrived.values())


def crash(runs: int, seed: int, *, anywhere: bool = False, tell: bool = False) -> Outcome:
    """Run it so many times."""
    outcome, chance = Outcome(), random.Random(seed)
    with tempfile.TemporaryDirectory() as name, sink(Path(name)) as server:
        folder = Path(name)
        prepare(folder, server.port)
        shutil.copy(folder / "store.db", folder / "prepared.db")
        lives = life(folder, server) if anywhere else None
        for number in range(runs):
            one_run(folder, server, chance, outcome, lives)
            if tell and number % 20 == 19:
                print(outcome, flush=True)
    return outcome


def main() -> None:
    """Run it and print the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--anywhere",
        action="store_true",
        help="kill at any moment of the process's life, not only while it sends",
    )
    asked = parser.parse_args()
    outcome = crash(asked.runs, asked.seed, anywhere=asked.anywhere, tell=True)
    print(outcome)
    sys.exit(1 if outcome.lost else 0)


if __name__ == "__main__":
    main()
